"""Elementary functions: exponentials, logarithms, roots, circular and hyperbolic functions.

The slopes hold for complex operands too. Factors such as (1 - x) (1 + x) are not multiplied out,
because 1 - x^2 loses digits where x is close to 1.
"""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import elementwise
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, POWER, UNARY, Notation, function

# Exponentials and logarithms ---------------------------------------------------------------------

exp = elementwise(
    np.exp,
    lambda y, x: y,
    facts=Facts(
        notation=Notation("exp({0})", "e^{{{0}}}", ATOM, (0,), "exp"),
        words="take the exponential of {0}",
        number="exp(x)",
        analytic=True,
    ),
)
exp2 = elementwise(
    np.exp2, lambda y, x: y * math.log(2), facts=Facts(number="exp2(x)", analytic=True)
)
# Not y + 1, which has lost its digits where exp(x) is small.
expm1 = elementwise(np.expm1, lambda y, x: np.exp(x), facts=Facts(number="expm1(x)", analytic=True))
log = elementwise(
    np.log,
    lambda y, x: 1 / x,
    vjp=[lambda g, y, x: g / x],
    facts=Facts(
        notation=function("ln", r"\ln"),
        words="take the natural logarithm of {0}",
        number="log(x)",
        analytic=True,
    ),
)
log2 = elementwise(
    np.log2,
    lambda y, x: 1 / (x * math.log(2)),
    facts=Facts(notation=function("log₂", r"\log_2"), number="log2(x)", analytic=True),
)
log10 = elementwise(
    np.log10,
    lambda y, x: 1 / (x * math.log(10)),
    facts=Facts(notation=function("log₁₀", r"\log_{{10}}"), number="log10(x)", analytic=True),
)
log1p = elementwise(
    np.log1p, lambda y, x: 1 / (1 + x), facts=Facts(number="log1p(x)", analytic=True)
)


def _total(z: Any) -> Any:
    """Return the logarithm of a sum, to compare its terms with; 0 for the sum of nothing, -inf."""
    return np.where(z == -math.inf, 0, z)


logaddexp = elementwise(
    np.logaddexp,
    lambda z, x, y: np.exp(x - _total(z)),
    lambda z, x, y: np.exp(y - _total(z)),
    facts=Facts(
        number=(
            f"x + {math.log(2)} if x == y"
            " else x + log1p(exp(y - x)) if x > y else y + log1p(exp(x - y))"
        )
    ),
)
logaddexp2 = elementwise(
    np.logaddexp2,
    lambda z, x, y: np.exp2(x - _total(z)),
    lambda z, x, y: np.exp2(y - _total(z)),
    facts=Facts(
        number=(
            "x + 1.0 if x == y"
            f" else x + {1 / math.log(2)} * log1p(exp2(y - x)) if x > y"
            f" else y + {1 / math.log(2)} * log1p(exp2(x - y))"
        )
    ),
)

# Roots -------------------------------------------------------------------------------------------

square = elementwise(
    np.square,
    lambda y, x: 2 * x,
    facts=Facts(
        notation=Notation("{0}²", "{0}^2", POWER, (ATOM,), "x²"),
        words="square {0}",
        number="x * x",
        analytic=True,
    ),
)
sqrt = elementwise(
    np.sqrt,
    lambda y, x: 1 / (2 * y),
    vjp=[lambda g, y, x: 0.5 * g / y],
    facts=Facts(
        notation=Notation("√{0}", r"\sqrt{{{0}}}", UNARY, (ATOM,), "√"),
        words="take the square root of {0}",
        number="sqrt(x)",
        analytic=True,
    ),
)
cbrt = elementwise(
    np.cbrt,
    lambda y, x: 1 / (3 * y**2),
    facts=Facts(
        notation=Notation("∛{0}", r"\sqrt[3]{{{0}}}", UNARY, (ATOM,), "∛"), number="cbrt(x)"
    ),
)

# Circular functions ------------------------------------------------------------------------------

sin = elementwise(
    np.sin,
    lambda y, x: np.cos(x),
    facts=Facts(
        notation=function("sin", r"\sin"),
        words="take the sine of {0}",
        number="sin(x)",
        analytic=True,
    ),
)
cos = elementwise(
    np.cos,
    lambda y, x: -np.sin(x),
    facts=Facts(
        notation=function("cos", r"\cos"),
        words="take the cosine of {0}",
        number="cos(x)",
        analytic=True,
    ),
)
tan = elementwise(
    np.tan,
    lambda y, x: 1 + y**2,
    facts=Facts(notation=function("tan", r"\tan"), number="tan(x)", analytic=True),
)
# On the complex branch cuts, the reals beyond -1 and 1, the square root could be of either sign.
arcsin = elementwise(
    np.arcsin,
    lambda y, x: 1 / (np.cos(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))),
    facts=Facts(notation=function("arcsin", r"\arcsin"), number="asin(x)", analytic=True),
)
arccos = elementwise(
    np.arccos,
    lambda y, x: -1 / (np.sin(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))),
    facts=Facts(notation=function("arccos", r"\arccos"), number="acos(x)", analytic=True),
)
arctan = elementwise(
    np.arctan,
    lambda y, x: 1 / (1 + x**2),
    facts=Facts(notation=function("arctan", r"\arctan"), number="atan(x)", analytic=True),
)
# The angle of the point (x, y); NumPy takes y first.
arctan2 = elementwise(
    np.arctan2,
    lambda z, y, x: x / (x**2 + y**2),
    lambda z, y, x: -y / (x**2 + y**2),
    facts=Facts(number="atan2(x, y)"),
)
deg2rad = elementwise(
    np.deg2rad, math.pi / 180, also=[np.radians], facts=Facts(number=f"x * {math.pi / 180}")
)
rad2deg = elementwise(
    np.rad2deg, 180 / math.pi, also=[np.degrees], facts=Facts(number=f"x * {180 / math.pi}")
)

# Hyperbolic functions ----------------------------------------------------------------------------

sinh = elementwise(
    np.sinh,
    lambda y, x: np.cosh(x),
    facts=Facts(notation=function("sinh", r"\sinh"), number="sinh(x)", analytic=True),
)
cosh = elementwise(
    np.cosh,
    lambda y, x: np.sinh(x),
    facts=Facts(notation=function("cosh", r"\cosh"), number="cosh(x)", analytic=True),
)
tanh = elementwise(
    np.tanh,
    lambda y, x: 1 - y**2,
    facts=Facts(notation=function("tanh", r"\tanh"), number="tanh(x)", analytic=True),
)
arcsinh = elementwise(
    np.arcsinh, lambda y, x: 1 / np.sqrt(1 + x**2), facts=Facts(number="asinh(x)", analytic=True)
)
# For complex numbers the product of the roots is not the root of the product.
arccosh = elementwise(
    np.arccosh,
    lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)),
    facts=Facts(number="acosh(x)", analytic=True),
)
arctanh = elementwise(
    np.arctanh, lambda y, x: 1 / ((1 - x) * (1 + x)), facts=Facts(number="atanh(x)", analytic=True)
)
