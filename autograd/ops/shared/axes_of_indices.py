"""Axes of indices: which axes of an array, of the arrays in an index and of a result correspond."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine.axes import Axes, AxisLabels, BatchedCall, Call, Label, Labels, align_labels
from autograd.engine.shapes import Shape


class Slot:
    """Stands in an index for a tensor, which is an operand of the step and not a part of it."""

    def __init__(self, k: int) -> None:
        self.k = k

    def __repr__(self) -> str:
        return f"operand {self.k + 2}"


def has_mask(call: Call, first: int = 1) -> bool:
    """Return whether a mask that differs from run to run is among the operands from `first` on."""
    pairs = zip(call.operands[first:], call.dtypes[first:], strict=True)
    return any(x is None and dtype.kind == "b" for x, dtype in pairs)


def _extend(index: Any) -> Any:
    """Return an index for one more axis at the end, of which it takes all entries."""
    parts = index if isinstance(index, tuple) else (index,)
    return (*parts, slice(None)) if any(p is ... for p in parts) else index


class Index(Axes):
    """`x[index]`; the operands are x and the arrays whose places in the index slots hold."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of x 0, 1, ... and those of arrays in the index `("picked", 0)`, ..."""
        found = find_labels(call, call.shapes[0])
        return None if found is None else AxisLabels([found.x, *found.slots()], found.result)

    def vectorize(self, call: BatchedCall) -> Any:
        """Move the batch to the end, where no index reaches it, and back.

        In front it would move the axes of arrays that have something between them.
        """
        if any(call.batched[1:]):
            return None
        x = np.moveaxis(call.operands[0], 0, -1)
        y = call.apply(x, *call.operands[1:], **self._extend(call))
        return np.moveaxis(y, -1, 0)

    def _extend(self, call: BatchedCall) -> dict[str, Any]:
        """Return the parameters for one more axis at the end."""
        return {"index": _extend(call.params["index"])}

    def cut_params(
        self, call: Call, label: Label, shape: Shape, cut: Callable[[Any, int], Any]
    ) -> dict[str, Any]:
        """Cut the constant arrays of the index."""
        found = find_labels(call, self._indexed(call))
        assert found is not None
        return {**call.params, "index": found.cut(label, cut)}

    def _indexed(self, call: Call) -> Shape:
        return call.shapes[0]


class Scatter(Index):
    """The transpose of `x[index]`: zeros of `shape` to which the operand is added."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes as `Index` does, of the result in place of x."""
        found = find_labels(call, call.shape)
        return None if found is None else AxisLabels([found.result, *found.slots()], found.x)

    def _extend(self, call: BatchedCall) -> dict[str, Any]:
        return {**super()._extend(call), "shape": (*call.shape, call.n)}

    def cut_params(
        self, call: Call, label: Label, shape: Shape, cut: Callable[[Any, int], Any]
    ) -> dict[str, Any]:
        """Cut the constant arrays of the index, and replace the shape."""
        return {**super().cut_params(call, label, shape, cut), "shape": shape}

    def _indexed(self, call: Call) -> Shape:
        return call.shape


class Put(Axes):
    """A copy of the first operand in which the second stands at the index."""

    def vectorize(self, call: BatchedCall) -> Any:
        """Move the batch of both to the end and back."""
        if any(call.batched[2:]):
            return None
        x, value = (np.moveaxis(call.spread(k), 0, -1) for k in (0, 1))
        y = call.apply(x, value, *call.operands[2:], index=_extend(call.params["index"]))
        return np.moveaxis(y, -1, 0)


@dataclass(frozen=True)
class IndexLabels:
    """The labels of `x[index]`: of x, of the arrays in the index in their order, of the result.

    `parts` are the parts of the index, one for each axis of x and each new one.
    """

    parts: Sequence[Any]
    x: Labels
    arrays: Sequence[Labels]
    result: Labels

    def slots(self) -> list[Labels]:
        """Return the labels of the arrays that are operands, in the order of the operands."""
        arrays = zip(filter(_is_array, self.parts), self.arrays, strict=True)
        slots = [(p.k, labels) for p, labels in arrays if isinstance(p, Slot)]
        return [labels for _, labels in sorted(slots, key=lambda slot: slot[0])]

    def cut(self, label: Label, cut: Callable[[Any, int], Any]) -> tuple[Any, ...]:
        """Return the index with its constant arrays cut along the axes with a label.

        `cut(array, axis)` gives their part. An array that runs through an axis starts at 0 again.
        """
        return tuple(self._cut_parts(label, cut))

    def _cut_parts(self, label: Label, cut: Callable[[Any, int], Any]) -> Iterator[Any]:
        rest = iter(self.arrays)
        axis = 0
        for part in self.parts:
            labels = next(rest) if _is_array(part) else ()
            if label in labels and not isinstance(part, Slot):
                own = cut(np.asarray(part), labels.index(label))
                if self.x[axis] == label:
                    own = np.reshape(np.arange(own.size), own.shape)
                yield own
            else:
                yield part
            axis += part is not None


def find_labels(call: Call, shape: Shape) -> IndexLabels | None:
    """Return the labels of indexing an array of `shape`; `None` for an index with masks."""
    parts = _one_for_each_axis(call.params["index"], len(shape))
    if parts is None:
        return None
    picked_by = [_array(part, call) for part in parts if _is_array(part)]
    if any(dtype.kind == "b" for _, _, dtype in picked_by):
        return None
    broadcast = np.broadcast_shapes(*(s for _, s, _ in picked_by))
    picked: Labels = tuple(("picked", i) for i in range(len(broadcast)))
    labels = [
        tuple(None if i is None else picked[i] for i in align_labels(s, broadcast))
        for _, s, _ in picked_by
    ]
    rest = iter(zip(picked_by, labels, strict=True))
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
            x.append(_label_of_all(*next(rest), shape[len(x)]) if _is_array(part) else None)
    # Axes of arrays that stand side by side stay in place; others come first.
    before = 0
    if places and places[-1] - places[0] == len(places) - 1:
        before = sum(part is None or isinstance(part, slice) for part in parts[: places[0]])
    result[before:before] = picked
    return IndexLabels(parts, tuple(x), labels, tuple(result))


def _one_for_each_axis(index: Any, ndim: int) -> list[Any] | None:
    """Return the parts of an index, slices put in for what it leaves out; `None` for a mask."""
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


def _array(part: Any, call: Call) -> tuple[Any, Shape, Any]:
    """Return the array of a part, or `None` if it differs from run to run, its shape and dtype."""
    if isinstance(part, Slot):
        k = part.k + 1
        return call.operands[k], call.shapes[k], call.dtypes[k]
    array = np.asarray(part)
    return array, array.shape, array.dtype


def _label_of_all(picked_by: tuple[Any, Shape, Any], labels: Labels, n: int) -> Label:
    """Return the label along which an array runs through all n entries of an axis in order."""
    array, shape, _ = picked_by
    if array is None or np.size(array) != n or not np.array_equal(np.ravel(array), np.arange(n)):
        return None
    return next((label for label, m in zip(labels, shape, strict=True) if m == n), None)
