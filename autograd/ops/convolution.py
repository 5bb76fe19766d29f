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
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.primitive import Primitive, bilinear
from autograd.sliding import (
    Padding,
    Sizes,
    Windows,
    add_up,
    batch_first,
    batch_last,
    blocks,
    over_batch,
    per_axis,
    seen,
    windows_over,
)


def _per_group(x: Any, groups: int) -> Any:
    """Channels first, (C, ..., N), as one matrix per group, (groups, C/groups, ...)."""
    return np.reshape(x, (groups, x.shape[0] // groups, -1))


def _columns(view: Any, rows: slice, over: Windows, groups: int) -> Any:
    """What windows at some rows see, as (groups, C/groups * kernel, positions * N)."""
    axes = len(over.kernel)
    height = view.shape[0] // groups * math.prod(over.kernel)
    return np.reshape(view[(slice(None),) * (1 + axes) + (rows,)], (groups, height, -1))


def _conv(x: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    y = np.empty((w.shape[0], *over.positions, x.shape[0]), np.result_type(x, w))
    view, matrices = seen(x, over), _per_group(w, groups)
    for rows in blocks(over, view.size * view.itemsize):
        part = y[:, rows]
        part[...] = np.reshape(matrices @ _columns(view, rows, over, groups), part.shape)
    return batch_first(y)


def _conv_transpose(g: Any, w: Any, over: Windows, groups: int = 1) -> Any:
    channels, batch = w.shape[1] * groups, g.shape[0]
    x = np.zeros((channels, *over.padded_size, batch), np.result_type(g, w))
    g, matrices = batch_last(g), _per_group(w, groups).mT
    for rows in blocks(over, g.size // w.shape[0] * w[0].size * groups * x.itemsize):
        part = g[:, rows]
        columns = matrices @ _per_group(part, groups)
        shape = (channels, *over.kernel, *part.shape[1:])
        add_up(x, np.reshape(columns, shape), over, rows.start)
    return batch_first(x[(slice(None), *over.inside)])


def _conv_weight(x: Any, g: Any, over: Windows, groups: int = 1) -> Any:
    w: Any = 0
    view, g = seen(x, over), batch_last(g)
    for rows in blocks(over, view.size * view.itemsize):
        w = w + _per_group(g[:, rows], groups) @ _columns(view, rows, over, groups).mT
    return np.reshape(w, (g.shape[0], x.shape[1] // groups, *over.kernel))


def _params(over: Windows, groups: int) -> dict[str, Any]:
    """The static parameters; explanations need not say that there is one group."""
    return {"over": over, "groups": groups} if groups > 1 else {"over": over}


conv: Primitive = bilinear(
    _conv,
    left=lambda g, y, x, w, over, groups=1: conv_transpose(g, w, **_params(over, groups)),
    right=lambda g, y, x, w, over, groups=1: conv_weight(x, g, **_params(over, groups)),
)
conv_transpose: Primitive = bilinear(
    _conv_transpose,
    left=lambda h, y, g, w, over, groups=1: conv(h, w, **_params(over, groups)),
    right=lambda h, y, g, w, over, groups=1: conv_weight(h, g, **_params(over, groups)),
)
conv_weight: Primitive = bilinear(
    _conv_weight,
    left=lambda v, y, x, g, over, groups=1: conv_transpose(g, v, **_params(over, groups)),
    right=lambda v, y, x, g, over, groups=1: conv(x, v, **_params(over, groups)),
)


# What users call ---------------------------------------------------------------------------------


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
    """The transpose of `conv1d`: every entry of the input puts a scaled kernel into the result.

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
    """The transpose of `conv2d`: every entry of the input puts a scaled kernel into the result.

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
    """Convolution along so many axes, and a bias."""

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
    """Transposed convolution along so many axes, and a bias."""

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
