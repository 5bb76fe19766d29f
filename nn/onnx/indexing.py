"""`x[index]` in ONNX: slices, then at most one array, then new axes."""

from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, first_shape, param


def _getitem(graph: Graph, y: Tensor) -> str:
    """Slices first, which change no axis number; then integers and the array, from the back."""
    x, *arrays = y.inputs
    name, shape = graph.name_of(x), first_shape(y)
    parts = _parts(param(y, "index"), shape)
    taken = [p for p in parts if p is not None]
    name = _sliced(graph, name, taken, shape)
    picked = [(axis, p) for axis, p in enumerate(taken) if not isinstance(p, slice)]
    if len(picked) > 1 and not all(isinstance(p, int) for _, p in picked):
        raise NoTranslationError("with arrays for several axes, or beside integers")
    for axis, part in reversed(picked):
        name = graph.node("Gather", name, _positions(graph, part, arrays), axis=axis)
    new = _new_axes(parts, arrays)
    return graph.node("Unsqueeze", name, graph.integers(new)) if new else name


def _parts(index: Any, shape: tuple[int, ...]) -> list[Any]:
    """The index, one part for every axis and `None` for every new one."""
    parts = list(index) if isinstance(index, tuple) else [index]
    parts = [int(p) if isinstance(p, np.integer) else p for p in parts]
    if any(map(_is_mask, parts)):
        raise NoTranslationError("with a boolean mask")
    spoken_of = sum(p is not None and p is not ... for p in parts)
    rest = [slice(None)] * (len(shape) - spoken_of)
    gaps = [i for i, p in enumerate(parts) if p is ...]
    at = gaps[0] if gaps else len(parts)
    return [*parts[:at], *rest, *parts[at + len(gaps) :]]


def _sliced(graph: Graph, name: str, parts: list[Any], shape: tuple[int, ...]) -> str:
    """The slices among the parts, all in one node."""
    bounds = [
        (axis, *part.indices(shape[axis]))
        for axis, part in enumerate(parts)
        if isinstance(part, slice) and part != slice(None)
    ]
    if not bounds:
        return name
    axes, starts, stops, steps = zip(*bounds, strict=True)
    # Going backwards up to the first entry, the end is -1 here, which ONNX would count as the last.
    stops = tuple(
        -shape[axis] - 1 if step < 0 and stop < 0 else stop
        for axis, stop, step in zip(axes, stops, steps, strict=True)
    )
    return graph.node("Slice", name, *map(graph.integers, (starts, stops, axes, steps)))


def _is_mask(part: Any) -> bool:
    return isinstance(part, bool) or getattr(getattr(part, "dtype", None), "kind", "") == "b"


def _positions(graph: Graph, part: Any, arrays: list[Any]) -> str:
    """What to gather: a number, a constant array, or an operand of the step."""
    operand = arrays[part.k] if hasattr(part, "k") else np.asarray(part)
    if _is_mask(operand):
        raise NoTranslationError("with a boolean mask")
    return graph.name_of(operand, np.int64)


def _new_axes(parts: list[Any], arrays: list[Any]) -> list[int]:
    """The numbers that new axes have in the result."""
    found, axis = [], 0
    for part in parts:
        if part is None:
            found.append(axis)
        if part is None or isinstance(part, slice):
            axis += 1
        elif not isinstance(part, int):
            axis += np.ndim(arrays[part.k] if hasattr(part, "k") else part)
    return found


INDEXING: dict[str, Translation] = {"getitem": _getitem}
