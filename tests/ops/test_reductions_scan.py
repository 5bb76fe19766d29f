"""Scans, differences, integrals and convolutions: signatures, corners, errors."""

from collections.abc import Callable
from itertools import accumulate, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograd import NotDifferentiableError, Tensor, grad, jacobian, jvp, vjp
from autograd.ops.scan import recurrence
from tests.ops.agreement import agrees, agrees_for_complex
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
NAN = np.nan
S = np.float64(0.3)
V, M, C = (RNG.normal(size=shape) for shape in ((5,), (3, 4), (3, 4, 5)))
GRID = np.array([0.0, 0.3, 1.0, 1.1, 2.0])
HOLES = np.array([[False, True, False, False], [True, True, True, True], [False] * 3 + [True]])
Z, Z2 = M + 1j * RNG.normal(size=M.shape), V + 1j * RNG.normal(size=V.shape)

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "cumsum flat": (lambda x: np.cumsum(x), M),
    "cumsum axis": (lambda x: np.cumsum(x, 0), C),
    "cumsum of a number": (lambda x: np.cumsum(x), S),
    "method cumsum": (lambda x: x.cumsum(axis=-1), M),
    "cumprod flat": (lambda x: np.cumprod(x), M),
    "cumprod axis": (lambda x: np.cumprod(x, axis=1), C),
    "method cumprod": (lambda x: x.cumprod(0), M),
    "nancumsum": (lambda x: np.nancumsum(np.where(HOLES, NAN, x), 1), M),
    "nancumprod": (lambda x: np.nancumprod(np.where(HOLES, NAN, x), axis=0), M),
    "add.accumulate": (lambda x: np.add.accumulate(x), M),
    "add.accumulate positional": (lambda x: np.add.accumulate(x, 1, np.float64), M),
    "multiply.accumulate": (lambda x: np.multiply.accumulate(x, axis=-1), M),
    "maximum.accumulate": (lambda x: np.maximum.accumulate(x), C),
    "minimum.accumulate": (lambda x: np.minimum.accumulate(x, axis=1), C),
    "diff": (lambda x: np.diff(x), M),
    "diff twice": (lambda x: np.diff(x, 2, 0), M),
    "diff zero times": (lambda x: np.diff(x, n=0) * x, V),
    "diff with numbers": (lambda x, s: np.diff(x, axis=0, prepend=s, append=1.0), M, S),
    "diff with arrays": (lambda x, e: np.diff(x, n=2, prepend=e, append=[[1.0]] * 3), M, M[:, :2]),
    "ediff1d": (lambda x: np.ediff1d(x), M),
    "ediff1d with ends": (lambda x, e: np.ediff1d(x, to_end=e, to_begin=[[1.0, 2.0]]), M, S),
    "gradient": (lambda x: np.gradient(x), C),
    "gradient along one axis": (lambda x: np.gradient(x, axis=-1), M),
    "gradient spacing": (lambda x, h: np.gradient(x, h, edge_order=2), M, S),
    "gradient spacings": (lambda x, h: np.gradient(x, 0.5, h, axis=(2, 0)), C, S),
    "gradient coordinates": (lambda x, at: np.gradient(x, at), V, GRID),
    "gradient mixed": (lambda x, at: np.gradient(x, 2, at, axis=(1, 2), edge_order=2), C, GRID),
    "gradient of constants": (lambda at: np.gradient([1.0, 4.0, 2.0, 0.0, 1.0], at), GRID),
    "trapezoid": (lambda y: np.trapezoid(y, dx=0.5), M),
    "trapezoid at": (lambda y, x: np.trapezoid(y, x, axis=2), C, GRID),
    "trapezoid everywhere": (lambda y, x: np.trapezoid(y, x=x, axis=0), C, C**2),
    "trapezoid of constants": (lambda x: np.trapezoid([1.0, 2.0, 0.0, 3.0, 1.0], x), GRID),
    "convolve": (lambda a, v: np.convolve(a, v), V, M[0]),
    "convolve same": (lambda a, v: np.convolve(v, a, mode="same"), V, M[0]),
    "convolve valid": (lambda a: np.convolve([1.0, 2.0], a, "valid"), V),
    "convolve a number": (lambda a, v: np.convolve(a, v), S, V),
    "correlate": (lambda a, v: np.correlate(a, v), V, M[0]),
    "correlate same": (lambda a, v: np.correlate(v, a, "same"), V, M[0]),
    "correlate full": (lambda a, v: np.correlate(v, a, mode="full"), V, M[0]),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_derivatives(name: str) -> None:
    agrees(*FUNCTIONS[name], rtol=1e-13)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: np.cumsum(x, axis=0), Z),
        (lambda x: np.cumprod(x, axis=1), Z),
        (lambda x: np.diff(x, n=2), Z),
        (lambda x: np.gradient(x, axis=0), Z),
        (lambda x: np.trapezoid(x, [0, 1, 3, 4]), Z),
        (lambda x: np.convolve(x, [1j, 2]), Z2),
        (lambda x: np.correlate(x, x[:2], "same"), Z2),
        (lambda x: np.correlate(x[:2], x, "full"), Z2),
    ],
)
def test_complex_numbers(function: Callable[..., Any], x: Any) -> None:
    agrees_for_complex(function, x)


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1 has it")
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_names_of_the_array_api(name: str) -> None:
    function = getattr(np, name)
    agrees(lambda x: function(x), V)
    agrees(lambda x: function(x, axis=-2, include_initial=True), C)
    agrees(lambda x: function(x, axis=1, dtype=np.float64), M)
    narrow = function(Tensor(V.astype(np.float32)), include_initial=True)
    assert narrow.dtype == np.float32
    with pytest.raises(ValueError, match="more than one dimension axis is required"):
        function(Tensor(M))


# Products among zeros -----------------------------------------------------------------------------


@given(
    npst.arrays(np.float64, st.integers(1, 5), elements=st.sampled_from([0, 1, 2, -3])),
)
@settings(max_examples=40, deadline=None)
def test_running_products_with_any_number_of_zeros(x: Any) -> None:
    def prefix_without(k: int, i: int) -> float:
        return float(np.prod([x[j] for j in range(k + 1) if j != i])) if i <= k else 0

    expected = [[prefix_without(k, i) for i in range(len(x))] for k in range(len(x))]
    np.testing.assert_array_equal(jacobian(np.cumprod)(x), expected)
    assert_derivatives(np.cumprod, x)


def test_third_derivatives_of_running_products() -> None:
    third = grad(lambda x: grad(lambda x: grad(lambda x: np.sum(np.cumprod(x)))(x)[0])(x)[1])
    # prod(x[:k]) summed over k; differentiated by the first, the second and each of the others.
    np.testing.assert_array_equal(third(np.array([0.0, 0, 0, 5])), [0, 0, 6, 0])


def test_recurrence_by_its_definition() -> None:
    a, b = RNG.normal(size=(2, 7))
    expected = list(accumulate(zip(a, b, strict=True), lambda s, ab: (0, ab[0] * s[1] + ab[1])))
    np.testing.assert_allclose(recurrence(a, b), [s for _, s in expected], rtol=1e-14)
    assert recurrence(a.astype(np.float32), b.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(grad(lambda a: np.sum(recurrence(a, b)))(a)[0], 0)


# Running extrema ----------------------------------------------------------------------------------


def test_running_extrema_share_ties() -> None:
    x = np.array([1.0, 3.0, 2.0, 3.0, 4.0, 4.0, 4.0])
    rows = jacobian(np.maximum.accumulate)(x)
    expected = np.zeros((7, 7))
    for k, equal in enumerate(([0], [1], [1], [1, 3], [4], [4, 5], [4, 5, 6])):
        expected[k, equal] = 1 / len(equal)
    np.testing.assert_allclose(rows, expected)
    np.testing.assert_allclose(jacobian(np.minimum.accumulate)(-x), expected)
    direction = np.arange(7.0)
    _, tangent = jvp(np.maximum.accumulate, x, direction)
    np.testing.assert_allclose(tangent, expected @ direction)


def test_a_running_extremum_stays_nan() -> None:
    x = Tensor([1.0, NAN, 3.0, NAN], requires_grad=True)
    y = np.maximum.accumulate(x)
    np.testing.assert_array_equal(y.data, [1, NAN, NAN, NAN])
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, [1, 2.5, 0, 0.5])


# Differences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "length"), [*product(range(7), range(5))])
def test_differences_of_any_order(n: int, length: int) -> None:
    x = RNG.normal(size=(2, length))
    result = np.diff(Tensor(x, requires_grad=True), n=n)
    np.testing.assert_array_equal(result.data, np.diff(x, n=n))
    if length:
        assert_derivatives(lambda x: np.diff(x, n=n), x)


def test_booleans_differ() -> None:
    np.testing.assert_array_equal(np.diff(Tensor([True, True, False])).data, [False, True])


def test_float32_stays_float32() -> None:
    f, at = Tensor(C.astype(np.float32), requires_grad=True), GRID
    assert np.gradient(f, at, axis=2).dtype == np.float32
    assert np.gradient(f, 0.5)[0].dtype == np.float32
    assert np.trapezoid(f).dtype == np.float32
    y = np.diff(f)
    y.backward(np.ones_like(y.data))
    assert f.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("n", "m", "mode"), [*product(range(1, 6), range(1, 6), ["full", "same", "valid"])]
)
def test_convolutions_of_all_lengths(n: int, m: int, mode: Any) -> None:
    a, v = V[:n], RNG.normal(size=m)
    for function in (np.convolve, np.correlate):
        result = function(Tensor(a, requires_grad=True), Tensor(v), mode)
        np.testing.assert_allclose(result.data, function(a, v, mode), rtol=1e-12, atol=1e-14)
        assert_derivatives(lambda a, v, f=function: f(a, v, mode), a, v)


# Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.cumsum(t, axis=2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda t: np.diff(t, n=-1), ValueError, "order must be non-negative but got -1"),
        (lambda t: np.diff(t[0, 0]), ValueError, "at least one dimensional"),
        (lambda t: np.diff(t, axis=3, prepend=1), np.exceptions.AxisError, "axis 3 is out of"),
        (lambda t: np.ediff1d(t > 0, to_end=[1.5]), TypeError, "dtype of `to_end` must be"),
        (lambda t: np.gradient(t, 1, 2, 3), TypeError, "invalid number of arguments"),
        (lambda t: np.gradient(t, edge_order=3), ValueError, "edge_order must be 1 or 2, got 3"),
        (lambda t: np.gradient(t[:1]), ValueError, "too small to calculate"),
        (lambda t: np.gradient(t, [1.0, 2.0], axis=0), ValueError, "distances must match"),
        (lambda t: np.gradient(t, t, axis=0), ValueError, "either scalars or 1d"),
        (lambda t: np.trapezoid(t, axis=3), np.exceptions.AxisError, "axis 3 is out of bounds"),
        (lambda t: np.convolve(t, t), ValueError, "object too deep"),
        (lambda t: np.convolve(t[0], []), ValueError, "v cannot be empty"),
        (lambda t: np.convolve(t[0], t[1], "middle"), ValueError, "mode"),
        (lambda t: np.maximum.accumulate(t, out=M), TypeError, "cannot write a tensor into out="),
        (lambda t: np.subtract.accumulate(t), NotDifferentiableError, "subtract.accumulate"),
        (lambda t: np.maximum.accumulate(t, dtype=int), NotDifferentiableError, "dtype="),
    ],
)
def test_errors(call: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))


@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("scan", [np.cumsum, np.cumprod, np.prod])
def test_a_scalar_is_a_vector_of_one(scan: Any, axis: int) -> None:
    x = np.float64(2)
    assert vjp(lambda x: np.sum(scan(x, axis=axis)), x)[1](3.0) == 3
    assert_derivatives(lambda x: np.sum(scan(x, axis=axis)), x)
    assert scan(Tensor(x), axis=axis).shape == np.shape(scan(x, axis=axis))
