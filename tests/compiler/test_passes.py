"""Steps written as NumPy is quickest at them give what the same steps give one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd

RNG = np.random.default_rng(3)


def normal(*shape: int, dtype: Any = np.float64) -> Any:
    return RNG.normal(size=shape).astype(dtype)


def program(f: Callable[..., Any], *args: Any) -> str:
    """Return the source of a program whose results are those of the function."""
    compiled, expected = autograd.compile(f), f(*args)
    tolerance = 1e-12 if expected.dtype == np.float64 else 1e-5
    for _ in range(2):
        found = compiled(*args)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
    return compiled.source


# Rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    ("reduce", "call"),
    [
        (np.sum, "np.einsum('abc->ab', b0"),
        (np.max, "maximum_of_rows(b0"),
        (np.min, "minimum_of_rows(b0"),
    ],
)
def test_many_short_rows(reduce: Any, call: str, keepdims: bool, dtype: Any) -> None:
    def f(x: Any) -> Any:
        return np.exp(reduce(np.sin(x), axis=-1, keepdims=keepdims))

    x = normal(8, 16, 9, dtype=dtype)
    assert call in program(f, x)
    # The same program for an array with its axes in another order.
    compiled = autograd.compile(f)
    compiled(x)
    turned = np.asfortranarray(x)
    np.testing.assert_allclose(compiled(turned), f(turned), rtol=1e-5)


@pytest.mark.parametrize("reduce", [np.max, np.min])
def test_extremes_of_rows_are_nan_where_an_entry_is(reduce: Any) -> None:
    x = normal(128, 10)
    x[3, 4], x[5, 0], x[6, 9] = np.nan, np.inf, -np.inf
    compiled = autograd.compile(lambda x: 2 * reduce(x, axis=1))
    np.testing.assert_array_equal(compiled(x), 2 * reduce(x, axis=1))


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((128, 10), {"axis": 0}),
        ((8, 10), {"axis": 1}),
        ((64, 1), {"axis": 1}),
        ((64, 600), {"axis": 1}),
        ((8, 16, 10), {"axis": (1, 2)}),
    ],
)
def test_other_extremes_are_numpys(shape: Any, options: Any) -> None:
    assert "of_rows" not in program(lambda x: np.max(np.sin(x), **options) * 2, normal(*shape))


# Masks -------------------------------------------------------------------------------------------

CAUSAL = np.tri(6, dtype=bool)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.exp(np.where(CAUSAL, np.sin(x), -np.inf)), axis=0),
        lambda x: np.sum(np.exp(np.where(~CAUSAL, -np.inf, np.sin(x))), axis=0),
        lambda x: np.sum(np.exp(np.where(CAUSAL[0], np.sin(x), x[0])), axis=0),
        # The array is needed again, so that nothing may be written over it.
        lambda x: np.sum(np.where(CAUSAL, (y := np.sin(x)), 0) * y, axis=0),
        lambda x: np.sum(np.where(CAUSAL, x, 0) * x, axis=0),
    ],
)
def test_a_mask_that_is_repeated_is_filled_in(f: Any) -> None:
    x = normal(5, 6, 6)
    assert "filled(" in program(f, x)
    x[0, 0, 5] = np.nan
    np.testing.assert_allclose(autograd.compile(f)(x), f(x), rtol=1e-12)


def test_a_mask_among_the_arguments_may_change() -> None:
    def f(x: Any, mask: Any) -> Any:
        return np.exp(np.where(mask, np.sin(x), -np.inf))

    compiled, x = autograd.compile(f), normal(5, 6, 6)
    for mask in (CAUSAL, CAUSAL.T):
        np.testing.assert_allclose(compiled(x, mask), f(x, mask), rtol=1e-12)
    assert "filled(" in compiled.source


@pytest.mark.parametrize(
    "f",
    [
        # The result has another shape, or another dtype, than the array.
        lambda x: np.exp(np.where(np.ones((5, 1, 1), bool), np.sin(x[0]), 0.0)),
        lambda x: np.exp(np.where(CAUSAL, x.astype(np.float32), np.ones((6, 6)))),
        lambda x: np.exp(np.where(x > 0, np.sin(x), 0.0)),
    ],
)
def test_other_masks_are_numpys(f: Any) -> None:
    assert "filled(" not in program(f, normal(5, 6, 6))


# Zeros -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(8, 512), (64, 6, 10, 10), (256,)])
def test_a_row_of_zeros_in_place_of_a_number(shape: Any) -> None:
    x = normal(*shape, dtype=np.float32)
    x.flat[5], x.flat[6] = np.nan, np.inf
    source = program(lambda x: np.minimum(np.maximum(np.tanh(x), 0) - 0.5, 0.0) * 2, x)
    assert source.count(", zeros") == 2
    compiled = autograd.compile(lambda x: np.maximum(0, x) * 2)
    np.testing.assert_array_equal(compiled(x), np.maximum(0, x) * 2)


def test_a_row_of_zeros_lies_as_the_array_does() -> None:
    x = normal(6, 5, 70).transpose(1, 2, 0)
    source = program(lambda x: np.maximum(np.sin(x), 0) * 2, x)
    assert ", zeros" in source


@pytest.mark.parametrize("shape", [(7, 9), (9000,)])
def test_a_number_stays_where_a_row_would_be_short_or_long(shape: Any) -> None:
    assert "zeros" not in program(lambda x: np.maximum(np.sin(x), 0) * 2, normal(*shape))


def test_an_argument_may_be_called_as_a_row_is() -> None:
    def f(zeros0: Any) -> Any:
        return np.maximum(np.sin(zeros0), 0) * zeros0

    program(f, normal(2, 256))


# Products ----------------------------------------------------------------------------------------


def test_a_product_without_sums_is_one_entry_by_entry() -> None:
    source = program(lambda x, y: (np.sin(x).T @ y) * 2, normal(1, 7), normal(1, 5))
    assert "np.multiply(v0, y, out=" in source
    assert "matmul" not in source
    batch = program(lambda x, y: (x @ np.sin(y)) * 2, normal(3, 4, 1), normal(3, 1, 5))
    assert "matmul" not in batch


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_lie_as_they_are_put_together(factor: int, dtype: Any) -> None:
    """Heads of attention, side by side again."""

    def f(x: Any, y: Any) -> Any:
        heads = (np.sin(x) @ y) * factor
        return np.exp(heads.transpose(0, 2, 1, 3).reshape(2, 5, 12))

    x, y = normal(2, 3, 5, 6, dtype=dtype), normal(2, 3, 6, 4, dtype=dtype)
    source = program(f, x, y)
    assert "np.ndarray((2, 5, 3, 4)" in source
    *_, body = source.partition("def program")
    assert "reshape" not in body


def test_what_is_between_a_product_and_its_use_may_have_another_dtype() -> None:
    def f(x: Any, y: Any) -> Any:
        signs = np.sin(x) @ y > 0
        return signs.transpose(0, 2, 1, 3).reshape(2, 5, 12) * 0.5

    program(f, normal(2, 3, 5, 6), normal(2, 3, 6, 4))


@pytest.mark.parametrize(
    "f",
    [
        # No axis of the matrices would lie without gaps, as BLAS has to have it.
        lambda p: p.transpose(3, 0, 2, 1).reshape(8, 15),
        lambda p: p.transpose(0, 2, 1, 3).reshape(10, 12) * np.sum(p, axis=(1, 3)).reshape(10, 1),
    ],
)
def test_other_products_stay_in_their_order(f: Any) -> None:
    source = program(lambda x, y: f(np.sin(x) @ y) * 2, normal(2, 3, 5, 6), normal(2, 3, 6, 4))
    *_, body = source.partition("def program")
    assert ".reshape(" in body


# Operations of others -----------------------------------------------------------------------------


def test_what_a_value_and_its_slope_share_is_computed_once() -> None:
    source = program(autograd.grad(lambda x: np.sum(autograd.gelu(x))), normal(4, 5))
    assert source.count("normal_cdf(") == 1
    both = autograd.compile(autograd.value_and_grad(lambda x: np.sum(autograd.gelu(x))))
    both(normal(4, 5))
    assert both.source.count("normal_cdf(") == 1
