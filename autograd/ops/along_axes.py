"""Functions that are run along axes, and the indices that axes make together."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, primitive


@composite(np.apply_along_axis)
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any
) -> Any:
    """`func1d` of every line along `axis`; what it gives takes the line's place."""
    n = np.ndim(arr)
    lines = np.moveaxis(arr, axis, -1)
    *outer, length = np.shape(lines)
    if not math.prod(outer):
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    rows = np.reshape(lines, (-1, length))
    results = np.stack([func1d(row, *args, **kwargs) for row in rows])
    shape = np.shape(results)[1:]
    results = np.reshape(results, (*outer, *shape))
    target = axis % n
    return np.moveaxis(
        results,
        tuple(range(n - 1, n - 1 + len(shape))),
        tuple(range(target, target + len(shape))),
    )


@composite(np.apply_over_axes)
def apply_over_axes(func: Callable[[Any, int], Any], a: Any, axes: Any) -> Any:
    """`func(a, axis)` for one axis after the other; axes that it drops are kept, with length 1."""
    n = np.ndim(a)
    for axis in np.atleast_1d(axes):
        axis = int(axis) % n
        result = func(a, axis)
        a = result if np.ndim(result) == n else np.expand_dims(result, axis)
        if np.ndim(a) != n:
            raise ValueError("function is not returning an array of the correct shape")
    return a


def _unwrap_rule(
    g: Any, y: Any, p: Any, discont: Any = None, axis: int = -1, period: Any = 2 * math.pi
) -> Any:
    """Whole periods are added, which do not move with p."""
    return g


unwrap = primitive(np.unwrap, vjp=_unwrap_rule, jvp=_unwrap_rule)


# Indices ------------------------------------------------------------------------------------------


@composite(np.ix_)
def ix_(*args: Any) -> tuple[Any, ...]:
    """Index arrays that pick out rows and columns: one axis each, masks as numbers."""
    indices = [x if hasattr(x, "dtype") else np.asarray(x, None if len(x) else int) for x in args]
    if any(np.ndim(x) != 1 for x in indices):
        raise ValueError("Cross index must be 1 dimensional")
    numbers = [np.flatnonzero(x) if x.dtype == bool else x for x in indices]
    return tuple(
        np.reshape(x, [-1 if k == i else 1 for i in range(len(numbers))])
        for k, x in enumerate(numbers)
    )


def _flat_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    return np.ravel_multi_index(tuple(multi_index), dims, mode, order)


flat_index = constant(_flat_index)


@composite(np.ravel_multi_index, differentiable=False)
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    """Return the numbers of entries, counted flat, from their indices along the axes of `dims`."""
    together = np.stack(np.broadcast_arrays(*multi_index))
    return flat_index(together, dims=dims, mode=mode, order=order)
