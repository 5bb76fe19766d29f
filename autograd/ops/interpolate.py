"""Straight lines between given points: interpolation, and evenly spaced numbers."""

import operator
from typing import Any

import numpy as np

from autograd.engine.declare import composite
from autograd.ops.shared.reducing import as_array


@composite(np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Return the height at x of the broken line through the points `(xp, fp)`.

    Between two points `y = f0 + (x - x0) (f1 - f0) / (x1 - x0)`; at a point, the slope is that of
    the line on its right, at the last point that of the last line. Outside, y is constant.
    """
    if np.ndim(xp) != 1 or np.ndim(fp) != 1:
        raise ValueError("Data points must be 1-D sequences")
    if np.shape(xp) != np.shape(fp):
        raise ValueError("fp and xp are not of the same length.")
    x, xp, fp = (np.asarray(z) if isinstance(z, list | tuple) else z for z in (x, xp, fp))
    if period is not None:
        if period == 0:
            raise ValueError("period must be a non-zero value")
        left = right = None
        x, xp, fp = _one_period(x, xp, fp, abs(period))
    n = np.shape(xp)[0]
    if not n:
        raise ValueError("array of sample points is empty")
    if n == 1:
        y = fp[0] + 0 * x
    else:
        piece = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, n - 2)
        x0, x1 = _entries(xp, piece), _entries(xp, piece + 1)
        f0, f1 = _entries(fp, piece), _entries(fp, piece + 1)
        y = f0 + (x - x0) * ((f1 - f0) / (x1 - x0))
    y = np.where(np.less(x, xp[0]), fp[0] if left is None else left, y)
    y = np.where(np.greater(x, xp[-1]), fp[-1] if right is None else right, y)
    # NumPy interpolates in double precision always.
    return y.astype(np.promote_types(y.dtype, np.float64), copy=False)


def _entries(x: Any, index: Any) -> Any:
    """`x[index]` of a vector; unlike `np.take`, NumPy lets a tensor be the index alone."""
    taken = np.take_along_axis(x, np.reshape(index, -1), 0)
    return np.reshape(taken, np.shape(index))


def _one_period(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """Return the points within one period, in order, with the next one beyond either end."""
    x, xp = np.remainder(x, period), np.remainder(xp, period)
    order = np.argsort(xp)
    xp, fp = _entries(xp, order), _entries(fp, order)
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return x, xp, np.concatenate([fp[-1:], fp, fp[:1]])


# Evenly spaced numbers ----------------------------------------------------------------------------


def _steps(start: Any, stop: Any, num: Any, endpoint: bool) -> tuple[Any, int]:
    """0, 1, ... along a new first axis, for each of `num` numbers, and how many steps there are."""
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    dtype = np.result_type(start, stop)
    steps = np.arange(num, dtype=dtype if dtype.kind == "f" else np.float64)
    axes = (1,) * max(np.ndim(start), np.ndim(stop))
    return np.reshape(steps, (-1, *axes)), num - 1 if endpoint else num


@composite(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """`num` evenly spaced numbers from start to stop: `start + (stop - start) k / (num - 1)`."""
    start, stop = (np.asarray(z) if isinstance(z, list | tuple) else z for z in (start, stop))
    steps, intervals = _steps(start, stop, num, endpoint)
    result = start + steps * ((stop - start) / max(intervals, 1))
    if endpoint and intervals > 0:
        # In floating-point numbers the last step would end beside `stop`.
        end = as_array(stop).astype(result.dtype, copy=False)
        end = np.broadcast_to(end, result.shape[1:])[None]
        result = np.concatenate([result[:-1], end])
    if axis:
        result = np.moveaxis(result, 0, axis)
    if dtype is not None:
        whole = np.dtype(dtype).kind in "iu"
        result = (np.floor(result) if whole else result).astype(dtype)
    if not retstep:
        return result
    return result, (stop - start) / intervals if intervals > 0 else np.nan


@composite(np.logspace)
def logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return `base` to powers that are evenly spaced from start to stop."""
    if np.ndim(base):
        start, stop, base = np.broadcast_arrays(start, stop, base)
        base = np.expand_dims(base, axis)
    result = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return result if dtype is None else result.astype(dtype)


@composite(np.geomspace)
def geomspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers from start to stop, each the same multiple of the one before."""
    # NumPy computes in double precision at least.
    start, stop = (
        x.astype(np.result_type(x, np.float64), copy=False) for x in map(as_array, (start, stop))
    )
    if np.any(np.equal(start, 0)) or np.any(np.equal(stop, 0)):
        raise ValueError("Geometric sequence cannot include zero")
    ratio = np.divide(stop, start)
    steps, intervals = _steps(start, stop, num, endpoint)
    result = start * np.power(ratio, steps / max(intervals, 1))
    result = np.moveaxis(result, 0, axis)
    return result if dtype is None else result.astype(dtype)
