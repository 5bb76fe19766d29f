"""Matrices taken apart: singular values, orthogonal and triangular factors.

LAPACK is asked once for all factors, by a constant operation whose result, `factors`, is handed to
the operations for each of them; without `factors` (None) they ask themselves. Their rules are the
total derivatives with respect to the matrix, and call the operations in turn for the factors they
need: so derivatives of any order are right.

Where LAPACK is free to choose a factor (the phases of complex singular vectors, any basis of the
complement that `full_matrices` and "complete" add), derivatives are right for functions that do not
depend on its choice. Singular vectors move infinitely fast where singular values coincide: their
derivatives are inf or nan then.
"""

from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, primitive
from autograd.engine.dtypes import conjugate
from autograd.engine.facts import Facts
from autograd.engine.shapes import Shape
from autograd.errors import NotDifferentiableError
from autograd.ops.shared.axes import LastAxes
from autograd.ops.shared.matrices import (
    adjoint,
    below_diagonal,
    from_triangle,
    on_diagonal,
    pack,
    to_triangle,
    unpack,
)


def _complement(q: Any, basis: Any) -> Any:
    """Return an orthonormal basis of the complement of the columns of `q`: LAPACK's, if given."""
    return np.linalg.qr(q, mode="complete")[0][..., q.shape[-1] :] if basis is None else basis


def _dual(q: Any) -> Any:
    """`Q (Q^H Q)^-1`, which is Q if its columns are orthonormal."""
    return np.linalg.solve((adjoint(q) @ q).mT, q.mT).mT


# The basis C moves towards the columns of Q only: dC = -dual(Q) dQ^H C.
complement = primitive(
    _complement,
    vjp=(lambda g, c, q, basis: -conjugate(c) @ adjoint(g) @ conjugate(_dual(q)), None),
    jvp=(lambda t, c, q, basis: -_dual(q) @ adjoint(t) @ c, None),
)


# Singular values ----------------------------------------------------------------------------------


def _svd_shapes(shape: Shape, full: bool) -> list[Shape]:
    """Return the shapes of U, of the singular values and of V^H."""
    m, n = shape[-2:]
    k = min(m, n)
    return [(m, m), (k,), (n, n)] if full else [(m, k), (k,), (k, n)]


def _svd_factors(a: Any, full_matrices: bool = False) -> Any:
    return pack(*np.linalg.svd(a, full_matrices), batch=a.ndim - 2)


def _svd_part(k: int, a: Any, factors: Any, full: bool) -> Any:
    factors = _svd_factors(a, full) if factors is None else factors
    return unpack(factors, k, _svd_shapes(a.shape, full))


def _svd_u(a: Any, factors: Any, full_matrices: bool = False) -> Any:
    return _svd_part(0, a, factors, full_matrices)[..., : min(a.shape[-2:])]


def _svd_s(a: Any, factors: Any, full_matrices: bool = False) -> Any:
    return np.real(_svd_part(1, a, factors, full_matrices))


def _svd_vh(a: Any, factors: Any, full_matrices: bool = False) -> Any:
    return _svd_part(2, a, factors, full_matrices)[..., : min(a.shape[-2:]), :]


def _svd(a: Any, factors: Any, full: bool) -> tuple[Any, Any, Any]:
    """U, the singular values and V, for rules."""
    u = svd_u(a, factors, full_matrices=full)
    s = svd_s(a, factors, full_matrices=full)
    return u, s, adjoint(svd_vh(a, factors, full_matrices=full))


def _svd_s_pull(g: Any, s: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    """With `ds = Re diag(U^H dA V)`, and 0 where s is 0, as for the absolute value."""
    u, _, v = _svd(a, factors, full_matrices)
    return (conjugate(u) * (g * np.sign(s))[..., None, :]) @ v.mT


def _svd_s_push(t: Any, s: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    u, _, v = _svd(a, factors, full_matrices)
    return np.sign(s) * np.real(np.sum(conjugate(u) * (t @ v), axis=-2))


# Rotations of U are those of V for the adjoint matrix, except that U takes the phases.
#
#     dP = U^H dA V,   F_ij = 1 / (s_j^2 - s_i^2)
#     dU = U (F * (dP S + S dP^H) + i Im(diag dP) / S) + (I - U U^H) dA V / S
#
# Townsend, "Differentiating the singular value decomposition" (2016); the phases after Wan and
# Zhang, "Automatic differentiation for complex valued SVD" (2019).


def _rates(s: Any) -> Any:
    """F."""
    same = on_diagonal(s.shape[-1])
    square = s * s
    return np.where(same, 0, 1 / (square[..., None, :] - square[..., :, None] + same))


def _rotation_push(t: Any, u: Any, s: Any, v: Any) -> Any:
    """Return the movement of U without the phases."""
    p = adjoint(u) @ t @ v * s[..., None, :]
    move = u @ (_rates(s) * (p + adjoint(p)))
    if u.shape[-2] == u.shape[-1]:
        return move
    outside = t @ v / s[..., None, :]
    return move + outside - u @ (adjoint(u) @ outside)


def _rotation_pull(g: Any, u: Any, s: Any, v: Any) -> Any:
    """Return the cotangent of A, given that of U, without the phases."""
    e = _rates(s) * (u.mT @ g)
    inside = conjugate(u) @ ((e + adjoint(e)) * s[..., None, :])
    if u.shape[-2] != u.shape[-1]:
        outside = g / s[..., None, :]
        inside = inside + outside - conjugate(u) @ (u.mT @ outside)
    return inside @ v.mT


def _svd_u_pull(g: Any, u: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    _, s, v = _svd(a, factors, full_matrices)
    pulled = _rotation_pull(g, u, s, v)
    if a.dtype.kind != "c":
        return pulled
    turn = np.imag(np.sum(u * g, axis=-2)) / s * 1j
    return pulled + (conjugate(u) * turn[..., None, :]) @ v.mT


def _svd_u_push(t: Any, u: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    _, s, v = _svd(a, factors, full_matrices)
    pushed = _rotation_push(t, u, s, v)
    if a.dtype.kind != "c":
        return pushed
    turn = np.imag(np.sum(conjugate(u) * (t @ v), axis=-2)) / s * 1j
    return pushed + u * turn[..., None, :]


def _svd_vh_pull(g: Any, vh: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    u, s, v = _svd(a, factors, full_matrices)
    return adjoint(_rotation_pull(adjoint(g), v, s, u))


def _svd_vh_push(t: Any, vh: Any, a: Any, factors: Any, full_matrices: bool = False) -> Any:
    u, s, v = _svd(a, factors, full_matrices)
    return adjoint(_rotation_push(adjoint(t), v, s, u))


_PART = Facts(view=True)
"""A part of a decomposition is a view of all its factors."""

svd_factors = constant(_svd_factors)
svd_u = primitive(_svd_u, vjp=(_svd_u_pull, None), jvp=(_svd_u_push, None), facts=_PART)
svd_s = primitive(_svd_s, vjp=(_svd_s_pull, None), jvp=(_svd_s_push, None), facts=_PART)
svd_vh = primitive(_svd_vh, vjp=(_svd_vh_pull, None), jvp=(_svd_vh_push, None), facts=_PART)


@composite(np.linalg.svd)
def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """Singular values and vectors; of a Hermitian matrix, by its eigenvalues."""
    if hermitian:
        return _svd_hermitian(a, compute_uv)
    if not compute_uv:
        return svdvals(a)
    m, n = a.shape[-2:]
    k, full = min(m, n), bool(full_matrices) and m != n
    factors = svd_factors(a, full_matrices=full)
    u = svd_u(a, factors, full_matrices=full)
    s = svd_s(a, factors, full_matrices=full)
    vh = svd_vh(a, factors, full_matrices=full)
    shapes = _svd_shapes(a.shape, full)
    if full and m > n:
        rest = complement(u, unpack(factors, 0, shapes)[..., k:])
        u = np.concatenate([u, rest], axis=-1)
    elif full:
        rest = complement(adjoint(vh), adjoint(unpack(factors, 2, shapes)[..., k:, :]))
        vh = np.concatenate([vh, adjoint(rest)], axis=-2)
    return _SVDResult(u, s, vh)


@composite(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    """Singular values, the largest first."""
    return svd_s(x, svd_factors(x))


def _svd_hermitian(a: Any, compute_uv: bool) -> Any:
    """Singular values are sizes of eigenvalues; the vectors in V take the signs."""
    w, v = np.linalg.eigh(a)
    order = np.argsort(np.abs(w), axis=-1)[..., ::-1]
    w = np.take_along_axis(w, order, axis=-1)
    if not compute_uv:
        return np.abs(w)
    u = np.take_along_axis(v, order[..., None, :], axis=-1)
    return _SVDResult(u, np.abs(w), adjoint(u * np.where(w < 0, -1, 1)[..., None, :]))


# Orthogonal times triangular ----------------------------------------------------------------------


def _qr_shapes(shape: Shape, mode: str) -> list[Shape]:
    """Return the shapes of Q and of R without its rows of zeros."""
    m, n = shape[-2:]
    k = min(m, n)
    return [(m, m if mode == "complete" else k), (k, n)]


def _qr_factors(a: Any, mode: Any = "reduced") -> Any:
    q, r = np.linalg.qr(a, mode)
    return pack(q, r[..., : min(a.shape[-2:]), :], batch=a.ndim - 2)


def _qr_part(k: int, a: Any, factors: Any, mode: str) -> Any:
    factors = _qr_factors(a, mode) if factors is None else factors
    return unpack(factors, k, _qr_shapes(a.shape, mode))


def _qr_q(a: Any, factors: Any, mode: Any = "reduced") -> Any:
    return _qr_part(0, a, factors, mode)[..., : min(a.shape[-2:])]


def _qr_r(a: Any, factors: Any, mode: Any = "reduced") -> Any:
    return _qr_part(1, a, factors, mode)


# With W the inverse of the square part of R, and zeros below it where A is wide:
#
#     M = Q^H dA W,   O = tril(M, -1) - tril(M, -1)^H + i Im(diag M)
#     dQ = dA W - Q M + Q O,   dR = Q^H dA - O R
#
# Seeger et al., "Auto-differentiating linear algebra" (2017), section 4.3; wide matrices after
# Roberts and Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020).


def _right_inverse(r: Any) -> Any:
    """W, with `R W = I`."""
    k, n = r.shape[-2:]
    w = np.linalg.inv(r[..., :k])
    return w if k == n else np.concatenate([w, np.zeros_like(r[..., k:]).mT], axis=-2)


def _rotation(m: Any) -> Any:
    """O, a skew-Hermitian matrix."""
    n = m.shape[-1]
    below = np.where(below_diagonal(n), m, 0)
    turn = below - adjoint(below)
    return turn + np.where(on_diagonal(n), np.imag(m), 0) * 1j if m.dtype.kind == "c" else turn


def _rotation_transpose(c: Any) -> Any:
    """Return the transpose of `_rotation`."""
    n = c.shape[-1]
    turn = np.where(below_diagonal(n), c - adjoint(c), 0)
    return turn + np.where(on_diagonal(n), np.imag(c), 0) * 1j if c.dtype.kind == "c" else turn


def _qr_q_pull(g: Any, q: Any, a: Any, factors: Any, mode: Any = "reduced") -> Any:
    w = _right_inverse(qr_r(a, factors, mode=mode))
    c = q.mT @ g
    return (g + conjugate(q) @ (_rotation_transpose(c) - c)) @ w.mT


def _qr_q_push(t: Any, q: Any, a: Any, factors: Any, mode: Any = "reduced") -> Any:
    moved = t @ _right_inverse(qr_r(a, factors, mode=mode))
    m = adjoint(q) @ moved
    return moved + q @ (_rotation(m) - m)


def _qr_r_pull(g: Any, r: Any, a: Any, factors: Any, mode: Any = "reduced") -> Any:
    q = qr_q(a, factors, mode=mode)
    turn = _rotation_transpose(g @ r.mT)
    return conjugate(q) @ (g - turn @ _right_inverse(r).mT)


def _qr_r_push(t: Any, r: Any, a: Any, factors: Any, mode: Any = "reduced") -> Any:
    p = adjoint(qr_q(a, factors, mode=mode)) @ t
    return p - _rotation(p @ _right_inverse(r)) @ r


qr_factors = constant(_qr_factors)
qr_q = primitive(_qr_q, vjp=(_qr_q_pull, None), jvp=(_qr_q_push, None), facts=_PART)
qr_r = primitive(_qr_r, vjp=(_qr_r_pull, None), jvp=(_qr_r_push, None), facts=_PART)


@composite(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Orthonormal columns times a triangle; the first columns of `a` have to be independent."""
    if mode not in ("reduced", "complete", "r"):
        raise NotDifferentiableError(
            f"np.linalg.qr with mode={mode!r} has no derivative rule; "
            "modes it supports: reduced, complete, r"
        )
    m, n = a.shape[-2:]
    mode = mode if mode == "complete" and m > n else "reduced" if mode != "r" else mode
    kind = "complete" if mode == "complete" else "reduced"
    factors = qr_factors(a, mode=kind)
    r = qr_r(a, factors, mode=kind)
    if mode == "r":
        return r
    q = qr_q(a, factors, mode=kind)
    if mode == "complete":
        rest = complement(q, unpack(factors, 0, _qr_shapes(a.shape, kind))[..., n:])
        q = np.concatenate([q, rest], axis=-1)
        below = np.zeros((*r.shape[:-2], m - n, n), r.dtype)
        r = np.concatenate([r, below], axis=-2)
    return _QRResult(q, r)


# Cholesky's triangle ------------------------------------------------------------------------------


def _lower(x: Any) -> Any:
    """Return the lower triangle, with half the diagonal."""
    n = x.shape[-1]
    return np.where(below_diagonal(n), x, np.where(on_diagonal(n), x * 0.5, 0))


def _cholesky(a: Any) -> Any:
    return np.linalg.cholesky(a)


def _cholesky_pull(g: Any, y: Any, a: Any) -> Any:
    inverse = np.linalg.inv(y)
    return to_triangle(inverse.mT @ _lower(y.mT @ g) @ conjugate(inverse))


def _cholesky_push(t: Any, y: Any, a: Any) -> Any:
    """`dL = L lower(L^-1 dA L^-H)`; Murray, "Differentiation of the Cholesky decomposition" (2016).

    NumPy reads the lower triangle of A only, and it is that triangle's derivative.
    """
    inverse = np.linalg.inv(y)
    return y @ _lower(inverse @ from_triangle(t) @ adjoint(inverse))


cholesky = primitive(
    _cholesky, vjp=_cholesky_pull, jvp=_cholesky_push, facts=Facts(axes=LastAxes(2))
)


@composite(np.linalg.cholesky)
def numpy_cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """Return the lower triangle L with `L L^H = A`, or the upper one with `U^H U = A`."""
    return adjoint(cholesky(adjoint(a))) if upper else cholesky(a)


_SVDResult = type(np.linalg.svd(np.eye(1)))
_QRResult = type(np.linalg.qr(np.eye(1)))
