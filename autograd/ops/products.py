"""Products of vectors, matrices and tensors."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.declare import bilinear, composite
from autograd.engine.dtypes import conjugate
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, PRODUCT, UNARY, Notation, infix
from autograd.engine.shapes import normalize_axes
from autograd.ops.shared.axes import LastAxes
from autograd.ops.shared.axes_of_products import MatrixProduct, OuterProduct, TensorProduct


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
        rows = math.prod(a.shape[:-1])
        a, g = np.reshape(a, (rows, a.shape[-1])), np.reshape(g, (rows, g.shape[-1]))
    # BLAS takes five times as long for a column times a row, as of one sample, as to multiply.
    times = np.multiply if type(a) is np.ndarray and a.shape[-2] == 1 else np.matmul
    # As `b` lies in memory, so should its gradient: the optimizer puts the two together.
    return times(g.mT, a).mT if _lies_transposed(b) else times(a.mT, g)


def _lies_transposed(b: Any) -> bool:
    """Return whether a matrix lies in memory column by column, as `W.T` in a linear layer."""
    return type(b) is np.ndarray and b.flags.f_contiguous


matmul = bilinear(
    np.matmul,
    left=_matmul_left,
    right=_matmul_right,
    also=[np.linalg.matmul],
    facts=Facts(
        notation=infix(" ", r"\,", PRODUCT, PRODUCT, "@"),
        words="multiply {0} and {1} as matrices",
        analytic=True,
        axes=MatrixProduct(),
    ),
)

outer = bilinear(
    np.outer,
    left=lambda g, y, a, b: np.reshape(g @ np.ravel(b), a.shape),
    right=lambda g, y, a, b: np.reshape(np.ravel(a) @ g, b.shape),
    facts=Facts(
        notation=Notation("{0} {1}ᵀ", r"{0}\,{1}^{{\top}}", PRODUCT, (ATOM, ATOM), "xyᵀ"),
        analytic=True,
        axes=OuterProduct(),
    ),
)


@composite(np.linalg.outer)
def vector_outer(x1: Any, x2: Any, /) -> Any:
    """Return the outer product of two vectors, and of nothing else."""
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(
            "Input arrays must be one-dimensional, "
            f"but they are x1.ndim={np.ndim(x1)} and x2.ndim={np.ndim(x2)}."
        )
    return np.outer(x1, x2)


# Tensor products summed over axes -----------------------------------------------------------------


def _summed_axes(axes: Any, m: int, n: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the axes of operands of `m` and `n` axes that `tensordot` sums over, pair by pair."""
    if isinstance(axes, int | np.integer):
        count = int(axes)
        return tuple(range(m - count, m)), tuple(range(count))
    left, right = ([int(a) for a in np.ravel(part)] for part in axes)
    return normalize_axes(left, m), normalize_axes(right, n)


def _kept(axes: Sequence[int], ndim: int) -> tuple[int, ...]:
    return tuple(i for i in range(ndim) if i not in axes)


def _restored(cotangent: Any, kept: Sequence[int], summed: Sequence[int], by: Sequence[int]) -> Any:
    """Return an operand's axes put back: first come those kept, then those summed, sorted `by`."""
    order = (*kept, *(axis for _, axis in sorted(zip(by, summed, strict=True))))
    return np.transpose(cotangent, tuple(order.index(i) for i in range(len(order))))


def _tensordot_left(g: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum the gradient times b over the axes that come from b."""
    of_a, of_b = _summed_axes(axes, np.ndim(a), np.ndim(b))
    kept_a, kept_b = _kept(of_a, np.ndim(a)), _kept(of_b, np.ndim(b))
    in_g = range(len(kept_a), len(kept_a) + len(kept_b))
    return _restored(np.tensordot(g, b, (list(in_g), list(kept_b))), kept_a, of_a, of_b)


def _tensordot_right(g: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum the gradient times a over the axes that come from a."""
    of_a, of_b = _summed_axes(axes, np.ndim(a), np.ndim(b))
    kept_a, kept_b = _kept(of_a, np.ndim(a)), _kept(of_b, np.ndim(b))
    in_g = range(len(kept_a))
    return _restored(np.tensordot(g, a, (list(in_g), list(kept_a))), kept_b, of_b, of_a)


tensordot = bilinear(
    np.tensordot,
    left=_tensordot_left,
    right=_tensordot_right,
    facts=Facts(analytic=True, axes=TensorProduct()),
)


@composite(np.linalg.tensordot)
def _linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return np.tensordot(x1, x2, axes)


@composite(np.dot)
def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Return the product of scalars, vectors or matrices, over the last axis of larger `a`."""
    if not np.ndim(a) or not np.ndim(b):
        return np.multiply(a, b)
    return np.matmul(a, b) if np.ndim(b) <= 2 else np.tensordot(a, b, (-1, -2))


@composite(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """Return the sum of products over the last axis of both."""
    if not np.ndim(a) or not np.ndim(b):
        return np.multiply(a, b)
    return np.tensordot(a, b, (-1, -1))


@composite(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """Return the scalar product of all entries, the first operand conjugated."""
    return np.matmul(np.conjugate(np.ravel(a)), np.ravel(b))


@composite(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Kronecker's product: every entry of `a`, times the whole of `b`."""
    ndim = max(np.ndim(a), np.ndim(b))
    m, n = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    blocks = np.reshape(a, [k for i in m for k in (i, 1)])
    product = blocks * np.reshape(b, [k for i in n for k in (1, i)])
    return np.reshape(product, tuple(i * j for i, j in zip(m, n, strict=True)))


@composite(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """Return the product of a chain of matrices, in the order of fewest multiplications.

    The first and the last may be vectors. The order is found by dynamic programming (Cormen et al.,
    "Introduction to Algorithms", section 15.2).
    """
    arrays = list(arrays)
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    ends = (0, len(arrays) - 1)
    for i, x in enumerate(arrays):
        if np.ndim(x) != 2 and not (np.ndim(x) == 1 and i in ends):
            raise np.linalg.LinAlgError(
                f"{np.ndim(x)}-dimensional array given. Array must be two-dimensional"
            )
    sizes = [np.shape(x)[0] for x in arrays] + [np.shape(arrays[-1])[-1]]
    if np.ndim(arrays[0]) == 1:
        sizes[0] = 1
    if np.ndim(arrays[-1]) == 1:
        sizes[-1] = 1

    @functools.cache
    def best(first: int, last: int) -> tuple[int, int]:
        """Return the multiplications for a part of the chain, and the factor after which to cut."""
        if first == last:
            return 0, first
        ends = sizes[first] * sizes[last + 1]
        return min(
            (best(first, k)[0] + best(k + 1, last)[0] + ends * sizes[k + 1], k)
            for k in range(first, last)
        )

    def product(first: int, last: int) -> Any:
        if first == last:
            return arrays[first]
        cut = best(first, last)[1]
        return np.matmul(product(first, cut), product(cut + 1, last))

    return product(*ends)


# Vectors along an axis ----------------------------------------------------------------------------


def _in_space(x: Any) -> Any:
    """Return a vector of the plane as one of space."""
    return x if x.shape[-1] == 3 else np.concatenate([x, np.zeros_like(x[..., :1])], axis=-1)


def _normal(g: Any, a: Any, b: Any) -> Any:
    """Return the gradient of a cross product as a vector; for plane vectors it is one number."""
    if a.shape[-1] == b.shape[-1] == 2:
        return np.stack([np.zeros_like(g), np.zeros_like(g), g], axis=-1)
    return g


def _cross(a: Any, b: Any) -> Any:
    return np.cross(a, b)


cross = bilinear(
    _cross,
    # The triple product g . (a x b) = a . (b x g) = b . (g x a).
    left=lambda g, y, a, b: np.cross(_in_space(b), _normal(g, a, b))[..., : a.shape[-1]],
    right=lambda g, y, a, b: np.cross(_normal(g, a, b), _in_space(a))[..., : b.shape[-1]],
    facts=Facts(notation=infix(" × ", r"\times", PRODUCT, UNARY, "a×b"), axes=LastAxes(1)),
)


@composite(np.cross)
def numpy_cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Return the cross product of vectors along any axes."""
    if axis is not None:
        axisa = axisb = axisc = axis
    y = cross(_with_last(a, axisa), _with_last(b, axisb))
    in_the_plane = np.shape(a)[axisa] == np.shape(b)[axisb] == 2
    return y if axisc == -1 or in_the_plane else np.moveaxis(y, -1, axisc)


def _with_last(x: Any, axis: int) -> Any:
    return x if axis == -1 else np.moveaxis(x, axis, -1)


@composite(np.linalg.cross)
def space_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Return the cross product of vectors of space, and of no others."""
    m, n = np.shape(x1)[axis], np.shape(x2)[axis]
    if m != 3 or n != 3:
        raise ValueError(
            "Both input arrays must be (arrays of) 3-dimensional vectors, "
            f"but they are {m} and {n} dimensional instead."
        )
    return np.cross(x1, x2, axis=axis)


def _vecdot(a: Any, b: Any) -> Any:
    return np.vecdot(a, b)


vecdot = bilinear(
    _vecdot,
    left=lambda g, y, a, b: conjugate(g[..., None] * b),
    right=lambda g, y, a, b: conjugate(a) * g[..., None],
    facts=Facts(axes=LastAxes(1, summed=True)),
)


@composite(np.vecdot)
def numpy_vecdot(x1: Any, x2: Any, /, *, axis: int = -1, keepdims: bool = False) -> Any:
    """Return the scalar products of vectors along an axis, the first conjugated."""
    y = vecdot(_with_last(x1, axis), _with_last(x2, axis))
    return np.expand_dims(y, axis) if keepdims else y


@composite(np.linalg.vecdot)
def _linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return numpy_vecdot(x1, x2, axis=axis)


def matvec(x1: Any, x2: Any, /) -> Any:
    """Matrices times vectors along the last axis."""
    return np.matmul(x1, np.expand_dims(x2, -1))[..., 0]


def vecmat(x1: Any, x2: Any, /) -> Any:
    """Vectors along the last axis, conjugated, times matrices."""
    return np.matmul(np.expand_dims(np.conjugate(x1), -2), x2)[..., 0, :]


for _run in (matvec, vecmat):
    # NumPy 2.2 brought them.
    if hasattr(np, _run.__name__):
        composite(getattr(np, _run.__name__))(_run)
