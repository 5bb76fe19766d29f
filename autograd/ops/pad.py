"""Padding: an array with a frame around it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite, linear
from autograd.engine.facts import Facts
from autograd.errors import NotDifferentiableError
from autograd.ops.shared.axes import Padding

Widths = tuple[tuple[int, int], ...]


def _inner(y: Any, x: Any, widths: Widths) -> Any:
    """Return the part of a padded `y` that is x."""
    return y[tuple(slice(b, b + n) for (b, _), n in zip(widths, x.shape, strict=True))]


def _pad_zeros(x: Any, widths: Widths) -> Any:
    return np.pad(x, widths or 0)


pad_zeros = linear(
    _pad_zeros,
    lambda g, y, x, widths: _inner(g, x, widths),
    facts=Facts(analytic=True, axes=Padding()),
)


@composite(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """`array` with a frame, made as `mode` says; values at ends may be tensors."""
    if callable(mode):
        raise NotDifferentiableError(
            "np.pad with a function as mode writes into arrays and has no derivative rule; "
            f"use np.concatenate, or one of the modes {', '.join(_MODES)}"
        )
    if mode not in _MODES:
        raise ValueError(f"mode '{mode}' is not supported")
    fill, known = _MODES[mode]
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {set(unknown)}")
    n = np.ndim(array)
    if isinstance(pad_width, dict):
        pad_width = [_both(pad_width.get(k, pad_width.get(k - n, 0))) for k in range(n)]
    given = np.asarray(pad_width)
    if given.size and given.dtype.kind not in "iu":
        raise TypeError("`pad_width` must be of integral type.")
    if np.any(given < 0):
        raise ValueError("index can't contain negative values")
    widths = tuple((int(b), int(a)) for b, a in np.broadcast_to(given, (n, 2)))
    return fill(array, widths, **options)


def _both(width: Any) -> Any:
    return width if np.ndim(width) else (width, width)


def _pairs(values: Any, n: int) -> Any:
    """For each of n axes what is meant for its front and its back; all may be tensors."""
    return np.broadcast_to(_as_one(values), (n, 2))


def _as_one(values: Any) -> Any:
    """Nested sequences as one array, or as one tensor."""
    if isinstance(values, list | tuple):
        return np.stack([_as_one(v) for v in values])
    return values


def _at(axis: int, x: Any, part: Any) -> Any:
    """Return the `part`, a slice or indices, of an axis."""
    return x[(*(slice(None),) * axis, part)]


def _width(x: Any, axis: int, n: int) -> tuple[int, ...]:
    """Return the shape of a part of the frame that is n wide."""
    shape = np.shape(x)
    return (*shape[:axis], n, *shape[axis + 1 :])


def _frame(array: Any, widths: Widths, side: Callable[..., Any]) -> Any:
    """Join `side(x, axis, end, width)` to both ends of every axis, one axis after the other."""
    for axis, pair in enumerate(widths):
        if any(pair):
            front, back = (side(array, axis, end, width) for end, width in enumerate(pair))
            array = np.concatenate([front, array, back], axis)
    return array


def _constant(array: Any, widths: Widths, constant_values: Any = 0) -> Any:
    if isinstance(constant_values, int | float) and constant_values == 0:
        return pad_zeros(array, widths=widths)
    values = _pairs(constant_values, np.ndim(array))

    def side(x: Any, axis: int, end: int, width: int) -> Any:
        return np.broadcast_to(values[axis, end].astype(x.dtype), _width(x, axis, width))

    return _frame(array, widths, side)


def _empty(array: Any, widths: Widths) -> Any:
    return pad_zeros(array, widths=widths)


def _repeating(mode: Any) -> Callable[..., Any]:
    """Return the modes that show the entries of the array again; NumPy says which ones."""

    def fill(array: Any, widths: Widths) -> Any:
        for axis, pair in enumerate(widths):
            if any(pair):
                n = np.shape(array)[axis]
                array = _at(axis, array, np.pad(np.arange(n), pair, mode))
        return array

    return fill


def _mirrored(mode: Any) -> Callable[..., Any]:
    """Pad in the modes that mirror the array at its edges, or, "odd", at the points there."""
    even = _repeating(mode)

    def fill(array: Any, widths: Widths, reflect_type: str = "even") -> Any:
        if reflect_type != "odd":
            return even(array, widths)
        for axis, pair in enumerate(widths):
            if any(pair):
                array = _mirrored_in_points(array, axis, pair, mode)
        return array

    return fill


def _mirrored_in_points(x: Any, axis: int, pair: tuple[int, int], mode: Any) -> Any:
    """Return the odd continuation of x beyond both its ends.

    With the period p, `x[j + p]` is `2 x[-1] - x[q]`, q the mirror image of j, and
    `x[j + 2p] = x[j] + 2 (x[-1] - x[0])`: every second period goes backwards, and each is raised.
    """
    n = np.shape(x)[axis]
    source = np.pad(np.arange(n), pair, mode)
    if n == 1 and mode == "reflect":
        return _at(axis, x, source)
    lap = np.arange(-pair[0], n + pair[1]) // (n if mode == "symmetric" else n - 1)
    lap = np.reshape(lap, (-1, *(1,) * (np.ndim(x) - axis - 1)))
    first, last = _at(axis, x, slice(0, 1)), _at(axis, x, slice(n - 1, n))
    y = _at(axis, x, source)
    backwards = 2 * last - y + (lap - 1) * (last - first)
    return np.where(lap % 2 == 0, y + lap * (last - first), backwards).astype(x.dtype)


def _statistic(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the modes that fill with a statistic of the entries next to the edge, or of all."""

    def fill(array: Any, widths: Widths, stat_length: Any = None) -> Any:
        n = np.ndim(array)
        lengths = None if stat_length is None else np.broadcast_to(stat_length, (n, 2))

        def side(x: Any, axis: int, end: int, width: int) -> Any:
            size = np.shape(x)[axis]
            if not size:
                raise ValueError(f"can't extend empty axis {axis} by a statistic of its entries")
            used = size if lengths is None else min(int(lengths[axis, end]), size)
            if not used and lengths is not None:
                raise ValueError("stat_length of 0 yields no value for padding")
            near = _at(axis, x, slice(0, used) if end == 0 else slice(size - used, size))
            value = function(near, axis=axis, keepdims=True)
            if x.dtype.kind in "iu":
                value = np.rint(value)
            return np.broadcast_to(value.astype(x.dtype), _width(x, axis, width))

        return _frame(array, widths, side)

    return fill


def _ramp(array: Any, widths: Widths, end_values: Any = 0) -> Any:
    """Straight lines from the values at the ends, `end_values`, to the edges of the array."""
    values = _pairs(end_values, np.ndim(array))

    def side(x: Any, axis: int, end: int, width: int) -> Any:
        shape = (-1, *(1,) * (np.ndim(x) - axis - 1))
        steps = np.arange(width) if end == 0 else np.arange(width)[::-1]
        edge = _at(axis, x, slice(0, 1) if end == 0 else slice(-1, None))
        way = np.reshape(steps / max(width, 1), shape)
        start = values[axis, end]
        ramp = start + (edge - start) * way
        return (np.floor(ramp) if x.dtype.kind in "iu" else ramp).astype(x.dtype)

    return _frame(array, widths, side)


_MODES: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "constant": (_constant, ("constant_values",)),
    "edge": (_repeating("edge"), ()),
    "wrap": (_repeating("wrap"), ()),
    "reflect": (_mirrored("reflect"), ("reflect_type",)),
    "symmetric": (_mirrored("symmetric"), ("reflect_type",)),
    "mean": (_statistic(np.mean), ("stat_length",)),
    "median": (_statistic(np.median), ("stat_length",)),
    "maximum": (_statistic(np.max), ("stat_length",)),
    "minimum": (_statistic(np.min), ("stat_length",)),
    "linear_ramp": (_ramp, ("end_values",)),
    "empty": (_empty, ()),
}
