"""Pooling, and sliding windows as such: what each window sees, and its transpose.

`windows` lays out what a window sees at each of its positions, `overlap_add` adds up what windows
hold where they overlap. They are each other's transpose, and pooling gets its rules from them.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, constant, linear, primitive
from autograd.engine.facts import Facts
from autograd.errors import ShapeError
from autograd.ops.shared.axes import Samples
from autograd.ops.shared.sliding import (
    Padding,
    Sizes,
    Windows,
    add_up,
    axis_0_last,
    batch_first,
    batch_last,
    over_batch,
    padded,
    per_axis,
    room_for,
    seen,
    windows_over,
)


def _windows(x: Any, over: Windows) -> Any:
    """From (N, C, *size) to (N, C, *kernel, *positions); the padding is seen as 0."""
    return batch_first(np.ascontiguousarray(seen(x, over)))


def _overlap_add(g: Any, over: Windows) -> Any:
    """From (N, C, *kernel, *positions) to (N, C, *size)."""
    out = room_for(g.shape[1], over, g.shape[0], g.dtype)
    add_up(out, axis_0_last(g), over)
    return batch_first(out[(slice(None), *over.inside)])


_SAMPLES = Facts(axes=Samples(2))
"""Samples and channels are apart."""

windows: Primitive = linear(_windows, lambda g, y, x, over: overlap_add(g, over), facts=_SAMPLES)
overlap_add: Primitive = linear(
    _overlap_add, lambda v, y, g, over: windows(v, over), facts=_SAMPLES
)


def _per_window(y: Any, over: Windows) -> Any:
    """From (N, C, *positions) to (N, C, 1, ..., 1, *positions): one number for all it sees."""
    return np.reshape(y, (*y.shape[:2], *(1,) * len(over.kernel), *y.shape[2:]))


def _pooled(ufunc: Any, x: Any, over: Windows, fill: float = 0) -> Any:
    """Combine the entries of each window by `ufunc`: entry after entry of all windows at once."""
    inside = padded(x, over, fill)
    first, *others = (inside[where] for _, where in over.entries)
    result = first.copy()
    for entries in others:
        ufunc(result, entries, out=result)
    return batch_first(result)


# Maximum -----------------------------------------------------------------------------------------


def _max_pool(x: Any, over: Windows) -> Any:
    return _pooled(np.maximum, x, over, _lowest(x))


def _lowest(x: Any) -> Any:
    """Return a padding that is never the maximum."""
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def _is_max(x: Any, y: Any, over: Windows) -> Any:
    """Which entries of each window, (N, C, *kernel, *positions), are its maximum y."""
    inside, y = padded(x, over, _lowest(x)), batch_last(y)
    hit: Any = np.empty((y.shape[0], *over.kernel, *y.shape[1:]), bool)
    for k, where in over.entries:
        np.equal(inside[where], y, out=hit[k])
    if np.isnan(y).any():
        # NaN is the maximum where there is one, and equals nothing.
        for k, where in over.entries:
            hit[k] |= np.isnan(inside[where])
    return batch_first(hit)


def _unpool(g: Any, hit: Any, over: Windows) -> Any:
    """Share each window's value equally among the entries it hits: (N, C, *size)."""
    hit = axis_0_last(hit)
    share = np.divide(batch_last(g), _ties(hit, over), dtype=g.dtype)
    out = room_for(g.shape[1], over, g.shape[0], g.dtype)
    for k, where in over.entries:
        if over.apart:
            np.multiply(share, hit[k], out=out[where])
        else:
            out[where] += share * hit[k]
    return batch_first(out[(slice(None), *over.inside)])


def _at_max(t: Any, hit: Any, over: Windows) -> Any:
    """Return the mean of the entries that each window hits: (N, C, *positions)."""
    hit = axis_0_last(hit)
    total = np.add.reduce(seen(t, over) * hit, axis=_kernel_axes(over))
    return batch_first(np.divide(total, _ties(hit, over), dtype=t.dtype))


def _ties(hit: Any, over: Windows) -> Any:
    """Return how many entries each window hits: (C, *positions, N)."""
    enough = np.min_scalar_type(math.prod(over.kernel))
    return np.add.reduce(hit.view(np.uint8), axis=_kernel_axes(over), dtype=enough)


def _kernel_axes(over: Windows) -> tuple[int, ...]:
    return tuple(range(1, 1 + len(over.kernel)))


is_max = constant(_is_max, arity=2, facts=_SAMPLES)
unpool: Primitive = primitive(
    _unpool,
    vjp=(lambda h, x, g, hit, over: at_max(h, hit, over=over), None),
    jvp=(lambda t, x, g, hit, over: unpool(t, hit, over=over), None),
    facts=_SAMPLES,
)
at_max: Primitive = primitive(
    _at_max,
    vjp=(lambda g, y, t, hit, over: unpool(g, hit, over=over), None),
    jvp=(lambda u, y, t, hit, over: at_max(u, hit, over=over), None),
    facts=_SAMPLES,
)
max_pool = primitive(
    _max_pool,
    vjp=lambda g, y, x, over: unpool(g, is_max(x, y, over=over), over=over),
    jvp=lambda t, y, x, over: at_max(t, is_max(x, y, over=over), over=over),
    facts=_SAMPLES,
)


# Sum and average ---------------------------------------------------------------------------------


def _sum_pool(x: Any, over: Windows) -> Any:
    return _pooled(np.add, x, over)


def _sum_pool_pull(g: Any, y: Any, x: Any, over: Windows) -> Any:
    shape = (*x.shape[:2], *over.kernel, *over.positions)
    return overlap_add(np.broadcast_to(_per_window(g, over), shape), over)


sum_pool = linear(_sum_pool, _sum_pool_pull, facts=_SAMPLES)


def _divisors(over: Windows, include_pad: bool, behind: Sequence[int]) -> Any:
    """Return how many entries each window averages: one number, or an array of shape *positions.

    Entries of the padding count with `include_pad`, up to `behind` after each axis; what lies
    further is there only because the last window reached beyond it.
    """
    counts: Any = np.ones((), int)
    along = zip(
        over.size, over.kernel, over.stride, over.positions, over.padding, behind, strict=True
    )
    for n, kernel, stride, positions, (before, _), after in along:
        start = np.arange(positions) * stride - before
        end = np.minimum(start + kernel, n + after if include_pad else n)
        counts = counts[..., None] * (end - (start if include_pad else np.maximum(start, 0)))
    return int(counts.flat[0]) if counts.size and np.ptp(counts) == 0 else counts


# Public functions --------------------------------------------------------------------------------


def max_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> Any:
    """Return the largest entry of each window along sequences; ties share the gradient equally.

    Shapes: input (N, C, L) or (C, L), result (N, C, P). Windows lie side by side unless `stride`
    says otherwise; with `ceil_mode` the last one may reach beyond the end.

    >>> max_pool1d(np.array([[[1.0, 5.0, 2.0, 3.0, 4.0]]]), 2)
    array([[[5., 3.]]])
    """
    return _max_layer(1, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> Any:
    """Return the largest entry of each window over images; ties share the gradient equally.

    Shapes: input (N, C, H, W) or (C, H, W), result (N, C, PH, PW). Windows lie side by side unless
    `stride` says otherwise; with `ceil_mode` the last ones may reach beyond the end.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """
    return _max_layer(2, input, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """Return the mean of each window along sequences.

    Shapes: input (N, C, L) or (C, L), result (N, C, P). Zeros of the padding count as entries
    unless `count_include_pad` is false.

    >>> avg_pool1d(np.array([[[1.0, 5.0, 2.0, 4.0]]]), 2)
    array([[[3., 3.]]])
    """
    return _avg_layer(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """Return the mean of each window over images.

    Shapes: input (N, C, H, W) or (C, H, W), result (N, C, PH, PW). Zeros of the padding count as
    entries unless `count_include_pad` is false.

    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    return _avg_layer(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def adaptive_avg_pool2d(input: Any, output_size: int | Sequence[int | None] | None) -> Any:
    """Return means over `output_size` windows, which share rows and columns of images evenly.

    Shapes: input (N, C, H, W) or (C, H, W), result (N, C, *output_size); `None` keeps a size.
    Window i of n begins at row floor(i H / n) and ends before row ceil((i + 1) H / n).

    >>> adaptive_avg_pool2d(np.arange(6.0).reshape(1, 1, 2, 3), (1, 2))
    array([[[[2., 3.]]]])
    """
    sizes: Any = output_size if isinstance(output_size, Sequence) else (output_size,) * 2

    def run(x: Any) -> Any:
        height, width = size = np.shape(x)[2:]
        given = [n if m is None else m for m, n in zip(sizes, size, strict=False)]
        rows, cols = per_axis("output_size", [*given, *sizes[2:]], 2)
        if (rows, cols) == (1, 1):
            return np.mean(x, axis=(2, 3), keepdims=True)
        return _means(height, rows, x) @ x @ _means(width, cols, x).T

    return over_batch("adaptive_avg_pool2d", 2, input, run)


def _means(n: int, windows: int, like: Any) -> Any:
    """Return the matrix that takes n entries to the means over this number of windows."""
    matrix = np.zeros((windows, n), np.result_type(like.dtype, np.float16))
    for i in range(windows):
        start, end = i * n // windows, -((i + 1) * n // -windows)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def unfold(
    input: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Padding = 0, stride: Sizes = 1
) -> Any:
    """Return the entries of images under a sliding window, one column for each of its positions.

    Shapes: input (N, C, H, W) or (C, H, W), result (N, C KH KW, positions).

    >>> unfold(np.arange(6.0).reshape(1, 1, 2, 3), (2, 2))
    array([[[0., 1.],
            [1., 2.],
            [3., 4.],
            [4., 5.]]])
    """

    def run(x: Any) -> Any:
        over = windows_over(np.shape(x)[2:], kernel_size, stride, padding, dilation)
        seen = windows.apply((x,), {"over": over})
        rows = seen.shape[1] * math.prod(over.kernel)
        return np.reshape(seen, (seen.shape[0], rows, math.prod(over.positions)))

    return over_batch("unfold", 2, input, run)


def fold(
    input: Any,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Padding = 0,
    stride: Sizes = 1,
) -> Any:
    """Compute the transpose of `unfold`: columns are added up at the positions they came from.

    Shapes: input (N, C KH KW, positions) or (C KH KW, positions), result (N, C, *output_size).

    >>> fold(np.ones((1, 4, 2)), (2, 3), (2, 2))
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    over = windows_over(
        per_axis("output_size", output_size, 2), kernel_size, stride, padding, dilation
    )

    def run(x: Any) -> Any:
        n, rows, positions = np.shape(x)
        entries = math.prod(over.kernel)
        if rows % entries or positions != math.prod(over.positions):
            raise ShapeError(
                f"fold takes columns of shape (N, C * {entries}, {math.prod(over.positions)}) for "
                f"output_size={output_size} and kernel_size={kernel_size}, got {np.shape(x)}"
            )
        shape = (n, rows // entries, *over.kernel, *over.positions)
        return overlap_add.apply((np.reshape(x, shape),), {"over": over})

    return over_batch("fold", 1, input, run)


def _max_layer(
    axes: int,
    x: Any,
    kernel: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> Any:
    def run(x: Any) -> Any:
        over = _pool_windows(np.shape(x)[2:], kernel, stride, padding, dilation, ceil_mode)
        return max_pool.apply((x,), {"over": over})

    return over_batch(f"max_pool{axes}d", axes, x, run)


def _avg_layer(
    axes: int,
    x: Any,
    kernel: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    include_pad: bool,
) -> Any:
    def run(x: Any) -> Any:
        over = _pool_windows(np.shape(x)[2:], kernel, stride, padding, 1, ceil_mode)
        total = sum_pool.apply((x,), {"over": over})
        count = _divisors(over, include_pad, per_axis("padding", padding, axes, least=0))
        # An array of integers would make float64 of float32.
        return total / (count if isinstance(count, int) else count.astype(total.dtype))

    return over_batch(f"avg_pool{axes}d", axes, x, run)


def _pool_windows(
    size: tuple[int, ...],
    kernel: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> Windows:
    """Return the windows of a pooling, which by default lie side by side."""
    kernel = per_axis("kernel size", kernel, len(size))
    sides = per_axis("padding", padding, len(size), least=0)
    if any(2 * p > k for p, k in zip(sides, kernel, strict=True)):
        raise ShapeError(
            f"padding={padding} is more than half of the kernel size {kernel}, "
            "so that windows could lie outside of the input"
        )
    stride = kernel if stride is None else stride
    return windows_over(size, kernel, stride, sides, dilation, ceil_mode)
