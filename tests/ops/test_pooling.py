"""Pooling against loops written out, its corners, and `unfold` with its transpose."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import (
    ShapeError,
    Tensor,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    fold,
    grad,
    gradcheck,
    jvp,
    max_pool1d,
    max_pool2d,
    unfold,
    vjp,
)
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
KERNELS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def windows_of(x: Any, kernel: Any, stride: Any, padding: Any, ceil_mode: bool) -> Any:
    """For every position of a window in x (H, W), the rows and columns that it covers."""
    per_axis = []
    for n, k, s, p in zip(x.shape, kernel, stride, padding, strict=True):
        starts = list(range(-p, n + p - k + 1, s))
        following = starts[-1] + s
        if ceil_mode and starts[-1] + k < n + p and following < n:
            starts.append(following)
        per_axis.append([(a, a + k) for a in starts])
    return per_axis


@settings(max_examples=150, deadline=None)
@given(
    size=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    kernel=KERNELS,
    stride=st.one_of(st.none(), KERNELS),
    halves=st.tuples(st.booleans(), st.booleans()),
    ceil_mode=st.booleans(),
    include_pad=st.booleans(),
)
def test_pooling_is_what_loops_say(
    size: Any, kernel: Any, stride: Any, halves: Any, ceil_mode: bool, include_pad: bool
) -> None:
    padding = tuple(k // 2 * half for k, half in zip(kernel, halves, strict=True))
    assume(all(n + 2 * p >= k for n, k, p in zip(size, kernel, padding, strict=True)))
    x = RNG.normal(size=(2, 1, *size))
    rows, cols = windows_of(x[0, 0], kernel, stride or kernel, padding, ceil_mode)
    highest, mean = np.zeros((2, 2, 1, len(rows), len(cols)))
    for (i, (top, bottom)), (j, (left, right)) in product(enumerate(rows), enumerate(cols)):
        seen = x[:, :, max(top, 0) : bottom, max(left, 0) : right]
        highest[:, :, i, j] = seen.max(axis=(2, 3))
        counted = (min(bottom, size[0] + padding[0]) - top) * (
            min(right, size[1] + padding[1]) - left
        )
        entries = counted if include_pad else seen[0, 0].size
        mean[:, :, i, j] = seen.sum(axis=(2, 3)) / entries
    params = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    np.testing.assert_array_equal(max_pool2d(x, kernel, **params), highest)
    np.testing.assert_allclose(
        avg_pool2d(x, kernel, count_include_pad=include_pad, **params), mean, rtol=1e-12
    )


@pytest.mark.parametrize(
    "pool",
    [
        lambda x: max_pool2d(x, 2),
        lambda x: max_pool2d(x, 3, stride=1, padding=1, dilation=2),
        lambda x: max_pool2d(x, (2, 3), stride=(3, 2), padding=(1, 0), ceil_mode=True),
        lambda x: avg_pool2d(x, 2, ceil_mode=True),
        lambda x: avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False),
        lambda x: avg_pool2d(x, (1, 2), ceil_mode=True, padding=(0, 1)),
        lambda x: max_pool1d(x[0], 2, ceil_mode=True),
        lambda x: avg_pool1d(x[0], 2, stride=1),
        lambda x: adaptive_avg_pool2d(x, (2, 3)),
        lambda x: adaptive_avg_pool2d(x, 1),
        lambda x: adaptive_avg_pool2d(x, (None, 2)),
        lambda x: unfold(x, (2, 3), dilation=(2, 1), padding=1, stride=2),
    ],
)
def test_derivatives_to_second_order(pool: Callable[[Any], Any]) -> None:
    x = RNG.permutation(np.arange(40.0)).reshape(1, 2, 4, 5) / 7
    assert_derivatives(lambda x: pool(x) ** 2, x)


def test_tied_maxima_share_the_gradient() -> None:
    x = np.array([[[[1.0, 3.0, 2.0, 2.0], [3.0, 3.0, 2.0, 2.0]]]])
    slopes = grad(lambda x: np.sum(max_pool2d(x, 2) * np.array([3.0, 8.0])))(x)
    np.testing.assert_allclose(slopes, [[[[0, 1, 2, 2], [1, 1, 2, 2]]]], rtol=1e-15)


def test_windows_may_have_more_ties_than_a_byte_counts() -> None:
    x = np.zeros((1, 1, 16, 16))
    slopes = grad(lambda x: np.sum(max_pool2d(x, 16)))(x)
    np.testing.assert_array_equal(slopes, np.full(x.shape, 1 / 256))


def test_overlapping_windows_add_up_what_their_maximum_gets() -> None:
    slopes = grad(lambda x: np.sum(max_pool1d(x, 2, stride=1)))(np.array([[1.0, 5.0, 2.0]]))
    np.testing.assert_array_equal(slopes, [[0, 2, 0]])


def test_padding_is_never_the_maximum() -> None:
    x = -np.ones((1, 1, 2, 2))
    np.testing.assert_array_equal(max_pool2d(x, 3, stride=1, padding=1), x)
    np.testing.assert_array_equal(
        max_pool2d(np.array([[[-3, -5]]]), (1, 2), padding=(0, 1), stride=1), [[[-3, -3, -5]]]
    )


def test_nan_goes_through() -> None:
    x = np.array([[1.0, np.nan, 2.0, 3.0]])
    np.testing.assert_array_equal(max_pool1d(x, 2), [[np.nan, 3]])
    slopes = grad(lambda x: np.sum(max_pool1d(x, 2)))(x)
    np.testing.assert_array_equal(slopes, [[0, 1, 0, 1]])
    _, tangent = jvp(lambda x: max_pool1d(x, 2), x, np.array([[1.0, 2.0, 3.0, 4.0]]))
    np.testing.assert_array_equal(tangent, [[2, 4]])


@pytest.mark.parametrize(("size", "output"), [((5, 7), (3, 2)), ((4, 4), (2, 4)), ((2, 3), (4, 5))])
def test_adaptive_windows_share_rows_and_columns_out(size: Any, output: Any) -> None:
    x = RNG.normal(size=(2, 3, *size))
    expected = np.zeros((2, 3, *output))
    for i, j in np.ndindex(*output):
        rows, cols = (
            slice(int(np.floor(a * n / m)), int(np.ceil((a + 1) * n / m)))
            for a, n, m in zip((i, j), size, output, strict=True)
        )
        expected[:, :, i, j] = x[:, :, rows, cols].mean(axis=(2, 3))
    np.testing.assert_allclose(adaptive_avg_pool2d(x, output), expected, rtol=1e-12)
    assert adaptive_avg_pool2d(x.astype(np.float32), output).dtype == np.float32


def test_unfold_is_what_each_window_sees() -> None:
    x = RNG.normal(size=(2, 3, 4, 5))
    seen = unfold(x, (2, 3), stride=(2, 1), padding=(1, 0))
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (0, 0)])
    for column, (i, j) in enumerate(product((0, 2, 4), range(3))):
        window = padded[:, :, i : i + 2, j : j + 3]
        np.testing.assert_array_equal(seen[:, :, column], window.reshape(2, -1))


@pytest.mark.parametrize(
    "params", [{}, {"stride": 2}, {"dilation": (1, 2)}, {"padding": (1, 0), "stride": (1, 2)}]
)
def test_fold_is_the_transpose_of_unfold(params: dict[str, Any]) -> None:
    x = RNG.normal(size=(2, 3, 4, 5))
    seen, pullback = vjp(lambda x: unfold(x, (2, 2), **params), x)
    g = RNG.normal(size=seen.shape)
    np.testing.assert_allclose(fold(g, (4, 5), (2, 2), **params), pullback(g), rtol=1e-12)
    gradcheck(lambda g: fold(g, (4, 5), 2, **params), g[:1, :4], order=1)


def test_one_sample_is_a_batch_of_one() -> None:
    x = RNG.normal(size=(2, 4, 5))
    for pool in (max_pool2d, avg_pool2d, adaptive_avg_pool2d, unfold):
        np.testing.assert_array_equal(pool(x, 2), pool(x[None], 2)[0])
    np.testing.assert_array_equal(fold(unfold(x, 1), (4, 5), 1), x)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d, adaptive_avg_pool2d, unfold])
def test_float32_stays_float32(pool: Any) -> None:
    x = Tensor(np.ones((2, 1, 6, 6), np.float32), requires_grad=True)
    y = pool(x, 2)
    np.sum(y).backward()
    assert y.dtype == x.grad.dtype == np.float32
    if pool is avg_pool2d:
        assert avg_pool2d(x, 3, padding=1, count_include_pad=False).dtype == np.float32


def test_empty_batches_are_taken() -> None:
    x = Tensor(np.ones((0, 2, 4, 4)), requires_grad=True)
    for pool in (max_pool2d, avg_pool2d, adaptive_avg_pool2d):
        y = pool(x, 2)
        assert y.shape == (0, 2, 2, 2)
        np.sum(y).backward()
    assert x.grad.shape == x.shape


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ceil_mode_keeps_the_one_window_that_is_cut_off(dtype: Any) -> None:
    """The numbers of positions and divisors are PyTorch's, where the kernel exceeds the input."""
    x = np.arange(30.0, dtype=dtype).reshape(1, 1, 5, 6)
    assert max_pool2d(x, 8, ceil_mode=True).tolist() == [[[[29.0]]]]
    assert avg_pool2d(x, 8, ceil_mode=True).tolist() == [[[[14.5]]]]
    assert max_pool2d(x, (2, 8), ceil_mode=True).ravel().tolist() == [11.0, 23.0, 29.0]
    assert max_pool2d(x, 4, 8, dilation=2, ceil_mode=True).tolist() == [[[[28.0]]]]
    # Of the padding, what lies before and one row and column behind count.
    assert avg_pool2d(x, 8, padding=1, ceil_mode=True).ravel()[0] == dtype(435 / 56)
    alone = avg_pool2d(x, 8, padding=1, ceil_mode=True, count_include_pad=False)
    assert alone.ravel()[0] == dtype(14.5)
    gradcheck(lambda x: max_pool2d(x, 8, ceil_mode=True) ** 2, x.astype(float))
    gradcheck(lambda x: avg_pool2d(x, 8, padding=1, ceil_mode=True) ** 2, x.astype(float))
    for stride in (1, 2):
        with pytest.raises(ShapeError, match="the kernel spans"):
            max_pool2d(x, 8, stride, ceil_mode=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: max_pool2d(x, 5),
         r"max_pool2d, on an input of shape \(1, 1, 4, 4\): the kernel spans \(5, 5\)"),
        (lambda x: max_pool2d(x, 2, padding=2), r"padding=2 is more than half of the kernel size"),
        (lambda x: max_pool2d(x, 0), "kernel size must be at least 1, got 0"),
        (lambda x: avg_pool1d(x, 2), r"avg_pool1d takes an input of shape \(N, C, L\) or \(C, L\)"),
        (lambda x: adaptive_avg_pool2d(x, 0), "output_size must be at least 1"),
        (lambda x: adaptive_avg_pool2d(x, (1, 2, 3)), "output_size has 3 numbers for 2"),
        (lambda x: fold(x[0, :, :3], (3, 3), 2),
         r"columns of shape \(N, C \* 4, 4\) for output_size=\(3, 3\) and kernel_size=2"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        call(np.ones((1, 1, 4, 4)))
