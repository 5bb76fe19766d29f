"""Norms of vectors and of matrices."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite, primitive
from autograd.engine.dtypes import conjugate
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, Notation
from autograd.engine.shapes import Axis, expand_reduced, normalize_axes
from autograd.ops.shared.axes import Reduction


def _safe(y: Any) -> Any:
    """Return a norm to divide by: the derivative of a norm of zeros is taken as 0."""
    return np.where(y == 0, 1, y)


def _norm(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """`sqrt(sum(|x|^2))` over any axes. Gradient: `x / y`, and 0 where y is 0."""
    if axis is None or isinstance(axis, int):
        return np.linalg.norm(x, axis=axis, keepdims=keepdims)
    return np.linalg.vector_norm(x, axis=tuple(axis), keepdims=keepdims)


def _norm_pull(g: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return expand_reduced(g / _safe(y), x.shape, axis, keepdims) * conjugate(x)


def _norm_push(t: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sum(np.real(conjugate(x) * t), axis=axis, keepdims=keepdims) / _safe(y)


norm = primitive(
    _norm,
    vjp=_norm_pull,
    jvp=_norm_push,
    facts=Facts(
        notation=Notation("‖{0}‖", r"\left\lVert {0}\right\rVert", ATOM, (0,), "‖x‖"),
        number="sqrt(x * x)",
        axes=Reduction(),
    ),
)


def _p_norm(x: Any, ord: float, axis: Any = None, keepdims: bool = False) -> Any:
    """`(sum |x|^p)^(1/p)` over any axes."""
    return np.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)


def _p_slope(y: Any, x: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    """`dy/dx = sign(x) (|x| / y)^(p-1)`, and 0 where y is 0; for p < 1 also where x is 0."""
    size, y = np.abs(x), expand_reduced(y, x.shape, axis, keepdims)
    sign = conjugate(x) / _safe(size) if x.dtype.kind == "c" else np.sign(x)
    if ord > 1:
        return sign * (size / _safe(y)) ** (ord - 1)
    # The power is infinite at 0. One zero makes a norm of negative order 0, and all its slopes.
    zero = (size == 0) | (y == 0)
    return np.where(zero, 0, sign * (np.where(zero, 1, size) / np.where(zero, 1, y)) ** (ord - 1))


p_norm = primitive(
    _p_norm,
    vjp=lambda g, y, x, ord, axis=None, keepdims=False: (
        expand_reduced(g, x.shape, axis, keepdims) * _p_slope(y, x, ord, axis, keepdims)
    ),
    jvp=lambda t, y, x, ord, axis=None, keepdims=False: np.sum(
        np.real(_p_slope(y, x, ord, axis, keepdims) * t), axis=axis, keepdims=keepdims
    ),
    facts=Facts(axes=Reduction()),
)


_REDUCTIONS: dict[float, Callable[..., Any]] = {1: np.sum, math.inf: np.max, -math.inf: np.min}


@composite(np.linalg.norm)
def numpy_norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """NumPy's `norm`: of all entries, of vectors along one axis, or of matrices along two."""
    if ord is None and not isinstance(axis, tuple):
        return norm(x, axis=axis, keepdims=keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return vector_norm(x, axis=axes[0], keepdims=keepdims, ord=2 if ord is None else ord)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm.")
    y = _matrix_norm(np.moveaxis(x, axes, (-2, -1)), "fro" if ord is None else ord)
    if not keepdims:
        return y
    gone = normalize_axes(axes, x.ndim)
    return np.reshape(y, tuple(1 if i in gone else n for i, n in enumerate(x.shape)))


@composite(np.linalg.vector_norm)
def vector_norm(
    x: Any, /, *, axis: Axis = None, keepdims: bool = False, ord: float | str = 2
) -> Any:
    """Return the norm of order `ord` of the entries along any axes, taken as one vector."""
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if ord == 2:
        return norm(x, axis=axis, keepdims=keepdims)
    if ord == 0:
        nonzero = (x != 0).astype(np.zeros(0, x.dtype).real.dtype)
        return np.sum(nonzero, axis=axis, keepdims=keepdims)
    if ord in _REDUCTIONS:
        return _REDUCTIONS[ord](np.abs(x), axis=axis, keepdims=keepdims)
    return p_norm(x, ord=ord, axis=axis, keepdims=keepdims)


@composite(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return the norm of order `ord` of matrices along the last two axes."""
    return numpy_norm(x, ord, (-2, -1), keepdims)


def _matrix_norm(x: Any, ord: Any) -> Any:
    """Return the norm of order `ord` of matrices along the last two axes, which go.

    Those of orders 2, -2 and "nuc" are the largest, the smallest and the sum of singular values.
    """
    if ord in ("fro", "f"):
        return norm(x, axis=(-2, -1))
    if ord == "nuc":
        return np.sum(np.linalg.svdvals(x), axis=-1)
    if isinstance(ord, str) or abs(ord) not in (1, 2, math.inf):
        raise ValueError("Invalid norm order for matrices.")
    if abs(ord) == 2:
        values = np.linalg.svdvals(x)
    else:
        values = np.sum(np.abs(x), axis=-2 if abs(ord) == 1 else -1)
    return (np.max if ord > 0 else np.min)(values, axis=-1)


@composite(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """Return the condition number: the norm of a matrix times that of its inverse."""
    if x.ndim >= 2 and not x.shape[-1] * x.shape[-2]:
        raise np.linalg.LinAlgError("cond is not defined on empty arrays")
    if p is None or p in (2, -2):
        s = np.linalg.svdvals(x)
        first, last = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
        with np.errstate(all="ignore"):
            return first / last
    return numpy_norm(x, p, (-2, -1)) * numpy_norm(np.linalg.inv(x), p, (-2, -1))
