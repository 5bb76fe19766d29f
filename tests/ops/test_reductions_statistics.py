"""Medians, quantiles, covariances and histograms: NumPy's signatures, corners, derivatives."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograd import NotDifferentiableError, Tensor, grad, jvp, variables
from autograd.ops.quantiles import _INTERPOLATING, _SELECTING
from tests.ops.agreement import agrees, agrees_for_complex

RNG = np.random.default_rng(0)
NAN = np.nan
V, M, C = (RNG.normal(size=shape) for shape in ((6,), (3, 5), (2, 3, 4)))
HOLES = np.array([[False, True, False, False, False], [True] * 3 + [False] * 2, [False] * 5])
W = np.array([0.5, 1.5, 1.0, 0.2, 0.7])
METHODS = [*_SELECTING, *_INTERPOLATING]

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "median": (lambda x: np.median(x), M),
    "median axes": (lambda x: np.median(x, (0, -1), keepdims=True), C),
    "median may overwrite": (lambda x: np.median(x, axis=0, overwrite_input=False), M),
    "quantile": (lambda x: np.quantile(x, 0.3), V),
    "quantile by a tensor": (lambda x, q: np.quantile(x, q, axis=1), M, np.array([0.31, 0.8])),
    "quantile of constants": (lambda q: np.quantile([3.0, 1.0, 2.5], q), np.float64(0.3)),
    "quantiles": (lambda x: np.quantile(x, [0.1, 0.5, 1.0], axis=(0, 2), keepdims=True), C),
    "percentile": (lambda x: np.percentile(x, [25, 75], axis=0), M),
    "percentile by a tensor": (lambda x, q: np.percentile(x, q), V, np.float64(33.0)),
    "nanmedian": (lambda x: np.nanmedian(np.where(HOLES, NAN, x), axis=1), M),
    "nanquantile": (lambda x: np.nanquantile(np.where(HOLES, NAN, x), [0.2, 0.9], axis=0), M),
    "nanpercentile": (lambda x: np.nanpercentile(np.where(HOLES, NAN, x), 40, keepdims=True), M),
    "cov": (lambda x: np.cov(x), M),
    "cov of one": (lambda x: np.cov(x), V),
    "cov in columns": (lambda x: np.cov(x, rowvar=False, bias=True), M),
    "cov of two": (lambda x, y: np.cov(x, y, ddof=0), M, M[0] ** 2),
    "cov of constants": (lambda y: np.cov([1.0, 2.0, 0.0, 4.0, 3.0], y), M[0]),
    "cov weighted": (lambda x, w: np.cov(x, aweights=w), M, W),
    "cov counted": (lambda x: np.cov(x, fweights=[1, 2, 0, 3, 1], ddof=1), M),
    "cov both": (lambda x, w: np.cov(x, fweights=np.array([1, 2, 1, 3, 1]), aweights=w), M, W),
    "corrcoef": (lambda x: np.corrcoef(x)[0, 1:], M),
    "corrcoef of two": (lambda x, y: np.corrcoef(x, y)[0, 1], M[0], M[1]),
    "histogram edges": (lambda x: np.histogram_bin_edges(x, 4), M),
    "histogram of weights": (lambda x, w: np.histogram(x, 3, (-2, 2), weights=w)[0], M, M**2),
    "histogram of constants": (
        lambda w: np.histogram([1.0, 2, 2, 3, 9], [1, 2, 3], weights=w, density=True)[0],
        W,
    ),
    "histogram density": (lambda x: np.histogram(x, bins=4, density=True), M),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_derivatives(name: str) -> None:
    agrees(*FUNCTIONS[name], rtol=1e-13)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.cov(x),
        lambda x: np.cov(x, aweights=[1.0, 2, 3, 1, 2], ddof=0),
        lambda x: np.corrcoef(x)[0, 1:],
    ],
)
def test_complex_numbers(function: Callable[..., Any]) -> None:
    agrees_for_complex(function, M + 1j * RNG.normal(size=M.shape))


# Medians ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([3.0, 1.0, 2.0], [0, 0, 1]),
        ([3.0, 1.0, 2.0, 5.0], [0.5, 0, 0.5, 0]),
        ([2.0, 1.0, 2.0, 5.0], [0.5, 0, 0.5, 0]),
        ([2.0, 2.0, 2.0, 5.0], [1 / 3, 1 / 3, 1 / 3, 0]),
        ([1.0, 2.0, 3.0, 3.0], [0, 0.5, 0.25, 0.25]),
    ],
)
def test_ties_share_equally(x: list[float], expected: list[float]) -> None:
    for function in (np.median, lambda x: np.quantile(x, 0.5), np.nanmedian):
        np.testing.assert_allclose(grad(function)(np.array(x)), expected)
        _, tangent = jvp(function, np.array(x), np.arange(len(x)) + 1.0)
        np.testing.assert_allclose(tangent, np.dot(expected, np.arange(len(x)) + 1))


def test_a_median_among_nan_is_nan() -> None:
    x = Tensor([[1.0, NAN, 2.0], [1.0, 3.0, 2.0]], requires_grad=True)
    for function in (np.median, lambda x, axis: np.quantile(x, 0.5, axis=axis)):
        np.testing.assert_array_equal(function(x, axis=1).data, [NAN, 2])
    np.testing.assert_array_equal(np.nanmedian(x, axis=1).data, [1.5, 2])


def test_the_operand_is_left_as_it_is() -> None:
    x = np.array([3.0, 1.0, 2.0])
    np.median(Tensor(x, requires_grad=True), overwrite_input=True)
    np.quantile(Tensor(x, requires_grad=True), 0.2, overwrite_input=True)
    np.testing.assert_array_equal(x, [3, 1, 2])


# Quantiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_numpys(method: Any) -> None:
    for n, q in product(range(1, 9), np.linspace(0, 1, 17)):
        x = RNG.normal(size=n)
        t = Tensor(x, requires_grad=True)
        result = np.quantile(t, q, method=method)
        np.testing.assert_allclose(result.data, np.quantile(x, q, method=method), rtol=1e-12)
        result.backward()
        np.testing.assert_allclose(t.grad.sum(), 1)
    agrees(lambda x: np.quantile(x, [0.13, 0.77], axis=0, method=method), M, rtol=1e-14)


@given(
    npst.arrays(np.float64, npst.array_shapes(max_dims=3), elements=st.integers(-3, 3)),
    npst.arrays(np.float64, npst.array_shapes(min_dims=0, max_dims=1), elements=st.floats(0, 1)),
    st.booleans(),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_quantiles_of_any_lines(x: Any, q: Any, keepdims: bool, data: Any) -> None:
    axis = data.draw(st.none() | npst.valid_tuple_axes(x.ndim, min_size=1))
    for function in (np.quantile, np.nanquantile):
        expected = function(x, q, axis=axis, keepdims=keepdims)
        result = function(Tensor(x, requires_grad=True), q, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(result.data, expected, rtol=1e-13, atol=1e-13)
        assert result.shape == np.shape(expected)


def test_between_the_same_two_entries_quantiles_grow_with_their_distance() -> None:
    x, q = variables(x=[1, 2, 4, 8], q=0.5)
    np.quantile(x, q).backward()
    np.testing.assert_allclose(x.grad, [0, 0.5, 0.5, 0])
    np.testing.assert_allclose(q.grad, 3 * (4 - 2))


# Histograms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bins": 4},
        {"bins": "fd"},
        {"bins": [-1.0, 0.0, 0.5, 3.0]},
        {"range": (-1, 1)},
        {"bins": 3, "range": (0, 1), "density": True},
    ],
)
@pytest.mark.parametrize("x", [C, np.round(C), np.ones(5), C.astype(np.float32)])
def test_histograms_are_numpys(x: Any, options: dict[str, Any]) -> None:
    expected = np.histogram(x, **options)
    result = np.histogram(Tensor(x, requires_grad=True), **options)
    for got, wanted in zip(result, expected, strict=True):
        got = got.data if type(got) is Tensor else got
        np.testing.assert_allclose(got, wanted, rtol=1e-6 if x.dtype == np.float32 else 1e-13)
        assert got.dtype == wanted.dtype


def test_counts_do_not_move_and_edges_do() -> None:
    counts, edges = np.histogram(Tensor(V, requires_grad=True), bins=2)
    assert not counts.requires_grad
    edges[1].backward()
    x = Tensor(V, requires_grad=True)
    np.histogram_bin_edges(x, 2)[1].backward()
    np.testing.assert_allclose(x.grad, 0.5 * np.isin(V, [V.min(), V.max()]))


# Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.median(t, axis=4), np.exceptions.AxisError, "axis 4 is out of bounds"),
        (lambda t: np.quantile(t, 0.5, axis=4), np.exceptions.AxisError, "axis 4 is out of"),
        (lambda t: np.quantile(t, 1.5), ValueError, r"Quantiles must be in the range \[0, 1\]"),
        (lambda t: np.quantile(t, NAN), ValueError, r"Quantiles must be in the range \[0, 1\]"),
        (lambda t: np.percentile(t, -1), ValueError, r"Percentiles must be in the range \[0, 100"),
        (lambda t: np.quantile(t, 0.5, method="best"), ValueError, "'best' is not a valid method"),
        (lambda t: np.quantile(t * 1j, 0.5), TypeError, "array of real numbers"),
        (lambda t: np.quantile(t, 0.5, weights=M), NotDifferentiableError, "with weights="),
        (lambda t: np.cov(t[None]), ValueError, "m has more than 2 dimensions"),
        (lambda t: np.cov(t, t[None]), ValueError, "y has more than 2 dimensions"),
        (lambda t: np.cov(t, ddof=0.5), ValueError, "ddof must be integer"),
        (lambda t: np.cov(t, fweights=[0.5] * 5), TypeError, "fweights must be integer"),
        (lambda t: np.cov(t, aweights=[-1] * 5), ValueError, "aweights cannot be negative"),
        (lambda t: np.cov(t, aweights=[1]), RuntimeError, "incompatible numbers of samples"),
        (lambda t: np.cov(t, aweights=M), RuntimeError, "multidimensional aweights"),
        (lambda t: np.histogram(t, [2, 1]), ValueError, "increase monotonically"),
        (lambda t: np.histogram(t * 1j), TypeError, "array of real numbers"),
        (lambda t: np.histogram2d(t[0], t[1]), NotDifferentiableError, "histogram2d"),
    ],
)
def test_errors(call: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))
