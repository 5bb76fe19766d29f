"""Traces: a function run once on tensors that record everything, and the record as a graph."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from autograd.compiler.graph import Graph, Node
from autograd.engine.modes import mode
from autograd.engine.record import make
from autograd.engine.tensor import Tensor
from autograd.engine.tracing import Trace
from autograd.engine.walk import ancestors
from autograd.transforms.sampling import Generators, given


def trace(
    run: Callable[[list[Tensor]], list[Any]], values: Sequence[Any], names: Sequence[str]
) -> Graph:
    """Return the graph of `run`, which takes a tensor for each of `values` and returns results.

    Assignments to tensors are undone: the program does them.
    """
    trace, before = _UndoableTrace(), mode.trace
    mode.trace = trace
    try:
        arguments = [_make_argument(value, name) for value, name in zip(values, names, strict=True)]
        outputs = run(arguments)
        return _Reader(trace, arguments).read(outputs)
    except BaseException:
        trace.generators.put_back()
        raise
    finally:
        trace.undo()
        mode.trace = before


class _UndoableTrace(Trace):
    """A trace that can undo assignments."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[Tensor, Any] = {}
        self.generators = Generators()

    def before_draw(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Note the state of the generator."""
        self.generators.note(draw, args)

    def assign(self, tensor: Tensor, value: Any) -> None:
        """Note the new value and keep the old one."""
        self._values.setdefault(tensor, tensor._data)
        super().assign(tensor, value)

    def undo(self) -> None:
        """Give every tensor back the value that it had before the run."""
        for tensor, value in self._values.items():
            tensor._data = value
            tensor.touch()


def _make_argument(value: Any, name: str) -> Tensor:
    tensor = make(value, given, (), None, False)
    tensor.name = name
    return tensor


class _Reader:
    """A reader of the record of a traced run, which it turns into nodes."""

    def __init__(self, trace: Trace, arguments: Sequence[Tensor]) -> None:
        self.trace = trace
        self.nodes = {x: Node(x._data, name=x.name) for x in arguments}
        self.arguments = list(self.nodes.values())
        self.captured: dict[Tensor, Node] = {}
        self.old = {tensor for _, tensor, _, old in trace.assigned if old < trace.start}

    def read(self, outputs: Sequence[Any]) -> Graph:
        end = self.trace.end()
        roots = [*outputs, *(value for _, _, value, _ in self.trace.assigned)]
        roots += [*self.trace.draws, *self.trace.shapes]
        tensors = self._below(self._at(x, end) for x in roots)
        steps = [self._step(x) for x in tensors]
        last = {tensor: value for _, tensor, value, _ in self.trace.assigned}
        return Graph(
            self.arguments,
            self.captured,
            steps,
            [self._operand(x, end) for x in outputs],
            [(x, self._operand(x, end)) for x in last],
        )

    def _below(self, roots: Any) -> list[Tensor]:
        """Return the recorded steps from which `roots` were computed, inside the run."""
        return ancestors(
            roots,
            operands=lambda x: (self._at(operand, x.seq) for operand in x.inputs),
            within=lambda x: self._is_step(x) and x not in self.nodes,
        )

    def _is_step(self, x: Tensor) -> bool:
        return x.op is not None and x.seq > self.trace.start

    def _at(self, x: Any, seq: int) -> Any:
        """Return the value last assigned to `x` before step `seq`, or `x`."""
        if type(x) is Tensor and self.trace.assigned:
            for when, tensor, value, _ in reversed(self.trace.assigned):
                if tensor is x and when < seq:
                    return self._at(value, when)
        return x

    def _operand(self, x: Any, seq: int) -> Any:
        """Return the node or the constant that `x` is for step number `seq`."""
        x = self._at(x, seq)
        if type(x) is not Tensor:
            return x
        if x in self.nodes:
            return self.nodes[x]
        if x.seq > self.trace.start and x not in self.old:
            return x._data
        if x not in self.captured:
            self.captured[x] = Node(x._data, name=x.name)
        return self.captured[x]

    def _step(self, x: Tensor) -> Node:
        sections = self.trace.sections
        k = bisect_right(sections, x.seq, key=itemgetter(0))
        inputs = tuple(self._operand(operand, x.seq) for operand in x.inputs)
        node = Node(x._data, x.op, inputs, x.params or {}, x.name, sections[k - 1][1])
        self.nodes[x] = node
        return node
