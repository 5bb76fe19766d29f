"""Comparisons, which are constants of the graph, and the choices that are made by them."""

import operator
from typing import Any

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import composite, constant, elementwise
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, PRODUCT, SUM, Notation, bracket, infix

greater = constant(
    np.greater, arity=2, impl=operator.gt, facts=Facts(notation=bracket(">", ">"), number="x > y")
)
greater_equal = constant(
    np.greater_equal,
    arity=2,
    impl=operator.ge,
    facts=Facts(notation=bracket("≥", r"\ge"), number="x >= y"),
)
less = constant(
    np.less, arity=2, impl=operator.lt, facts=Facts(notation=bracket("<", "<"), number="x < y")
)
less_equal = constant(
    np.less_equal,
    arity=2,
    impl=operator.le,
    facts=Facts(notation=bracket("≤", r"\le"), number="x <= y"),
)
equal = constant(np.equal, arity=2, facts=Facts(notation=bracket("=", "="), number="x == y"))
not_equal = constant(
    np.not_equal, arity=2, facts=Facts(notation=bracket("≠", r"\ne"), number="x != y")
)
isclose = constant(np.isclose, arity=2, facts=Facts(axes=Elementwise()))
allclose = constant(np.allclose, arity=2)
array_equal = constant(np.array_equal, arity=2)
array_equiv = constant(np.array_equiv, arity=2)

isnan = constant(np.isnan, facts=Facts(number="x != x"))
isfinite = constant(np.isfinite, facts=Facts(number="abs(x) < inf"))
isinf = constant(np.isinf, facts=Facts(number="abs(x) == inf"))
isposinf = constant(np.isposinf, facts=Facts(number="x == inf", axes=Elementwise()))
isneginf = constant(np.isneginf, facts=Facts(number="x == -inf", axes=Elementwise()))

# Logic and bits ----------------------------------------------------------------------------------

logical_not = constant(
    np.logical_not,
    facts=Facts(
        notation=Notation("(1 − {0})", "(1 - {0})", ATOM, (PRODUCT,), "not"), number="not x"
    ),
)
logical_and = constant(
    np.logical_and,
    arity=2,
    facts=Facts(notation=infix("·", r"\cdot", PRODUCT, PRODUCT, "and"), number="bool(x and y)"),
)
logical_or = constant(np.logical_or, arity=2, facts=Facts(number="bool(x or y)"))
logical_xor = constant(np.logical_xor, arity=2, facts=Facts(number="bool(x) != bool(y)"))
invert = constant(np.invert)
bitwise_and = constant(np.bitwise_and, arity=2)
bitwise_or = constant(np.bitwise_or, arity=2)
bitwise_xor = constant(np.bitwise_xor, arity=2)
bitwise_count = constant(np.bitwise_count)
left_shift = constant(np.left_shift, arity=2)
right_shift = constant(np.right_shift, arity=2)

# Choices -----------------------------------------------------------------------------------------

where = elementwise(
    np.where,
    0,
    lambda z, c, x, y: np.not_equal(c, 0),
    lambda z, c, x, y: np.logical_not(c),
    # Choosing, unlike multiplying by the mask, keeps a NaN or infinity out of the other branch.
    vjp=(None, lambda g, z, c, x, y: np.where(c, g, 0), lambda g, z, c, x, y: np.where(c, 0, g)),
    facts=Facts(
        words="choose {1} where {0} holds, and {2} elsewhere", number="y if x else z", analytic=True
    ),
)


@composite(np.where, adapts=where)
def _numpy_where(condition: Any, *branches: Any, **kwargs: Any) -> Any:
    if branches or kwargs:
        return where(condition, *branches, **kwargs)
    return np.nonzero(condition)


def _tie_share(x: Any, y: Any) -> Any:
    """Return how much of `max(x, y)` is x: 1 where x > y, 1/2 where they tie, else 0.

    Where one is NaN so is the result, and it is as much of both: a NaN stays visible.
    """
    dtype = np.result_type(x, y)
    return np.asarray(np.logical_not(x < y), dtype) - np.asarray(x == y, dtype) * 0.5


tie_share = constant(
    _tie_share,
    arity=2,
    facts=Facts(
        notation=Notation(
            "[{0} > {1}] + ½·[{0} = {1}]",
            r"[{0} > {1}] + \tfrac{{1}}{{2}} \cdot [{0} = {1}]",
            SUM,
            (SUM, SUM),
            "tie",
        ),
        number="0.0 if x < y else 0.5 if x == y else 1.0",
        axes=Elementwise(),
    ),
)


def _to_larger(g: Any, x: Any, y: Any) -> Any:
    """Return the part of the gradient `g` of `max(x, y)` that goes to x: all, half or none."""
    return np.where(x < y, 0, np.where(x == y, g * 0.5, g))


maximum = elementwise(
    np.maximum,
    lambda z, x, y: tie_share(x, y),
    lambda z, x, y: tie_share(y, x),
    vjp=(lambda g, z, x, y: _to_larger(g, x, y), lambda g, z, x, y: _to_larger(g, y, x)),
    facts=Facts(
        notation=Notation("max({0}, {1})", r"\max({0}, {1})", ATOM, (0, 0), "max"),
        words="take the larger of {0} and {1}",
        number="x if x > y or x != x else y",
    ),
)
minimum = elementwise(
    np.minimum,
    lambda z, x, y: tie_share(y, x),
    lambda z, x, y: tie_share(x, y),
    vjp=(lambda g, z, x, y: _to_larger(g, y, x), lambda g, z, x, y: _to_larger(g, x, y)),
    facts=Facts(
        notation=Notation("min({0}, {1})", r"\min({0}, {1})", ATOM, (0, 0), "min"),
        words="take the smaller of {0} and {1}",
        number="x if x < y or x != x else y",
    ),
)


def _unless_nan(x: Any, y: Any, whole: Any, share: Any) -> Any:
    """Return the share of x in `fmax` and `fmin`: the whole if y is NaN, nothing if only x is."""
    return np.where(np.isnan(y), whole, np.where(np.isnan(x), 0, share))


fmax = elementwise(
    np.fmax,
    lambda z, x, y: _unless_nan(x, y, 1, tie_share(x, y)),
    lambda z, x, y: _unless_nan(y, x, 1, tie_share(y, x)),
    vjp=(
        lambda g, z, x, y: _unless_nan(x, y, g, _to_larger(g, x, y)),
        lambda g, z, x, y: _unless_nan(y, x, g, _to_larger(g, y, x)),
    ),
    facts=Facts(number="x if x >= y or y != y else y"),
)
fmin = elementwise(
    np.fmin,
    lambda z, x, y: _unless_nan(x, y, 1, tie_share(y, x)),
    lambda z, x, y: _unless_nan(y, x, 1, tie_share(x, y)),
    vjp=(
        lambda g, z, x, y: _unless_nan(x, y, g, _to_larger(g, y, x)),
        lambda g, z, x, y: _unless_nan(y, x, g, _to_larger(g, x, y)),
    ),
    facts=Facts(number="x if x <= y or y != y else y"),
)


def _clip(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    """Return where the result is x; there it is also NaN, which so stays visible."""
    below = False if low is None else x < low
    above = False if high is None else x > high
    return np.logical_not(np.logical_or(below, above))


def _below(x: Any, low: Any, high: Any) -> Any:
    return x < low if high is None else np.logical_and(x < low, low <= high)


def _above(x: Any, low: Any, high: Any) -> Any:
    """Where bounds cross, NumPy's result is the upper one."""
    return x > high if low is None else np.logical_or(x > high, low > high)


clip = elementwise(
    _clip,
    lambda z, x, low, high: _inside(x, low, high),
    lambda z, x, low, high: _below(x, low, high),
    lambda z, x, low, high: _above(x, low, high),
    vjp=(
        lambda g, z, x, low, high: np.where(_inside(x, low, high), g, 0),
        lambda g, z, x, low, high: np.where(_below(x, low, high), g, 0),
        lambda g, z, x, low, high: np.where(_above(x, low, high), g, 0),
    ),
    facts=Facts(
        words="keep {0} between {1} and {2}",
        number=(
            "x if x != x else y if y is not None and y != y"
            " else z if z is not None and not (x <= z and (y is None or y <= z))"
            " else y if y is not None and x < y else x"
        ),
    ),
)


@composite(np.clip)
def _numpy_clip(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    if (a_min is None and a_max is None) or (min is None and max is None):
        return clip(a, a_min if min is None else min, a_max if max is None else max)
    raise ValueError("the bounds of clip are a_min and a_max, or min and max, and not both")


def _nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num = elementwise(
    _nan_to_num,
    lambda y, x, nan=0.0, posinf=None, neginf=None: np.isfinite(x),
    vjp=[lambda g, y, x, nan=0.0, posinf=None, neginf=None: np.where(np.isfinite(x), g, 0)],
    facts=Facts(
        number=(
            "0.0 if x != x else 1.7976931348623157e308 if x == inf"
            " else -1.7976931348623157e308 if x == -inf else x"
        )
    ),
)


@composite(np.nan_to_num)
def _numpy_nan_to_num(x: Any, copy: bool = True, *args: Any, **kwargs: Any) -> Any:
    """Entry by entry; of complex numbers, part by part."""
    if not copy:
        raise TypeError(
            "nan_to_num cannot change a tensor in place, for its old value may be recorded; "
            "leave copy=False out and use the result"
        )
    if x.dtype.kind != "c":
        return nan_to_num(x, *args, **kwargs)
    real, imag = (nan_to_num(part, *args, **kwargs) for part in (np.real(x), np.imag(x)))
    return real + imag * 1j
