"""Polynomials as NumPy writes them: vectors of coefficients, that of the highest power first."""

import warnings
from typing import Any

import numpy as np

from autograd.engine.declare import composite, primitive
from autograd.engine.facts import Facts


def _vector(p: Any) -> Any:
    """Return coefficients as an array of one axis or more; tensors unchanged."""
    return np.atleast_1d(p if hasattr(p, "requires_grad") else np.asarray(p))


@composite(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Return the value at x, by Horner's scheme `(...(p0 x + p1) x + ...) x + pn`."""
    x = np.asarray(x) if isinstance(x, list | tuple) else x
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


# Arithmetic ---------------------------------------------------------------------------------------


def _lengthened(p: Any, n: int) -> Any:
    """Return the same polynomial with n coefficients: zeros in front."""
    missing = n - np.shape(p)[0]
    return np.concatenate([np.zeros(missing, p.dtype), p]) if missing else p


def _without_leading_zeros(p: Any) -> Any:
    used = np.trim_zeros(_vector(p), "f")
    return used if np.size(used) else np.zeros(1, used.dtype)


@composite(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    """Return the sum of two polynomials."""
    a1, a2 = _vector(a1), _vector(a2)
    n = max(np.size(a1), np.size(a2))
    return _lengthened(a1, n) + _lengthened(a2, n)


@composite(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    """Return the difference of two polynomials."""
    a1, a2 = _vector(a1), _vector(a2)
    n = max(np.size(a1), np.size(a2))
    return _lengthened(a1, n) - _lengthened(a2, n)


@composite(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """Return the product of two polynomials: their coefficients' convolution."""
    return np.convolve(_without_leading_zeros(a1), _without_leading_zeros(a2))


@composite(np.polydiv)
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Quotient and remainder, `u = q v + r`, by long division."""
    u, v = _vector(u) + 0.0, _vector(v) + 0.0
    steps, width = np.size(u) - np.size(v) + 1, np.size(v)
    dtype = np.result_type(u, v)
    scale = 1.0 / v[0]
    quotient, remainder = [], u.astype(dtype)
    for k in range(steps):
        q = scale * remainder[k]
        rest = remainder[k : k + width] - q * v
        remainder = np.concatenate([remainder[:k], rest, remainder[k + width :]])
        quotient.append(q)
    while np.size(remainder) > 1 and np.allclose(remainder[0], 0, rtol=1e-14):
        remainder = remainder[1:]
    return np.stack(quotient) if quotient else np.zeros(1, dtype), remainder


@composite(np.polyder)
def polyder(p: Any, m: Any = 1) -> Any:
    """Return the m-th derivative."""
    if int(m) < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    for _ in range(int(m)):
        p = p[:-1] * np.arange(np.size(p) - 1, 0, -1)
    return p


@composite(np.polyint)
def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """Return the m-th antiderivative, with the constants of integration `k`."""
    m = int(m)
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = np.zeros(m) if k is None else _vector(k)
    if np.size(k) == 1 and m > 1:
        k = np.broadcast_to(k, m)
    if np.size(k) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    p = _vector(p)
    for i in range(m):
        p = np.concatenate([p / np.arange(np.size(p), 0, -1), k[i : i + 1]])
    return p


# Roots --------------------------------------------------------------------------------------------


def _roots_slope(y: Any, p: Any) -> Any:
    """`dr/dp_k = -r^(n - k) / p'(r)` for every root r, for `p(r) = 0` stays so: implicitly.

    At a multiple root, where `p'(r) = 0`, there is no derivative.
    """
    return -np.vander(y, np.size(p)) / np.polyval(np.polyder(p), y)[:, None]


roots = primitive(
    np.roots,
    vjp=lambda g, y, p: g @ _roots_slope(y, p),
    jvp=lambda t, y, p: _roots_slope(y, p) @ t,
    facts=Facts(shape_from_values=True),
)


@composite(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """Return the polynomial `(x - r1) (x - r2) ...` of these roots or a matrix's eigenvalues."""
    roots = _vector(seq_of_zeros) + 0.0
    shape = np.shape(roots)
    if len(shape) == 2 and shape[0] == shape[1] != 0:
        roots = np.linalg.eigvals(roots)
    elif len(shape) != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    if not np.size(roots):
        return 1.0
    p = np.ones(1, roots.dtype)
    for r in roots:
        zero = np.zeros(1, p.dtype)
        p = np.concatenate([p, zero]) - r * np.concatenate([zero, p])
    conjugated = np.all(np.equal(np.sort(roots), np.sort(np.conjugate(roots))))
    return np.real(p) if p.dtype.kind == "c" and conjugated else p


# Fitting ------------------------------------------------------------------------------------------


def _checked_points(x: Any, y: Any, deg: int) -> tuple[Any, Any]:
    """Return the points to be fitted; NumPy's errors for what cannot be."""
    x, y = _vector(x) + 0.0, _vector(y) + 0.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if np.ndim(x) != 1:
        raise TypeError("expected 1D vector for x")
    if not np.size(x):
        raise TypeError("expected non-empty vector for x")
    if np.ndim(y) not in (1, 2):
        raise TypeError("expected 1D or 2D array for y")
    if np.shape(x)[0] != np.shape(y)[0]:
        raise TypeError("expected x and y to have same length")
    return x, y


@composite(np.polyfit)
def polyfit(
    x: Any,
    y: Any,
    deg: Any,
    rcond: float | None = None,
    full: bool = False,
    w: Any = None,
    cov: Any = False,
) -> Any:
    """Return the polynomial of degree `deg` that comes closest to the points, in least squares.

    As in NumPy, the powers of x are scaled to equal length before the equations are solved.
    """
    deg = int(deg)
    x, y = _checked_points(x, y, deg)
    if rcond is None:
        rcond = np.size(x) * float(np.finfo(x.dtype).eps)
    powers, heights = np.vander(x, deg + 1), y
    if w is not None:
        w = _vector(w) + 0.0
        if np.ndim(w) != 1:
            raise TypeError("expected a 1-d array for weights")
        if np.shape(w) != np.shape(x):
            raise TypeError("expected w and y to have the same length")
        powers = powers * w[:, None]
        heights = heights * (w[:, None] if np.ndim(y) == 2 else w)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    c, residuals, rank, singular = np.linalg.lstsq(powers, heights, rcond)
    c = (c.T / scale).T
    if full:
        return c, residuals, rank, singular, rcond
    if rank != deg + 1:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=4)
    if not cov:
        return c
    base = np.linalg.inv(powers.T @ powers) / np.outer(scale, scale)
    if cov == "unscaled":
        return c, base if np.ndim(y) == 1 else base[:, :, None]
    if np.size(x) <= deg + 1:
        raise ValueError(
            "the number of data points must exceed order to scale the covariance matrix"
        )
    variance = residuals / (np.size(x) - deg - 1)
    return c, (base if np.ndim(y) == 1 else base[:, :, None]) * variance
