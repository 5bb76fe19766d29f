"""Expansion: the code of an operation, traced, in place of a call.

An activation such as `relu` is NumPy code on arrays. Run on tensors it records smaller steps, each
of which can write into a buffer, share what others compute, or be a line of plain Python.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_alike
from autograd.compiler.known import is_pure
from autograd.compiler.numpy_target.lines import is_numpy_line
from autograd.compiler.trace import trace
from autograd.engine.operation import Operation


def expand(graph: Graph, kinds: Sequence[str] = ("elementwise",)) -> Graph:
    """Return the graph with pure operations of these kinds expanded, where that is not slower."""
    stands_for: dict[Node, Any] = {}

    def current(x: Any) -> Any:
        return stands_for.get(x, x) if isinstance(x, Node) else x

    steps: list[Node] = []
    for node in graph.steps:
        node.inputs = tuple(map(current, node.inputs))
        inside = _open(node, kinds)
        if inside is None:
            steps.append(node)
            continue
        operands = (x for x in node.inputs if isinstance(x, Node))
        stands_for.update(zip(inside.arguments, operands, strict=True))
        for step in inside.steps:
            step.inputs = tuple(map(current, step.inputs))
            step.section = node.section
            steps.append(step)
        result = stands_for[node] = current(inside.outputs[0])
        result.name = result.name or node.name
    graph.steps = steps
    graph.outputs = [current(x) for x in graph.outputs]
    graph.assigned = [(tensor, current(x)) for tensor, x in graph.assigned]
    return graph


def record_code(node: Node) -> Graph | None:
    """Return the steps of an operation's code; `None` where tensors cannot run it."""
    op = node.op
    assert op is not None

    def run(tensors: list[Any]) -> list[Any]:
        rest = iter(tensors)
        operands = [next(rest) if isinstance(x, Node) else x for x in node.inputs]
        return [op.impl(*operands, **node.params)]

    values = [x.value for x in node.inputs if isinstance(x, Node)]
    try:
        with np.errstate(all="ignore"):
            graph = trace(run, values, [""] * len(values))
    except Exception:
        # Code for arrays may raise anything when it meets a tensor.
        return None
    (result,) = graph.outputs
    same = isinstance(result, Node) and is_alike(result, node)
    if not same or graph.captured or graph.assigned or graph.draws():
        return None
    return None if any(step.op is op for step in graph.steps) else graph


def _open(node: Node, kinds: Sequence[str]) -> Graph | None:
    """Return the steps of an operation, expanded in turn, if they are not slower."""
    op = node.op
    assert op is not None
    graph = record_code(node) if op.kind in kinds and _may_open(op) else None
    if graph is None:
        return None
    graph = expand(graph, kinds)
    return graph if op.kind == "elementwise" or all(map(is_numpy_line, graph.steps)) else None


def _may_open(op: Operation) -> bool:
    code = getattr(op.impl, "__code__", None)
    # The program would give the warnings that such code suppresses.
    return is_pure(op) and code is not None and "errstate" not in code.co_names
