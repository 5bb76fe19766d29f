"""Shapes and layout: the same entries in another arrangement."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.primitive import composite, constant, linear
from autograd.shapes import normalize_axes, unbroadcast

reshape = linear(np.reshape, lambda g, y, x, shape: np.reshape(g, x.shape), parameters=["shape"])
broadcast_to = linear(np.broadcast_to, lambda g, y, x, shape: unbroadcast(g, x.shape))
swapaxes = linear(
    np.swapaxes,
    lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2),
    parameters=["axis1", "axis2"],
)


def _inverse(axes: Sequence[int] | None) -> tuple[int, ...] | None:
    """The permutation that undoes `axes`; the reversal of all axes undoes itself."""
    if axes is None:
        return None
    return tuple(int(i) for i in np.argsort(normalize_axes(tuple(axes), len(axes))))


transpose = linear(
    np.transpose,
    lambda g, y, x, axes=None: np.transpose(g, _inverse(axes)),
)


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


# The cotangent goes back to the dtype of x when the sweep gets there.
astype = linear(_astype, lambda g, y, x, dtype: g)
# Integers and booleans do not move with small changes of x, so no gradient goes through them.
astype_discrete = constant(_astype, name="astype_discrete")


def _copy(x: Any) -> Any:
    return x


copy = linear(_copy, lambda g, y, x: g)


@composite(np.ravel)
def ravel(a: Any) -> Any:
    """All entries along one axis."""
    return np.reshape(a, (-1,))


@composite(np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """The last two axes swapped."""
    return np.swapaxes(x, -1, -2)


@composite(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    """Axes of length one put in at the positions `axis`."""
    return np.reshape(a, np.expand_dims(np.empty(a.shape, bool), axis).shape)


@composite(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    """Axes of length one taken out."""
    return np.reshape(a, np.squeeze(np.empty(a.shape, bool), axis=axis).shape)


# Putting together ---------------------------------------------------------------------------------


def _concatenate(*arrays: Any, axis: int | None = 0) -> Any:
    return np.concatenate(arrays, axis=axis)


def _part(k: int, g: Any, y: Any, *xs: Any, axis: int | None = 0) -> Any:
    """What of the gradient of a concatenation belongs to its operand `k`."""
    lengths = [x.size if axis is None else x.shape[axis] for x in xs]
    before = () if axis is None else (slice(None),) * (axis % len(g.shape))
    start, end = [0, *accumulate(lengths)][k : k + 2]
    part = g[(*before, slice(start, end))]
    return np.reshape(part, xs[k].shape) if axis is None else part


concatenate = linear(np.concatenate, _part, fast=_concatenate, variadic=True, parameters=["axis"])


def _stack(*arrays: Any, axis: int = 0) -> Any:
    return np.stack(arrays, axis=axis)


stack = linear(
    np.stack,
    lambda k, g, y, *xs, axis=0: g[(*(slice(None),) * (axis % len(g.shape)), k)],
    fast=_stack,
    variadic=True,
    parameters=["axis"],
)

zeros_like = constant(np.zeros_like)
ones_like = constant(np.ones_like)
