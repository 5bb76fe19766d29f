"""Reductions that pass over NaN. Where there is nothing else, they give NaN, without a warning."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite
from autograd.engine.shapes import Axis


def _numbers(a: Any, where: Any) -> Any:
    """Return the entries that count: those that are not NaN."""
    numbers = np.logical_not(np.isnan(a))
    return numbers if where is True else np.logical_and(numbers, where)


@composite(np.nansum)
def nansum(a: Any, axis: Axis = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Return the sum of the entries that are not NaN."""
    return np.sum(np.where(np.isnan(a), 0, a), axis=axis, dtype=dtype, **kwargs)


@composite(np.nanprod)
def nanprod(a: Any, axis: Axis = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Return the product of the entries that are not NaN."""
    return np.prod(np.where(np.isnan(a), 1, a), axis=axis, dtype=dtype, **kwargs)


@composite(np.nanmean)
def nanmean(
    a: Any, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True
) -> Any:
    """Return the mean of the entries that are not NaN."""
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=_numbers(a, where))


def _declare_deviation(function: Callable[..., Any], of_all: Callable[..., Any]) -> None:
    @composite(function)
    def deviation(
        a: Any, axis: Axis = None, dtype: Any = None, *, where: Any = True, **kwargs: Any
    ) -> Any:
        return of_all(a, axis=axis, dtype=dtype, where=_numbers(a, where), **kwargs)


_declare_deviation(np.nanvar, np.var)
_declare_deviation(np.nanstd, np.std)


def _declare_extremum(
    function: Callable[..., Any], ufunc: np.ufunc, of_all: Callable[..., Any], worst: float
) -> None:
    """Declare an extremum of the entries that are not NaN, for which `worst` is put in.

    Where there are no others, the extremum is NaN.
    """

    @composite(function)
    def extremum(a: Any, axis: Any = None, **kwargs: Any) -> Any:
        if np.result_type(a).kind not in "fc":
            return of_all(a, axis=axis, **kwargs)
        missing = np.isnan(a)
        y = of_all(np.where(missing, worst, a), axis=axis, **kwargs)
        if kwargs.get("initial") is not None:
            return y
        keepdims = kwargs.get("keepdims", False)
        return np.where(np.all(missing, axis=axis, keepdims=keepdims), math.nan, y)

    @composite((ufunc, "reduce"))
    def reduction(array: Any, axis: Axis = 0, **kwargs: Any) -> Any:
        return extremum(array, axis, **kwargs)


_declare_extremum(np.nanmax, np.fmax, np.max, -math.inf)
_declare_extremum(np.nanmin, np.fmin, np.min, math.inf)
