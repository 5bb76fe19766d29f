"""A graph as NumPy source: one line for each step, on buffers that are made once."""

from typing import Any

import numpy as np

from autograd.replay.buffers import Plan, seen_through
from autograd.replay.graph import Graph, Node
from autograd.replay.notation import is_unsure, takes_out, written
from autograd.replay.source import Code, Form, Text, is_array


class DepartedError(Exception):
    """A step gave another shape or dtype than in the traced run."""


def emit(graph: Graph, form: Form) -> Code:
    """The program of a graph, a function of its arguments and then of the captured tensors.

    It returns the outputs, followed by the values to be assigned if there are any.
    """
    plan, text = Plan(graph, form.copy), Text(graph, form)
    buffers = [f"b{k} = {_empty(b, text)}" for k, b in enumerate(plan.buffers)]
    for node in graph.steps:
        operands = [text.operand(x) for x in node.inputs]
        place = plan.place.get(node)
        stem = "v" if node in plan.views else "t"
        name = text.names[node] = text.fresh(stem) if place is None else f"b{place}"
        lines = written(node, name, operands, place is not None, text.namer)
        if node.name is not None:
            lines[-1] += f"  # {node.name}"
        if is_unsure(node):
            lines += _guard(node, text)
        if node in plan.views:
            buffers += lines
        else:
            text.add(node, lines)
    handed_out = set[Any]()
    outputs = [_handed_out(x, text, plan, handed_out) for x in graph.outputs]
    text.returns(outputs, [_handed_out(x, text, plan, handed_out) for _, x in graph.assigned])
    return text.code(buffers)


def _empty(buffer: Any, text: Text) -> str:
    """How one makes an array whose axes lie in memory as those of `buffer`."""
    in_memory = sorted(range(buffer.ndim), key=lambda axis: -buffer.strides[axis])
    shape = tuple(buffer.shape[axis] for axis in in_memory)
    made = f"np.empty({shape}, {_dtype(buffer.dtype, text)})"
    axes = tuple(map(in_memory.index, range(buffer.ndim)))
    return made if axes == tuple(range(buffer.ndim)) else f"{made}.transpose{axes}"


def _dtype(dtype: np.dtype[Any], text: Text) -> str:
    """A dtype as one writes it: `np.float64`."""
    return text.namer.literal(dtype.type if dtype == dtype.type else dtype)


def _guard(node: Node, text: Text) -> list[str]:
    """Lines that stop the program where the rest of it would no longer be right."""
    text.namer.globals["DepartedError"] = DepartedError
    name, dtype = text.names[node], _dtype(node.dtype, text)
    return [
        f"if {name}.shape != {node.shape} or {name}.dtype != {dtype}:",
        "    raise DepartedError",
    ]


def _handed_out(x: Any, text: Text, plan: Plan, before: set[Any]) -> str:
    """A result, copied if somebody else could write into its memory."""
    name = text.operand(x)
    if not is_array(x):
        return name
    if isinstance(x, Node):
        if x.op is not None and not text.form.copy:
            return name
        base = seen_through(x)
        own = base is not None and takes_out(base) and base not in plan.place and base not in before
        before.add(base)
        if own:
            return name
    return f"{name}.copy()"
