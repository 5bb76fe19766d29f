"""Shapes: the same entries under other indices, in another layout or in another dtype."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import composite, constant, linear
from autograd.engine.facts import Facts
from autograd.engine.notation import ATOM, Notation
from autograd.engine.shapes import unbroadcast
from autograd.ops.shared.axes import Along, Broadcast, Reshape, Transpose

# One shape for another ----------------------------------------------------------------------------


def _reshape(x: Any, shape: Any, order: Any = "C", copy: bool | None = None) -> Any:
    # NumPy 2.0 calls `shape` otherwise and has no `copy`.
    return np.reshape(x, shape, order, **({} if copy is None else {"copy": copy}))


reshape = linear(
    np.reshape,
    lambda g, y, x, shape, order="C", copy=None: np.reshape(g, x.shape, order=order),
    impl=_reshape,
    parameters=["shape", "order"],
    facts=Facts(
        words="give {0} another shape", number="x", analytic=True, axes=Reshape(), view=True
    ),
)


@composite(np.reshape, adapts=reshape)
def numpy_reshape(
    a: Any, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    """`reshape` with all of NumPy's spellings."""
    # NumPy 2.0 called the shape so.
    shape = newshape if shape is None else shape
    if shape is None:
        raise TypeError("reshape needs a shape")
    if order == "A":
        order = "F" if _value(a).flags.fnc else "C"
    params = {"shape": shape}
    if order != "C":
        params["order"] = order
    if copy is not None:
        params["copy"] = copy
    return reshape.apply((a,), params)


def _value(x: Any) -> Any:
    """Return the array of a tensor, for its layout; an array unchanged."""
    return x if isinstance(x, np.ndarray | np.generic) else x.data


@composite(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    """All entries along one axis: rows first, columns first ("F"), or as they lie ("A", "K")."""
    if order == "K":
        strides = _value(a).strides
        a = np.transpose(a, sorted(range(np.ndim(a)), key=lambda i: -abs(strides[i])))
        order = "C"
    return np.reshape(a, -1, order=order)


broadcast_to = linear(
    np.broadcast_to,
    lambda g, y, x, shape, subok=False: unbroadcast(g, x.shape),
    facts=Facts(number="x", analytic=True, axes=Broadcast(), view=True),
)


@composite(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """Every array stretched to the one shape that they have together."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(x, shape) for x in args)


def _of_shape(shape: tuple[int, ...]) -> Any:
    """Return an array of this shape, never written to, to ask NumPy about shapes with."""
    return np.empty(shape, bool)


@composite(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    """Axes of length one put in at the positions `axis`."""
    return np.reshape(a, np.expand_dims(_of_shape(np.shape(a)), axis).shape)


@composite(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    """Axes of length one taken out."""
    return np.reshape(a, np.squeeze(_of_shape(np.shape(a)), axis=axis).shape)


def _at_least(function: Any) -> None:
    """Declare a NumPy function that gives each of its arguments a number of axes."""

    @composite(function)
    def at_least(*arys: Any) -> Any:
        shapes = [function(_of_shape(np.shape(x))).shape for x in arys]
        results = tuple(np.reshape(x, shape) for x, shape in zip(arys, shapes, strict=True))
        return results[0] if len(results) == 1 else results


for _function in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    _at_least(_function)


@composite(np.meshgrid)
def meshgrid(
    *xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy"
) -> tuple[Any, ...]:
    """Coordinate matrices from coordinate vectors."""
    plain = [_of_shape((np.size(x),)) for x in xi]
    shapes = [m.shape for m in np.meshgrid(*plain, sparse=True, indexing=indexing)]
    grids = tuple(np.reshape(x, shape) for x, shape in zip(xi, shapes, strict=True))
    return grids if sparse else tuple(np.broadcast_arrays(*grids))


# The order of the axes ----------------------------------------------------------------------------


def _inverse(axes: Sequence[int] | None) -> tuple[int, ...] | None:
    """Return the permutation that undoes `axes`; the reversal of all axes undoes itself."""
    if axes is None:
        return None
    return tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


transpose = linear(
    np.transpose,
    lambda g, y, x, axes=None: np.transpose(g, _inverse(axes)),
    facts=Facts(
        notation=Notation("{0}ᵀ", r"{0}^{{\top}}", ATOM, (ATOM,), "xᵀ"),
        words="transpose {0}",
        number="x",
        analytic=True,
        axes=Transpose(),
        view=True,
    ),
)
swapaxes = linear(
    np.swapaxes,
    lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2),
    parameters=["axis1", "axis2"],
    facts=Facts(
        notation=Notation("{0}ᵀ", r"{0}^{{\top}}", ATOM, (ATOM,), "xᵀ"),
        number="x",
        analytic=True,
        axes=Transpose(),
        view=True,
    ),
)
moveaxis = linear(
    np.moveaxis,
    lambda g, y, x, source, destination: np.moveaxis(g, destination, source),
    facts=Facts(analytic=True, axes=Transpose(), view=True),
)


@composite(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """One axis moved back until it stands before axis `start`."""
    n = np.ndim(a)
    labels = _of_shape(tuple(range(n)))
    return np.transpose(a, np.rollaxis(labels, axis, start).shape)


@composite(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """Return the last two axes swapped."""
    if np.ndim(x) < 2:
        raise ValueError(f"matrix_transpose needs at least two axes, got shape {np.shape(x)}")
    return np.swapaxes(x, -1, -2)


# Flips and turns ----------------------------------------------------------------------------------

flip = linear(
    np.flip,
    lambda g, y, x, axis=None: np.flip(g, axis),
    facts=Facts(analytic=True, axes=Along(default="all"), view=True),
)


@composite(np.flipud)
def flipud(m: Any) -> Any:
    """Return the rows in reverse order."""
    return np.flip(m, 0)


@composite(np.fliplr)
def fliplr(m: Any) -> Any:
    """Return the columns in reverse order."""
    return np.flip(m, 1)


@composite(np.rot90)
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Rotate by k right angles, from the first of `axes` towards the second."""
    # Also NumPy's checks of the axes.
    np.rot90(_of_shape(np.shape(m)), k, axes)
    first, second = axes
    if k % 4 == 2:
        return np.flip(m, (first, second))
    if k % 2:
        m = np.swapaxes(m, first, second)
    return m if k % 4 == 0 else np.flip(m, first if k % 4 == 1 else second)


def _opposite(shift: Any) -> Any:
    return tuple(-int(s) for s in shift) if isinstance(shift, Sequence) else -shift


roll = linear(
    np.roll,
    lambda g, y, x, shift, axis=None: np.roll(g, _opposite(shift), axis),
    parameters=["shift", "axis"],
    facts=Facts(analytic=True, axes=Along()),
)


# Repetitions --------------------------------------------------------------------------------------


@composite(np.tile)
def tile(A: Any, reps: Any) -> Any:
    """Repeat `A` side by side, `reps` times along each axis."""
    copies = tuple(map(int, reps)) if np.ndim(reps) else (int(reps),)
    n = max(len(copies), np.ndim(A))
    copies = (1,) * (n - len(copies)) + copies
    shape = (1,) * (n - np.ndim(A)) + np.shape(A)
    # Every axis of length n becomes r copies of it, (r, n), which lie as one axis of r n entries.
    pairs = [(r, size) for r, size in zip(copies, shape, strict=True)]
    spread = np.reshape(A, [length for size in shape for length in (1, size)])
    spread = np.broadcast_to(spread, [length for pair in pairs for length in pair])
    return np.reshape(spread, [r * size for r, size in pairs])


@composite(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Every entry several times in a row; `repeats` is a number, or one for each entry."""
    if axis is None:
        a, axis = np.ravel(a), 0
    a = np.atleast_1d(a)
    shape = np.shape(a)
    counts = [int(r) for r in np.reshape(repeats, -1)]
    if min(counts, default=0) < 0:
        raise ValueError("repeats may not contain negative values.")
    if len(counts) != 1:
        return np.take(a, np.repeat(np.arange(shape[axis]), counts), axis)
    axis = axis % len(shape)
    before, after = shape[:axis], shape[axis + 1 :]
    spread = np.reshape(a, (*before, shape[axis], 1, *after))
    spread = np.broadcast_to(spread, (*before, shape[axis], *counts, *after))
    return np.reshape(spread, (*before, shape[axis] * counts[0], *after))


# Copies and dtypes --------------------------------------------------------------------------------


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


# The cotangent goes back to the dtype of x when the sweep gets there.
astype = linear(
    _astype, lambda g, y, x, dtype: g, facts=Facts(number="float(x)", axes=Elementwise())
)
# Integers and booleans do not move with small changes of x, so no gradient goes through them.
astype_discrete = constant(
    _astype, name="astype_discrete", facts=Facts(number="bool(x)", axes=Elementwise())
)
copy = linear(
    np.copy,
    lambda g, y, x, order="K", subok=False: g,
    facts=Facts(
        notation=Notation("{0}", "{0}", ATOM, (ATOM,), "="),
        number="x",
        analytic=True,
        axes=Elementwise(),
    ),
)

if hasattr(np, "astype"):

    @composite(np.astype)
    def _numpy_astype(x: Any, dtype: Any, *, copy: bool = True, device: Any = None) -> Any:
        return x.astype(dtype, copy=copy)
