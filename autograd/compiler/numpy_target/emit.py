"""A graph as NumPy source: one line for each step, in memory that is made once."""

from itertools import count
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_random
from autograd.compiler.known import may_be_view, may_change_shape
from autograd.compiler.numpy_target.buffers import Plan, aligned_memory, find_base
from autograd.compiler.numpy_target.lines import (
    find_memory_order,
    format_step,
    is_inline_view,
)
from autograd.compiler.source import Code, Form, Text, has_memory


class DepartedError(Exception):
    """A step gave another shape or dtype than in the traced run."""


def emit(graph: Graph, form: Form) -> Code:
    """Return the program of a graph, a function of its arguments and of the captured tensors.

    It returns the outputs, followed by the values to assign if there are any.
    """
    text = Text(graph, form)
    plan = Plan(graph, form.copy, [d and d.array for d in form.into])
    places = _Places(plan, text)
    uses = graph.uses()
    for node in graph.steps:
        if is_random(node):
            continue
        operands = [text.operand(x) for x in node.inputs]
        array = plan.arrays.get(node)
        if node in plan.views:
            name = text.names[node] = places.names[id(array)] = text.fresh("v")
            places.lines += format_step(node, name, operands, False, text.namer)
            continue
        if array is None and uses[node] == 1 and node.name is None and is_inline_view(node):
            (line,) = format_step(node, "", operands, False, text.namer)
            text.names[node] = line.removeprefix(" = ")
            continue
        name = text.names[node] = text.fresh("t") if array is None else places.name_array(array)
        lines = format_step(node, name, operands, array is not None, text.namer)
        if node.name is not None:
            lines[-1] += f"  # {node.name}"
        if may_change_shape(node):
            lines += _format_guard(node, text)
        text.add(node, lines)
    outputs = _format_results(text, plan)
    text.returns(outputs[: len(graph.outputs)], outputs[len(graph.outputs) :])
    return text.code(places.format_lines())


class _Places:
    """The arrays into which a program writes: their names and the lines that make them."""

    def __init__(self, plan: Plan, text: Text) -> None:
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self._plan, self._text, self._numbers = plan, text, count()

    def name_array(self, array: Any) -> str:
        """Return the name of an array; the first call adds the line that makes it."""
        name = self.names.get(id(array))
        if name is not None:
            return name
        if id(array) in self._plan.redirected:
            k, seen = self._plan.redirected[id(array)]
            name = self._text.into[k]
            if seen:
                name, whole = self._text.fresh("v"), name
                self.lines.append(f"{name} = {whole}{seen}")
        else:
            name = f"b{next(self._numbers)}"
            self.lines.append(f"{name} = {self._format_array(array)}")
        self.names[id(array)] = name
        return name

    def _format_array(self, array: Any) -> str:
        """Return the expression that makes an array at its place, its axes in the same order."""
        order = find_memory_order(array)
        shape = tuple(array.shape[axis] for axis in order)
        dtype, offset = _format_dtype(array.dtype, self._text), self._plan.offsets[id(array)]
        dense = f"np.ndarray({shape}, {dtype}, memory, {offset})"
        axes = tuple(map(order.index, range(array.ndim)))
        return dense if axes == tuple(range(array.ndim)) else f"{dense}.transpose{axes}"

    def format_lines(self) -> list[str]:
        """Return the lines, which run once."""
        if not self._plan.offsets:
            return self.lines
        function = self._text.namer.name_function(aligned_memory, "aligned_memory")
        return [f"memory = {function}({self._plan.size})", *self.lines]


def _format_dtype(dtype: np.dtype[Any], text: Text) -> str:
    """Return a dtype as text: `np.float64`."""
    return text.namer.format_literal(dtype.type if dtype == dtype.type else dtype)


def _format_guard(node: Node, text: Text) -> list[str]:
    """Return lines that stop the program at a result of another shape or dtype."""
    text.namer.globals["DepartedError"] = DepartedError
    name, dtype = text.names[node], _format_dtype(node.dtype, text)
    return [
        f"if {name}.shape != {node.shape} or {name}.dtype != {dtype}:",
        "    raise DepartedError",
    ]


def _format_results(text: Text, plan: Plan) -> list[str]:
    """Return the results as text, copied where they could share memory with something else."""
    before: set[Any] = set()
    found = []
    for k, x in enumerate(text.graph.results()):
        name = text.operand(x)
        if k in text.into:
            if k not in plan.written:
                text.lines.append(f"np.copyto({text.into[k]}, {name})")
            name = text.into[k]
        elif has_memory(x) and not (isinstance(x, Node) and _is_unshared(x, text, plan, before)):
            name += ".copy()"
        found.append(name)
    return found


def _is_unshared(x: Node, text: Text, plan: Plan, before: set[Any]) -> bool:
    """Return whether a result shares no memory; `before` are the bases of those before it."""
    if x.op is not None and not text.form.copy:
        return True
    base = find_base(x)
    assert base is not None
    own = base.op is not None and not may_be_view(base)
    own = own and base not in plan.arrays and base not in before
    before.add(base)
    return own
