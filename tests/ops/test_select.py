"""Choices, order, sets and interpolation: NumPy's spellings, ties, derivatives, errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograd import Tensor, grad, jvp
from tests.ops.agreement import agrees, agrees_for_complex
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
S = np.float64(0.3)
V, M, C = (RNG.normal(size=shape) for shape in ((5,), (3, 4), (2, 3, 4)))
XP, FP = np.array([-1, 0, 0.5, 2, 2.5]), RNG.normal(size=5)
INSIDE = np.array([-0.9, 0.1, 0.7, 1.9, 2.4])
AROUND = np.array([-3.0, 0.1, 0.7, 1.9, 5.0])

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "choose": (lambda x, y: np.choose(np.array([0, 1, 1, 0]), [x, y]), M, V[:4]),
    "choose wrap": (lambda x, y: np.choose([5, -1, 1, 0], (x, y), mode="wrap"), M, V[:4]),
    "choose clip": (lambda x: np.choose(np.array([[7], [0], [1]]), x, mode="clip"), M[:, :1]),
    "select": (lambda x: np.select([x > 1, x > 0], [x**2, x * 3], default=-1), M),
    "select arrays": (
        lambda x: np.select([np.array([True, False, True]), M[0, :3] > 0], [x, 2 * x]),
        M[:, :3],
    ),
    "sort": (lambda x: np.sort(x), M),
    "sort axis": (lambda x: np.sort(x, 0), C),
    "sort flat": (lambda x: np.sort(x, axis=None, kind="mergesort"), M),
    "sort stable": (lambda x: np.sort(x, stable=True), C),
    "sort a number": (lambda x: np.sort(x, axis=None), S),
    "partition": (lambda x: np.sort(np.partition(x, 2)[:3]), V),
    "partition axis": (lambda x: np.partition(x, kth=1, axis=0)[1], M),
    "partition flat": (lambda x: np.partition(x, [3, 5], axis=None)[[3, 5]], M),
    "argsort": (lambda x: np.take_along_axis(x, np.argsort(x, axis=0, kind="stable"), 0), M),
    "method argsort": (lambda x: x[x.argsort()], V),
    "lexsort": (lambda x: x[np.lexsort((x, x > 0))], V),
    "unique": (lambda x: np.unique(x), M),
    "unique with all": (
        lambda x: np.unique(x, return_index=True, return_inverse=True, return_counts=True),
        M,
    ),
    "unique rows": (lambda x: np.unique(x, axis=0, return_inverse=True), M),
    "unique_values": (lambda x: np.unique_values(x), V),
    "unique_counts": (lambda x: np.unique_counts(x), V),
    "unique_inverse": (lambda x: np.unique_inverse(x), M),
    "unique_all": (lambda x: np.unique_all(x), M),
    "union1d": (lambda x: np.union1d(x, [9.0, 8.0]), V),
    "setdiff1d": (lambda x: np.setdiff1d(x, x[:1]), V),
    "setdiff1d of unique": (lambda x: np.setdiff1d(x, x[:1], assume_unique=True), V),
    "setxor1d": (lambda x, y: np.setxor1d(x, np.append(y, x[:2])), V, V[:2] + 9),
    "intersect1d": (lambda x: np.intersect1d(x, x[:2]), V),
}
if not hasattr(np, "unique_values"):
    FUNCTIONS = {k: v for k, v in FUNCTIONS.items() if not k.startswith("unique_")}

INTERPOLATIONS: dict[str, tuple[Any, ...]] = {
    "inside": (lambda x, xp, fp: np.interp(x, xp, fp), INSIDE, XP, FP),
    "outside": (lambda x, xp, fp: np.interp(x, xp, fp), AROUND, XP, FP),
    "left and right": (
        lambda x, fp, left: np.interp(x, XP, fp, left=left, right=7),
        AROUND,
        FP,
        np.float64(2.5),
    ),
    "period": (lambda x, xp, fp: np.interp(x, xp, fp, period=4.0), AROUND - 0.15, XP, FP),
    "one point": (lambda fp: np.interp([0.0, 1.0, 2.0], [1.0], fp, left=-2.0), FP[:1]),
    "a number": (lambda x: np.interp(x, XP, FP), S),
    "matrix": (lambda x: np.interp(x, XP.tolist(), FP.tolist()), M[:2, :2]),
    "linspace": (lambda x, y: np.linspace(x, y), V, V[:1]),
    "linspace few": (lambda x: np.linspace(x, 2, num=4, axis=-1), M),
    "linspace one": (lambda x: np.linspace(x, 5.0, 1), V),
    "linspace none": (lambda x: np.linspace(x, 5.0, 0), S),
    "linspace open": (lambda x, y: np.linspace(x, y, 3, endpoint=False), S, V[0]),
    "linspace with step": (lambda x: np.linspace([1.0, 2.0], x, 5, retstep=True), V[:2]),
    "logspace": (lambda x: np.logspace(x, 2, 4), V),
    "logspace base": (lambda x, b: np.logspace(x, 2, 4, base=b, axis=-1), V, np.float64(3.0)),
    "geomspace": (lambda x: np.geomspace(x, [-2.0] * 5, 4, axis=1), -(V**2)),
    "geomspace open": (lambda x: np.geomspace(x, 1000, 3, endpoint=False), S),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_agrees_with_numpy(name: str) -> None:
    agrees(*FUNCTIONS[name])


@pytest.mark.parametrize("name", INTERPOLATIONS)
def test_interpolation_agrees_with_numpy(name: str) -> None:
    agrees(*INTERPOLATIONS[name], rtol=1e-13)


CONSTANTS: list[Callable[[Any], Any]] = [
    lambda x: np.argsort(x, axis=None),
    lambda x: np.argpartition(x, 1, axis=0),
    lambda x: np.argwhere(x > 0),
    lambda x: np.nonzero(x > 0),
    lambda x: np.searchsorted([-1.0, 0.0, 1.0], x, side="right"),
    lambda x: np.sort(x[0]).searchsorted(0.0),
    lambda x: np.digitize(x, [0.0, 1.0], right=True),
    lambda x: np.isin(x, M[0], invert=True),
    lambda x: np.lexsort(x),
    lambda x: np.lexsort((x[0], x[1]), axis=-1),
    lambda x: np.unravel_index(np.argmax(x), (3, 4)),
]


@pytest.mark.parametrize("function", CONSTANTS)
def test_constants_agree_with_numpy(function: Callable[[Any], Any]) -> None:
    agrees(function, M, differentiable=False)


@pytest.mark.parametrize("name", ["choose", "sort axis", "partition axis"])
def test_complex(name: str) -> None:
    function, *arrays = FUNCTIONS[name]
    agrees_for_complex(function, *(x + 1j * RNG.normal(size=x.shape) for x in arrays))


def test_complex_sums_of_lines() -> None:
    agrees_for_complex(lambda fp: np.interp(AROUND, XP, fp), FP + 1j * V)
    agrees_for_complex(lambda x: np.linspace(x, 2, 3), V + 1j)
    agrees_for_complex(lambda x: np.geomspace(x, 2, 3), V + 1j)


def test_sort_complex() -> None:
    x = Tensor(V, requires_grad=True)
    y = np.sort_complex(x)
    np.testing.assert_array_equal(y.data, np.sort_complex(V))
    assert y.dtype == np.complex128
    y.backward(np.arange(5.0))
    np.testing.assert_array_equal(x.grad, np.argsort(np.argsort(V)))
    table = np.array([[3.0, 1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(np.sort_complex(Tensor(table)).data, np.sort_complex(table))


# Ties --------------------------------------------------------------------------------------------


def test_ties_of_sort_share_equally() -> None:
    x = Tensor([3.0, 1.0, 3.0, 2.0, 3.0], requires_grad=True)
    y = np.sort(x)
    y.backward(np.array([1.0, 2.0, 4.0, 8.0, 9.0]))
    np.testing.assert_array_equal(x.grad, [7, 1, 7, 2, 7])
    _, pushed = jvp(np.sort, (np.array([2.0, 1.0, 2.0]),), (np.array([3.0, 5.0, 4.0]),))
    np.testing.assert_array_equal(pushed, [5, 3.5, 3.5])


def test_ties_of_unique_share_equally() -> None:
    x = np.array([3.0, 1.0, 3.0, 2.0])
    g = grad(lambda x: np.sum(np.unique(x) * [1.0, 10.0, 100.0]))(x)
    np.testing.assert_array_equal(g, [50, 1, 50, 10])


@settings(max_examples=60, deadline=None)
@given(
    x=npst.arrays(
        float, npst.array_shapes(min_dims=1, max_dims=3, max_side=5), elements=st.integers(0, 3)
    ),
    data=st.data(),
)
def test_ties_in_lines_do_not_meet(x: Any, data: st.DataObject) -> None:
    """Of a sorted line every group of equal entries gets the sum of the group's gradients."""
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    g = RNG.normal(size=x.shape)
    t = Tensor(x, requires_grad=True)
    np.sort(t, axis=axis).backward(g)
    for line, gradient, pulled in zip(
        *(np.moveaxis(a, axis, -1).reshape(-1, x.shape[axis]) for a in (x, g, t.grad)), strict=True
    ):
        for value in np.unique(line):
            mean = gradient[np.sort(line) == value].mean()
            np.testing.assert_allclose(pulled[line == value], mean, rtol=1e-12)


def test_nan_is_sorted_to_the_end() -> None:
    x = Tensor([np.nan, 2.0, np.nan, 1.0], requires_grad=True)
    np.sort(x).backward(np.array([1.0, 2.0, 3.0, 4.0]))
    np.testing.assert_array_equal(x.grad, [3, 2, 4, 1])


def test_float32_stays() -> None:
    x = Tensor(np.array([1.0, 1.0, 0.0], np.float32), requires_grad=True)
    y = np.sort(x)
    y.backward(np.array([1, 2, 4], np.float32))
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(x.grad, [3, 3, 1])
    assert np.linspace(x, 2, 3).dtype == np.float32
    assert np.select([x > 0], [x], 0).dtype == np.float32
    assert np.piecewise(x, [x > 0], [lambda v: v * 2]).dtype == np.float32
    # NumPy interpolates in double precision.
    assert np.interp(x, XP, FP).dtype == np.float64


# Interpolation at its corners --------------------------------------------------------------------


def test_slopes_of_interp_at_points_and_ends() -> None:
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([0.0, 10.0, 14.0])
    x = np.array([-1.0, 0.0, 0.5, 1.0, 3.0, 4.0])
    value = np.interp(Tensor(x, requires_grad=True), xp, fp).data
    np.testing.assert_array_equal(value, np.interp(x, xp, fp))
    slopes = grad(lambda x: np.sum(np.interp(x, xp, fp)))(x)
    np.testing.assert_array_equal(slopes, [0, 10, 10, 2, 2, 0])
    np.testing.assert_array_equal(grad(lambda fp: np.interp(-1.0, xp, fp))(fp), [1, 0, 0])
    np.testing.assert_array_equal(grad(lambda fp: np.interp(9.0, xp, fp))(fp), [0, 0, 1])


def test_linspace_ends_exactly() -> None:
    x = Tensor(0.1, requires_grad=True)
    y = np.linspace(x, 0.7, 8)
    assert (y.data[0], y.data[-1]) == (0.1, 0.7)
    assert np.linspace(x, 9.5, 4, dtype=int).dtype == int
    np.testing.assert_array_equal(
        np.linspace(x, -9.5, 4, dtype=int).data, np.linspace(0.1, -9.5, 4, dtype=int)
    )


def test_the_other_branch_of_piecewise_is_not_computed() -> None:
    g = grad(lambda x: np.sum(np.piecewise(x, [x > 0], [np.sqrt, 0.0])))(np.array([4.0, -1.0]))
    np.testing.assert_array_equal(g, [0.25, 0])


def test_select_by_recorded_conditions() -> None:
    assert_derivatives(lambda x, y: np.select([x > y, x < 0], [x * y, y], x), M, V[:4])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.select([x > 0], [x, x]), ValueError, "same length"),
        (lambda x: np.select([np.ones(5)], [x]), TypeError, "boolean"),
        (lambda x: np.select([1], [x]), TypeError, "invalid entry 0 in condlist"),
        (lambda x: np.choose([0, 2, 0, 0, 0], [x, x]), ValueError, "invalid entry"),
        (lambda x: np.sort(x, axis=1), np.exceptions.AxisError, "axis 1 is out of bounds"),
        (lambda x: np.interp(x, x[:2], x), ValueError, "not of the same length"),
        (lambda x: np.interp(x, [], []), ValueError, "empty"),
        (lambda x: np.interp(x, [[1.0]], [[1.0]]), ValueError, "1-D"),
        (lambda x: np.interp(x, x, x, period=0), ValueError, "non-zero"),
        (lambda x: np.linspace(x, 1, -1), ValueError, "non-negative"),
        (lambda x: np.geomspace(x, 0, 3), ValueError, "cannot include zero"),
    ],
)
def test_errors(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(V, requires_grad=True))
