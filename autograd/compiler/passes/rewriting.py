"""What is done to a graph before it is written down: nothing twice, and nothing for nothing."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_alike, is_random
from autograd.compiler.known import may_change_shape
from autograd.engine.dtypes import as_value
from autograd.engine.operation import Operation
from autograd.ops.shared.axes_of_indices import Slot

_SMALL = 1 << 16
"""Constant arrays of up to so many bytes are compared; of larger ones each is one of its own."""

Rule = Callable[[Node, "Steps"], Any]
"""What gives the same as a step by less: a node or a constant; `None` where it has nothing to say.

A rule may look at the operands of the step and at how they came to be, and ask for other steps.
"""


def rewritten(graph: Graph, rules: Iterable[Rule]) -> Graph:
    """The same results by fewer steps: rules applied, repetitions shared, dead code dropped."""
    steps = Steps(tuple(rules))
    for node in graph.steps:
        steps.add(node)
    graph.steps = steps.all
    graph.outputs = [steps.current(x) for x in graph.outputs]
    graph.assigned = [(tensor, steps.current(x)) for tensor, x in graph.assigned]
    graph.steps = _needed(graph)
    return graph


class Steps:
    """A new list of steps, in which each is as short as the rules can make it."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.all: list[Node] = []
        self._rules = rules
        self._stands_for: dict[Node, Any] = {}
        self._known: dict[Any, Node] = {}

    def current(self, x: Any) -> Any:
        """What stands for a node of the old graph; constants stand for themselves."""
        return self._stands_for.get(x, x) if isinstance(x, Node) else x

    def make(self, like: Node, op: Operation, *inputs: Any, **params: Any) -> Any:
        """What stands for another step, in the section of `like`."""
        values = [x.value if isinstance(x, Node) else x for x in inputs]
        with np.errstate(all="ignore"):
            value = as_value(op.impl(*values, **params))
        return self.add(Node(value, op, inputs, params, section=like.section))

    def find(self, op: Operation, *inputs: Any, **params: Any) -> Node | None:
        """The step that does this already, if there is one."""
        return self._known.get(_key(op, False, inputs, params))

    def add(self, node: Node) -> Any:
        """What stands for a step from now on."""
        node.inputs = tuple(map(self.current, node.inputs))
        shorter = self._shorter(node)
        if shorter is not node:
            self._stands_for[node] = shorter
            if isinstance(shorter, Node) and shorter.op is not None:
                shorter.name = shorter.name or node.name
        return shorter

    def _shorter(self, node: Node) -> Any:
        if is_random(node):
            self.all.append(node)
            return node
        for rule in self._rules:
            found = rule(node, self)
            if found is not None and (not isinstance(found, Node) or is_alike(found, node)):
                return found
        key = _key(node.op, node.is_weak, node.inputs, node.params)
        known = self._known.setdefault(key, node)
        if known is node:
            self.all.append(node)
        return known


def _key(op: Any, is_weak: bool, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Equal for steps that surely do the same."""
    operands = tuple(x if isinstance(x, Node) else _exact(x) for x in inputs)
    return (op, is_weak, operands, _exact(params) if params else None)


def _exact(x: Any) -> Any:
    """Equal for what is surely the same; numbers that differ in type or sign are not."""
    if isinstance(x, tuple | list):
        return (type(x), *map(_exact, x))
    if isinstance(x, dict):
        return tuple((name, _exact(value)) for name, value in sorted(x.items()))
    if isinstance(x, int | float | complex | str | slice | np.generic | np.dtype | type(None)):
        return (type(x), repr(x))
    if isinstance(x, Slot):
        return (Slot, x.k)
    if isinstance(x, np.ndarray) and x.nbytes <= _SMALL and x.dtype.kind != "O":
        return (x.shape, x.dtype, x.tobytes())
    return id(x)


def _needed(graph: Graph) -> list[Node]:
    """Return the steps on which results depend, random draws, and steps that shapes depend on.

    Draws move the generators on. The shape of a result that depends on values may be in the
    program as a number, so the program has to compute and compare it.
    """
    needed = {x for x in graph.results() if isinstance(x, Node)}
    for node in reversed(graph.steps):
        if node in needed or is_random(node) or _declares_unsure_shape(node):
            needed.add(node)
            needed.update(x for x in node.inputs if isinstance(x, Node))
    return [node for node in graph.steps if node in needed]


def _declares_unsure_shape(node: Node) -> bool:
    return node.op is not None and node.op.has_unsure_shape and may_change_shape(node)
