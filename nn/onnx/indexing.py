"""`x[index]` in ONNX: slices, then at most one array, then new axes."""

from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, get_first_shape, get_param


def _translate_getitem(graph: Graph, y: Tensor) -> str:
    """Add slices, which keep the numbers of axes, then integers and the array, from the back."""
    x, *arrays = y.inputs
    name, shape = graph.get_name(x), get_first_shape(y)
    parts = _split_index(get_param(y, "index"), shape)
    taken = [p for p in parts if p is not None]
    name = _add_slices(graph, name, taken, shape)
    picked = [(axis, p) for axis, p in enumerate(taken) if not isinstance(p, slice)]
    if len(picked) > 1 and not all(isinstance(p, int) for _, p in picked):
        raise NoTranslationError("with arrays for several axes, or beside integers")
    for axis, part in reversed(picked):
        name = graph.add_node("Gather", name, _name_positions(graph, part, arrays), axis=axis)
    new = _find_new_axes(parts, arrays)
    return graph.add_node("Unsqueeze", name, graph.add_integers(new)) if new else name


def _split_index(index: Any, shape: tuple[int, ...]) -> list[Any]:
    """Return one part of the index for each axis, and `None` for each new one."""
    parts = list(index) if isinstance(index, tuple) else [index]
    parts = [int(p) if isinstance(p, np.integer) else p for p in parts]
    if any(map(_is_mask, parts)):
        raise NoTranslationError("with a boolean mask")
    spoken_of = sum(p is not None and p is not ... for p in parts)
    rest = [slice(None)] * (len(shape) - spoken_of)
    gaps = [i for i, p in enumerate(parts) if p is ...]
    at = gaps[0] if gaps else len(parts)
    return [*parts[:at], *rest, *parts[at + len(gaps) :]]


def _add_slices(graph: Graph, name: str, parts: list[Any], shape: tuple[int, ...]) -> str:
    """Add one node for all slices among the parts."""
    bounds = [
        (axis, *part.indices(shape[axis]))
        for axis, part in enumerate(parts)
        if isinstance(part, slice) and part != slice(None)
    ]
    if not bounds:
        return name
    axes, starts, stops, steps = zip(*bounds, strict=True)
    # Backwards to the first entry, the end is -1, which ONNX would take for the last entry.
    stops = tuple(
        -shape[axis] - 1 if step < 0 and stop < 0 else stop
        for axis, stop, step in zip(axes, stops, steps, strict=True)
    )
    return graph.add_node("Slice", name, *map(graph.add_integers, (starts, stops, axes, steps)))


def _is_mask(part: Any) -> bool:
    return isinstance(part, bool) or getattr(getattr(part, "dtype", None), "kind", "") == "b"


def _name_positions(graph: Graph, part: Any, arrays: list[Any]) -> str:
    """Return the name of what to gather: a number, a constant array, or an operand."""
    operand = arrays[part.k] if hasattr(part, "k") else np.asarray(part)
    if _is_mask(operand):
        raise NoTranslationError("with a boolean mask")
    return graph.get_name(operand, np.int64)


def _find_new_axes(parts: list[Any], arrays: list[Any]) -> list[int]:
    """Return the numbers that new axes have in the result."""
    found, axis = [], 0
    for part in parts:
        if part is None:
            found.append(axis)
        if part is None or isinstance(part, slice):
            axis += 1
        elif not isinstance(part, int):
            axis += np.ndim(arrays[part.k] if hasattr(part, "k") else part)
    return found


INDEXING: dict[str, Translation] = {"getitem": _translate_getitem}
