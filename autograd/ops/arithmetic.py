"""Sums, products, quotients and powers."""

import operator
from typing import Any

import numpy as np

from autograd.primitive import elementwise

add = elementwise(np.add, 1, 1, fast=operator.add)
subtract = elementwise(np.subtract, 1, -1, fast=operator.sub)
multiply = elementwise(np.multiply, lambda z, x, y: y, lambda z, x, y: x, fast=operator.mul)
divide = elementwise(
    np.divide,
    lambda z, x, y: 1 / y,
    lambda z, x, y: -z / y,
    # One division, where multiplying by the slope 1 / y would take a second pass.
    vjp=(lambda g, z, x, y: g / y, None),
    fast=operator.truediv,
)
negative = elementwise(np.negative, -1, fast=operator.neg)
positive = elementwise(np.positive, 1, fast=operator.pos)


def _sign(y: Any, x: Any) -> Any:
    """The slope of `|x|`; for a complex x the direction of its conjugate, 0 at 0."""
    if x.dtype.kind == "c":
        return np.conjugate(x) / np.where(y == 0, 1, y)
    return np.sign(x)


absolute = elementwise(np.absolute, _sign, fast=operator.abs)

floor_divide = elementwise(np.floor_divide, 0, 0, fast=operator.floordiv)
remainder = elementwise(np.remainder, 1, lambda z, x, y: -np.floor_divide(x, y), fast=operator.mod)


def _base_slope(z: Any, x: Any, n: Any) -> Any:
    """`n x^(n-1)`; at n = 0 that is 0, also where x is 0 too."""
    if isinstance(n, int | float):
        return 0 if n == 0 else 1 if n == 1 else n * x if n == 2 else n * x ** (n - 1)
    return n * x ** np.where(np.logical_and(n == 0, x == 0), 0, n - 1)


def _exponent_slope(z: Any, x: Any, n: Any) -> Any:
    """`x^n ln x`; at x = 0 the limit for positive n, which is 0."""
    if isinstance(x, int | float):
        return z * (float(np.log(x)) if x else 0)
    return z * np.log(np.where(x == 0, 1, x))


power = elementwise(np.power, _base_slope, _exponent_slope, fast=operator.pow)
