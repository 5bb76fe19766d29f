"""Normalization: entries are given mean 0 and mean square 1 over some axes, then scaled.

All of it is two operations, which differ from layer to layer only in their axes: `centre`, whose
result has mean 0, and `unit_mean_square`, whose result has mean square 1. With n entries along the
axes, their Jacobians

    I - 1 1^T / n    and    (I - y y^T / n) / sqrt(mean(x^2) + eps)

are symmetric, so that one rule serves both modes.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Along, Facts, Tensor, TraceError, primitive
from nn.functional.operands import as_operand
from nn.layers.checks import require_groups, require_shape

Axes = tuple[int, ...]


def _centre(x: Any, axes: Axes = (-1,)) -> Any:
    """`x - mean(x)`, with the mean over `axes`."""
    return x - _mean(axes, x)


def _unit_mean_square(x: Any, axes: Axes = (-1,), eps: float = 0.0) -> Any:
    """`x / sqrt(mean(x^2) + eps)`, with the mean over `axes`."""
    return x * _inverse_root(x, axes, eps)


def _inverse_root(x: Any, axes: Axes, eps: float) -> Any:
    return 1 / np.sqrt(_mean(axes, x, x) + eps)


def _mean(axes: Axes, *factors: Any) -> Any:
    """Return the mean of a product over axes, which keep length 1; einsum stores no product."""
    shape = factors[0].shape
    letters = list(range(len(shape)))
    gone = {letters[axis] for axis in axes}
    parts = [part for factor in factors for part in (factor, letters)]
    total = np.einsum(*parts, [k for k in letters if k not in gone])
    entries = math.prod(shape[k] for k in gone)
    return np.reshape(total / entries, [1 if k in gone else shape[k] for k in letters])


def _centre_rule(g: Any, y: Any, x: Any, axes: Axes = (-1,)) -> Any:
    return centre(g, axes=axes)


def _unit_rule(g: Any, y: Any, x: Any, axes: Axes = (-1,), eps: float = 0.0) -> Any:
    return (g - y * _mean(axes, y, g)) * _inverse_root(x, axes, eps)


centre = primitive(
    _centre,
    vjp=_centre_rule,
    jvp=_centre_rule,
    facts=Facts(axes=Along("axes", default=-1), pure=True),
)
unit_mean_square = primitive(
    _unit_mean_square,
    vjp=_unit_rule,
    jvp=_unit_rule,
    facts=Facts(axes=Along("axes", default=-1), pure=True),
)


def _scaled(y: Any, weight: Any, bias: Any) -> Any:
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _per_channel(parameter: Any, ndim: int) -> Any:
    """One number per channel, (C), so that it broadcasts with (N, C, ...)."""
    return parameter if parameter is None else np.reshape(parameter, (-1, *(1,) * (ndim - 2)))


# Public functions --------------------------------------------------------------------------------


def layer_norm(
    input: Any,
    normalized_shape: Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """`(x - mean(x)) / sqrt(var(x) + eps) w + b`, over the last axes (Ba et al. 2016).

    Shapes: x (..., *normalized_shape), w and b of `normalized_shape`.

    >>> layer_norm(np.array([[1.0, 3.0], [0.0, 4.0]]), [2], eps=0.0)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    input, axes = _last_axes("layer_norm", input, normalized_shape)
    return _scaled(unit_mean_square(centre(input, axes=axes), axes=axes, eps=eps), weight, bias)


def rms_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None
) -> Any:
    """`x / sqrt(mean(x^2) + eps) w`, over the last axes (Zhang, Sennrich 2019).

    Without `eps` it is the distance from 1 to the next number of x's dtype. Shapes: x (...,
    *normalized_shape), w of `normalized_shape`.

    >>> rms_norm(np.array([3.0, 3.0]), [2], eps=0.0)
    array([1., 1.])
    """
    input, axes = _last_axes("rms_norm", input, normalized_shape)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    return _scaled(unit_mean_square(input, axes=axes, eps=eps), weight, None)


def _last_axes(function: str, input: Any, normalized_shape: Sequence[int]) -> tuple[Any, Axes]:
    """Return the input as an operand, and the axes that `normalized_shape` speaks of."""
    require_shape(function, input, ", ".join(["...", *map(str, normalized_shape)]))
    return as_operand(input), tuple(range(-len(normalized_shape), 0))


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """`(x - mean(x)) / sqrt(var(x) + eps) w + b`, over each group of channels (Wu, He 2018).

    Shapes: x (N, C, ...), w and b (C). Raises `ValueError` where C is no multiple of `num_groups`.

    >>> group_norm(np.array([[1.0, 3.0, 0.0, 4.0]]), 2, eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    require_shape("group_norm", input, "N, C, ...")
    shape = np.shape(input)
    require_groups("group_norm", num_groups, channels=shape[1])
    groups = np.reshape(input, (shape[0], num_groups, math.prod(shape[1:]) // num_groups))
    y = np.reshape(unit_mean_square(centre(groups), eps=eps), shape)
    return _scaled(y, _per_channel(weight, len(shape)), _per_channel(bias, len(shape)))


def batch_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """`(x - mean) / sqrt(var + eps) w + b` for each channel (Ioffe, Szegedy 2015).

    In training, mean and variance are those of the batch, over all axes but the second, and move
    the running ones, which have to be tensors: `running = (1 - momentum) running + momentum new`,
    with n - 1 as divisor of the new variance. Otherwise, the running ones are taken.

    Shapes: x (N, C, ...), all others (C). Raises `ValueError` in training for a single value per
    channel, or without training for missing running statistics; `TypeError` for arrays to move.

    >>> batch_norm(np.array([[1.0], [3.0]]), training=True, eps=0.0)
    array([[-1.],
           [ 1.]])
    >>> batch_norm(np.array([[1.0], [3.0]]), np.array([1.0]), np.array([4.0]), eps=0.0)
    array([[0.],
           [1.]])
    """
    channels = next((len(p) for p in (running_mean, weight, bias) if p is not None), "C")
    require_shape("batch_norm", input, f"N, {channels}, ...")
    input = as_operand(input)
    if training:
        axes = (0, *range(2, input.ndim))
        _require_several(input.shape, axes)
        centred = centre(input, axes=axes)
        if running_mean is not None:
            _follow(running_mean, running_var, input, centred, axes, momentum)
        y = unit_mean_square(centred, axes=axes, eps=eps)
        return _scaled(y, _per_channel(weight, y.ndim), _per_channel(bias, y.ndim))
    if running_mean is None or running_var is None:
        raise ValueError("batch_norm needs running_mean and running_var, or training=True")
    factor = 1 / np.sqrt(running_var + eps)
    factor = factor if weight is None else factor * weight
    centred = input - _per_channel(running_mean, input.ndim)
    return _scaled(centred, _per_channel(factor, input.ndim), _per_channel(bias, input.ndim))


def _follow(
    running_mean: Tensor, running_var: Tensor, x: Any, centred: Any, axes: Axes, momentum: float
) -> None:
    """Move running statistics towards those of a batch."""
    if not type(running_mean) is type(running_var) is Tensor:
        raise TypeError("batch_norm moves its running statistics in training: they must be tensors")
    n = math.prod(x.shape[axis] for axis in axes)
    x, centred, before_mean, before_var = map(_numbers, (x, centred, running_mean, running_var))
    mean, var = np.ravel(_mean(axes, x)), np.ravel(_mean(axes, centred, centred)) * n / (n - 1)
    for running, before, new in (
        (running_mean, before_mean, mean),
        (running_var, before_var, var),
    ):
        running.assign((1 - momentum) * before + momentum * new)


def _numbers(x: Any) -> Any:
    """Return the numbers of a tensor; in a compiled function, which has none yet, the tensor."""
    if type(x) is not Tensor:
        return x
    try:
        return x.data
    except TraceError:
        return x.detach()


def _require_several(shape: tuple[int, ...], axes: Axes) -> None:
    if math.prod(shape[axis] for axis in axes) < 2:
        raise ValueError(
            f"batch_norm needs more than one value per channel in training, got shape {shape}; "
            "use a larger batch, or eval()"
        )
