"""The activation functions of neural networks that NumPy lacks, entry by entry."""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import elementwise
from autograd.engine.facts import Facts
from autograd.engine.notation import function
from autograd.ops.shared import special_values

# Smooth steps and what is made of them -----------------------------------------------------------


def _sigmoid(x: Any) -> Any:
    """Logistic function, `1 / (1 + exp(-x))`, entry by entry, without overflow for any x.

    Slope: `y (1 - y)`.

    >>> sigmoid(np.array([-800.0, 0.0, 5.7]))
    array([0.        , 0.5       , 0.99666519])
    """
    small = np.exp(np.where(x >= 0, -x, x) if np.iscomplexobj(x) else -np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _log_sigmoid(x: Any) -> Any:
    """`ln sigmoid(x)`, entry by entry, without overflow. Slope: `sigmoid(-x)`.

    >>> log_sigmoid(np.array([-5.0, 0.0]))
    array([-5.00671535, -0.69314718])
    """
    return -np.logaddexp(-x, 0)


def _softplus(x: Any) -> Any:
    """`ln(1 + exp(x))`, entry by entry, without overflow. Slope: `sigmoid(x)`.

    >>> softplus(np.array([-800.0, 0.0, 5.0]))
    array([0.        , 0.69314718, 5.00671535])
    """
    return np.logaddexp(x, 0)


def _softsign(x: Any) -> Any:
    """`x / (1 + |x|)` of real numbers, entry by entry. Slope: `1 / (1 + |x|)^2`.

    >>> softsign(np.array([-1.0, 3.0]))
    array([-0.5 ,  0.75])
    """
    if np.iscomplexobj(x):
        raise TypeError(f"softsign takes real numbers, got dtype {np.asarray(x).dtype}")
    return x / (1 + np.abs(x))


def _silu(x: Any) -> Any:
    """Sigmoid linear unit or swish, `x sigmoid(x)`, entry by entry (Elfwing et al. 2017).

    >>> silu(np.array([-800.0, 0.0, 1.0]))
    array([-0.        ,  0.        ,  0.73105858])
    """
    return x * _sigmoid(x)


def _silu_slope(y: Any, x: Any) -> Any:
    s = sigmoid(x)
    return s + y * (1 - s)


def _mish(x: Any) -> Any:
    """`x tanh(softplus(x))`, entry by entry (Misra 2019).

    >>> mish(np.array([-800.0, 0.0, 1.0]))
    array([-0.        ,  0.        ,  0.86509839])
    """
    return x * np.tanh(_softplus(x))


def _mish_slope(y: Any, x: Any) -> Any:
    t = np.tanh(softplus(x))
    return t + x * sigmoid(x) * (1 - t**2)


sigmoid = elementwise(
    _sigmoid, lambda y, x: y * (1 - y), facts=Facts(notation=function("σ", r"\sigma"))
)
log_sigmoid = elementwise(_log_sigmoid, lambda y, x: sigmoid(-x))
softplus = elementwise(_softplus, lambda y, x: sigmoid(x))
softsign = elementwise(_softsign, lambda y, x: 1 / (1 + np.abs(x)) ** 2)
silu = elementwise(_silu, _silu_slope)
mish = elementwise(_mish, _mish_slope)

# Rectifiers --------------------------------------------------------------------------------------


def _relu(x: Any) -> Any:
    """Rectified linear unit, `max(0, x)`, entry by entry. Slope: 1 where x > 0, else 0.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


def _relu6(x: Any) -> Any:
    """`min(max(0, x), 6)`, entry by entry. Slope: 1 where 0 < x < 6, else 0.

    >>> relu6(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """
    return np.clip(x, 0, 6)


def _hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """Return the entries, kept from `min_val` to `max_val`. Slope: 1 strictly between, else 0.

    >>> hardtanh(np.array([-2.0, 0.5, 3.0]))
    array([-1. ,  0.5,  1. ])
    """
    return np.clip(x, min_val, max_val)


def _leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """`x` where x > 0, else `negative_slope x`, entry by entry (Maas et al. 2013).

    >>> leaky_relu(np.array([-2.0, 3.0]), negative_slope=0.1)
    array([-0.2,  3. ])
    """
    return np.where(x > 0, x, negative_slope * x)


def _elu(x: Any, alpha: float = 1.0) -> Any:
    """`x` where x > 0, else `alpha (exp(x) - 1)`, entry by entry (Clevert et al. 2015).

    >>> elu(np.array([-800.0, 3.0]))
    array([-1.,  3.])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _selu(x: Any) -> Any:
    """`elu`, scaled so that activations keep mean 0 and variance 1 (Klambauer et al. 2017).

    `1.0507 x` where x > 0, else `1.0507 * 1.6733 (exp(x) - 1)`, with more digits.

    >>> selu(np.array([-800.0, 1.0]))
    array([-1.75809934,  1.05070099])
    """
    return _SELU_SCALE * _elu(x, _SELU_ALPHA)


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805

relu = elementwise(_relu, lambda y, x: x > 0)
relu6 = elementwise(_relu6, lambda y, x: np.logical_and(x > 0, x < 6))
hardtanh = elementwise(
    _hardtanh,
    lambda y, x, min_val=-1.0, max_val=1.0: np.logical_and(x > min_val, x < max_val),
)
leaky_relu = elementwise(
    _leaky_relu,
    lambda y, x, negative_slope=0.01: np.where(x > 0, 1, negative_slope),
    vjp=[lambda g, y, x, negative_slope=0.01: np.where(x > 0, g, negative_slope * g)],
)
elu = elementwise(
    _elu,
    lambda y, x, alpha=1.0: np.where(x > 0, 1, y + alpha),
    vjp=[lambda g, y, x, alpha=1.0: np.where(x > 0, g, g * (y + alpha))],
)
selu = elementwise(_selu, lambda y, x: np.where(x > 0, _SELU_SCALE, y + _SELU_SCALE * _SELU_ALPHA))

# The Gaussian error linear unit ------------------------------------------------------------------


def _normal_cdf(x: Any) -> Any:
    """`P(Z <= x)` for a standard normal Z; erfc has its digits for negative x too."""
    return 0.5 * special_values.erfc(-x / _ROOT_2)


def _gelu(x: Any, approximate: str = "none") -> Any:
    """Gaussian error linear unit, `x P(Z <= x)` for a standard normal Z (Hendrycks, Gimpel 2016).

    `approximate="tanh"` computes `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` instead.

    >>> gelu(np.array([-1.0, 0.0, 1.0]))
    array([-0.15865525,  0.        ,  0.84134475])
    """
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(_gelu_inner(x)))
    if approximate == "none":
        return x * normal_cdf(x)
    raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")


def _gelu_slope(y: Any, x: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        t = np.tanh(_gelu_inner(x))
        inner_slope = _ROOT_2_OVER_PI * (1 + 3 * 0.044715 * x**2)
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope
    return normal_cdf(x) + x * _normal_density(x)


def _gelu_inner(x: Any) -> Any:
    return _ROOT_2_OVER_PI * (x + 0.044715 * x**3)


def _normal_density(x: Any) -> Any:
    return np.exp(-(x**2) / 2) / _ROOT_2_PI


_ROOT_2, _ROOT_2_PI, _ROOT_2_OVER_PI = 2**0.5, (2 * math.pi) ** 0.5, (2 / math.pi) ** 0.5

normal_cdf = elementwise(
    _normal_cdf,
    lambda y, x: _normal_density(x),
    facts=Facts(notation=function("Φ", r"\Phi"), number=f"0.5 * erfc(-x / {_ROOT_2})"),
)
gelu = elementwise(_gelu, _gelu_slope)
