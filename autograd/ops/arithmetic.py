"""Sums, products, quotients, remainders and powers."""

import operator
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, elementwise
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, POWER, PRODUCT, SUM, UNARY, Notation, infix

add = elementwise(
    np.add,
    1,
    1,
    impl=operator.add,
    facts=Facts(
        notation=infix(" + ", "+", SUM, SUM, "+"),
        words="add {0} and {1}",
        number="x + y",
        analytic=True,
    ),
)
subtract = elementwise(
    np.subtract,
    1,
    -1,
    impl=operator.sub,
    facts=Facts(
        notation=infix(" − ", "-", SUM, PRODUCT, "−"),
        words="subtract {1} from {0}",
        number="x - y",
        analytic=True,
    ),
)
multiply = elementwise(
    np.multiply,
    lambda z, x, y: y,
    lambda z, x, y: x,
    # The slopes written out: one call less in what scalar programs do most.
    vjp=(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x),
    impl=operator.mul,
    facts=Facts(
        notation=infix("·", r"\cdot", PRODUCT, PRODUCT, "×"),
        words="multiply {0} by {1}",
        number="x * y",
        analytic=True,
    ),
)
divide = elementwise(
    np.divide,
    lambda z, x, y: 1 / y,
    lambda z, x, y: -z / y,
    # One division, where multiplying by the slope 1 / y would take a second pass.
    vjp=(lambda g, z, x, y: g / y, None),
    impl=operator.truediv,
    facts=Facts(
        notation=Notation("{0} / {1}", r"\frac{{{0}}}{{{1}}}", PRODUCT, (PRODUCT, UNARY), "÷"),
        words="divide {0} by {1}",
        number="x / y",
        analytic=True,
    ),
)
negative = elementwise(
    np.negative,
    -1,
    impl=operator.neg,
    facts=Facts(
        notation=Notation("−{0}", "-{0}", UNARY, (PRODUCT,), "−"),
        words="change the sign of {0}",
        number="-x",
        analytic=True,
    ),
)
positive = elementwise(
    np.positive,
    1,
    impl=operator.pos,
    facts=Facts(notation=Notation("{0}", "{0}", ATOM, (ATOM,), "+"), number="x", analytic=True),
)
reciprocal = elementwise(
    np.reciprocal, lambda y, x: -(y**2), facts=Facts(number="1.0 / x", analytic=True)
)


# Absolute values ---------------------------------------------------------------------------------


def _sign(y: Any, x: Any) -> Any:
    """Return the slope of `|x|`; for a complex x the direction of its conjugate, 0 at 0."""
    if x.dtype.kind == "c":
        return np.conjugate(x) / np.where(y == 0, 1, y)
    return np.sign(x)


absolute = elementwise(
    np.absolute,
    _sign,
    impl=operator.abs,
    facts=Facts(
        notation=Notation("|{0}|", r"\left|{0}\right|", ATOM, (0,), "|x|"),
        words="take the absolute value of {0}",
        number="abs(x)",
    ),
)
fabs = elementwise(np.fabs, lambda y, x: np.sign(x), facts=Facts(number="abs(x)"))
copysign = elementwise(
    np.copysign,
    lambda z, x, y: np.sign(x) * np.copysign(np.sign(x), y),
    0,
    facts=Facts(number="copysign(x, y)"),
)


# Division with remainder -------------------------------------------------------------------------

floor_divide = elementwise(
    np.floor_divide, 0, 0, impl=operator.floordiv, facts=Facts(number="x // y")
)
remainder = elementwise(
    np.remainder,
    1,
    lambda z, x, y: -np.floor_divide(x, y),
    impl=operator.mod,
    facts=Facts(number="x % y"),
)
# x = y trunc(x / y) + z, where the quotient of z - x and y is whole but for rounding.
fmod = elementwise(
    np.fmod, 1, lambda z, x, y: np.rint((z - x) / y), facts=Facts(number="fmod(x, y)")
)

gcd = constant(np.gcd, arity=2)
lcm = constant(np.lcm, arity=2)


@composite(np.divmod)
def _divmod(x: Any, y: Any) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


# Powers ------------------------------------------------------------------------------------------


def _base_slope(z: Any, x: Any, n: Any) -> Any:
    """`n x^(n-1)`; at n = 0 that is 0, also where x is 0 too."""
    if isinstance(n, int | float | complex):
        return 0 if n == 0 else 1 if n == 1 else n * x if n == 2 else n * x ** (n - 1)
    return n * x ** np.where(np.logical_and(n == 0, x == 0), 0, n - 1)


def _exponent_slope(z: Any, x: Any, n: Any) -> Any:
    """`x^n ln x`, complex where the power is; at x = 0 the limit for positive n, which is 0."""
    if isinstance(x, int | float | complex):
        return z * (np.log(np.asarray(x, z.dtype)).item() if x else 0)
    base = np.where(x == 0, 1, x)
    return z * np.log(base if base.dtype == z.dtype else base.astype(z.dtype))


power = elementwise(
    np.power,
    _base_slope,
    _exponent_slope,
    impl=operator.pow,
    facts=Facts(
        notation=Notation("{0}^{1}", "{0}^{{{1}}}", POWER, (ATOM, ATOM), "xⁿ"),
        words="raise {0} to the power {1}",
        number="pow(x, y)",
        analytic=True,
    ),
)


@composite(np.float_power)
def _float_power(x: Any, y: Any) -> Any:
    """Return the power in double precision, which the factor 1 of that precision brings about."""
    return np.power(np.multiply(x, np.float64(1)), y)


def _ldexp_slope(z: Any, x: Any, n: Any) -> Any:
    return np.ldexp(np.ones_like(x), n)


ldexp = elementwise(np.ldexp, _ldexp_slope, 0, vjp=(lambda g, z, x, n: np.ldexp(g, n), None))
hypot = elementwise(
    np.hypot,
    # A norm, whose derivative at the origin is taken as 0.
    lambda z, x, y: x / np.where(z == 0, 1, z),
    lambda z, x, y: y / np.where(z == 0, 1, z),
    facts=Facts(number="hypot(x, y)"),
)
