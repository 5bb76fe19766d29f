"""A graph as NumPy source: one line for each step, in memory that is made once."""

from itertools import count
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_random
from autograd.compiler.known import may_be_view, may_change_shape
from autograd.compiler.numpy_target.buffers import Plan, aligned_memory, seen_through
from autograd.compiler.numpy_target.notation import (
    in_memory,
    is_simple_view,
    written,
)
from autograd.compiler.source import Code, Form, Text, is_array


class DepartedError(Exception):
    """A step gave another shape or dtype than in the traced run."""


def emit(graph: Graph, form: Form) -> Code:
    """The program of a graph, a function of its arguments and then of the captured tensors.

    It returns the outputs, followed by the values to be assigned if there are any.
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
            places.lines += written(node, name, operands, False, text.namer)
            continue
        if array is None and uses[node] == 1 and node.name is None and is_simple_view(node):
            (line,) = written(node, "", operands, False, text.namer)
            text.names[node] = line.removeprefix(" = ")
            continue
        name = text.names[node] = text.fresh("t") if array is None else places.name(array)
        lines = written(node, name, operands, array is not None, text.namer)
        if node.name is not None:
            lines[-1] += f"  # {node.name}"
        if may_change_shape(node):
            lines += _guard(node, text)
        text.add(node, lines)
    outputs = _handed_out(text, plan)
    text.returns(outputs[: len(graph.outputs)], outputs[len(graph.outputs) :])
    return text.code(places.made())


class _Places:
    """The arrays into which a program writes: their names, and the lines that make them."""

    def __init__(self, plan: Plan, text: Text) -> None:
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self._plan, self._text, self._numbers = plan, text, count()

    def name(self, array: Any) -> str:
        """What an array is called; when it is asked for first, it gets its line."""
        name = self.names.get(id(array))
        if name is not None:
            return name
        if id(array) in self._plan.led:
            k, seen = self._plan.led[id(array)]
            name = self._text.into[k]
            if seen:
                name, whole = self._text.fresh("v"), name
                self.lines.append(f"{name} = {whole}{seen}")
        else:
            name = f"b{next(self._numbers)}"
            self.lines.append(f"{name} = {self._in_memory(array)}")
        self.names[id(array)] = name
        return name

    def _in_memory(self, array: Any) -> str:
        """How one makes an array at its place, with axes that lie there in the same order."""
        order = in_memory(array)
        shape = tuple(array.shape[axis] for axis in order)
        dtype, offset = _dtype(array.dtype, self._text), self._plan.offsets[id(array)]
        made = f"np.ndarray({shape}, {dtype}, memory, {offset})"
        axes = tuple(map(order.index, range(array.ndim)))
        return made if axes == tuple(range(array.ndim)) else f"{made}.transpose{axes}"

    def made(self) -> list[str]:
        """The lines, which are run once."""
        if not self._plan.offsets:
            return self.lines
        function = self._text.namer.function(aligned_memory, "aligned_memory")
        return [f"memory = {function}({self._plan.size})", *self.lines]


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


def _handed_out(text: Text, plan: Plan) -> list[str]:
    """The results, copied if somebody else could write into their memory."""
    before: set[Any] = set()
    found = []
    for k, x in enumerate(text.graph.results()):
        name = text.operand(x)
        if k in text.into:
            if k not in plan.written:
                text.lines.append(f"np.copyto({text.into[k]}, {name})")
            name = text.into[k]
        elif is_array(x) and not (isinstance(x, Node) and _may_leave(x, text, plan, before)):
            name += ".copy()"
        found.append(name)
    return found


def _may_leave(x: Node, text: Text, plan: Plan, before: set[Any]) -> bool:
    """Whether a result may be handed out as it is; `before` are those that were."""
    if x.op is not None and not text.form.copy:
        return True
    base = seen_through(x)
    assert base is not None
    own = base.op is not None and not may_be_view(base)
    own = own and base not in plan.arrays and base not in before
    before.add(base)
    return own
