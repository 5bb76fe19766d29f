"""Shapes, joins, indices, choices and order."""

from typing import Any

import numpy as np

import autograd
from tests.oracle.bridge import Function, torch
from tests.oracle.composites.composite import Composite, gathered, of
from tests.oracle.operations.arrays import transpose

MASK = np.array([[True, False, True], [False, False, True]])
OTHER = np.array([[True, True, False], [False, True, False]])
PLACES = np.array([[1, 0, 1], [2, 2, 0]])
PADDED = np.array([0.0, 0.0, 1.5, 0.0, -2.0, 0.0])
LEFT, RIGHT = np.array([3.0, 1.0, 2.0, 5.0]), np.array([2.0, 4.0, 3.0])


def append(x: Any, y: Any, axis: Any = None) -> Any:
    return torch.cat([x.ravel(), y.ravel()]) if axis is None else torch.cat([x, y], axis)


def block(a: Any, b: Any, c: Any, d: Any) -> Any:
    return torch.cat([torch.cat([a, b], 1), torch.cat([c, d], 1)])


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return torch.tensor_split(x, indices_or_sections, axis)


def along(function: Function) -> Function:
    return lambda x, indices_or_sections: function(x, indices_or_sections)


def kept(x: Any, obj: Any, axis: int | None = None) -> Any:
    """All entries but those to be deleted."""
    x, axis = (x.ravel(), 0) if axis is None else (x, axis)
    left = np.delete(np.arange(x.shape[axis]), obj)
    return torch.index_select(x, axis, torch.tensor(left))


def insert(x: Any, values: Any, obj: int, axis: int) -> Any:
    """Between what stands before and what stands behind."""
    shape = [1 if k == axis % x.ndim else n for k, n in enumerate(x.shape)]
    middle = torch.broadcast_to(values, shape)
    n = x.shape[axis]
    return torch.cat([x.narrow(axis, 0, obj), middle, x.narrow(axis, obj, n - obj)], axis)


def resize(x: Any, new_shape: Any) -> Any:
    places = torch.arange(int(np.prod(new_shape))) % x.numel()
    return x.ravel()[places].reshape(new_shape)


def ravel(x: Any, order: str = "C") -> Any:
    return torch.ravel(transpose(x) if order == "F" else x)


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """By powers: the backward pass of `torch.vander` fails, as it works in place."""
    powers = torch.arange(N or x.shape[0])
    return x[:, None] ** (powers if increasing else powers.flip(0))


def expand_dims(x: Any, axis: Any) -> Any:
    for a in sorted(axis) if isinstance(axis, tuple) else [axis]:
        x = torch.unsqueeze(x, a)
    return x


def squeeze(x: Any, axis: Any = None) -> Any:
    return torch.squeeze(x) if axis is None else torch.squeeze(x, axis)


def repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    repeats = repeats if isinstance(repeats, int) else torch.tensor(repeats)
    return torch.repeat_interleave(x, repeats, axis)


def take(x: Any, indices: Any, axis: Any = None, mode: str = "raise") -> Any:
    x, axis = (x.ravel(), 0) if axis is None else (x, axis % x.ndim)
    n = x.shape[axis]
    if mode != "raise":
        indices = indices % n if mode == "wrap" else torch.clamp(indices, 0, n - 1)
    taken = torch.index_select(x, axis, indices.ravel() % n)
    return taken.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def compress(condition: Any, x: Any, axis: Any = None) -> Any:
    return take(x, torch.nonzero(condition)[:, 0], axis)


def put_along_axis(x: Any, indices: Any, values: Any, axis: int) -> Any:
    return torch.scatter(x, axis, indices, torch.broadcast_to(values, indices.shape))


def bincount(x: Any, weights: Any, minlength: int = 0) -> Any:
    """`torch.bincount` has no derivatives."""
    length = max(minlength, int(x.max()) + 1)
    return torch.zeros(length, dtype=weights.dtype).index_add(0, x, weights)


def choose(number: Any, *choices: Any) -> Any:
    return torch.stack(choices).gather(0, number[None])[0]


def select(first: Any, second: Any, x: Any, y: Any, default: Any = 0.0) -> Any:
    return torch.where(first, x, torch.where(second, y, default))


def sorted_entries(*arrays: Any) -> Any:
    """All entries, in order; in the cases no two of them are equal."""
    return torch.sort(torch.cat([x.ravel() for x in arrays])).values


def chosen(x: Any, y: Any, invert: bool = False) -> Any:
    """Return the entries of x that are, or are not, in y."""
    x = torch.sort(x).values
    return x[torch.isin(x, y, invert=invert)]


def unique(x: Any, axis: int | None = None) -> Any:
    """Without equal entries; of equal rows NumPy takes the first, which gets the gradient."""
    if axis is None:
        return sorted_entries(x)
    _, first = np.unique(x.detach().numpy(), return_index=True, axis=axis)
    return torch.index_select(x, axis, torch.tensor(first))


def kth(function: Function) -> Function:
    """Return the entry in its place; the order of the others is left open."""
    return lambda x, kth, axis=-1: function(x, kth, axis)


ROWS = np.array([[2.0, 1.0], [0.0, 3.0], [2.0, 1.0]])

COMPOSITES: dict[Any, Composite] = {
    np.vstack: gathered(np.vstack, torch.vstack, [of((3,), (2, 3))]),
    np.hstack: gathered(np.hstack, torch.hstack, [of((3,), (2,)), of((2, 3), (2, 1))]),
    np.dstack: gathered(np.dstack, torch.dstack, [of((3,), (3,)), of((2, 3), (2, 3))]),
    np.column_stack: gathered(np.column_stack, torch.column_stack, [of((2,), (2, 3))]),
    np.append: Composite(append, [of((2, 3), (2,)), of((2, 3), (2, 1), axis=1)]),
    np.block: Composite(
        block,
        [of((2, 3), (2, 1), (1, 3), (1, 1))],
        lambda a, b, c, d: np.block([[a, b], [c, d]]),
    ),
    np.split: Composite(
        split, [of((4, 3), indices_or_sections=2), of((2, 5), indices_or_sections=(1, 3), axis=1)]
    ),
    np.array_split: Composite(
        split,
        [
            of((5,), indices_or_sections=3),
            of((2, 5), indices_or_sections=2, axis=1),
        ],
    ),
    np.hsplit: Composite(along(torch.hsplit), [of((2, 4), indices_or_sections=2)]),
    np.vsplit: Composite(along(torch.vsplit), [of((4, 2), indices_or_sections=(1, 2))]),
    np.dsplit: Composite(along(torch.dsplit), [of((2, 1, 4), indices_or_sections=2)]),
    np.insert: Composite(
        insert,
        [of((2, 3), (2, 1), obj=1, axis=1), of((4,), (), obj=0, axis=0)],
        lambda x, values, obj, axis: np.insert(x, [obj], values, axis),
    ),
    np.delete: Composite(
        kept,
        [of((5,), obj=2), of((2, 4), obj=[0, 2], axis=1), of((2, 3), obj=-1)],
    ),
    np.resize: Composite(resize, [of((2, 3), new_shape=(2, 2)), of((3,), new_shape=(2, 4))]),
    np.trim_zeros: Composite(
        lambda x, trim="fb": x[2 if "f" in trim else 0 : 5 if "b" in trim else 6],
        [of(PADDED), of(PADDED, trim="f"), of(PADDED, trim="b")],
    ),
    np.lib.stride_tricks.sliding_window_view: Composite(
        lambda x, window_shape, axis=0: x.unfold(axis, window_shape, 1),
        [of((5,), window_shape=3), of((2, 4), window_shape=2, axis=1)],
    ),
    np.atleast_1d: Composite(torch.atleast_1d, [of(()), of((2, 3))]),
    np.atleast_2d: Composite(torch.atleast_2d, [of(()), of((3,))]),
    np.atleast_3d: Composite(torch.atleast_3d, [of(()), of((3,)), of((2, 3))]),
    np.broadcast_arrays: Composite(torch.broadcast_tensors, [of((2, 1), (3,))]),
    np.expand_dims: Composite(expand_dims, [of((2, 3), axis=1), of((2, 3), axis=(0, 2))]),
    np.squeeze: Composite(
        squeeze, [of((1, 3, 1)), of((1, 3, 1), axis=0), of((1, 3, 1), axis=(0, 2))]
    ),
    np.ravel: Composite(ravel, [of((2, 3)), of((2, 3, 4), order="F")]),
    np.reshape: Composite(torch.reshape, [of((2, 3), shape=(3, -1))]),
    np.fliplr: Composite(torch.fliplr, [of((2, 3))]),
    np.flipud: Composite(torch.flipud, [of((2, 3))]),
    np.rot90: Composite(
        lambda x, k=1, axes=(0, 1): torch.rot90(x, k, axes),
        [of((2, 3)), of((2, 3), k=2), of((2, 3, 4), k=-1, axes=(2, 1))],
    ),
    np.rollaxis: Composite(
        lambda x, axis, start=0: torch.movedim(x, axis, start),
        [of((2, 3, 4), axis=2), of((2, 3, 4), axis=2, start=1)],
    ),
    np.tile: Composite(
        lambda x, reps: torch.tile(x, reps if isinstance(reps, tuple) else (reps,)),
        [of((3,), reps=2), of((2, 3), reps=(2, 1, 2)), of((2, 3), reps=3)],
    ),
    np.repeat: Composite(
        repeat,
        [of((2, 3), repeats=2), of((2, 3), repeats=[1, 0, 2], axis=1)],
    ),
    np.meshgrid: Composite(
        lambda *xs, indexing="xy": torch.meshgrid(*xs, indexing=indexing),
        [of((3,), (2,)), of((3,), (2,), (2,), indexing="ij")],
    ),
    np.diag: Composite(
        lambda x, k=0: torch.diag(x, k),
        [of((3,)), of((2,), k=-1), of((3, 4)), of((3, 4), k=1)],
    ),
    np.diagflat: Composite(lambda x, k=0: torch.diagflat(x, k), [of((2, 2)), of((2,), k=1)]),
    np.trace: Composite(
        lambda x, offset=0, axis1=0, axis2=1: torch.diagonal(x, offset, axis1, axis2).sum(-1),
        [of((3, 4)), of((2, 3, 4), offset=1, axis1=1, axis2=2)],
    ),
    np.vander: Composite(vander, [of((3,)), of((3,), N=4, increasing=True)]),
    np.full_like: Composite(
        lambda x, fill: torch.zeros_like(x) + fill,
        [of((2, 3), ())],
        lambda x, fill: np.full_like(x, fill),
    ),
    np.real_if_close: Composite(lambda x: x, [of((3,))]),
    np.take: Composite(
        take,
        [
            of((2, 3), PLACES),
            of((2, 3), np.array([1, 1, -1]), axis=1),
            of((3, 4), np.array([[5, -1]]), axis=0, mode="wrap"),
            of((3, 4), np.array([5, -1]), axis=1, mode="clip"),
        ],
    ),
    np.take_along_axis: Composite(
        lambda x, indices, axis: torch.take_along_dim(x, indices, axis),
        [of((2, 4), PLACES, axis=1), of((3, 3), PLACES, axis=0)],
    ),
    np.compress: Composite(compress, [of(MASK[0], (3,)), of(MASK[0], (2, 3), axis=1)]),
    np.extract: Composite(lambda condition, x: x[condition], [of(MASK, (2, 3))]),
    np.bincount: Composite(
        bincount, [of(np.array([1, 0, 1, 3]), (4,)), of(np.array([1, 1]), (2,), minlength=4)]
    ),
    np.choose: Composite(
        choose,
        [of(PLACES, (2, 3), (2, 3), (2, 3))],
        lambda number, *choices: np.choose(number, choices),
    ),
    np.select: Composite(
        select,
        [of(MASK, ~MASK, (2, 3), (2, 3)), of(MASK, OTHER, (2, 3), (2, 3), default=2.5)],
        lambda first, second, x, y, default=0: np.select([first, second], [x, y], default),
    ),
    np.piecewise: Composite(
        lambda x: torch.where(x < 0, x**3, torch.sin(x)),
        [of((2, 3))],
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t: t**3, np.sin]),
    ),
    np.where: Composite(torch.where, [of(MASK, (2, 3), (2, 1))]),
    autograd.put: Composite(
        lambda x, value: torch.cat([x[:1], value[None], x[2:]]),
        [of((3, 2), (2,))],
        lambda x, value: autograd.put(x, 1, value),
    ),
    autograd.put_along_axis: Composite(
        put_along_axis,
        [
            of((2, 4), np.array([[1, 0, 3], [2, 3, 0]]), (2, 3), axis=1),
            of((2, 3), np.array([[1, 0, 1]]), (), axis=0),
        ],
    ),
    np.apply_along_axis: Composite(
        lambda x: x / x.sum(1, keepdim=True),
        [of((2, 3), low=0.5)],
        lambda x: np.apply_along_axis(lambda row: row / np.sum(row), 1, x),
    ),
    np.apply_over_axes: Composite(
        lambda x: torch.sum(x, (0, 2), keepdim=True),
        [of((2, 3, 4))],
        lambda x: np.apply_over_axes(np.sum, x, [0, 2]),
    ),
    np.sort: Composite(
        lambda x, axis=-1: torch.sort(x.ravel() if axis is None else x, axis or 0).values,
        [of((2, 3), axis=None), of((2, 3), axis=0)],
    ),
    np.partition: Composite(
        kth(lambda x, k, axis: torch.kthvalue(x, k + 1, axis).values),
        [of((7,), kth=2), of((5, 3), kth=3, axis=0)],
        kth(lambda x, k, axis: np.take(np.partition(x, k, axis), k, axis)),
    ),
    np.unique: Composite(unique, [of((2, 3)), of(ROWS, axis=0)]),
    np.unique_values: Composite(sorted_entries, [of((2, 3))]),
    np.unique_counts: Composite(
        lambda x: (sorted_entries(x), torch.ones(x.numel(), dtype=torch.int64)), [of((2, 3))]
    ),
    np.unique_inverse: Composite(
        lambda x: (sorted_entries(x), torch.unique(x, return_inverse=True)[1]), [of((2, 3))]
    ),
    np.unique_all: Composite(
        lambda x: (
            sorted_entries(x),
            torch.argsort(x.ravel()),
            *torch.unique(x, return_inverse=True, return_counts=True)[1:],
        ),
        [of((2, 3))],
    ),
    np.union1d: Composite(sorted_entries, [of((3,), (2, 2))]),
    np.intersect1d: Composite(chosen, [of(LEFT, RIGHT)]),
    np.setdiff1d: Composite(lambda x, y: chosen(x, y, invert=True), [of(LEFT, RIGHT)]),
    np.setxor1d: Composite(
        lambda x, y: sorted_entries(chosen(x, y, invert=True), chosen(y, x, invert=True)),
        [of(LEFT, RIGHT)],
    ),
}
if hasattr(np, "unstack"):  # NumPy 2.1
    COMPOSITES |= {
        np.unstack: Composite(
            lambda x, axis=0: torch.unbind(x, axis), [of((2, 3)), of((2, 3), axis=1)]
        ),
        np.astype: Composite(
            lambda x: x.to(torch.complex128), [of((2, 3))], lambda x: np.astype(x, np.complex128)
        ),
    }
