"""Sums, products, extrema, means and their relatives: NumPy's signatures, corners, derivatives."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import autograd
from autograd import NotDifferentiableError, ShapeError, Tensor, grad, jvp
from tests.ops.agreement import agrees, agrees_for_complex, plain
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
INF, NAN = np.inf, np.nan
V, M, C = (RNG.normal(size=shape) for shape in ((4,), (3, 4), (2, 3, 4)))
W = RNG.uniform(0.5, 1.5, C.shape)
MASK = np.array([[True, False, True, True], [False, False, False, True], [True] * 4])
HOLED = np.where(MASK, M, NAN)
Z = M + 1j * RNG.normal(size=M.shape)

FULL: dict[str, tuple[Any, ...]] = {
    "sum where": (lambda x: np.sum(x, where=MASK), M),
    "sum axis where": (lambda x: np.sum(x, 1, keepdims=True, where=MASK), M),
    "sum broadcast where": (lambda x: np.sum(x, axis=0, where=MASK[0]), M),
    "sum initial": (lambda x, s: np.sum(x, axis=(0, 1), initial=s), C, np.float64(0.3)),
    "sum positional": (lambda x: np.sum(x, 0, None, None, True, 2.0, MASK), M),
    "sum of a list as mask": (lambda x: np.sum(x, where=[True, False, True, True]), M),
    "sum tensor mask": (lambda x: np.sum(x, axis=1, where=x > 0), M),
    "method sum": (lambda x: x.sum(1, keepdims=True, where=MASK), M),
    "add.reduce": (lambda x: np.add.reduce(x), M),
    "add.reduce full": (lambda x: np.add.reduce(x, -1, None, None, True, 1.0, MASK), M),
    "add.reduce all": (lambda x: np.add.reduce(x, axis=None), M),
    "prod": (lambda x: np.prod(x, axis=(0, -1), keepdims=True), C),
    "prod where": (lambda x: np.prod(x, axis=1, where=MASK, initial=2.0), M),
    "prod initial": (lambda x, s: np.prod(x, initial=s), V, np.float64(0.3)),
    "method prod": (lambda x: x.prod(0), M),
    "multiply.reduce": (lambda x: np.multiply.reduce(x), C),
    "mean where": (lambda x: np.mean(x, axis=1, where=MASK), M),
    "mean where all": (lambda x: np.mean(x, where=MASK, keepdims=True), M),
    "method mean": (lambda x: x.mean(axis=0, where=MASK), M),
    "max where": (lambda x: np.max(x, axis=1, initial=-9.0, where=MASK), M),
    "max initial": (lambda x, s: np.max(x, 1, initial=s, keepdims=True), M, np.float64(0.3)),
    "min axes initial": (lambda x: np.min(x, (0, -1), initial=-0.2), C),
    "amax amin": (lambda x: np.amax(x, 0) - np.amin(x, axis=0), M),
    "maximum.reduce": (lambda x: np.maximum.reduce(x, axis=(0, 1)), M),
    "minimum.reduce": (lambda x: np.minimum.reduce(x, initial=0.0), M),
    "fmax.reduce": (lambda x: np.fmax.reduce(x), M),
    "fmin.reduce": (lambda x: np.fmin.reduce(x, axis=1, keepdims=True), M),
    "ptp": (lambda x: np.ptp(x, axis=1), M),
    "ptp keepdims": (lambda x: np.ptp(x, (0, 2), keepdims=True), C),
    "logaddexp.reduce": (lambda x: np.logaddexp.reduce(x, 1, initial=0.5, where=MASK), M),
    "logaddexp2.reduce": (lambda x: np.logaddexp2.reduce(x, keepdims=True), M),
    "var": (lambda x: np.var(x, 1, ddof=1), M),
    "var positional": (lambda x: np.var(x, 0, None, None, 1, True), M),
    "var correction": (lambda x: np.var(x, axis=(0, 2), correction=0.5), C),
    "var where": (lambda x: np.var(x, axis=0, where=MASK, ddof=0.5), M),
    "var mean": (lambda x: np.var(x, axis=1, mean=np.mean(x, 1, keepdims=True)), M),
    "var of another mean": (lambda x, m: np.var(x, mean=m, correction=1), M, np.array([[0.3]])),
    "std": (lambda x: np.std(x, axis=-1, ddof=1, keepdims=True), C),
    "std where": (lambda x: np.std(x, axis=1, where=MASK[2] & (M[0] < 2)), M),
    "method var": (lambda x: x.var(0, ddof=1) + x.std(axis=0, ddof=1), M),
    "average": (lambda x: np.average(x, 1), M),
    "average weights": (lambda x, w: np.average(x, weights=w), C, W),
    "average returned": (lambda x, w: np.average(x, 1, w, returned=True), C, W),
    "average along": (lambda x, w: np.average(x, -1, weights=w, keepdims=True), C, W[0, 0]),
    "average along two": (lambda x, w: np.average(x, (2, 0), weights=w), C, W[:, 0].T),
    "average of constants": (lambda w: np.average([1.0, 2.0, 4.0, 8.0], weights=w), W[0, 0]),
    "average alone returned": (lambda x: np.average(x, axis=0, returned=True), M),
    "nansum": (lambda x: np.nansum(np.where(MASK, x, NAN), axis=1), M),
    "nansum full": (lambda x: np.nansum(np.where(MASK, x, NAN), initial=1.0, where=MASK[0]), M),
    "nanprod": (lambda x: np.nanprod(np.where(MASK, x, NAN), 1, keepdims=True), M),
    "nanmean": (lambda x: np.nanmean(np.where(MASK, x, NAN), axis=0), M),
    "nanmax": (lambda x: np.nanmax(np.where(MASK, x, NAN), axis=1), M),
    "nanmin": (lambda x: np.nanmin(np.where(MASK, x, NAN), axis=(0, 1), keepdims=True), M),
    "nanvar": (lambda x: np.nanvar(np.where(MASK, x, NAN), axis=0, ddof=0.5), M),
    "nanstd": (lambda x: np.nanstd(np.where(MASK, x, NAN), correction=1), M),
}  # fmt: skip


@pytest.mark.parametrize("name", FULL)
def test_values_and_derivatives(name: str) -> None:
    agrees(*FULL[name], rtol=1e-14)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, 1, (0, 2), (-1, 0), (1,), (2, 1, 0)])
@pytest.mark.parametrize("function", [np.sum, np.prod, np.mean, np.var, np.std, np.max, np.min,
                                      np.ptp, np.median, np.nansum, np.nanmax])  # fmt: skip
def test_every_axis(function: Any, axis: Any, keepdims: bool) -> None:
    for dtype in (np.float32, np.float64, np.int64):
        x = (C * 3).astype(dtype)
        expected = function(x, axis=axis, keepdims=keepdims)
        result = function(Tensor(x), axis=axis, keepdims=keepdims).data
        np.testing.assert_allclose(result, expected, rtol=1e-6 if dtype == np.float32 else 1e-14)
        assert (result.shape, result.dtype) == (expected.shape, expected.dtype)


@given(
    npst.arrays(
        np.float64, npst.array_shapes(max_side=4), elements=st.sampled_from([0, 1, 0.5, -1.5])
    ),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_products_with_any_number_of_zeros(x: Any, data: Any) -> None:
    """First and second derivatives against the definition: products of the other entries."""
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))

    def others(x: Any) -> Any:
        lines = np.moveaxis(x.reshape(-1) if axis is None else x, axis or 0, -1)
        n = lines.shape[-1]
        missing = np.stack([np.prod(np.delete(lines, k, -1), -1) for k in range(n)], -1)
        return np.reshape(np.moveaxis(missing, -1, axis or 0), x.shape)

    first = grad(lambda x: np.sum(np.prod(x, axis=axis)))
    np.testing.assert_array_equal(first(x), others(x))
    assert_derivatives(lambda x: np.prod(x, axis=axis), x)


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
def test_third_derivatives_of_products(zeros: int) -> None:
    x = np.array([0.0] * zeros + [2.0, 3.0, -1.0, 5.0][: 4 - zeros])
    third = grad(lambda x: grad(lambda x: grad(np.prod)(x)[0])(x)[1])(x)
    np.testing.assert_array_equal(third, [0, 0, x[3], x[2]])


# Corners ------------------------------------------------------------------------------------------


def test_maximum_of_nan() -> None:
    """NaN as in NumPy, and the gradient goes to where it comes from."""
    x = Tensor([[1.0, NAN, 3.0], [2.0, 5.0, 5.0]], requires_grad=True)
    y = np.max(x, axis=1)
    np.testing.assert_array_equal(y.data, [NAN, 5])
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, [[0, 1, 0], [0, 0.5, 0.5]])


def test_an_initial_value_takes_part_in_ties() -> None:
    x, s = autograd.variables(x=[3, 1, 3], s=3)
    np.max(x, initial=s).backward()
    np.testing.assert_allclose(x.grad, [1 / 3, 0, 1 / 3])
    np.testing.assert_allclose(s.grad, 1 / 3)


def test_empty_reductions_are_numpys() -> None:
    empty = Tensor(np.zeros((0, 3)), requires_grad=True)
    assert np.sum(empty).data == 0
    assert np.prod(empty).data == 1
    assert np.max(empty, initial=2.0).data == 2
    np.testing.assert_array_equal(np.sum(empty, axis=0).data, [0, 0, 0])
    assert np.max(empty, axis=1).shape == (0,)
    for function in (np.max, np.min, np.ptp, np.nanmax, np.argmax):
        with pytest.raises(ValueError, match=r"empty sequence|no identity"):
            function(empty)
    with pytest.warns(RuntimeWarning):
        assert np.isnan(np.mean(empty).data)
    np.prod(empty).backward()
    assert empty.grad.shape == (0, 3)


def test_deviation_of_equal_entries_has_derivative_zero() -> None:
    for axis in (None, 0):
        gradient = grad(lambda x, axis=axis: np.sum(np.std(x, axis=axis)))(np.full((3, 2), 2.5))
        np.testing.assert_array_equal(gradient, np.zeros((3, 2)))
        _, tangent = jvp(lambda x: np.std(x), np.full(3, 2.5), V[:3])
        assert tangent == 0


def test_no_degrees_of_freedom_is_numpys_nan() -> None:
    for options in ({"ddof": 1}, {"correction": 1}, {"ddof": 3, "where": [True]}):
        with pytest.warns(RuntimeWarning):
            assert np.isnan(np.std(Tensor([2.0]), **options).data)


def test_lines_of_nothing_but_nan() -> None:
    x = Tensor([[NAN, NAN], [1.0, NAN]], requires_grad=True)
    for function, of_number in ((np.nanmax, 1), (np.nanmin, 1), (np.nanmedian, 1)):
        np.testing.assert_array_equal(function(x, axis=1).data, [NAN, of_number])
    np.testing.assert_array_equal(np.nansum(x, axis=1).data, [0, 1])
    np.testing.assert_array_equal(np.nanmax(x, axis=1, initial=0.0).data, [0, 1])


def test_gradients_pass_over_nan() -> None:
    for function in (np.nansum, np.nanmean, np.nanmax, np.nanmin, np.nanprod, np.nanvar, np.nanstd,
                     np.nanmedian, lambda x: np.nanquantile(x, 0.3)):  # fmt: skip
        gradient = grad(function)(HOLED)
        np.testing.assert_array_equal(gradient[~MASK], 0)
        np.testing.assert_allclose(
            gradient[MASK], grad(lambda x, f=function: f(x))(M[MASK]), rtol=1e-12
        )


# Dtypes and complex numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("function", [np.sum, np.prod, np.mean, np.var, np.std, np.nansum,
                                      np.nanmean, np.nanprod, np.cumsum, np.cumprod])  # fmt: skip
def test_a_dtype_to_compute_in(function: Any) -> None:
    for given_dtype, dtype in product((np.float32, np.float64), repeat=2):
        x = M.astype(given_dtype)
        t = Tensor(x, requires_grad=True)
        y = function(t, axis=1, dtype=dtype)
        np.testing.assert_allclose(y.data, function(x, axis=1, dtype=dtype), rtol=1e-6)
        assert y.dtype == dtype
        np.sum(y).backward()
        assert t.grad.dtype == given_dtype


def test_whole_numbers_do_not_move() -> None:
    total = np.sum(Tensor(M, requires_grad=True), dtype=int)
    assert total.data == np.sum(M, dtype=int)
    assert not total.requires_grad


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum(x, axis=1, where=MASK, initial=1j),
        lambda x: np.prod(x, axis=0),
        lambda x: np.mean(x, axis=0, where=MASK),
        lambda x: np.var(x, axis=1, where=MASK[2]),
        lambda x: np.var(x, axis=1, mean=0.3 + 0.2j),
        lambda x: np.std(x, ddof=1),
        lambda x: np.average(x, axis=1, weights=[1.0, 2, 3, 4]),
    ],
)
def test_complex_numbers(function: Callable[..., Any]) -> None:
    agrees_for_complex(function, Z)


# Constants, methods and errors --------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.argmax(x),
        lambda x: np.argmin(x, axis=1, keepdims=True),
        lambda x: np.nanargmax(x, axis=0),
        lambda x: np.nanargmin(x, 1),
        lambda x: np.count_nonzero(x > 0, axis=(0, 1)),
        lambda x: np.all(x > -1, axis=0),
        lambda x: np.any(x > 1, axis=1, keepdims=True, where=MASK),
        lambda x: np.all(x > 1, where=MASK & False),
        lambda x: np.logical_and.reduce(x > -1),
        lambda x: np.logical_or.reduce(x > 1, axis=None),
    ],
)
def test_constants(function: Callable[..., Any]) -> None:
    agrees(function, M, differentiable=False)


def test_masks_may_be_tensors() -> None:
    t = Tensor(M, requires_grad=True)
    assert np.any(t > 5, where=t > 0).data == np.False_
    assert np.all(t < 5, where=t > 0).data == np.True_
    np.testing.assert_allclose(np.mean(M, where=t > 0).data, M[M > 0].mean(), rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.sum(t, out=np.zeros(4)), TypeError, "cannot write a tensor into out="),
        (lambda t: np.sum(t, 0, None, np.zeros(4)), TypeError, "cannot write a tensor into out="),
        (lambda t: np.max(t, 0, np.zeros(4)), TypeError, "cannot write a tensor into out="),
        (lambda t: np.nansum(t, out=np.zeros(())), TypeError, "cannot write a tensor into out="),
        (lambda t: np.median(t, out=np.zeros(())), TypeError, "cannot write a tensor into out="),
        (lambda t: np.cumsum(t, out=np.zeros(9)), TypeError, "cannot write a tensor into out="),
        (lambda t: np.add.reduce(t, out=np.zeros(4)), TypeError, "cannot write a tensor"),
        (lambda t: np.max(t, where=MASK), ValueError, "one has to specify 'initial'"),
        (lambda t: np.sum(t, axis=2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda t: np.max(t, axis=5, initial=0), np.exceptions.AxisError, "axis 5 is out of"),
        (lambda t: np.ptp(t, axis=(0, 0)), ValueError, "duplicate"),
        (lambda t: np.sum(t, where=np.ones((2, 3, 4), bool)), ValueError, "dimensions than"),
        (lambda t: np.var(t, ddof=1, correction=1), ValueError, "provided simultaneously"),
        (lambda t: np.average(t, weights=[1, 2, 3, 4]), TypeError, "Axis must be specified"),
        (lambda t: np.average(t, 0, weights=[1, 2]), ValueError, "Shape of weights"),
        (lambda t: np.max(t[:0]), ShapeError, "zero-size array"),
        (lambda t: np.subtract.reduce(t), NotDifferentiableError, r"np\.subtract\.reduce"),
        (lambda t: np.add.reduceat(t, [0, 1]), NotDifferentiableError, r"np\.add\.reduceat"),
    ],
)
def test_errors(call: Callable[..., Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))


def test_a_float32_tensor_stays_float32() -> None:
    x = Tensor(M.astype(np.float32), requires_grad=True)
    for y in (
        np.mean(x, axis=0, where=MASK),
        np.max(x, axis=0, initial=3.0),
        np.sum(x, initial=1.0),
        np.nanvar(x),
        np.average(x, axis=0),
        np.logaddexp2.reduce(x),
        np.quantile(x, 0.3),
        np.percentile(x, 30, method="hazen", axis=0),
        np.nanmedian(x, axis=1),
        np.std(x, where=MASK),
    ):
        assert plain(y).dtype == np.float32
