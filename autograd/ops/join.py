"""Arrays put together from several, and taken apart into several."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.engine.declare import composite, linear
from autograd.engine.facts import Facts
from autograd.ops.shared.axes import Along, Stack
from autograd.ops.shared.reducing import as_array

# Putting together ---------------------------------------------------------------------------------


def _concatenate(*arrays: Any, **params: Any) -> Any:
    return np.concatenate(arrays, **params)


def _part(
    k: int,
    g: Any,
    y: Any,
    *xs: Any,
    axis: int | None = 0,
    dtype: Any = None,
    casting: Any = "same_kind",
) -> Any:
    """Return the part of the gradient of a concatenation that belongs to its operand `k`."""
    lengths = [x.size if axis is None else x.shape[axis] for x in xs]
    before = () if axis is None else (slice(None),) * (axis % len(g.shape))
    start, end = [0, *accumulate(lengths)][k : k + 2]
    part = g[(*before, slice(start, end))]
    return np.reshape(part, xs[k].shape) if axis is None else part


concatenate = linear(
    np.concatenate,
    _part,
    impl=_concatenate,
    variadic=True,
    parameters=["axis", "out"],
    facts=Facts(analytic=True, axes=Along(default=0)),
)


def _stack(*arrays: Any, **params: Any) -> Any:
    return np.stack(arrays, **params)


stack = linear(
    np.stack,
    lambda k, g, y, *xs, axis=0, dtype=None, casting="same_kind": g[
        (*(slice(None),) * (axis % len(g.shape)), k)
    ],
    impl=_stack,
    variadic=True,
    parameters=["axis", "out"],
    facts=Facts(analytic=True, axes=Stack()),
)


@composite(np.vstack)
def vstack(tup: Any, **kwargs: Any) -> Any:
    """One below the other; vectors are rows."""
    return np.concatenate([np.atleast_2d(x) for x in tup], 0, **kwargs)


@composite(np.hstack)
def hstack(tup: Any, **kwargs: Any) -> Any:
    """Side by side; vectors one after the other."""
    arrays = [np.atleast_1d(x) for x in tup]
    return np.concatenate(arrays, 0 if arrays and np.ndim(arrays[0]) == 1 else 1, **kwargs)


@composite(np.dstack)
def dstack(tup: Any) -> Any:
    """One behind the other, along a third axis."""
    return np.concatenate([np.atleast_3d(x) for x in tup], 2)


@composite(np.column_stack)
def column_stack(tup: Any) -> Any:
    """Side by side; vectors are columns."""
    columns = [x if np.ndim(x) > 1 else np.reshape(x, (-1, 1)) for x in tup]
    return np.concatenate(columns, 1)


@composite(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` after `arr`; both as vectors if no axis is named."""
    return np.concatenate([arr, values], axis)


@composite(np.block)
def block(arrays: Any) -> Any:
    """Return a matrix from its blocks, given as nested lists."""
    # NumPy's checks of the nesting, on arrays of the same shapes.
    n = np.block(_nested(lambda x: np.zeros(np.shape(x), bool), arrays)).ndim

    def with_axes(x: Any) -> Any:
        return np.reshape(x, (1,) * (n - np.ndim(x)) + np.shape(x))

    def join(part: Any, axis: int) -> Any:
        if not isinstance(part, list):
            return part
        return np.concatenate([join(p, axis + 1) for p in part], axis)

    return join(_nested(with_axes, arrays), -_depth(arrays))


def _nested(function: Callable[[Any], Any], arrays: Any) -> Any:
    """Apply `function` to every array in nested lists."""
    if isinstance(arrays, list):
        return [_nested(function, part) for part in arrays]
    return arrays if isinstance(arrays, tuple) else function(arrays)


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


# Taking apart -------------------------------------------------------------------------------------


def _split(function: Any, ary: Any, sections: Any, axis: int) -> list[Any]:
    """Return the parts along `axis`, where NumPy's `function` cuts."""
    n = np.shape(ary)[axis]
    if np.ndim(sections):
        sections = [int(cut) for cut in sections]
    before = (slice(None),) * (axis % np.ndim(ary))
    parts = function(np.arange(n), sections)
    return [ary[(*before, slice(p[0], p[-1] + 1) if p.size else slice(0, 0))] for p in parts]


@composite(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Equal parts, or parts that end before the given indices."""
    return _split(np.split, ary, indices_or_sections, axis)


@composite(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Parts that are as equal as can be."""
    return _split(np.array_split, ary, indices_or_sections, axis)


def _split_along(function: Any, least: int, axis_of: Callable[[int], int]) -> None:
    """Declare one of NumPy's functions that split along a fixed axis."""

    @composite(function)
    def split_along(ary: Any, indices_or_sections: Any) -> list[Any]:
        n = np.ndim(ary)
        if n < least:
            raise ValueError(
                f"{function.__name__} only works on arrays of {least} or more dimensions"
            )
        return np.split(ary, indices_or_sections, axis_of(n))


_split_along(np.hsplit, 1, lambda n: 1 if n > 1 else 0)
_split_along(np.vsplit, 2, lambda n: 0)
_split_along(np.dsplit, 3, lambda n: 2)

if hasattr(np, "unstack"):

    @composite(np.unstack)
    def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
        """Return the slices along `axis`, one by one: what `stack` puts together."""
        if not np.ndim(x):
            raise ValueError("Input array must be at least 1-d.")
        x = np.moveaxis(x, axis, 0)
        return tuple(x[i] for i in range(np.shape(x)[0]))


# Entries put in and taken out ---------------------------------------------------------------------


def _moved(function: Callable[..., Any], *arrays: Any, **params: Any) -> Any:
    """Apply `function`, which only moves, copies and drops entries, to arrays or tensors.

    NumPy itself says where each entry goes, when it is given the entries' numbers.
    """
    numbers, start = [], 0
    for x in arrays:
        numbers.append(np.reshape(np.arange(start, start + np.size(x)), np.shape(x)))
        start += np.size(x)
    entries = np.concatenate([np.reshape(x, -1) for x in arrays])
    return entries[function(*numbers, **params)]


def _integers(index: Any) -> Any:
    """Return indices as NumPy's functions on plain arrays take them."""
    if isinstance(index, list):
        # A truth value stays one: it chooses, and does not count.
        return [i.item() if hasattr(i, "item") else i for i in index]
    return np.asarray(index) if hasattr(index, "requires_grad") else index


@composite(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Without the entries, or rows along `axis`, of the given indices."""
    return _moved(lambda x: np.delete(x, _integers(obj), axis), arr)


@composite(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """With `values` put in before the given indices."""
    index = _integers(obj)
    result = _moved(lambda x, v: np.insert(x, index, v, axis), arr, values)
    return result.astype(as_array(arr).dtype, copy=False)


@composite(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """Return the entries over and over again, until the new shape is filled."""
    if not np.size(a):
        return np.zeros_like(a, shape=new_shape)
    return _moved(lambda x: np.resize(x, new_shape), a)


@composite(np.trim_zeros)
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Trim zeros at the front ("f") and back ("b") of an array, along every axis or some."""
    if not trim or not set(trim.lower()) <= set("fb") or len(trim) > 2:
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    n = np.ndim(filt)
    axes = range(n) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, n)
    index = [slice(None)] * n
    for k, places in enumerate(np.nonzero(filt) if n else ()):
        if k not in axes:
            continue
        if not places.size:
            index[k] = slice(0, 0)
            continue
        first, last = int(np.min(places)), int(np.max(places)) + 1
        index[k] = slice(
            first if "f" in trim.lower() else None, last if "b" in trim.lower() else None
        )
    return filt[tuple(index)]


@composite(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """Every window of the given shape; the last axes are those of the window."""
    windows = np.lib.stride_tricks.sliding_window_view
    return _moved(lambda n: windows(n, window_shape, axis), x)
