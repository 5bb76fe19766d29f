"""Special functions: the error function, the gamma function's relatives, sinc and Bessel's I_0."""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, elementwise
from autograd.engine.facts import Facts
from autograd.ops.shared import special_values


def _erf(x: Any) -> Any:
    """Error function, `2/sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x, entry by entry.

    Computed by SciPy where it is installed, otherwise by rational approximations.

    >>> erf(np.array([0.0, 0.5]))
    array([0.        , 0.52049988])
    """
    return special_values.erf(x)


def _erfc(x: Any) -> Any:
    """Complementary error function, `1 - erf(x)`, with all its digits where erf is close to 1.

    >>> erfc(np.array([0.0, 10.0]))
    array([1.00000000e+00, 2.08848758e-45])
    """
    return special_values.erfc(x)


def _gammaln(x: Any) -> Any:
    """Logarithm of the gamma function, `ln |Gamma(x)|`, entry by entry: `ln (x - 1)!` for whole x.

    Slope: `digamma(x)`. Raises `ImportError` without SciPy, which
    `pip install 'chalkgrad[special]'` brings.

    >>> gammaln(np.array([1.0, 2.0, 5.0]))
    array([0.        , 0.        , 3.17805383])
    """
    return special_values.gammaln(x)


def _digamma(x: Any) -> Any:
    """Return the slope of `ln Gamma(x)`, entry by entry, with derivatives of any order.

    Raises `ImportError` without SciPy, which `pip install 'chalkgrad[special]'` brings.

    >>> digamma(1.0)  # doctest: +SKIP
    np.float64(-0.5772156649015329)
    """
    return special_values.digamma(x)


_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)

erf = elementwise(
    _erf, lambda y, x: _TWO_OVER_ROOT_PI * np.exp(-(x**2)), facts=Facts(number="erf(x)")
)
erfc = elementwise(
    _erfc, lambda y, x: -_TWO_OVER_ROOT_PI * np.exp(-(x**2)), facts=Facts(number="erfc(x)")
)
digamma = elementwise(_digamma, lambda y, x: polygamma(x, order=1))
gammaln = elementwise(_gammaln, lambda y, x: digamma(x))

# Families closed under differentiation: the slope of each member is the next one.
polygamma: Primitive = elementwise(
    special_values.polygamma, lambda y, x, order: polygamma(x, order=order + 1)
)
sinc_derivative: Primitive = elementwise(
    special_values.sinc_derivative, lambda y, x, order: sinc_derivative(x, order=order + 1)
)
i0_derivative: Primitive = elementwise(
    special_values.i0_derivative, lambda y, x, order: i0_derivative(x, order=order + 1)
)
sinc = elementwise(np.sinc, lambda y, x: sinc_derivative(x, order=1))
i0 = elementwise(np.i0, lambda y, x: i0_derivative(x, order=1))
