"""Error function on arrays, for installations without SciPy.

Rational Chebyshev approximations of degree 4 to 8 on three intervals, with a relative error below
1e-15. Source: W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of
Computation 23 (1969), 631-637; coefficients as in CALERF of SPECFUN (netlib).
"""

import math
from typing import Any

import numpy as np

Coefficients = tuple[float, ...]

_SMALL, _LARGE = 0.46875, 4.0
"""Bounds of the intervals of |x|."""

_A: Coefficients = (
    *(1.85777706184603153e-1, 3.16112374387056560, 113.864154151050156, 377.485237685302021),
    3209.37758913846947,
)
_B: Coefficients = (
    *(1.0, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062),
)
"""Coefficients of erf(x) / x as a function of x^2, for small x."""

_C: Coefficients = (
    *(2.15311535474403846e-8, 0.564188496988670089, 8.88314979438837594, 66.1191906371416295),
    *(298.635138197400131, 881.952221241769090, 1712.04761263407058, 2051.07837782607147),
    1230.33935479799725,
)
_D: Coefficients = (
    *(1.0, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019),
    *(3290.79923573345963, 4362.61909014324716, 3439.36767414372164, 1230.33935480374942),
)
"""Coefficients of exp(x^2) erfc(x), between the bounds."""

_P: Coefficients = (
    *(1.63153871373020978e-2, 0.305326634961232344, 0.360344899949804439, 0.125781726111229246),
    *(1.60837851487422766e-2, 6.58749161529837803e-4),
)
_Q: Coefficients = (
    *(1.0, 2.56852019228982242, 1.87295284992346725, 0.527905102951428412),
    *(6.05183413124413191e-2, 2.33520497626869185e-3),
)
"""Coefficients of (1 / sqrt(pi) - x exp(x^2) erfc(x)) x^2 in 1 / x^2, for large x."""


def erf(x: Any) -> Any:
    """Return `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x."""
    shape, dtype = np.shape(x), np.result_type(x, np.float32)
    x = np.ravel(np.asarray(x, dtype=np.float32 if dtype == np.float32 else np.float64))
    y = np.abs(x)
    result = np.copysign(1 - _tail(y), x)
    small = y <= _SMALL
    result[small] = _centre(x[small])
    return result.reshape(shape).astype(dtype)[()]


def erfc(x: Any) -> Any:
    """Return `1 - erf(x)`, accurate where erf is close to 1."""
    shape, dtype = np.shape(x), np.result_type(x, np.float32)
    x = np.ravel(np.asarray(x, dtype=np.float32 if dtype == np.float32 else np.float64))
    y = np.abs(x)
    result = _tail(y)
    np.subtract(2, result, out=result, where=x < 0)
    small = y <= _SMALL
    result[small] = 1 - _centre(x[small])
    return result.reshape(shape).astype(dtype)[()]


def _polynomial(x: Any, coefficients: Coefficients) -> Any:
    """Return a polynomial at x by Horner's rule, highest coefficient first."""
    result = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        result *= x
        result += c
    return result


def _centre(x: Any) -> Any:
    """Return erf(x) for small x."""
    square = x * x
    return x * _polynomial(square, _A) / _polynomial(square, _B)


def _tail(y: Any) -> Any:
    """Return erfc(y) for y above the first bound; of smaller y something finite."""
    result = np.empty_like(y)
    middle = ~(y > _LARGE)
    z = y[middle]
    result[middle] = _polynomial(z, _C) / _polynomial(z, _D)
    z = y[~middle]
    inverse = 1 / (z * z)
    rest = inverse * _polynomial(inverse, _P) / _polynomial(inverse, _Q)
    result[~middle] = (1 / math.sqrt(math.pi) - rest) / z
    # y^2 as a square that is exact in floating point, and a small rest.
    rounded = np.trunc(np.minimum(y, 30) * 16) / 16
    return result * np.exp(-rounded * rounded) * np.exp(-(y - rounded) * (y + rounded))
