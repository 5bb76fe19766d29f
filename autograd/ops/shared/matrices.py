"""Matrices in derivative rules: adjoints, triangles, several factors in one array.

Plain NumPy code, for arrays and tensors, single matrices and stacks of them.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.dtypes import conjugate
from autograd.engine.shapes import Shape, unbroadcast


def adjoint(x: Any) -> Any:
    """Return the conjugate transpose."""
    return conjugate(x.mT)


def on_diagonal(n: int) -> Any:
    """Return the mask of the diagonal of an n by n matrix."""
    return np.eye(n, dtype=bool)


def below_diagonal(n: int) -> Any:
    """Return the mask of the entries strictly below the diagonal of an n by n matrix.

    >>> below_diagonal(2)
    array([[False, False],
           [ True, False]])
    """
    return np.tri(n, k=-1, dtype=bool)


def from_triangle(x: Any, uplo: str = "L") -> Any:
    """Return the Hermitian matrix of which only the lower ("L") or upper ("U") triangle is read.

    >>> from_triangle(np.array([[1.0, 7.0], [2.0, 3.0]]))
    array([[1., 2.],
           [2., 3.]])
    """
    n = x.shape[-1]
    read = below_diagonal(n) if uplo.upper() == "L" else below_diagonal(n).T
    return np.where(on_diagonal(n), np.real(x), np.where(read, x, adjoint(x)))


def to_triangle(g: Any, uplo: str = "L") -> Any:
    """Compute the transpose of `from_triangle`: a pair's gradients go to the entry that is read."""
    n = g.shape[-1]
    read = below_diagonal(n) if uplo.upper() == "L" else below_diagonal(n).T
    return np.where(on_diagonal(n), np.real(g), np.where(read, g + adjoint(g), 0))


def fit(cotangent: Any, shape: Shape) -> Any:
    """`cotangent`, with the axes summed along which an operand of `shape` was broadcast."""
    return cotangent if cotangent.shape == shape else unbroadcast(cotangent, shape)


def pack(*parts: Any, batch: int) -> Any:
    """Arrays with the same first `batch` axes as one, their other axes laid end to end."""
    return np.concatenate([np.reshape(p, (*p.shape[:batch], -1)) for p in parts], axis=-1)


def unpack(packed: Any, k: int, shapes: Sequence[Shape]) -> Any:
    """Part `k` of what `pack` made of parts of `shapes`, which leave out the batch.

    >>> unpack(pack(np.eye(2), np.array([7.0]), batch=0), 1, [(2, 2), (1,)])
    array([7.])
    """
    start = sum(math.prod(shape) for shape in shapes[:k])
    part = packed[..., start : start + math.prod(shapes[k])]
    return np.reshape(part, (*packed.shape[:-1], *shapes[k]))
