"""Indexing: `x[index]`, its transpose, which adds entries up where they came from, and writing."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite
from autograd.engine.facts import Facts
from autograd.engine.shapes import Shape, unbroadcast
from autograd.ops.shared.axes_of_indices import Index, Put, Scatter, Slot, has_mask
from autograd.ops.shared.reducing import as_array


def with_slots(index: Any) -> tuple[Any, list[Any]]:
    """Return an index as a static parameter, and the tensors whose places its slots hold."""
    arrays: list[Any] = []

    def template(part: Any) -> Any:
        if type(part) is int:
            return part
        if isinstance(part, slice):
            bounds = (part.start, part.stop, part.step)
            if any(map(_is_tensor, bounds)):
                part = slice(*(None if b is None else operator.index(b) for b in bounds))
            return part
        if isinstance(part, list) and any(map(_is_tensor, part)):
            return [int(p) for p in part]
        if _is_tensor(part):
            arrays.append(part)
            return Slot(len(arrays) - 1)
        return part

    parts = tuple(map(template, index)) if isinstance(index, tuple) else template(index)
    return parts, arrays


def _is_tensor(x: Any) -> bool:
    return hasattr(x, "requires_grad")


def _filled(index: Any, arrays: tuple[Any, ...]) -> Any:
    """Return the index that NumPy is to see, the operands put back in their places."""
    if isinstance(index, tuple):
        return tuple(_filled(part, arrays) for part in index)
    return arrays[index.k] if isinstance(index, Slot) else index


def _parts(index: Any) -> list[Any]:
    """Return the parts of an index, those that are arrays as arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return [np.asarray(p) if isinstance(p, list | np.ndarray) else p for p in parts]


def _picks_twice(index: Any) -> bool:
    """Return whether an index could name one entry several times: only integer arrays can."""
    return any(isinstance(p, np.ndarray) and p.dtype != bool for p in _parts(index))


# Taking and its transpose -------------------------------------------------------------------------


def _getitem(x: Any, *arrays: Any, index: Any) -> Any:
    return x[_filled(index, arrays)]


def _scatter(g: Any, *arrays: Any, index: Any, shape: Shape) -> Any:
    """Zeros of `shape`, to which `g` is added at `index`; repeated indices add up."""
    out = np.zeros(shape, g.dtype)
    _add_at(out, g, *arrays, index=index)
    return out


def _add_at(out: Any, g: Any, *arrays: Any, index: Any) -> None:
    """`out[index] += g`, where repeated indices add up."""
    index = _filled(index, arrays)
    if not _picks_twice(index):
        out[index] += g
    elif out.flags.c_contiguous:
        np.add.at(np.reshape(out, -1), _flat_positions(index, out.shape), np.ravel(g))
    else:
        np.add.at(out, index, g)


def _flat_positions(index: Any, shape: Shape) -> Any:
    """Where the entries of `x[index]` lie in `np.ravel(x)`, for an x of `shape`.

    `np.add.at` is several times faster on flat positions than on the index itself. Only the axes
    up to the last one that the index speaks of are looked at; the others lie there in one piece.
    """
    used = _axes_used(index, len(shape))
    positions: Any = 0
    for k, n in enumerate(shape[:used]):
        stride = int(np.prod(shape[k + 1 :]))
        along = np.reshape(np.arange(n) * stride, (n, *(1,) * (used - k - 1)))
        positions = positions + np.broadcast_to(along, shape[:used])[index]
    return np.ravel(np.add.outer(positions, np.arange(int(np.prod(shape[used:])))))


def _axes_used(index: Any, ndim: int) -> int:
    """Return the number of leading axes that an index speaks of; with an ellipsis, all."""
    used = 0
    for part in _parts(index):
        if part is Ellipsis:
            return ndim
        if isinstance(part, np.ndarray | np.bool_ | bool) and np.asarray(part).dtype == bool:
            used += np.ndim(part)
        elif part is not None:
            used += 1
    return used


def _linear_in_first(
    function: Any, pull: Any, parameters: Sequence[str], facts: Facts, add_to: Any = None
) -> Primitive:
    """Return an operation that is linear in its first operand; the others are index arrays."""

    def push(k: int, t: Any, y: Any, x: Any, *arrays: Any, **params: Any) -> Any:
        return op.apply((t, *arrays), params)

    op = Primitive(
        function,
        "linear",
        [pull],
        [push],
        variadic=True,
        parameters=parameters,
        add_to=add_to,
        facts=facts,
    )
    return op


getitem = _linear_in_first(
    _getitem,
    lambda k, g, y, x, *arrays, index: scatter.apply(
        (g, *arrays), {"index": index, "shape": x.shape}
    ),
    ["index"],
    Facts(
        words="take entries of {0}",
        analytic=True,
        axes=Index(),
        view=True,
        shape_from_values=has_mask,
    ),
    add_to=_add_at,
)
scatter: Primitive = _linear_in_first(
    _scatter,
    lambda k, g, y, x, *arrays, index, shape: getitem.apply((g, *arrays), {"index": index}),
    ["index", "shape"],
    Facts(analytic=True, axes=Scatter()),
)


def pick(x: Any, index: Any) -> Any:
    """`x[index]`, where either may be or hold a tensor."""
    parts, arrays = with_slots(index)
    return getitem.apply((x, *arrays), {"index": parts})


# Writing ------------------------------------------------------------------------------------------


def _put(operands: Sequence[Any], index: Any) -> Any:
    x, value, *arrays = operands
    if not np.can_cast(value.dtype, x.dtype, "same_kind"):
        raise TypeError(
            f"put of {value.dtype} values into an array of dtype {x.dtype}; "
            "convert one of them first, for example with astype"
        )
    out = np.array(x)
    out[_filled(index, tuple(arrays))] = value
    return out


def _put_pull(k: int, g: Any, y: Any, x: Any, value: Any, *arrays: Any, index: Any) -> Any:
    if k == 0:
        return _put_op.apply((g, np.zeros_like(value), *arrays), {"index": index})
    taken = getitem.apply((g, *arrays), {"index": index})
    if any(isinstance(p, Slot | list | np.ndarray) for p in _parts(index)):
        won = _written_last.apply(arrays, {"index": index, "shape": x.shape})
        taken = np.where(won, taken, 0)
    # NumPy drops leading axes of length one from a value.
    fitting = value.shape[max(0, len(value.shape) - len(taken.shape)) :]
    return np.reshape(unbroadcast(taken, fitting), value.shape)


def _put_push(k: int, t: Any, y: Any, x: Any, value: Any, *arrays: Any, index: Any) -> Any:
    operands = (t, np.zeros_like(value)) if k == 0 else (np.zeros_like(x), t)
    return _put_op.apply((*operands, *arrays), {"index": index})


_put_op = Primitive(
    _put,
    "linear",
    [_put_pull],
    [_put_push],
    impl=lambda *operands, index: _put(operands, index),
    variadic=True,
    parameters=["index"],
    facts=Facts(analytic=True, axes=Put()),
)


def _written(arrays: Sequence[Any], index: Any, shape: Shape) -> Any:
    """Which entries written at `index` are still there when all have been: the last of each."""
    index = _filled(index, tuple(arrays))
    owner = np.zeros(shape, np.intp)
    writers = owner[index]
    writers = np.reshape(np.arange(writers.size), writers.shape)
    owner[index] = writers
    return owner[index] == writers


_written_last = Primitive(
    _written,
    "constant",
    [None],
    [None],
    impl=lambda *arrays, index, shape: _written(arrays, index, shape),
    name="written_last",
    parameters=["index", "shape"],
    variadic=True,
    differentiable=False,
    facts=Facts(shape_from_values=lambda call: has_mask(call, first=0)),
)


def put(t: Any, index: Any, value: Any) -> Any:
    """Return a copy of `t` with `value` at `index`, as `t[index] = value` makes it of an array.

    Gradients flow to `value`, and to all of `t` but what was replaced. As in NumPy, `value` is
    broadcast, is converted to the dtype of `t` within its kind, and of repeated indices the last
    one wins; it alone then gets the gradient.

    Raises `TypeError` for a value of another kind, such as floats for an array of integers, and
    NumPy's `IndexError` for indices out of range.

    >>> put(np.array([1.0, 2.0, 3.0]), slice(1, None), 0.0)
    array([1., 0., 0.])
    """
    parts, arrays = with_slots(index)
    t, value = (as_array(x) for x in (t, value))
    return _put_op.apply((t, value, *arrays), {"index": parts})


# NumPy's functions that take ----------------------------------------------------------------------


@composite(np.take)
def take(a: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    """Return the entries, or rows along `axis`, of the given indices."""
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = _checked_axis(a, axis)
    return pick(a, ((slice(None),) * axis) + (_moded(indices, np.shape(a)[axis], mode),))


def _checked_axis(a: Any, axis: int) -> int:
    """Return a non-negative axis; NumPy's AxisError for one that `a` has not."""
    return int(np.lib.array_utils.normalize_axis_index(axis, np.ndim(a)))


def _moded(indices: Any, n: int, mode: str) -> Any:
    """Return indices into an axis of length n: unchanged, modulo n, or the nearest valid ones."""
    if isinstance(indices, list | tuple | range):
        indices = list(indices) or np.empty(0, np.intp)
    if mode == "wrap":
        return np.remainder(indices, n)
    if mode == "clip":
        return np.clip(indices, 0, n - 1)
    if mode == "raise":
        return indices
    raise ValueError(f"mode must be 'raise', 'wrap' or 'clip', got {mode!r}")


def _along(shape: Shape, indices: Any, axis: int) -> tuple[Any, ...]:
    """Return the index that NumPy's `..._along_axis` functions mean."""
    if np.ndim(indices) != len(shape):
        raise ValueError(
            "`indices` and `arr` must have the same number of dimensions, "
            f"got {np.ndim(indices)} and {len(shape)}"
        )
    return tuple(
        indices if k == axis else np.reshape(np.arange(n), (-1, *(1,) * (len(shape) - k - 1)))
        for k, n in enumerate(shape)
    )


@composite(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """Return from every line along `axis` the entries that the same line of `indices` selects."""
    if axis is None:
        return pick(np.ravel(arr), indices)
    axis = _checked_axis(arr, axis)
    return pick(arr, _along(np.shape(arr), indices, axis))


def put_along_axis(t: Any, indices: Any, values: Any, axis: int | None) -> Any:
    """Return a copy of `t` with `values` where `take_along_axis(t, indices, axis)` would take from.

    >>> put_along_axis(np.zeros((2, 3)), np.array([[1], [0]]), 5.0, axis=1)
    array([[0., 5., 0.],
           [5., 0., 0.]])
    """
    if axis is None:
        return np.reshape(put(np.ravel(t), indices, values), np.shape(t))
    axis = _checked_axis(t, axis)
    return put(t, _along(np.shape(t), indices, axis), values)


@composite(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """Return the entries, or rows along `axis`, where the condition holds."""
    if np.ndim(condition) != 1:
        raise ValueError("condition must be a 1-d array")
    return np.take(a, np.flatnonzero(condition), axis)


@composite(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    """Return the entries where the condition holds."""
    return np.take(np.ravel(arr), np.flatnonzero(condition))


@composite(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """Return how often each number occurs, or the sum of the weights that stand beside it."""
    if weights is None:
        weights = np.ones_like(x)
    elif np.shape(weights) != np.shape(x):
        raise ValueError("The weights and list don't have the same length.")
    else:
        # NumPy adds up in double precision always.
        weights = as_array(weights).astype(np.float64)
    length = max([minlength, *(int(i) + 1 for i in x)])
    parts, arrays = with_slots(x if hasattr(x, "dtype") else np.asarray(x, np.intp))
    return scatter.apply((weights, *arrays), {"index": parts, "shape": (length,)})


def _conditions(condlist: Any, shape: Shape) -> Any:
    """Return the conditions of a piecewise function of an array of `shape` as a list of arrays."""
    if not isinstance(condlist, list | tuple) and not np.ndim(condlist):
        return [condlist]
    first = condlist[0]
    alone = shape and not isinstance(first, list) and not np.ndim(first)
    return [condlist] if alone else condlist


@composite(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """At every place the function, or number, of the last condition that holds there.

    The functions get only the entries where their condition holds.
    """
    shape = np.shape(x)
    conditions = [np.broadcast_to(c, shape) for c in _conditions(condlist, shape)]
    n = len(conditions)
    if len(funclist) == n + 1:
        none = np.ones(shape, bool)
        for c in conditions:
            none = np.logical_and(none, np.logical_not(c))
        conditions.append(none)
    elif len(funclist) != n:
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    result = np.zeros_like(x)
    for c, function in zip(conditions, funclist, strict=True):
        if callable(function):
            entries = pick(x, c)
            if np.size(entries):
                result = put(result, c, function(entries, *args, **kw))
        else:
            result = put(result, c, function)
    return result
