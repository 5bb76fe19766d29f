"""Un-broadcasting and axes: the shape arithmetic that derivative rules share.

Everything here is plain NumPy code, so that it runs on arrays and on tensors alike.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Shape = tuple[int, ...]
Axis = int | Sequence[int] | None


def unbroadcast(cotangent: Any, shape: Shape) -> Any:
    """Sum `cotangent` over the axes along which an operand of `shape` was broadcast.

    An operand that is used at several positions gets the sum over the positions:
    if `y[i, j] = x[j]` then `dL/dx[j] = sum_i dL/dy[i, j]`.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    given = cotangent.shape
    extra = len(given) - len(shape)
    axes = tuple(range(extra))
    if given[extra:] != shape:
        axes += tuple(i for i, n in enumerate(shape, extra) if n == 1 != given[i])
    summed = np.add.reduce(cotangent, axis=axes)
    return summed if summed.shape == shape else np.reshape(summed, shape)


def normalize_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return the axes that `axis` names, as non-negative numbers; all axes for `None`.

    >>> normalize_axes(-1, 3), normalize_axes(None, 2), normalize_axes((0, -1), 3)
    ((2,), (0, 1), (0, 2))
    """
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, Sequence) else (axis,)
    return tuple(int(a) % ndim for a in axes)


def count(shape: Shape, axis: Axis) -> int:
    """Return the number of entries that a reduction of `shape` over `axis` combines.

    >>> count((2, 3, 4), (0, -1))
    8
    """
    return math.prod(shape[a] for a in normalize_axes(axis, len(shape)))


def expand_reduced(reduced: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """Insert axes of length 1 where a reduction of `shape` over `axis` removed them.

    >>> expand_reduced(np.ones(3), (2, 3), 0, False).shape
    (1, 3)
    """
    if keepdims or not reduced.shape:
        return reduced
    gone = normalize_axes(axis, len(shape))
    return np.reshape(reduced, tuple(1 if i in gone else n for i, n in enumerate(shape)))
