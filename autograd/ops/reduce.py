"""Reductions: sums, means, extrema, and the constants that count and compare."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite, constant, linear, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import function
from autograd.engine.shapes import Axis, count, expand_reduced
from autograd.ops.shared.axes import Along, Reduction, Sum
from autograd.ops.shared.reducing import (
    as_array,
    count_where,
    kept_shape,
    lines,
    masked,
    with_options,
)

# Sums and means -----------------------------------------------------------------------------------


def _spread(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give every entry that was reduced the gradient of its reduction."""
    return np.broadcast_to(expand_reduced(g, x.shape, axis, keepdims), x.shape)


def _sum(x: Any, axis: Axis = None, keepdims: Any = False) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


sum = linear(
    np.sum,
    lambda g, y, x, axis=None, keepdims=False: _spread(g, x, axis, keepdims),
    impl=_sum,
    facts=Facts(
        notation=function("sum", r"\textstyle\sum", "Σ"),
        words="add up the entries of {0}",
        number="x + 0.0",
        analytic=True,
        axes=Sum(),
    ),
)
mean = linear(
    np.mean,
    lambda g, y, x, axis=None, keepdims=False: _spread(g / count(x.shape, axis), x, axis, keepdims),
    facts=Facts(words="average the entries of {0}", number="x + 0.0", analytic=True, axes=Sum()),
)


def _as(a: Any, dtype: Any) -> Any:
    """Return the array or tensor to reduce, in the dtype in which the reduction is to be done."""
    a = as_array(a)
    return a if dtype is None else a.astype(dtype)


def _general_sum(
    a: Any,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    y = sum(masked(_as(a, dtype), where, 0), axis=axis, keepdims=keepdims)
    return y if initial is None else initial + y


def _general_mean(
    a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False, where: Any = True
) -> Any:
    a = _as(a, dtype)
    if where is True:
        return mean(a, axis=axis, keepdims=keepdims)
    total = sum(masked(a, where, 0), axis=axis, keepdims=keepdims)
    return total / count_where(where, a.shape, axis, keepdims, total.dtype)


# Extrema -----------------------------------------------------------------------------------------


def _extremal_share(x: Any, y: Any, axis: Axis = None) -> Any:
    """Return how much of the extremum `y` (with kept axes) each entry of x is; ties share equally.

    An extremum that is NaN comes from the entries that are NaN.
    """
    hit = x == y
    if np.any(np.isnan(y)):
        hit = hit | np.isnan(x)
    return np.asarray(hit, x.dtype) / np.asarray(
        np.count_nonzero(hit, axis=axis, keepdims=True), x.dtype
    )


extremal_share = constant(
    _extremal_share,
    arity=2,
    facts=Facts(
        number="1.0 if x == y or x != x and y != y else inf - inf", axes=Along(default="all")
    ),
)


def _extremum_pull(g: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = extremal_share(x, expand_reduced(y, x.shape, axis, keepdims), axis=axis)
    return share * expand_reduced(g, x.shape, axis, keepdims)


def _extremum_push(t: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = extremal_share(x, expand_reduced(y, x.shape, axis, keepdims), axis=axis)
    return np.sum(share * t, axis=axis, keepdims=keepdims)


max = primitive(
    np.max,
    vjp=_extremum_pull,
    jvp=_extremum_push,
    facts=Facts(words="take the largest entry of {0}", number="x", axes=Reduction()),
)
min = primitive(
    np.min,
    vjp=_extremum_pull,
    jvp=_extremum_push,
    facts=Facts(words="take the smallest entry of {0}", number="x", axes=Reduction()),
)


def _with_initial(op: Primitive, ufunc: str) -> Callable[..., Any]:
    """Return the extremum of the entries where `where` is true and of one more, `initial`."""

    def general(
        a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        if initial is None:
            raise ValueError(
                f"reduction operation '{ufunc}' does not have an identity, "
                "so to use a where mask one has to specify 'initial'"
            )
        a = _as(a, None)
        initial = np.broadcast_to(initial, ()).astype(a.dtype)
        rows = lines(masked(a, where, initial), axis)
        one_more = np.broadcast_to(initial, (*rows.shape[:-1], 1))
        y = op(np.concatenate([rows, one_more], -1), axis=-1)
        return np.reshape(y, kept_shape(a.shape, axis)) if keepdims else y

    return general


@composite(np.ptp)
def ptp(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """Peak to peak: the distance from the minimum to the maximum."""
    return max(a, axis=axis, keepdims=keepdims) - min(a, axis=axis, keepdims=keepdims)


# NumPy's full signatures --------------------------------------------------------------------------

_SUM_ARGUMENTS = ("dtype", "out", "keepdims", "initial", "where")
_MAX_ARGUMENTS = ("out", "keepdims", "initial", "where")

numpy_sum = with_options(sum, _general_sum, ("dtype", "initial", "where"), _SUM_ARGUMENTS)
numpy_mean = with_options(mean, _general_mean, ("dtype", "where"), _SUM_ARGUMENTS[:3])
numpy_max = with_options(max, _with_initial(max, "maximum"), ("initial", "where"), _MAX_ARGUMENTS)
numpy_min = with_options(min, _with_initial(min, "minimum"), ("initial", "where"), _MAX_ARGUMENTS)

composite(np.sum, adapts=sum)(numpy_sum)
composite(np.mean, adapts=mean)(numpy_mean)
composite(np.max, np.amax, adapts=max)(numpy_max)
composite(np.min, np.amin, adapts=min)(numpy_min)


def _ufunc_reduction(ufunc: np.ufunc, run: Callable[..., Any]) -> None:
    """Declare `ufunc.reduce`, whose axis is the first one if none is given."""

    @composite((ufunc, "reduce"))
    def reduction(array: Any, axis: Axis = 0, *args: Any, **kwargs: Any) -> Any:
        return run(array, axis, *args, **kwargs)


_ufunc_reduction(np.add, numpy_sum)
_ufunc_reduction(np.maximum, lambda a, axis, **kwargs: numpy_max(a, axis, **kwargs))
_ufunc_reduction(np.minimum, lambda a, axis, **kwargs: numpy_min(a, axis, **kwargs))

# Constants ----------------------------------------------------------------------------------------

argmax = constant(np.argmax, facts=Facts(axes=Reduction(one_axis=True)))
argmin = constant(np.argmin, facts=Facts(axes=Reduction(one_axis=True)))
nanargmax = constant(np.nanargmax, facts=Facts(axes=Reduction(one_axis=True)))
nanargmin = constant(np.nanargmin, facts=Facts(axes=Reduction(one_axis=True)))
count_nonzero = constant(np.count_nonzero, facts=Facts(axes=Reduction()))
all = constant(np.all, facts=Facts(axes=Reduction()))
any = constant(np.any, facts=Facts(axes=Reduction()))


def _general_all(a: Any, where: Any, **kwargs: Any) -> Any:
    return all(np.logical_or(a, np.logical_not(where)), **kwargs)


def _general_any(a: Any, where: Any, **kwargs: Any) -> Any:
    return any(np.logical_and(a, where), **kwargs)


numpy_all = with_options(all, _general_all, ("where",), _MAX_ARGUMENTS[:2])
numpy_any = with_options(any, _general_any, ("where",), _MAX_ARGUMENTS[:2])

composite(np.all, adapts=all, differentiable=False)(numpy_all)
composite(np.any, adapts=any, differentiable=False)(numpy_any)
_ufunc_reduction(np.logical_and, lambda a, axis, **kwargs: numpy_all(a, axis, **kwargs))
_ufunc_reduction(np.logical_or, lambda a, axis, **kwargs: numpy_any(a, axis, **kwargs))
