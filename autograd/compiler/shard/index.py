"""The labels of the axes of an index: which of them belong to which of the array and the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.engine.shapes import Shape
from autograd.ops.index import Slot

Labels = tuple[Any, ...]


def shape_of(x: Any) -> Shape:
    """The shape of a node or a constant."""
    return x.shape if isinstance(x, Node) else np.shape(x)


def aligned(shape: Shape, result: Shape) -> Labels:
    """The labels of an operand that is broadcast to a result whose axes are labelled 0, 1, ..."""
    extra = len(result) - len(shape)
    return tuple(None if n == 1 != result[i] else i for i, n in enumerate(shape, extra))


@dataclass(frozen=True)
class Indexed:
    """The labels of `x[index]`: of x, of the arrays in the index in their order, of the result.

    `parts` are the parts of the index, one for each axis of x and each new one.
    """

    parts: Sequence[Any]
    x: Labels
    arrays: Sequence[Labels]
    result: Labels

    def of_slots(self) -> list[Labels]:
        """The labels of those arrays that are operands, in the order of the operands."""
        arrays = zip(filter(_is_array, self.parts), self.arrays, strict=True)
        slots = [(p.k, labels) for p, labels in arrays if isinstance(p, Slot)]
        return [labels for _, labels in sorted(slots, key=lambda slot: slot[0])]

    def of_part(self, label: Any, own: Callable[[Any, int], Any]) -> Any:
        """The index with only the shard's own entries of its constant arrays, along one label.

        `own(array, axis)` gives them. An array that runs through an axis starts at 0 again.
        """
        rest = iter(self.arrays)
        axis, parts = 0, []
        for part in self.parts:
            labels = next(rest) if _is_array(part) else ()
            if label in labels and not isinstance(part, Slot):
                part = own(np.asarray(part), labels.index(label))
                if self.x[axis] == label:
                    part = np.reshape(np.arange(part.size), part.shape)
            parts.append(part)
            axis += part is not None
        return tuple(parts)


def indexed(index: Any, shape: Shape, operands: Sequence[Any]) -> Indexed | None:
    """The labels of indexing an array of `shape`; `None` where masks are in the index."""
    parts = _one_for_each_axis(index, len(shape))
    if parts is None:
        return None
    arrays = [operands[p.k] if isinstance(p, Slot) else p for p in parts if _is_array(p)]
    if any(np.asarray(getattr(x, "value", x)).dtype == bool for x in arrays):
        return None
    broadcast = np.broadcast_shapes(*map(shape_of, arrays))
    picked: Labels = tuple(("picked", i) for i in range(len(broadcast)))
    labels = [
        tuple(None if i is None else picked[i] for i in aligned(shape_of(array), broadcast))
        for array in arrays
    ]
    rest = iter(zip(arrays, labels, strict=True))
    x: list[Any] = []
    result: list[Any] = []
    places: list[int] = []
    for at, part in enumerate(parts):
        if part is None:
            result.append(None)
        elif isinstance(part, slice):
            n = shape[len(x)]
            x.append(len(x) if part.indices(n) == (0, n, 1) else None)
            result.append(x[-1])
        else:
            # A number beside arrays is one more of them.
            places.append(at)
            x.append(_own_place(*next(rest), shape[len(x)]) if _is_array(part) else None)
    before = _kept(parts[: places[0]]) if places and _is_one_piece(places) else 0
    result[before:before] = picked
    return Indexed(parts, tuple(x), labels, tuple(result))


def _one_for_each_axis(index: Any, ndim: int) -> list[Any] | None:
    """The parts of an index, with whole slices for what it leaves out; `None` for a mask alone."""
    parts = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(p, bool | np.bool_) for p in parts):
        return None
    missing = ndim - sum(p is not None and p is not ... for p in parts)
    if not any(p is ... for p in parts):
        parts.append(...)
    at = next(i for i, p in enumerate(parts) if p is ...)
    return [*parts[:at], *[slice(None)] * missing, *parts[at + 1 :]]


def _is_array(part: Any) -> bool:
    return isinstance(part, Slot | list | np.ndarray)


def _own_place(array: Any, labels: Labels, n: int) -> Any:
    """The label along which an index runs through all n entries of an axis in their order."""
    if isinstance(array, Node) or np.size(array) != n:
        return None
    if not np.array_equal(np.ravel(array), np.arange(n)):
        return None
    return next((label for label, m in zip(labels, np.shape(array), strict=True) if m == n), None)


def _is_one_piece(places: Sequence[int]) -> bool:
    return places[-1] - places[0] == len(places) - 1


def _kept(parts: Sequence[Any]) -> int:
    return sum(part is None or isinstance(part, slice) for part in parts)
