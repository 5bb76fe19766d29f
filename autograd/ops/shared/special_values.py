"""Values of special functions, from SciPy where it is installed.

Plain functions of arrays, entry by entry; `autograd.ops` makes differentiable operations of them.
"""

import math
from functools import cache
from typing import Any

import numpy as np

from autograd.ops.shared import error_function


@cache
def _scipy() -> Any:
    """Return the module `scipy.special`, or `None`."""
    try:
        from scipy import special
    except ImportError:
        return None
    return special


def _required(name: str) -> Any:
    special = _scipy()
    if special is None:
        raise ImportError(f"{name} needs SciPy: pip install 'chalkgrad[special]'")
    return special


def erf(x: Any) -> Any:
    """Return `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x."""
    return (_scipy() or error_function).erf(x)


def erfc(x: Any) -> Any:
    """Return `1 - erf(x)`, accurate where erf is close to 1."""
    return (_scipy() or error_function).erfc(x)


def gammaln(x: Any) -> Any:
    """Return `ln |Gamma(x)|`. Raises `ImportError` without SciPy."""
    return _required("gammaln").gammaln(x)


def digamma(x: Any) -> Any:
    """Return `d/dx ln Gamma(x)`. Raises `ImportError` without SciPy."""
    return _required("digamma").digamma(x)


def polygamma(x: Any, order: int) -> Any:
    """Return the derivative of digamma of this order. Raises `ImportError` without SciPy."""
    values = _required("polygamma").polygamma(order, x)
    return np.asarray(values, dtype=np.result_type(x, np.float32))


def sinc_derivative(x: Any, order: int) -> Any:
    """Return the derivative of `sin(pi x) / (pi x)` of this order, at least 1; exact at 0 too.

    In terms of u = pi x, of f(u) = sin(u) / u and its derivatives f_n, close to 0 the series

        f_n(u) = sum over k >= n / 2 of  (-1)^k u^(2k - n) / ((2k + 1) (2k - n)!)

    and elsewhere, from n derivatives of u f(u) = sin(u), the recursion

        u f_n(u) + n f_{n-1}(u) = sin(u + n pi / 2)
    """
    u = math.pi * np.asarray(x)
    near = np.abs(u) < order + 2
    small = np.where(near, u, 0)
    series = sum(
        (-1) ** k / ((2 * k + 1) * math.factorial(2 * k - order)) * small ** (2 * k - order)
        for k in range((order + 1) // 2, order + 16)
    )
    large = np.where(near, 1, u)
    sine, cosine = np.sin(large), np.cos(large)
    f = sine / large
    for n in range(1, order + 1):
        f = ((sine, cosine, -sine, -cosine)[n % 4] - n * f) / large
    return (np.where(near, series, f) * math.pi**order).astype(np.result_type(x, np.float32))


def i0_derivative(x: Any, order: int) -> Any:
    """Return the derivative of this order of the modified Bessel function `I_0(x)`.

    From its integral (DLMF 10.32.1), the mean over the angles t from 0 to pi of

        cos(t)^n exp(x cos(t))

    The midpoint rule converges faster than any power of the number of angles. The angles t and
    pi - t are taken together, so that nothing cancels.
    """
    x = np.asarray(x, dtype=np.result_type(x, np.float32))
    even_or_odd = np.sinh if order % 2 else np.cosh
    largest = float(np.max(np.abs(x), initial=0, where=np.isfinite(x)))
    count = 16 + order + int(4 * math.sqrt(largest))
    total = np.zeros_like(x)
    for k in range(count):
        cosine = math.cos(math.pi * (k + 0.5) / (2 * count))
        total += cosine**order * even_or_odd(x * cosine)
    return total / count
