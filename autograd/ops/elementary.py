"""Elementary functions of one variable, and the activation functions made from them."""

import math
from typing import Any

import numpy as np

from autograd.primitive import constant, elementwise

exp = elementwise(np.exp, lambda y, x: y)
log = elementwise(np.log, lambda y, x: 1 / x, vjp=[lambda g, y, x: g / x])
log2 = elementwise(np.log2, lambda y, x: 1 / (x * math.log(2)))
log10 = elementwise(np.log10, lambda y, x: 1 / (x * math.log(10)))
sqrt = elementwise(np.sqrt, lambda y, x: 1 / (2 * y), vjp=[lambda g, y, x: 0.5 * g / y])
square = elementwise(np.square, lambda y, x: 2 * x)
sin = elementwise(np.sin, lambda y, x: np.cos(x))
cos = elementwise(np.cos, lambda y, x: -np.sin(x))
tan = elementwise(np.tan, lambda y, x: 1 + y**2)
tanh = elementwise(np.tanh, lambda y, x: 1 - y**2)

sign = elementwise(np.sign, 0)
floor = elementwise(np.floor, 0)
ceil = elementwise(np.ceil, 0)
rint = elementwise(np.rint, 0)
heaviside = elementwise(np.heaviside, 0, 0)


def _sigmoid(x: Any) -> Any:
    """Logistic function, `1 / (1 + exp(-x))`, entry by entry, without overflow for any x.

    Slope: `y (1 - y)`.

    >>> sigmoid(np.array([-800.0, 0.0, 5.7]))
    array([0.        , 0.5       , 0.99666519])
    """
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _relu(x: Any) -> Any:
    """Rectified linear unit, `max(0, x)`, entry by entry. Slope: 1 where x > 0, else 0.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


def _leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """`x` where x > 0, else `negative_slope x`, entry by entry (Maas et al. 2013).

    >>> leaky_relu(np.array([-2.0, 3.0]), negative_slope=0.1)
    array([-0.2,  3. ])
    """
    return np.where(x > 0, x, negative_slope * x)


def _softplus(x: Any) -> Any:
    """`ln(1 + exp(x))`, entry by entry, without overflow. Slope: `sigmoid(x)`.

    >>> softplus(np.array([-800.0, 0.0, 5.0]))
    array([0.        , 0.69314718, 5.00671535])
    """
    return np.logaddexp(x, 0)


def _elu(x: Any, alpha: float = 1.0) -> Any:
    """`x` where x > 0, else `alpha (exp(x) - 1)`, entry by entry (Clevert et al. 2015).

    >>> elu(np.array([-800.0, 3.0]))
    array([-1.,  3.])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


_erf_of_numbers = np.frompyfunc(math.erf, 1, 1)


def _erf(x: Any) -> Any:
    """Error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x, entry by entry.

    SciPy's, when it is installed; otherwise Python's own, which is as exact and slower.

    >>> erf(np.array([0.0, 0.5]))
    array([0.        , 0.52049988])
    """
    try:
        from scipy import special
    except ImportError:
        return np.asarray(_erf_of_numbers(x), dtype=np.result_type(x, np.float32))
    return special.erf(x)


def _gelu(x: Any, approximate: str = "none") -> Any:
    """Gaussian error linear unit, `x P(Z <= x)` for a standard normal Z (Hendrycks, Gimpel 2016).

    `approximate="tanh"` computes `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` instead.

    >>> gelu(np.array([-1.0, 0.0, 1.0]))
    array([-0.15865525,  0.        ,  0.84134475])
    """
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(_gelu_inner(x)))
    if approximate == "none":
        return 0.5 * x * (1 + erf(x / _SQRT_2))
    raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")


def _gelu_slope(y: Any, x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        t = np.tanh(_gelu_inner(x))
        inner_slope = _SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x**2)
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope
    return 0.5 * (1 + erf(x / _SQRT_2)) + x * np.exp(-(x**2) / 2) / _SQRT_2_PI


def _gelu_inner(x: Any) -> Any:
    return _SQRT_2_OVER_PI * (x + 0.044715 * x**3)


_SQRT_2, _SQRT_2_PI, _SQRT_2_OVER_PI = 2**0.5, (2 * math.pi) ** 0.5, (2 / math.pi) ** 0.5

sigmoid = elementwise(_sigmoid, lambda y, x: y * (1 - y))
relu = elementwise(_relu, lambda y, x: x > 0)
leaky_relu = elementwise(
    _leaky_relu,
    lambda y, x, negative_slope=0.01: np.where(x > 0, 1, negative_slope),
    vjp=[lambda g, y, x, negative_slope=0.01: np.where(x > 0, g, negative_slope * g)],
)
softplus = elementwise(_softplus, lambda y, x: sigmoid(x))
elu = elementwise(
    _elu,
    lambda y, x, alpha=1.0: np.where(x > 0, 1, y + alpha),
    vjp=[lambda g, y, x, alpha=1.0: np.where(x > 0, g, g * (y + alpha))],
)
erf = elementwise(_erf, lambda y, x: 2 / math.sqrt(math.pi) * np.exp(-(x**2)))
gelu = elementwise(_gelu, _gelu_slope)

isnan = constant(np.isnan)
isfinite = constant(np.isfinite)
isinf = constant(np.isinf)
