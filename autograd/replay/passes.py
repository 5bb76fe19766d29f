"""What is done to a graph before it is written down: nothing twice, and nothing for nothing."""

from typing import Any

import numpy as np

from autograd.ops import REGISTRY
from autograd.replay.graph import Graph, Node, is_alike
from autograd.replay.notation import TRANSPOSES, axes_of
from autograd.replay.trace import is_random
from autograd.tracing import DETACH
from autograd.transforms import enter

_COPIES = {REGISTRY["copy"], REGISTRY["positive"], DETACH, enter}
_RESHAPES = {REGISTRY["reshape"], REGISTRY["broadcast_to"]}
_CASTS = {REGISTRY["astype"], REGISTRY["astype_discrete"]}
_OF_SHAPE_ALONE = {REGISTRY["zeros_like"], REGISTRY["ones_like"], REGISTRY["full_like"]}


def simplified(graph: Graph) -> Graph:
    """The same results by fewer steps: constants folded, repetitions shared, dead code dropped."""
    stands_for: dict[Node, Any] = {}
    known: dict[Any, Node] = {}
    for node in graph.steps:
        node.inputs = tuple(_replaced(x, stands_for) for x in node.inputs)
        for k in range(len(node.inputs)):
            node.inputs = (*node.inputs[:k], _unspread(node, k), *node.inputs[k + 1 :])
        shorter = _shorter(node)
        if shorter is node:
            shorter = _shared(node, known)
        if shorter is not node:
            stands_for[node] = shorter
            if isinstance(shorter, Node) and shorter.op is not None:
                shorter.name = shorter.name or node.name
    graph.outputs = [_replaced(x, stands_for) for x in graph.outputs]
    graph.assigned = [(tensor, _replaced(x, stands_for)) for tensor, x in graph.assigned]
    graph.steps = _needed(graph)
    return graph


def _replaced(x: Any, stands_for: dict[Node, Any]) -> Any:
    return stands_for.get(x, x) if isinstance(x, Node) else x


def _shorter(node: Node) -> Any:
    """What gives the same as a step without it: a constant, an operand, or the step itself."""
    if is_random(node):
        return node
    if node.op in _OF_SHAPE_ALONE or not any(isinstance(x, Node) for x in node.inputs):
        return node.value
    for rule in (_copied, _times_one, _turned_back):
        operand = rule(node)
        if isinstance(operand, Node) and is_alike(operand, node):
            return operand
    return node


def _copied(node: Node) -> Any:
    """The operand of which a step is nothing but a copy, if it has the same shape and dtype."""
    return node.inputs[0] if node.op in _COPIES | _RESHAPES | _CASTS else None


def _times_one(node: Node) -> Any:
    """The factor beside a constant 1."""
    if node.op is REGISTRY["multiply"]:
        for one, other in (node.inputs, node.inputs[::-1]):
            if not isinstance(one, Node) and np.all(np.equal(one, 1)):
                return other
    return None


def _turned_back(node: Node) -> Any:
    """What a transpose of a transpose brings back."""
    x = node.inputs[0]
    if node.op not in TRANSPOSES or not isinstance(x, Node) or x.op not in TRANSPOSES:
        return None
    inner, outer = axes_of(x), axes_of(node)
    return x.inputs[0] if [inner[k] for k in outer] == list(range(len(inner))) else None


def _unspread(node: Node, k: int) -> Any:
    """Operand `k`, as one number if that gives the same as an array of equal entries."""
    x = node.inputs[k]
    assert node.op is not None
    if not isinstance(node.op.function, np.ufunc) or node.op is REGISTRY["matmul"]:
        return x
    others = [y for j, y in enumerate(node.inputs) if j != k]
    if np.broadcast_shapes(*map(_shape, others)) == node.shape:
        if isinstance(x, Node) and x.op is REGISTRY["broadcast_to"]:
            return x if x.inputs[0].is_weak else x.inputs[0]
        if isinstance(x, np.ndarray) and x.size and np.all(x == x.flat[0]):
            x = x.flat[0]
    # A Python number gives way to the type of the other operand, which has to be the same.
    plain = isinstance(x, np.float64) and any(_dtype(y) == np.float64 for y in others)
    return x.item() if plain else x


def _shape(x: Any) -> Any:
    return x.shape if isinstance(x, Node) else np.shape(x)


def _dtype(x: Any) -> Any:
    return None if isinstance(x, Node) and x.is_weak else getattr(x, "dtype", None)


def _shared(node: Node, known: dict[Any, Node]) -> Node:
    """An earlier step that computes the same, or this one."""
    if is_random(node):
        return node
    key = (node.op, node.is_weak, *map(_key, node.inputs), _key(node.params))
    return known.setdefault(key, node)


def _key(x: Any) -> Any:
    """Equal for what is surely the same; numbers that differ in type or sign are not."""
    if isinstance(x, tuple | list):
        return (type(x), *map(_key, x))
    if isinstance(x, dict):
        return tuple((name, _key(value)) for name, value in sorted(x.items()))
    if isinstance(x, int | float | complex | str | slice | np.generic | np.dtype | type(None)):
        return (type(x), repr(x))
    return id(x)


def _needed(graph: Graph) -> list[Node]:
    """The steps on which a result depends, and the random draws, which the next ones depend on."""
    needed = {x for x in graph.results() if isinstance(x, Node)}
    for node in reversed(graph.steps):
        if node in needed or is_random(node):
            needed.add(node)
            needed.update(x for x in node.inputs if isinstance(x, Node))
    return [node for node in graph.steps if node in needed]
