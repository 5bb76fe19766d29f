"""Operations that are made of others: their own code, traced in the place of a call.

An activation such as `relu` is NumPy code on arrays. Run on tensors it records what it is made of,
and each of these steps can write into a buffer, or be a line of plain Python.
"""

from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.ops import REGISTRY
from autograd.replay.graph import Graph, Node, is_alike
from autograd.replay.trace import trace


def expanded(graph: Graph) -> Graph:
    """The graph with entry-by-entry operations of our own spelt out where NumPy's suffice."""
    stands_for: dict[Node, Any] = {}

    def current(x: Any) -> Any:
        return stands_for.get(x, x) if isinstance(x, Node) else x

    steps: list[Node] = []
    for node in graph.steps:
        node.inputs = tuple(map(current, node.inputs))
        inside = _inside(node)
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


def _inside(node: Node) -> Graph | None:
    """What an operation does, if that can be recorded and gives the same."""
    op = node.op
    assert op is not None
    ours = op.kind == "elementwise" and REGISTRY.get(op.name) is op
    if not ours or not getattr(op.compute, "__module__", "").startswith("autograd"):
        return None

    def run(tensors: list[Any]) -> list[Any]:
        rest = iter(tensors)
        operands = [next(rest) if isinstance(x, Node) else x for x in node.inputs]
        return [op.compute(*operands, **node.params)]

    values = [x.value for x in node.inputs if isinstance(x, Node)]
    try:
        with np.errstate(all="ignore"):
            graph = trace(run, values, [""] * len(values))
    except (AutogradError, TypeError):
        # It looks at values, or calls what is no function of NumPy's.
        return None
    (result,) = graph.outputs
    return graph if isinstance(result, Node) and is_alike(result, node) else None
