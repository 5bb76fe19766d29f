"""Rewriting: steps of a graph replaced by cheaper ones, equal ones shared, dead ones dropped."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_alike, is_random
from autograd.compiler.known import may_change_shape
from autograd.engine.dtypes import as_value
from autograd.engine.operation import Operation
from autograd.ops.shared.axes_of_indices import Slot

_SMALL = 1 << 16
"""Bytes up to which constant arrays are compared; a larger one equals only itself."""

Rewrite = Callable[[Node, "Steps"], Any]
"""Returns a node or constant that gives the same as a step at a lower cost; `None` for no change.

It may look at the operands of the step and the steps that made them, and ask for other steps.
"""


def rewrite(graph: Graph, rewrites: Iterable[Rewrite]) -> Graph:
    """Return the graph with rewrites applied, equal steps shared and dead code dropped."""
    steps = Steps(tuple(rewrites))
    for node in graph.steps:
        steps.add(node)
    graph.steps = steps.all
    graph.outputs = [steps.current(x) for x in graph.outputs]
    graph.assigned = [(tensor, steps.current(x)) for tensor, x in graph.assigned]
    graph.steps = _find_needed(graph)
    return graph


class Steps:
    """A new list of steps, each as cheap as the rewrites can make it."""

    def __init__(self, rewrites: tuple[Rewrite, ...]) -> None:
        self.all: list[Node] = []
        self._rewrites = rewrites
        self._stands_for: dict[Node, Any] = {}
        self._known: dict[Any, Node] = {}

    def current(self, x: Any) -> Any:
        """Return what stands for a node of the old graph, or a constant itself."""
        return self._stands_for.get(x, x) if isinstance(x, Node) else x

    def make(self, like: Node, op: Operation, *inputs: Any, **params: Any) -> Any:
        """Add another step, in the section of `like`, and return what stands for it."""
        values = [x.value if isinstance(x, Node) else x for x in inputs]
        with np.errstate(all="ignore"):
            value = as_value(op.impl(*values, **params))
        return self.add(Node(value, op, inputs, params, section=like.section))

    def find(self, op: Operation, *inputs: Any, **params: Any) -> Node | None:
        """Return the step that computes this already, if there is one."""
        return self._known.get(_make_key(op, False, inputs, params))

    def add(self, node: Node) -> Any:
        """Add a step of the old graph and return what stands for it from now on."""
        node.inputs = tuple(map(self.current, node.inputs))
        shorter = self._shorten(node)
        if shorter is not node:
            self._stands_for[node] = shorter
            if isinstance(shorter, Node) and shorter.op is not None:
                shorter.name = shorter.name or node.name
        return shorter

    def _shorten(self, node: Node) -> Any:
        if is_random(node):
            self.all.append(node)
            return node
        for apply in self._rewrites:
            found = apply(node, self)
            if found is not None and (not isinstance(found, Node) or is_alike(found, node)):
                return found
        key = _make_key(node.op, node.is_weak, node.inputs, node.params)
        known = self._known.setdefault(key, node)
        if known is node:
            self.all.append(node)
        return known


def _make_key(op: Any, is_weak: bool, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Return a key that is equal only for steps that compute the same."""
    operands = tuple(x if isinstance(x, Node) else _make_exact(x) for x in inputs)
    return (op, is_weak, operands, _make_exact(params) if params else None)


def _make_exact(x: Any) -> Any:
    """Return a key of a constant; numbers that differ in type or sign have different ones."""
    if isinstance(x, tuple | list):
        return (type(x), *map(_make_exact, x))
    if isinstance(x, dict):
        return tuple((name, _make_exact(value)) for name, value in sorted(x.items()))
    if isinstance(x, int | float | complex | str | slice | np.generic | np.dtype | type(None)):
        return (type(x), repr(x))
    if isinstance(x, Slot):
        return (Slot, x.k)
    if isinstance(x, np.ndarray) and x.nbytes <= _SMALL and x.dtype.kind != "O":
        return (x.shape, x.dtype, x.tobytes())
    return id(x)


def _find_needed(graph: Graph) -> list[Node]:
    """Return the steps on which results depend, random draws, and steps of uncertain shape.

    A draw moves its generator on. A shape that depends on values may be in the program as a
    number, so the program has to compare it.
    """
    needed = {x for x in graph.results() if isinstance(x, Node)}
    for node in reversed(graph.steps):
        if node in needed or is_random(node) or _declares_unsure_shape(node):
            needed.add(node)
            needed.update(x for x in node.inputs if isinstance(x, Node))
    return [node for node in graph.steps if node in needed]


def _declares_unsure_shape(node: Node) -> bool:
    return node.op is not None and node.op.has_unsure_shape and may_change_shape(node)
