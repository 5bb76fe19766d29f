"""Convolution, as networks mean it: correlation with a kernel that slides over spatial axes.

With x (N, C, *size), a weight w (O, C/groups, *kernel) and a result y (N, O, *positions),

    y[n, o, p] = sum over c, k of  x[n, c, stride p + dilation k - padding] w[o, c, k].

Weighted with a cotangent g and summed, this is a form `T(x, w, g) = sum of g y` that is linear in
each of its three arguments. Its three partial derivatives are the three operations below, and so
the transposes of each of them are the other two:

    conv = dT/dg,    conv_transpose = dT/dx,    conv_weight = dT/dw.

Each is a matrix product per group with columns of what windows see ("im2col": Chellapilla, Puri,
Simard 2006), a few rows of positions at a time, so that the columns of large batches, which repeat
each entry for every window that sees it, never fill the memory.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, bilinear
from autograd.engine.facts import Facts
from autograd.errors import ShapeError
from autograd.ops.shared.axes_of_products import Convolution, ConvolutionWeight
from autograd.ops.shared.sliding import (
    Padding,
    Sizes,
    Windows,
    add_up,
    batch_first,
    batch_last,
    blocks,
    over_batch,
    per_axis,
    room_for,
    seen,
    windows_over,
)

# Kernels, on arrays with the batch last ----------------------------------------------------------

_SMALL_PRODUCT = 10**6
"""Multiplications up to which OpenBLAS leaves matrices where they lie, on processors with AVX-512:
with few channels, that halves the time of a product. Source: its `sgemm_small_kernel_permit`."""
_WORTH_A_CALL = 1000
"""Columns, for fewer of which the calls cost more than small products gain."""
_GAP = 16
"""Entries after each row of a matrix, lest rows begin a power of two apart: they would compete for
few places of the caches, and products take up to twice the time."""


def _per_group(x: Any, groups: int) -> Any:
    """Channels first, (C, ...), as one matrix per group, (groups, C/groups, ...)."""
    return np.reshape(x, (groups, x.shape[0] // groups, -1))


def _matrices(groups: int, height: int, width: int, dtype: Any) -> Any:
    """Memory for one matrix per group."""
    return np.empty((groups, height, width + _GAP), dtype)[..., :width]


def _columns(view: Any, rows: slice, over: Windows, groups: int) -> Any:
    """Return what windows at some rows cover, as (groups, C/groups * kernel, positions * N)."""
    axes = len(over.kernel)
    part = view[(slice(None),) * (1 + axes) + (rows,)]
    height, width = math.prod(part.shape[: 1 + axes]) // groups, math.prod(part.shape[1 + axes :])
    if math.prod(over.kernel) == 1:
        return np.reshape(part, (groups, height, width))
    columns = _matrices(groups, height, width, view.dtype)
    np.reshape(columns, part.shape)[...] = part
    return columns


def _parts(
    over: Windows, batch: int, sizes: tuple[int, ...], itemsize: int
) -> Iterator[tuple[slice, slice]]:
    """Return blocks of columns for products with `sizes` matrices, (groups, O/groups, entries)."""
    groups, outputs, entries = sizes
    small = _SMALL_PRODUCT // max(1, outputs * entries)
    most = small if small >= _WORTH_A_CALL else math.inf
    return blocks(over, batch, groups * entries * itemsize, most)


def _multiply(matrices: Any, columns: Any, out: Any) -> None:
    """Return the product of one matrix per group."""
    # For a column and a row, as in depthwise convolution, `multiply` is ten times as fast.
    product = np.multiply if matrices.shape[2] == 1 else np.matmul
    product(matrices, columns, out=out)


def _conv(x: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    batch = x.shape[0]
    y = np.empty((w.shape[0], *over.positions, batch), np.result_type(x, w))
    view, matrices, result = seen(x, over), _per_group(w, groups), _per_group(y, groups)
    for rows, part in _parts(over, batch, matrices.shape, y.itemsize):
        _multiply(matrices, _columns(view, rows, over, groups), out=result[..., part])
    return batch_first(y)


def _conv_transpose(g: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    channels, batch = w.shape[1] * groups, g.shape[0]
    turned, added = _in_two_steps(over, w.shape, groups)
    x = room_for(channels, added, batch, np.result_type(g, w))
    view, matrices = seen(g, turned), _turned(w, turned, groups)
    height = matrices.shape[1]
    for rows, part in blocks(turned, batch, groups * height * x.itemsize):
        columns = _matrices(groups, height, part.stop - part.start, x.dtype)
        _multiply(matrices, _columns(view, rows, turned, groups), out=columns)
        shape = (channels, *added.kernel, rows.stop - rows.start, *added.positions[1:], batch)
        add_up(x, np.reshape(columns, shape), added, rows.start)
    return batch_first(x[(slice(None), *added.inside)])


@lru_cache
def _in_two_steps(over: Windows, weight: tuple[int, ...], groups: int) -> tuple[Windows, Windows]:
    """Return the windows that slide over g, and those that collect the products with them.

    With stride 1, a transposed convolution is a convolution with the kernel turned round. Along
    the last axis it is computed as one: the products then sum over that axis of the kernel, too,
    and `add_up`, which takes three times as long as a copy, has less to do.
    """
    positions, size, kernel, dilation = (
        numbers[-1] for numbers in (over.positions, over.size, over.kernel, over.dilation)
    )
    before = over.padding[-1][0]
    padding = dilation * (kernel - 1) - before, size + before - positions
    copies, additions = weight[0] // groups, math.prod(weight[1:-1])
    if over.stride[-1] > 1 or min(padding) < 0 or copies > 3 * additions:
        return windows_over(over.positions, 1), over
    ones, zeros = ((number,) * (len(over.size) - 1) for number in (1, 0))
    turned = windows_over(over.positions, (*ones, kernel), 1, (*zeros, padding), (*ones, dilation))
    added = replace(
        over,
        kernel=(*over.kernel[:-1], 1),
        padding=(*over.padding[:-1], (0, 0)),
        positions=turned.positions,
    )
    return turned, added


def _turned(w: Any, turned: Windows, groups: int) -> Any:
    """Return the weight (O, C/groups, *kernel) as matrices for products with what `turned` sees."""
    w = np.reshape(w, (groups, w.shape[0] // groups, -1, turned.kernel[-1]))[..., ::-1]
    return np.reshape(np.swapaxes(w, 1, 2), (groups, w.shape[2], -1))


def _conv_weight(x: Any, g: Any, over: Windows, groups: int = 1) -> Any:
    w: Any = 0
    batch, channels = g.shape[:2]
    view, g = seen(x, over), _per_group(batch_last(g), groups)
    outputs, entries = channels // groups, x.shape[1] // groups * math.prod(over.kernel)
    for rows, part in _parts(over, batch, (groups, outputs, entries), x.itemsize):
        columns = _columns(view, rows, over, groups)
        # A product with more rows than columns takes down to half the time of its transpose.
        tall = entries > outputs
        w = w + ((columns @ g[..., part].mT).mT if tall else g[..., part] @ columns.mT)
    return np.ascontiguousarray(np.reshape(w, (channels, -1, *over.kernel)))


def _params(over: Windows, groups: int) -> dict[str, Any]:
    """Return the static parameters; explanations need not say that there is one group."""
    return {"over": over, "groups": groups} if groups > 1 else {"over": over}


conv: Primitive = bilinear(
    _conv,
    left=lambda g, y, x, w, over, groups=1: conv_transpose(g, w, **_params(over, groups)),
    right=lambda g, y, x, w, over, groups=1: conv_weight(x, g, **_params(over, groups)),
    facts=Facts(axes=Convolution(0)),
)
conv_transpose: Primitive = bilinear(
    _conv_transpose,
    left=lambda h, y, g, w, over, groups=1: conv(h, w, **_params(over, groups)),
    right=lambda h, y, g, w, over, groups=1: conv_weight(h, g, **_params(over, groups)),
    facts=Facts(axes=Convolution(1)),
)
conv_weight: Primitive = bilinear(
    _conv_weight,
    left=lambda v, y, x, g, over, groups=1: conv_transpose(g, v, **_params(over, groups)),
    right=lambda v, y, x, g, over, groups=1: conv(x, v, **_params(over, groups)),
    facts=Facts(axes=ConvolutionWeight()),
)


# Public functions --------------------------------------------------------------------------------


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel along sequences.

    y[n, o, p] = b[o] + sum over c, k of  x[n, c, stride p + dilation k - padding] w[o, c, k].

    Shapes: input (N, C, L) or (C, L), weight (O, C/groups, K), bias (O), result (N, O, P). As in
    PyTorch, the kernel is not turned round; `padding` is a number, "same" or "valid".

    Raises `ShapeError` for channels that do not fit, or a kernel larger than the padded input.

    >>> conv1d(np.array([[[1.0, 2.0, 3.0, 4.0]]]), np.array([[[1.0, -1.0]]]))
    array([[[-1., -1., -1.]]])
    """
    return _layer(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel over images.

    y[n, o, p] = b[o] + sum over c, k of  x[n, c, stride p + dilation k - padding] w[o, c, k],
    where p and k number rows and columns.

    Shapes: input (N, C, H, W) or (C, H, W), weight (O, C/groups, KH, KW), bias (O), result
    (N, O, PH, PW). As in PyTorch, the kernel is not turned round; `stride`, `padding` and
    `dilation` are one number or one per axis, `padding` also "same" or "valid".

    Raises `ShapeError` for channels that do not fit, or a kernel larger than the padded input.

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), bias=np.array([0.5]))
    array([[[[4.5, 4.5],
             [4.5, 4.5]]]])
    """
    return _layer(2, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Any:
    """Compute the transpose of `conv1d`: each input entry adds a scaled kernel to the result.

    Shapes: input (N, C, P) or (C, P), weight (C, O/groups, K), bias (O), result (N, O, L) with
    L = stride (P - 1) - 2 padding + dilation (K - 1) + 1 + output_padding.

    >>> conv_transpose1d(np.array([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]]), stride=2)
    array([[[ 1., 10.,  2., 20.]]])
    """
    return _transposed_layer(
        1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Any:
    """Compute the transpose of `conv2d`: each input entry adds a scaled kernel to the result.

    Shapes: input (N, C, PH, PW) or (C, PH, PW), weight (C, O/groups, KH, KW), bias (O), result
    (N, O, H, W) with H = stride (PH - 1) - 2 padding + dilation (KH - 1) + 1 + output_padding.

    >>> conv_transpose2d(np.ones((1, 1, 1, 2)), np.ones((1, 1, 2, 2)))
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    return _transposed_layer(
        2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def _layer(
    axes: int,
    x: Any,
    w: Any,
    b: Any,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Any:
    """Convolve along this number of axes, and add a bias."""

    def run(x: Any) -> Any:
        _check_groups(np.shape(w)[0], groups)
        _check_channels(x, np.shape(w)[1] * groups, f"axis 1, times groups={groups}")
        over = windows_over(np.shape(x)[2:], np.shape(w)[2:], stride, padding, dilation)
        return conv.apply((x, w), _params(over, groups))

    return _batched(f"conv{axes}d", axes, x, w, b, run)


def _transposed_layer(
    axes: int,
    x: Any,
    w: Any,
    b: Any,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
) -> Any:
    """Apply a transposed convolution along this number of axes, and add a bias."""

    def run(x: Any) -> Any:
        _check_groups(np.shape(w)[0], groups)
        _check_channels(x, np.shape(w)[0], "axis 0")
        steps = per_axis("stride", stride, axes)
        gaps = per_axis("dilation", dilation, axes)
        extra = per_axis("output_padding", output_padding, axes, least=0)
        if any(e >= max(s, d) for e, s, d in zip(extra, steps, gaps, strict=True)):
            raise ShapeError(
                f"output_padding={output_padding} must be smaller than stride={stride} or "
                f"dilation={dilation}"
            )
        sides = per_axis("padding", padding, axes, least=0)
        positions, kernel = np.shape(x)[2:], np.shape(w)[2:]
        size = tuple(
            s * (n - 1) - 2 * p + d * (k - 1) + 1 + e
            for n, k, s, p, d, e in zip(positions, kernel, steps, sides, gaps, extra, strict=True)
        )
        if min(size) < 1:
            raise ShapeError(f"the result would have size {size}; use less padding")
        over = replace(windows_over(size, kernel, stride, padding, dilation), positions=positions)
        return conv_transpose.apply((x, w), _params(over, groups))

    return _batched(f"conv_transpose{axes}d", axes, x, w, b, run)


def _batched(name: str, axes: int, x: Any, w: Any, b: Any, run: Callable[[Any], Any]) -> Any:
    """Check the shapes, run on a batch, and add the bias: one number per output channel."""
    what = f"{name} with a weight of shape {np.shape(w)}"
    if np.ndim(w) != axes + 2:
        raise ShapeError(f"{what}: it needs {axes + 2} axes, two of channels and then the kernel's")

    def with_bias(x: Any) -> Any:
        y = run(x)
        if b is None:
            return y
        if np.shape(b) != y.shape[1:2]:
            raise ShapeError(
                f"{y.shape[1]} output channels take a bias of shape {y.shape[1:2]}, "
                f"got {np.shape(b)}"
            )
        return y + np.reshape(b, (-1, *(1,) * axes))

    return over_batch(what, axes, x, with_bias)


def _check_groups(channels: int, groups: int) -> None:
    if groups < 1 or channels % groups:
        raise ShapeError(f"axis 0 of the weight must be a multiple of groups={groups}")


def _check_channels(x: Any, expected: int, where: str) -> None:
    if np.shape(x)[1] != expected:
        raise ShapeError(
            f"the input has {np.shape(x)[1]} channels, but the weight is for {expected} ({where}); "
            f"give it {expected} channels or another weight"
        )
