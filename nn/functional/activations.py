"""Activation functions: most are the engine's own, under PyTorch's names."""

import math
from typing import Any

import numpy as np

import autograd
from autograd import (
    ShapeError,
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softsign,
)
from autograd import log_sigmoid as logsigmoid

__all__ = [
    "elu",
    "gelu",
    "hardtanh",
    "heaviside",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


def tanh(input: Any) -> Any:
    """Hyperbolic tangent, entry by entry; the same as `np.tanh`."""
    return np.tanh(input)


def heaviside(input: Any) -> Any:
    """Return the step 1 where x >= 0, else 0. The slope is 0, so nothing learns through it.

    >>> heaviside(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    return np.heaviside(input, 1.0)


def prelu(input: Any, weight: Any) -> Any:
    """`x` where x > 0, else `w x`: a leaky ReLU whose slope is learned (He et al. 2015).

    Shapes: x (N, C, ...), w (C), or (1) for one slope for all, x then of any shape. Raises
    `ShapeError` for others.

    >>> prelu(np.array([[-2.0, -2.0], [3.0, 3.0]]), np.array([0.1, 0.5]))
    array([[-0.2, -1. ],
           [ 3. ,  3. ]])
    """
    shape, slopes = np.shape(input), np.shape(weight)
    if slopes != (1,) and slopes != shape[1:2]:
        raise ShapeError(
            f"prelu needs one slope, or one per channel of an input of shape (N, C, ...); got "
            f"slopes of shape {slopes} and an input of shape {shape}"
        )
    along = (1,) * len(shape) if slopes == (1,) else (-1, *(1,) * (len(shape) - 2))
    weight = np.reshape(weight, along)
    return np.where(input > 0, input, weight * input)


def softplus(input: Any, beta: float = 1.0, threshold: float = math.inf) -> Any:
    """`ln(1 + exp(beta x)) / beta`, entry by entry, without overflow. Slope: `sigmoid(beta x)`.

    Where `beta x > threshold` the result is x. PyTorch, whose formula would overflow, does so from
    20 on; this one does not, and is exact everywhere unless a threshold is given.

    >>> softplus(np.array([-800.0, 0.0, 8.0]))
    array([0.        , 0.69314718, 8.00033541])
    """
    scaled = input if beta == 1 else beta * input
    smooth = autograd.softplus(scaled)
    smooth = smooth if beta == 1 else smooth / beta
    return smooth if threshold == math.inf else np.where(scaled > threshold, input, smooth)


def softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """Positive numbers that sum to 1 over `axis`, `exp(x) / sum(exp(x))`.

    `dim` is PyTorch's name for `axis`; without either it is the last one.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    return autograd.softmax(input, axis=choose_axis(axis, dim))


def log_softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """Return the logarithm of `softmax` over `axis`, `x - ln(sum(exp(x)))`, without overflow.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return autograd.log_softmax(input, axis=choose_axis(axis, dim))


def choose_axis(axis: int | None, dim: int | None) -> int:
    """Return the axis that one of two names says, by default the last one."""
    if axis is not None and dim is not None:
        raise TypeError(f"axis and dim are two names for one thing, got {axis=} and {dim=}")
    named = dim if axis is None else axis
    return -1 if named is None else named
