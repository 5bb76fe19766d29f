"""Eigenvalues and eigenvectors.

LAPACK is asked once for both, by a constant operation whose result, `factors`, is handed to the
operations for each of them; without `factors` (None) they ask themselves. Their rules are the total
derivatives with respect to the matrix, and call the operations in turn for the factors they need:
so derivatives of any order are right.

Eigenvectors move infinitely fast where eigenvalues coincide: their derivatives are inf or nan then.
Complex eigenvectors are determined up to a phase, and derivatives are right for functions that do
not depend on it.

Formulas: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), section 3.1.
"""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, primitive
from autograd.engine.dtypes import conjugate
from autograd.engine.facts import Facts
from autograd.ops.shared.matrices import (
    adjoint,
    from_triangle,
    on_diagonal,
    pack,
    to_triangle,
    unpack,
)


def _one_over_gaps(w: Any) -> Any:
    """`1 / (w_j - w_i)`, and 0 on the diagonal."""
    same = on_diagonal(w.shape[-1])
    return np.where(same, 0, 1 / (w[..., None, :] - w[..., :, None] + same))


def _part(k: int, factors: Any) -> Any:
    """Eigenvalues (0) or eigenvectors (1)."""
    n = math.isqrt(factors.shape[-1])
    return unpack(factors, k, [(n,), (n, n)])


# Hermitian matrices, of which NumPy reads one triangle -------------------------------------------


def _eigh_factors(a: Any, uplo: Any = "L") -> Any:
    return pack(*np.linalg.eigh(a, uplo), batch=a.ndim - 2)


def _eigh_values(a: Any, factors: Any, uplo: Any = "L") -> Any:
    return np.real(_part(0, _eigh_factors(a, uplo) if factors is None else factors))


def _eigh_vectors(a: Any, factors: Any, uplo: Any = "L") -> Any:
    return _part(1, _eigh_factors(a, uplo) if factors is None else factors)


def _eigh_values_pull(g: Any, w: Any, a: Any, factors: Any, uplo: Any = "L") -> Any:
    """With `dw = diag(V^H dA V)`."""
    v = eigh_vectors(a, factors, uplo=uplo)
    return to_triangle((conjugate(v) * g[..., None, :]) @ v.mT, uplo)


def _eigh_values_push(t: Any, w: Any, a: Any, factors: Any, uplo: Any = "L") -> Any:
    v = eigh_vectors(a, factors, uplo=uplo)
    return np.real(np.sum(conjugate(v) * (from_triangle(t, uplo) @ v), axis=-2))


def _eigh_vectors_pull(g: Any, v: Any, a: Any, factors: Any, uplo: Any = "L") -> Any:
    """With `dV = V (F * V^H dA V)`, `F_ij = 1 / (w_j - w_i)`."""
    f = _one_over_gaps(eigh_values(a, factors, uplo=uplo))
    return to_triangle(conjugate(v) @ (f * (v.mT @ g)) @ v.mT, uplo)


def _eigh_vectors_push(t: Any, v: Any, a: Any, factors: Any, uplo: Any = "L") -> Any:
    f = _one_over_gaps(eigh_values(a, factors, uplo=uplo))
    return v @ (f * (adjoint(v) @ from_triangle(t, uplo) @ v))


eigh_factors = constant(_eigh_factors)
eigh_values = primitive(
    _eigh_values,
    vjp=(_eigh_values_pull, None),
    jvp=(_eigh_values_push, None),
    facts=Facts(view=True),
)
eigh_vectors = primitive(
    _eigh_vectors,
    vjp=(_eigh_vectors_pull, None),
    jvp=(_eigh_vectors_push, None),
    facts=Facts(view=True),
)


@composite(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 (NumPy's name)
    """Eigenvalues and eigenvectors of Hermitian matrices; the gradient is that of the triangle."""
    factors = eigh_factors(a, uplo=UPLO)
    return _EighResult(eigh_values(a, factors, uplo=UPLO), eigh_vectors(a, factors, uplo=UPLO))


@composite(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 (NumPy's name)
    """Eigenvalues of Hermitian matrices."""
    return eigh_values(a, eigh_factors(a, uplo=UPLO), uplo=UPLO)


# Any square matrices ------------------------------------------------------------------------------


def _eig_factors(a: Any) -> Any:
    return pack(*np.linalg.eig(a), batch=a.ndim - 2)


def _eig_values(a: Any, factors: Any) -> Any:
    return _part(0, _eig_factors(a) if factors is None else factors)


def _eig_vectors(a: Any, factors: Any) -> Any:
    return _part(1, _eig_factors(a) if factors is None else factors)


def _eig_values_pull(g: Any, w: Any, a: Any, factors: Any) -> Any:
    """With `dw = diag(V^-1 dA V)`."""
    v = eig_vectors(a, factors)
    return np.linalg.solve(v.mT, g[..., None] * v.mT)


def _eig_values_push(t: Any, w: Any, a: Any, factors: Any) -> Any:
    v = eig_vectors(a, factors)
    return np.einsum("...ii->...i", np.linalg.solve(v, t @ v))


def _eig_vectors_push(t: Any, v: Any, a: Any, factors: Any) -> Any:
    """With `dV = V (F * V^-1 dA V)`, less what would change the lengths of V's columns."""
    f = _one_over_gaps(eig_values(a, factors))
    move = v @ (f * np.linalg.solve(v, t @ v))
    return move - v * np.real(np.sum(conjugate(v) * move, axis=-2))[..., None, :]


def _eig_vectors_pull(g: Any, v: Any, a: Any, factors: Any) -> Any:
    f = _one_over_gaps(eig_values(a, factors))
    g = g - conjugate(v) * np.real(np.sum(v * g, axis=-2))[..., None, :]
    return np.linalg.solve(v.mT, (f * (v.mT @ g)) @ v.mT)


# Real matrices may have complex eigenvalues.
eig_factors = constant(_eig_factors, facts=Facts(shape_from_values=True))
eig_values = primitive(
    _eig_values,
    vjp=(_eig_values_pull, None),
    jvp=(_eig_values_push, None),
    facts=Facts(view=True, shape_from_values=True),
)
eig_vectors = primitive(
    _eig_vectors,
    vjp=(_eig_vectors_pull, None),
    jvp=(_eig_vectors_push, None),
    facts=Facts(view=True, shape_from_values=True),
)


@composite(np.linalg.eig)
def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors of unit length; complex, unless all eigenvalues are real."""
    factors = eig_factors(a)
    return _EigResult(eig_values(a, factors), eig_vectors(a, factors))


@composite(np.linalg.eigvals)
def eigvals(a: Any) -> Any:
    """Eigenvalues; complex, unless all of them are real."""
    return eig_values(a, eig_factors(a))


_EighResult = type(np.linalg.eigh(np.eye(1)))
_EigResult = type(np.linalg.eig(np.eye(1)))
