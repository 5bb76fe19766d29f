"""Activation functions: most are the engine's own, under PyTorch's names."""

from typing import Any

import numpy as np

import autograd
from autograd import elu, gelu, leaky_relu, relu, sigmoid, softplus

__all__ = [
    "elu",
    "gelu",
    "heaviside",
    "leaky_relu",
    "log_softmax",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]


def tanh(input: Any) -> Any:
    """Hyperbolic tangent, entry by entry; the same as `np.tanh`."""
    return np.tanh(input)


def heaviside(input: Any) -> Any:
    """The step 1 where x >= 0, else 0, entry by entry. Slope: 0, so that nothing learns through it.

    >>> heaviside(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    return np.heaviside(input, 1.0)


def softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """Positive numbers that sum to 1 over `axis`, `exp(x) / sum(exp(x))`.

    `dim` is PyTorch's name for `axis`; without either it is the last one.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    return autograd.softmax(input, axis=chosen_axis(axis, dim))


def log_softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """The logarithm of `softmax` over `axis`, `x - ln(sum(exp(x)))`, without overflow.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return autograd.log_softmax(input, axis=chosen_axis(axis, dim))


def chosen_axis(axis: int | None, dim: int | None) -> int:
    if axis is not None and dim is not None:
        raise TypeError(f"axis and dim are two names for one thing, got {axis=} and {dim=}")
    named = dim if axis is None else axis
    return -1 if named is None else named
