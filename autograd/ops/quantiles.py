"""Order statistics: the median, and quantiles by all of NumPy's methods."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant, primitive
from autograd.engine.facts import Facts
from autograd.engine.shapes import Axis, expand_reduced
from autograd.ops.shared.axes import Along, Reduction
from autograd.ops.shared.reducing import as_array, kept_shape, lines, unlines

# The median ---------------------------------------------------------------------------------------


def _evenly(hit: Any, dtype: Any) -> Any:
    """Shares that add up to 1 along the last axis, equal ones where `hit` is true."""
    hits = np.maximum(np.count_nonzero(hit, axis=-1, keepdims=True), 1)
    return np.asarray(hit, dtype) / np.asarray(hits, dtype)


def _median_share(x: Any, axis: Axis = None) -> Any:
    """Return how much of the median each entry is: half of each of the two in the middle.

    Entries that are equal to one of these share it equally.
    """
    rows = lines(x, axis)
    n = rows.shape[-1]
    if not n:
        return np.zeros_like(x)
    low, high = (n - 1) // 2, n // 2
    ordered = np.partition(rows, (low, high), -1)
    shares = [_evenly(rows == ordered[..., k : k + 1], x.dtype) for k in (low, high)]
    return unlines((shares[0] + shares[1]) / 2, x.shape, axis)


median_share = constant(_median_share, facts=Facts(axes=Along(default="all")))

median = primitive(
    np.median,
    vjp=lambda g, y, x, axis=None, keepdims=False: (
        median_share(x, axis=axis) * expand_reduced(g, x.shape, axis, keepdims)
    ),
    jvp=lambda t, y, x, axis=None, keepdims=False: np.sum(
        median_share(x, axis=axis) * t, axis=axis, keepdims=keepdims
    ),
    facts=Facts(axes=Reduction()),
)


@composite(np.median, adapts=median)
def numpy_median(
    a: Any, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """Return the middle one of the sorted entries, or the mean of the two in the middle."""
    return median(a, axis=axis, keepdims=keepdims)


# Quantiles ----------------------------------------------------------------------------------------

Position = Callable[[Any, Any], Any]
"""Where the q-quantile of n entries stands among them, sorted: an index, also between two."""

# Hyndman and Fan, "Sample quantiles in statistical packages" (1996), with indices from 0.
_SELECTING: dict[str, Position] = {
    "inverted_cdf": lambda n, q: np.ceil(n * q - 1),
    "closest_observation": lambda n, q: np.rint(n * q - 2) + 1,
    "lower": lambda n, q: np.floor((n - 1) * q),
    "higher": lambda n, q: np.ceil((n - 1) * q),
    "nearest": lambda n, q: np.rint((n - 1) * q),
}
_INTERPOLATING: dict[str, Position] = {
    "averaged_inverted_cdf": lambda n, q: (np.floor(n * q) + np.ceil(n * q - 1)) / 2,
    "interpolated_inverted_cdf": lambda n, q: n * q - 1,
    "hazen": lambda n, q: n * q - 0.5,
    "weibull": lambda n, q: (n + 1) * q - 1,
    "linear": lambda n, q: (n - 1) * q,
    "median_unbiased": lambda n, q: n * q + (1 / 3 + q * (1 / 3)) - 1,
    "normal_unbiased": lambda n, q: n * q + (3 / 8 + q * (1 / 4)) - 1,
    "midpoint": lambda n, q: (np.floor((n - 1) * q) + np.ceil((n - 1) * q)) / 2,
}


def _quantile(
    a: Any, q: Any, axis: Axis, method: str, keepdims: bool, skip_nan: bool, percent: bool
) -> Any:
    """Quantiles of the lines along `axis`; the axes of q come first in the result."""
    position = _SELECTING.get(method) or _INTERPOLATING.get(method)
    if position is None:
        known = ", ".join(sorted(_SELECTING | _INTERPOLATING))
        raise ValueError(f"{method!r} is not a valid method. Use one of: {known}")
    a = as_array(a)
    if a.dtype.kind == "c":
        raise TypeError("a must be an array of real numbers")
    # A Python number does not turn float32 into float64.
    weak = type(q) in (int, float)
    q = np.true_divide(q, 100) if percent else as_array(q)
    if not np.all(np.logical_and(q >= 0, q <= 1)):
        name, top = ("Percentiles", 100) if percent else ("Quantiles", 1)
        raise ValueError(f"{name} must be in the range [0, {top}]")
    rows = np.sort(lines(a, axis), -1)  # with NaN last
    if skip_nan and not rows.shape[-1]:
        rows = np.full((*rows.shape[:-1], 1), np.nan, rows.dtype)
    n: Any = rows.shape[-1]
    if skip_nan:
        n = np.sum(np.logical_not(np.isnan(rows)), axis=-1, keepdims=True)
    at = position(n, np.reshape(q, (*(1,) * (rows.ndim - 1), -1)))
    last = np.maximum(n - 1, 0) if skip_nan else max(n - 1, 0)
    at = np.minimum(np.maximum(at, 0), last)
    if method in _SELECTING:
        result = _entries(rows, at)
    else:
        before = np.floor(at)
        fraction = at - before
        if weak and rows.dtype.kind == "f":
            fraction = fraction.astype(rows.dtype)
        low = _entries(rows, before)
        high = _entries(rows, np.minimum(before + 1, last))
        result = _between(low, high, fraction)
    if not skip_nan and rows.dtype.kind == "f":
        result = np.where(np.isnan(rows[..., -1:]), np.nan, result)
    kept = kept_shape(a.shape, axis) if keepdims else rows.shape[:-1]
    return np.reshape(np.moveaxis(result, -1, 0), (*np.shape(q), *kept))


def _entries(rows: Any, index: Any) -> Any:
    return np.take_along_axis(rows, index.astype(np.intp), -1)


def _between(low: Any, high: Any, fraction: Any) -> Any:
    """Return the value at `fraction` of the way, from the nearer end, which keeps the order."""
    step = high - low
    return np.where(fraction >= 0.5, high - step * (1 - fraction), low + step * fraction)


def _declare(function: Callable[..., Any], *, skip_nan: bool, percent: bool) -> None:
    """Declare one of NumPy's four quantile functions."""

    @composite(function)
    def quantile(
        a: Any,
        q: Any,
        axis: Axis = None,
        *,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
    ) -> Any:
        return _quantile(a, q, axis, method, keepdims, skip_nan, percent)


_declare(np.quantile, skip_nan=False, percent=False)
_declare(np.percentile, skip_nan=False, percent=True)
_declare(np.nanquantile, skip_nan=True, percent=False)
_declare(np.nanpercentile, skip_nan=True, percent=True)


@composite(np.nanmedian)
def nanmedian(
    a: Any, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    """Return the median of the entries that are not NaN."""
    return np.nanquantile(a, 0.5, axis=axis, keepdims=keepdims)
