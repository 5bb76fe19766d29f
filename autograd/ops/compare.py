"""Comparisons, which are constants of the graph, and the choices that are made by them."""

import operator
from typing import Any

import numpy as np

from autograd.primitive import composite, constant, elementwise

greater = constant(np.greater, arity=2, fast=operator.gt)
greater_equal = constant(np.greater_equal, arity=2, fast=operator.ge)
less = constant(np.less, arity=2, fast=operator.lt)
less_equal = constant(np.less_equal, arity=2, fast=operator.le)
equal = constant(np.equal, arity=2)
not_equal = constant(np.not_equal, arity=2)
logical_not = constant(np.logical_not)
logical_and = constant(np.logical_and, arity=2)
logical_or = constant(np.logical_or, arity=2)
invert = constant(np.invert)
bitwise_and = constant(np.bitwise_and, arity=2)
bitwise_or = constant(np.bitwise_or, arity=2)
bitwise_xor = constant(np.bitwise_xor, arity=2)

where = elementwise(
    np.where,
    0,
    lambda z, c, x, y: c,
    lambda z, c, x, y: np.logical_not(c),
    # Choosing, unlike multiplying by the mask, keeps a NaN or infinity out of the other branch.
    vjp=(None, lambda g, z, c, x, y: np.where(c, g, 0), lambda g, z, c, x, y: np.where(c, 0, g)),
)


def _tie_share(x: Any, y: Any) -> Any:
    """How much of `max(x, y)` is x: 1 where x > y, 1/2 where they tie, else 0."""
    dtype = np.result_type(x, y)
    return np.asarray(x > y, dtype) + np.asarray(x == y, dtype) * 0.5


tie_share = constant(_tie_share, arity=2)

maximum = elementwise(np.maximum, lambda z, x, y: tie_share(x, y), lambda z, x, y: tie_share(y, x))
minimum = elementwise(np.minimum, lambda z, x, y: tie_share(y, x), lambda z, x, y: tie_share(x, y))


def _clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    above = True if low is None else x >= low
    below = True if high is None else x <= high
    return np.logical_and(above, below)


clip = elementwise(
    _clip,
    lambda z, x, low, high: _inside(x, low, high),
    lambda z, x, low, high: x < low,
    lambda z, x, low, high: x > high,
)


@composite(np.clip)
def _numpy_clip(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    return clip(a, a_min if min is None else min, a_max if max is None else max)
