"""Products of vectors and matrices, and norms."""

import operator
from typing import Any

import numpy as np

from autograd.dtypes import conjugate
from autograd.errors import NotDifferentiableError
from autograd.primitive import bilinear, composite, primitive
from autograd.shapes import Axis, expand_reduced


def _matmul_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    """`dL/dA = G B^T`; a vector is a row on the left and a column on the right."""
    if b.ndim == 1:
        return g * b if a.ndim == 1 else np.outer(g, b) if a.ndim == 2 else g[..., None] * b
    if a.ndim == 1:
        return b @ g if b.ndim == 2 else (b @ g[..., None])[..., 0]
    return g @ b.mT


def _matmul_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    """`dL/dB = A^T G`; a vector is a row on the left and a column on the right."""
    if a.ndim == 1:
        return (
            a * g
            if b.ndim == 1
            else np.outer(a, g)
            if b.ndim == 2
            else a[:, None] * g[..., None, :]
        )
    if b.ndim == 1:
        return a.mT @ g if a.ndim == 2 else (a.mT @ g[..., None])[..., 0]
    if a.ndim > b.ndim == 2:
        # The sum over the batch is one product of tall matrices.
        return np.reshape(a, (-1, a.shape[-1])).mT @ np.reshape(g, (-1, g.shape[-1]))
    return a.mT @ g


matmul = bilinear(np.matmul, left=_matmul_left, right=_matmul_right, fast=operator.matmul)


outer = bilinear(
    np.outer,
    left=lambda g, y, a, b: np.reshape(g @ np.ravel(b), a.shape),
    right=lambda g, y, a, b: np.reshape(np.ravel(a) @ g, b.shape),
)


@composite(np.dot)
def dot(a: Any, b: Any) -> Any:
    """NumPy's `dot` where it means a product of scalars, vectors and matrices."""
    if not np.ndim(a) or not np.ndim(b):
        return np.multiply(a, b)
    if np.ndim(b) > 2:
        raise NotDifferentiableError(
            f"np.dot with a second operand of {np.ndim(b)} axes has no derivative rule; "
            "say with np.matmul which axes are meant"
        )
    return np.matmul(a, b)


def _safe(y: Any) -> Any:
    """A norm to divide by: the derivative of a norm of zeros is taken as 0."""
    return np.where(y == 0, 1, y)


def _norm_pull(g: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return expand_reduced(g / _safe(y), x.shape, axis, keepdims) * conjugate(x)


def _norm_push(t: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sum(np.real(conjugate(x) * t), axis=axis, keepdims=keepdims) / _safe(y)


norm = primitive(
    np.linalg.norm, vjp=_norm_pull, jvp=_norm_push, parameters=["ord", "axis", "keepdims"]
)
