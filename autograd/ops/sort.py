"""Order: sorting, and the indices and counts that come from it."""

from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite, constant, primitive
from autograd.engine.facts import Facts
from autograd.ops.shared.axes import Along

argsort = constant(np.argsort, facts=Facts(axes=Along(default=-1)))
argpartition = constant(np.argpartition)
argwhere = constant(np.argwhere, facts=Facts(shape_from_values=True))
searchsorted = constant(np.searchsorted, arity=2)
digitize = constant(np.digitize, arity=2)
isin = constant(np.isin, arity=2)

# Sorting ------------------------------------------------------------------------------------------


def _ranks(x: Any, axis: int = -1) -> Any:
    """Where along `axis` every entry of x stands once x is sorted."""
    order = np.argsort(x, axis=axis, kind="stable")
    ranks = np.empty_like(order)
    along = [-1 if k == axis % order.ndim else 1 for k in range(order.ndim)]
    np.put_along_axis(ranks, order, np.reshape(np.arange(order.shape[axis]), along), axis)
    return ranks


ranks = constant(_ranks, facts=Facts(axes=Along(default=-1)))


def _tied(y: Any, axis: int = -1) -> Any:
    """Return whether an entry of a sorted y equals the one before it."""
    y = np.moveaxis(y, axis, -1)
    tied = np.zeros(y.shape, bool)
    tied[..., 1:] = y[..., 1:] == y[..., :-1]
    return np.moveaxis(tied, -1, axis)


tied = constant(_tied, facts=Facts(axes=Along(default=-1)))


def _tie_mean(g: Any, tied: Any, axis: int = -1) -> Any:
    """Return the mean of g over each run of entries `tied` to the one before; symmetric."""
    if not np.any(tied):
        return g
    lines = np.moveaxis(g, axis, -1)
    starts = ~np.ravel(np.moveaxis(tied, axis, -1))
    first = np.flatnonzero(starts)
    lengths = np.diff(first, append=starts.size)
    means = np.add.reduceat(np.ravel(lines), first) / lengths.astype(g.dtype)
    return np.moveaxis(np.reshape(np.repeat(means, lengths), lines.shape), -1, axis)


tie_mean: Primitive = primitive(
    _tie_mean,
    vjp=[lambda g, y, x, tied, axis=-1: tie_mean(g, tied, axis=axis), None],
    jvp=[lambda t, y, x, tied, axis=-1: tie_mean(t, tied, axis=axis), None],
    facts=Facts(axes=Along(default=-1), view=True),
)


def _sort_pull(
    g: Any, y: Any, x: Any, axis: int = -1, kind: Any = None, stable: bool | None = None
) -> Any:
    """Every gradient goes back to where its entry came from; equal entries share theirs equally."""
    return np.take_along_axis(tie_mean(g, tied(y, axis=axis), axis=axis), ranks(x, axis=axis), axis)


def _sort_push(
    t: Any, y: Any, x: Any, axis: int = -1, kind: Any = None, stable: bool | None = None
) -> Any:
    order = np.argsort(x, axis=axis, kind="stable")
    return tie_mean(np.take_along_axis(t, order, axis), tied(y, axis=axis), axis=axis)


sort = primitive(np.sort, vjp=_sort_pull, jvp=_sort_push, facts=Facts(axes=Along(default=-1)))


@composite(np.sort, adapts=sort)
def _numpy_sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: Any = None) -> Any:
    if axis is None:
        a, axis = np.ravel(a), -1
    how = {"kind": kind, "stable": stable}
    return sort(a, axis=axis, **{name: value for name, value in how.items() if value is not None})


@composite(np.sort_complex)
def sort_complex(a: Any) -> Any:
    """Return the entries as complex numbers, sorted by real, then by imaginary part."""
    small = a.dtype.itemsize <= 2 and a.dtype.kind in "iub"
    complex_type = np.complex64 if small else np.result_type(a.dtype, np.complex128)
    return np.sort(a if a.dtype.kind == "c" else a.astype(complex_type))


@composite(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect") -> Any:
    """Return the smaller entries before the k-th smallest, the larger ones behind it."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, np.argpartition(a, kth, axis, kind), axis)


# Indices ------------------------------------------------------------------------------------------


@composite(np.nonzero, differentiable=False)
def nonzero(a: Any) -> tuple[Any, ...]:
    """Return the indices of the entries that are not 0, an array for each axis."""
    if not np.ndim(a):
        raise ValueError(
            "Calling nonzero on 0d arrays is not allowed. "
            "Use np.atleast_1d(scalar).nonzero() instead."
        )
    places = np.argwhere(a)
    return tuple(places[:, k] for k in range(np.ndim(a)))


@composite(np.flatnonzero, differentiable=False)
def flatnonzero(a: Any) -> Any:
    """Return the indices into `np.ravel(a)` of the entries that are not 0."""
    return np.nonzero(np.ravel(a))[0]


def _lexsort(keys: Any, axis: int = -1) -> Any:
    return np.lexsort(keys, axis)


lexsort = constant(_lexsort)


@composite(np.lexsort, differentiable=False)
def _numpy_lexsort(keys: Any, axis: int = -1) -> Any:
    return lexsort(np.stack(list(keys)), axis=axis)


@composite(np.unravel_index, differentiable=False)
def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[Any, ...]:
    """Return the index, axis by axis, of entries of an array of `shape` that are numbered flat."""
    return tuple(
        _unravelled(indices, shape=tuple(shape), order=order, axis=k) for k in range(len(shape))
    )


_unravelled = constant(
    lambda indices, shape, order, axis: np.unravel_index(indices, shape, order)[axis],
    name="unravelled",
)

# Different values ---------------------------------------------------------------------------------


def _unique_part(x: Any, part: int, axis: int | None = None, equal_nan: bool = True) -> Any:
    """One of what `np.unique` returns besides the values: first indices, inverse, counts."""
    return np.unique(
        x,
        return_index=True,
        return_inverse=True,
        return_counts=True,
        axis=axis,
        equal_nan=equal_nan,
    )[part]


unique_part = constant(_unique_part, facts=Facts(shape_from_values=True))


@composite(np.unique)
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """Return the different values, sorted, and on request their first indices, inverse and counts.

    Equal entries share the gradient of their one value equally; of equal rows along `axis` the
    first gets it.
    """
    how = {"axis": axis, "equal_nan": equal_nan}
    if axis is None:
        entries = np.sort(ar, axis=None)
        values = np.take(entries, unique_part(entries, part=1, **how))
    else:
        values = np.take(ar, unique_part(ar, part=1, **how), axis)
    wanted = (return_index, return_inverse, return_counts)
    extras = [unique_part(ar, part=k, **how) for k, flag in enumerate(wanted, 1) if flag]
    return (values, *extras) if extras else values


@composite(np.unique_values)
def unique_values(x: Any, /) -> Any:
    """Return the different values, sorted."""
    return np.unique(x, equal_nan=False)


def _unique_with(function: Any, **flags: Any) -> None:
    """Declare one of the array API's functions, which return a named tuple."""
    result = type(function(np.zeros(1)))

    @composite(function)
    def unique_with(x: Any, /) -> Any:
        return result(*np.unique(x, equal_nan=False, **flags))


_unique_with(np.unique_counts, return_counts=True)
_unique_with(np.unique_inverse, return_inverse=True)
_unique_with(np.unique_all, return_index=True, return_inverse=True, return_counts=True)


@composite(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """Return the different values of `ar1` that `ar2` has too."""
    values = np.unique(ar1)
    return np.compress(np.isin(values, ar2), values)


@composite(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """Return the different values of `ar1` that `ar2` has not."""
    values = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return np.compress(np.isin(values, ar2, invert=True), values)


@composite(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """Return the different values that one of both has and the other has not."""
    return np.union1d(np.setdiff1d(ar1, ar2), np.setdiff1d(ar2, ar1))


@composite(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    """Return the different values of both."""
    return np.unique(np.concatenate([ar1, ar2], None))
