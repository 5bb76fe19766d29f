"""Diagonals and triangles of matrices."""

from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite, linear
from autograd.engine.facts import Facts
from autograd.engine.shapes import Shape, unbroadcast
from autograd.ops.shared.axes import Diagonal, LastAxes, OnDiagonal


def _on_diagonal(x: Any, shape: Shape, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros of `shape` with x on the diagonal: the transpose of taking the diagonal."""
    out = np.zeros(shape, x.dtype)
    rows = np.arange(x.shape[-1])
    np.moveaxis(out, (axis1, axis2), (-2, -1))[
        ..., rows + max(-offset, 0), rows + max(offset, 0)
    ] = x
    return out


diagonal = linear(
    np.diagonal,
    lambda g, y, x, offset=0, axis1=0, axis2=1: on_diagonal(
        g, shape=x.shape, offset=offset, axis1=axis1, axis2=axis2
    ),
    facts=Facts(analytic=True, axes=Diagonal(), view=True),
)
on_diagonal: Primitive = linear(
    _on_diagonal,
    lambda g, y, x, shape, offset=0, axis1=0, axis2=1: np.diagonal(g, offset, axis1, axis2),
    facts=Facts(analytic=True, axes=OnDiagonal()),
)


@composite(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """Return the diagonal of a matrix, or the diagonal matrix of a vector."""
    if np.ndim(v) == 1:
        n = np.shape(v)[0] + abs(k)
        return on_diagonal(v, shape=(n, n), offset=k)
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    raise ValueError("Input must be 1- or 2-d.")


@composite(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """Return the diagonal matrix of all entries."""
    return np.diag(np.ravel(v), k)


@composite(np.trace)
def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    """Return the sum of the diagonal."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype, out=out)


@composite(np.linalg.diagonal)
def matrix_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """Return the diagonals of a stack of matrices."""
    return np.diagonal(x, offset, -2, -1)


@composite(np.linalg.trace)
def matrix_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """Return the traces of a stack of matrices."""
    return np.trace(x, offset, -2, -1, dtype)


# NumPy takes a vector for the rows of a square matrix, hence `unbroadcast`.
tril = linear(
    np.tril,
    lambda g, y, x, k=0: unbroadcast(np.tril(g, k), x.shape),
    facts=Facts(analytic=True, axes=LastAxes(2)),
)
triu = linear(
    np.triu,
    lambda g, y, x, k=0: unbroadcast(np.triu(g, k), x.shape),
    facts=Facts(analytic=True, axes=LastAxes(2)),
)


def _indices_from(function: Any) -> None:
    """Declare a function that asks an array for its shape only."""

    @composite(function, differentiable=False)
    def indices_from(arr: Any, k: int = 0) -> Any:
        return function(np.broadcast_to(False, arr.shape), *([k] if k else []))


for _function in (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from):
    _indices_from(_function)


@composite(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Return the powers of a vector's entries as columns, highest first: `x_i ** (N - 1 - j)`."""
    if np.ndim(x) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = np.shape(x)[0] if N is None else N
    exponents = np.arange(n) if increasing else np.arange(n)[::-1]
    return np.power(np.reshape(x, (-1, 1)), exponents)
