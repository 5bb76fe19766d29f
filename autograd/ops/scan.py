"""Scans: cumulative sums, products and extrema, and the linear recurrence under them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import Primitive, composite, constant, linear, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import function
from autograd.engine.shapes import Axis, expand_reduced
from autograd.ops.shared.axes import Along, Reduction
from autograd.ops.shared.reducing import lines, masked, unlines, with_options


def _along(axis: int, part: slice) -> tuple[Any, ...]:
    return (..., part, *(slice(None),) * (-1 - axis))


def _before(x: Any, axis: int, start: float = 0) -> Any:
    """For every entry the one before it along `axis`; `start` for the first."""
    axis = axis % x.ndim - x.ndim
    first = np.full_like(x[_along(axis, slice(0, 1))], start)
    return np.concatenate([first, x[_along(axis, slice(0, -1))]], axis)


# The linear recurrence ----------------------------------------------------------------------------


def _recurrence(a: Any, b: Any, axis: int = -1) -> Any:
    """`s[k] = a[k] s[k-1] + b[k]` along `axis`, from `s[0] = b[0]`; a[0] has no influence.

    What the derivatives of scans are made of. Differentiated it is a recurrence again,
    `ds[k] = a[k] ds[k-1] + (da[k] s[k-1] + db[k])`, and transposed it is one that runs backwards,
    `c[k] = a[k+1] c[k+1] + g[k]`. As nothing is divided, all of them are exact among zeros.

    >>> recurrence(np.array([5.0, 2.0, 0.0]), np.array([1.0, 1.0, 1.0]))
    array([1., 3., 1.])
    """
    s = np.moveaxis(np.array(b, np.result_type(a, b)), axis, 0)
    a = np.moveaxis(a, axis, 0)
    for k in range(1, len(s)):
        s[k] += a[k] * s[k - 1]
    return np.moveaxis(s, 0, axis)


def _backwards(g: Any, a: Any, axis: int) -> Any:
    """`c[k] = a[k+1] c[k+1] + g[k]` along `axis`, from the last entry."""
    following = np.roll(a, -1, axis)
    return np.flip(recurrence(np.flip(following, axis), np.flip(g, axis), axis=axis), axis)


recurrence: Primitive = primitive(
    _recurrence,
    vjp=[
        lambda g, s, a, b, axis=-1: _backwards(g, a, axis) * _before(s, axis),
        lambda g, s, a, b, axis=-1: _backwards(g, a, axis),
    ],
    jvp=[
        lambda t, s, a, b, axis=-1: recurrence(a, t * _before(s, axis), axis=axis),
        lambda t, s, a, b, axis=-1: recurrence(a, t, axis=axis),
    ],
    facts=Facts(axes=Along(default=-1)),
)

# Sums and products --------------------------------------------------------------------------------

cumsum = linear(
    np.cumsum,
    lambda g, y, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis), axis),
    facts=Facts(analytic=True, axes=Along()),
)
cumprod = primitive(
    np.cumprod,
    vjp=lambda g, y, x, axis: _backwards(g, x, axis) * _before(y, axis, 1),
    jvp=lambda t, y, x, axis: recurrence(x, t * _before(y, axis, 1), axis=axis),
    facts=Facts(analytic=True, axes=Along()),
)


def _scan(op: Primitive, a: Any, axis: int | None, dtype: Any) -> Any:
    """Return a scan as NumPy calls it: over all entries without an axis, in any dtype."""
    if dtype is not None:
        a = a.astype(dtype)
    # NumPy takes a scalar for a vector, also where an axis is named.
    if axis is None or (axis in (0, -1) and not np.ndim(a)):
        a, axis = np.ravel(a) if np.ndim(a) != 1 else a, 0
    return op(a, axis=axis)


def _declare_scan(
    op: Primitive,
    identity: int,
    function: Callable[..., Any],
    skipping_nan: Callable[..., Any],
    ufunc: np.ufunc,
) -> None:
    """Declare the NumPy functions that are the scan `op`."""

    @composite(function, adapts=op)
    def scan(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
        return _scan(op, a, axis, dtype)

    @composite(skipping_nan)
    def scan_numbers(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
        return _scan(op, np.where(np.isnan(a), identity, a), axis, dtype)

    @composite((ufunc, "accumulate"))
    def accumulate(array: Any, axis: int = 0, *args: Any, **kwargs: Any) -> Any:
        return function(array, axis, *args, **kwargs)


_declare_scan(cumsum, 0, np.cumsum, np.nancumsum, np.add)
_declare_scan(cumprod, 1, np.cumprod, np.nancumprod, np.multiply)


def _declare_cumulative(op: Primitive, identity: int, function: Callable[..., Any]) -> None:
    """Declare the array API's name for the scan `op`."""

    @composite(function)
    def cumulative(
        x: Any,
        /,
        *,
        axis: int | None = None,
        dtype: Any = None,
        include_initial: bool = False,
    ) -> Any:
        if axis is None:
            if np.ndim(x) != 1:
                raise ValueError("For arrays which have more than one dimension axis is required.")
            axis = 0
        y = _scan(op, x, axis, dtype)
        if not include_initial:
            return y
        axis = axis % y.ndim - y.ndim
        length_one = tuple(1 if k - y.ndim == axis else n for k, n in enumerate(y.shape))
        return np.concatenate([np.full(length_one, identity, y.dtype), y], axis)


if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    _declare_cumulative(cumsum, 0, np.cumulative_sum)
    _declare_cumulative(cumprod, 1, np.cumulative_prod)

# The product of all -------------------------------------------------------------------------------


def _both_sides(rows: Any) -> tuple[Any, Any]:
    """For every entry the product of those before it in its row, and of those behind it."""
    before = _before(np.cumprod(rows, -1), -1, 1)
    behind = _before(np.cumprod(np.flip(rows, -1), -1), -1, 1)
    return before, np.flip(behind, -1)


def _prod_of_others(x: Any, axis: Axis = None) -> Any:
    """For every entry the product of all others along `axis`: the gradient of the product.

    It is the product of those before times that of those behind, which, unlike the quotient of the
    product and the entry, is exact among zeros.

    >>> prod_of_others(np.array([2.0, 0.0, 5.0]))
    array([ 0., 10.,  0.])
    """
    before, behind = _both_sides(lines(x, axis))
    return unlines(before * behind, x.shape, axis)


def _prod_of_others_push(t: Any, y: Any, x: Any, axis: Axis = None) -> Any:
    """Both factors move, by `d(x1 ... xk) = xk d(x1 ... xk-1) + x1 ... xk-1 dxk`.

    The Jacobian, the Hessian of the product, is symmetric: this is the rule of both modes.
    """
    rows, moved = lines(x, axis), lines(t, axis)
    before, behind = _both_sides(rows)
    d_before = _before(recurrence(rows, moved * before), -1)
    backwards = recurrence(np.flip(rows, -1), np.flip(moved * behind, -1))
    d_behind = np.flip(_before(backwards, -1), -1)
    return unlines(d_before * behind + before * d_behind, x.shape, axis)


prod_of_others = primitive(
    _prod_of_others,
    vjp=_prod_of_others_push,
    jvp=_prod_of_others_push,
    facts=Facts(axes=Along(default="all")),
)


def _factors_beside(x: Any, axis: Axis) -> Any:
    # A reduction may name an axis of a scalar, which has none.
    return prod_of_others(x, axis=axis if x.ndim else None)


prod = primitive(
    np.prod,
    vjp=lambda g, y, x, axis=None, keepdims=False: (
        expand_reduced(g, x.shape, axis, keepdims) * _factors_beside(x, axis)
    ),
    jvp=lambda t, y, x, axis=None, keepdims=False: np.sum(
        _factors_beside(x, axis) * t, axis=axis, keepdims=keepdims
    ),
    facts=Facts(
        notation=function("prod", r"\textstyle\prod", "Π"),
        number="x",
        analytic=True,
        axes=Reduction(),
    ),
)


def _general_prod(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    if dtype is not None:
        a = a.astype(dtype)
    y = prod(masked(a, where, 1), axis=axis, keepdims=keepdims)
    return y if initial is None else initial * y


numpy_prod = with_options(
    prod,
    _general_prod,
    ("dtype", "initial", "where"),
    ("dtype", "out", "keepdims", "initial", "where"),
)
composite(np.prod, adapts=prod)(numpy_prod)


@composite((np.multiply, "reduce"))
def _multiply_reduce(array: Any, axis: Axis = 0, *args: Any, **kwargs: Any) -> Any:
    return numpy_prod(array, axis, *args, **kwargs)


# Extrema ------------------------------------------------------------------------------------------


def _same(x: Any, y: Any) -> Any:
    """1 where x and y are equal or both NaN, else 0."""
    return np.asarray((x == y) | (np.isnan(x) & np.isnan(y)), x.dtype)


same = constant(_same, arity=2, facts=Facts(axes=Elementwise()))

# Equal entries share the gradient of a running extremum equally. While it stays y, its tangent is
# the mean of the tangents of the entries so far that equal y; both sums of this mean are
# recurrences that start anew (a factor of 0) where y changes.


def _extremum_push(t: Any, y: Any, x: Any, axis: int = 0) -> Any:
    hit, stays = same(x, y), same(y, _before(y, axis))
    total = recurrence(stays, hit * t, axis=axis)
    return total / recurrence(stays, hit, axis=axis)


def _extremum_pull(g: Any, y: Any, x: Any, axis: int = 0) -> Any:
    hit, stays = same(x, y), same(y, _before(y, axis))
    return hit * _backwards(g / recurrence(stays, hit, axis=axis), stays, axis)


def _running_extremum(ufunc: np.ufunc, name: str) -> Primitive:
    op = primitive(
        lambda x, axis=0: ufunc.accumulate(x, axis),
        vjp=_extremum_pull,
        jvp=_extremum_push,
        name=name,
        facts=Facts(axes=Along(default=0)),
    )

    @composite((ufunc, "accumulate"))
    def accumulate(array: Any, axis: int = 0, **kwargs: Any) -> Any:
        return op(array, axis=axis, **kwargs)

    return op


running_max = _running_extremum(np.maximum, "running_max")
running_min = _running_extremum(np.minimum, "running_min")
