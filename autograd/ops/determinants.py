"""Determinants, exact for singular matrices too: nothing is divided by the determinant."""

from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite, constant, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import function
from autograd.ops.shared.axes import LastAxes
from autograd.ops.shared.matrices import adjoint


def _trace(x: Any) -> Any:
    return np.trace(x, axis1=-2, axis2=-1)


def _others(s: Any) -> Any:
    """For every entry, the product of all the others along the last axis."""
    one = np.ones_like(s[..., :1])
    before = np.cumprod(np.concatenate([one, s[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([one, s[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    return before * after


def _others_than_two(s: Any) -> Any:
    """For every pair of entries, the product of all the others; 0 on the diagonal."""
    n = s.shape[-1]
    # Row i leaves out entry i, so the products without j are those without i and j.
    rows = np.where(np.eye(n, dtype=bool), 1, s[..., None, :])
    return np.where(np.eye(n, dtype=bool), 0, _others(rows))


def _rotations(a: Any) -> tuple[Any, Any, Any, Any]:
    """`U`, the singular values, `V^H`, and `det U det V^H`."""
    u, s, vh = np.linalg.svd(a)
    return u, s, vh, (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def _cofactors(a: Any) -> Any:
    """Return the cofactors of a square matrix, which are the gradient of its determinant.

    With A = U S V^H, they are `det(U) det(V^H) conj(U) adj(S) V^T`, adj(S) being the products of
    the other singular values.
    """
    u, s, vh, unit = _rotations(a)
    return unit * (np.conjugate(u) * _others(s)[..., None, :]) @ np.conjugate(vh)


def _cofactor_change(a: Any, e: Any) -> Any:
    """Return the derivative of the cofactors of `a` in the direction `e`.

    In the basis of the singular vectors, with P_ij the product of all singular values but those of
    i and j, it is `P_ij E_jj` summed over j for the diagonal, and `-P_ij E_ji` elsewhere.
    """
    u, s, vh, unit = _rotations(a)
    e = adjoint(u) @ e @ adjoint(vh)
    pairs = _others_than_two(s)
    sums = (pairs @ np.einsum("...ii->...i", e)[..., None])[..., 0]
    change = sums[..., None] * np.eye(s.shape[-1], dtype=bool) - pairs * e.mT
    return unit * np.conjugate(u) @ change @ np.conjugate(vh)


def _second_cofactor_change(a: Any, e: Any, f: Any) -> Any:
    """Return the second derivative of the cofactors of a nonsingular `a` in directions `e` and `f`.

    `det(A) (K A^-1)^T` with `E = A^-1 e`, `F = A^-1 f` and
    `K = (tr E tr F - tr EF) I - tr(E) F - tr(F) E + EF + FE`.
    """
    e, f = np.linalg.solve(a, e), np.linalg.solve(a, f)
    ef, trace_e, trace_f = e @ f, _trace(e), _trace(f)
    identity = np.eye(a.shape[-1], dtype=bool)
    k = (trace_e * trace_f - _trace(ef))[..., None, None] * identity + ef + f @ e
    k = k - trace_e[..., None, None] * f - trace_f[..., None, None] * e
    return np.linalg.det(a)[..., None, None] * (k @ np.linalg.inv(a)).mT


# Derivatives of the determinant are symmetric in their directions, so both modes have one rule.
cofactor_change: Primitive = primitive(
    _cofactor_change,
    vjp=(
        lambda g, y, a, e: _second_cofactor_change(a, e, g),
        lambda g, y, a, e: cofactor_change(a, g),
    ),
    jvp=(
        lambda t, y, a, e: _second_cofactor_change(a, e, t),
        lambda t, y, a, e: cofactor_change(a, t),
    ),
    facts=Facts(axes=LastAxes(2)),
)
cofactors = primitive(
    _cofactors,
    vjp=lambda g, y, a: cofactor_change(a, g),
    jvp=lambda t, y, a: cofactor_change(a, t),
    facts=Facts(axes=LastAxes(2)),
)
det = primitive(
    np.linalg.det,
    vjp=lambda g, y, a: g[..., None, None] * cofactors(a),
    jvp=lambda t, y, a: np.sum(cofactors(a) * t, axis=(-2, -1)),
    facts=Facts(notation=function("det", r"\det"), analytic=True, axes=LastAxes(2)),
)


# The logarithm ------------------------------------------------------------------------------------


def _slogdet_factors(a: Any) -> Any:
    """Sign and logarithm side by side, so that LAPACK is asked once for both."""
    return np.stack(np.linalg.slogdet(a), axis=-1)


slogdet_factors = constant(_slogdet_factors)


def _slogdet_sign(a: Any, factors: Any) -> Any:
    return (_slogdet_factors(a) if factors is None else factors)[..., 0]


def _slogdet_log(a: Any, factors: Any) -> Any:
    return np.real((_slogdet_factors(a) if factors is None else factors)[..., 1])


def _sign_pull(g: Any, y: Any, a: Any, factors: Any) -> Any:
    """Return a real sign does not move; a complex one turns, `dy = i y Im(tr(A^-1 dA))`."""
    if a.dtype.kind != "c":
        return np.zeros_like(a)
    return np.real(g * y * 1j)[..., None, None] * -1j * np.linalg.inv(a).mT


def _sign_push(t: Any, y: Any, a: Any, factors: Any) -> Any:
    if a.dtype.kind != "c":
        return np.zeros_like(y)
    return y * np.imag(_trace(np.linalg.solve(a, t))) * 1j


slogdet_sign = primitive(
    _slogdet_sign, vjp=(_sign_pull, None), jvp=(_sign_push, None), facts=Facts(view=True)
)
slogdet_log = primitive(
    _slogdet_log,
    vjp=(lambda g, y, a, factors: g[..., None, None] * np.linalg.inv(a).mT, None),
    jvp=(lambda t, y, a, factors: np.real(_trace(np.linalg.solve(a, t))), None),
    facts=Facts(view=True),
)


@composite(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """Sign and logarithm of the determinant; of singular matrices without derivative."""
    factors = slogdet_factors(a)
    return _SlogdetResult(slogdet_sign(a, factors), slogdet_log(a, factors))


_SlogdetResult = type(np.linalg.slogdet(np.eye(1)))
