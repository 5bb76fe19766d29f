"""Rounding, signs and steps, which are constant between their jumps, and the parts of numbers."""

from typing import Any

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import composite, constant, elementwise, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, Notation

floor = elementwise(
    np.floor,
    0,
    facts=Facts(
        notation=Notation("⌊{0}⌋", r"\left\lfloor {0}\right\rfloor", ATOM, (0,), "⌊x⌋"),
        number="floor(x)",
    ),
)
ceil = elementwise(
    np.ceil,
    0,
    facts=Facts(
        notation=Notation("⌈{0}⌉", r"\left\lceil {0}\right\rceil", ATOM, (0,), "⌈x⌉"),
        number="ceil(x)",
    ),
)
trunc = elementwise(np.trunc, 0, facts=Facts(number="trunc(x)"))
rint = elementwise(np.rint, 0, facts=Facts(number="rint(x)"))


def _no_slope(g: Any, y: Any, x: Any, decimals: int = 0) -> Any:
    """Zeros also where the gradient is infinite."""
    return np.zeros_like(g)


round = primitive(
    np.round,
    vjp=_no_slope,
    jvp=_no_slope,
    also=[np.around],
    facts=Facts(number="rint(x)", axes=Elementwise()),
)


@composite(np.fix)
def _fix(x: Any) -> Any:
    return np.trunc(x)


# Signs and steps ---------------------------------------------------------------------------------


def _real_sign(x: Any) -> Any:
    return np.sign(x)


sign = elementwise(
    _real_sign,
    0,
    name="sign",
    facts=Facts(number="1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x"),
)


@composite(np.sign)
def _numpy_sign(x: Any) -> Any:
    """Return the sign; for a complex number its direction `x / |x|`, which depends on x."""
    if x.dtype.kind != "c":
        return sign(x)
    length = np.abs(x)
    return x / np.where(length == 0, 1, length)


signbit = constant(np.signbit, facts=Facts(number="copysign(1.0, x) < 0"))
heaviside = elementwise(
    np.heaviside,
    0,
    lambda z, x, at_zero: x == 0,
    facts=Facts(number="1.0 if x > 0 else 0.0 if x < 0 else y if x == 0 else x"),
)


# Whole part and fraction, mantissa and exponent --------------------------------------------------


def _whole_part(x: Any) -> Any:
    return np.modf(x)[1]


def _fraction(x: Any) -> Any:
    return np.modf(x)[0]


whole_part = elementwise(_whole_part, 0, facts=Facts(number="trunc(x)"))
fraction = elementwise(
    _fraction, 1, facts=Facts(number="copysign(0.0 if abs(x) == inf else x - trunc(x), x)")
)


@composite(np.modf)
def _modf(x: Any) -> tuple[Any, Any]:
    return fraction(x), whole_part(x)


def _mantissa(x: Any) -> Any:
    return np.frexp(x)[0]


def _exponent(x: Any) -> Any:
    return np.frexp(x)[1]


exponent = constant(_exponent)
# x = mantissa 2^exponent, and the exponent is constant between powers of two.
mantissa = elementwise(_mantissa, lambda y, x: np.ldexp(np.ones_like(x), -exponent(x)))


@composite(np.frexp)
def _frexp(x: Any) -> tuple[Any, Any]:
    return mantissa(x), exponent(x)
