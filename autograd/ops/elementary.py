"""Elementary functions: exponentials, logarithms, roots, circular and hyperbolic functions.

The slopes hold for complex operands too. Factors such as (1 - x) (1 + x) are not multiplied out,
because 1 - x^2 loses digits where x is close to 1.
"""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import elementwise

# Exponentials and logarithms ---------------------------------------------------------------------

exp = elementwise(np.exp, lambda y, x: y)
exp2 = elementwise(np.exp2, lambda y, x: y * math.log(2))
# Not y + 1, which has lost its digits where exp(x) is small.
expm1 = elementwise(np.expm1, lambda y, x: np.exp(x))
log = elementwise(np.log, lambda y, x: 1 / x, vjp=[lambda g, y, x: g / x])
log2 = elementwise(np.log2, lambda y, x: 1 / (x * math.log(2)))
log10 = elementwise(np.log10, lambda y, x: 1 / (x * math.log(10)))
log1p = elementwise(np.log1p, lambda y, x: 1 / (1 + x))


def _total(z: Any) -> Any:
    """The logarithm of a sum, to compare its terms with; of nothing, where ln 0 = -inf, 0."""
    return np.where(z == -math.inf, 0, z)


logaddexp = elementwise(
    np.logaddexp,
    lambda z, x, y: np.exp(x - _total(z)),
    lambda z, x, y: np.exp(y - _total(z)),
)
logaddexp2 = elementwise(
    np.logaddexp2,
    lambda z, x, y: np.exp2(x - _total(z)),
    lambda z, x, y: np.exp2(y - _total(z)),
)

# Roots -------------------------------------------------------------------------------------------

square = elementwise(np.square, lambda y, x: 2 * x)
sqrt = elementwise(np.sqrt, lambda y, x: 1 / (2 * y), vjp=[lambda g, y, x: 0.5 * g / y])
cbrt = elementwise(np.cbrt, lambda y, x: 1 / (3 * y**2))

# Circular functions ------------------------------------------------------------------------------

sin = elementwise(np.sin, lambda y, x: np.cos(x))
cos = elementwise(np.cos, lambda y, x: -np.sin(x))
tan = elementwise(np.tan, lambda y, x: 1 + y**2)
# On the complex branch cuts, the reals beyond -1 and 1, the square root could be of either sign.
arcsin = elementwise(
    np.arcsin,
    lambda y, x: 1 / (np.cos(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))),
)
arccos = elementwise(
    np.arccos,
    lambda y, x: -1 / (np.sin(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))),
)
arctan = elementwise(np.arctan, lambda y, x: 1 / (1 + x**2))
# The angle of the point (x, y); NumPy takes y first.
arctan2 = elementwise(
    np.arctan2,
    lambda z, y, x: x / (x**2 + y**2),
    lambda z, y, x: -y / (x**2 + y**2),
)
deg2rad = elementwise(np.deg2rad, math.pi / 180, also=[np.radians])
rad2deg = elementwise(np.rad2deg, 180 / math.pi, also=[np.degrees])

# Hyperbolic functions ----------------------------------------------------------------------------

sinh = elementwise(np.sinh, lambda y, x: np.cosh(x))
cosh = elementwise(np.cosh, lambda y, x: np.sinh(x))
tanh = elementwise(np.tanh, lambda y, x: 1 - y**2)
arcsinh = elementwise(np.arcsinh, lambda y, x: 1 / np.sqrt(1 + x**2))
# Of complex numbers the product of the roots is not the root of the product.
arccosh = elementwise(np.arccosh, lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)))
arctanh = elementwise(np.arctanh, lambda y, x: 1 / ((1 - x) * (1 + x)))
