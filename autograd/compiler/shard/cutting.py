"""Places of the values of a program of which several threads compute a part of the batch each.

A value is `WHOLE`: the same in all shards. Or it is `Cut`: the batch lies along one axis, and entry
i depends on sample i only. Or it is `PARTIAL`: the sum of what each shard computes, such as a sum
over the batch. The place of a result follows from those of the operands and the axes of the
operation. Where a partial value is needed whole, as the mean in batch normalization, the shards add
it up, in their order, before they go on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node, is_random
from autograd.compiler.known import is_pure, may_be_view, to_call
from autograd.compiler.passes.expansion import expand, record_code
from autograd.compiler.passes.pipeline import simplify
from autograd.engine.axes import AxisLabels
from autograd.engine.declare import constant
from autograd.engine.facts import Facts
from autograd.engine.operation import Operation
from autograd.engine.shapes import count
from autograd.ops import reduce
from autograd.ops.arithmetic import add, divide, multiply, negative, positive, subtract
from autograd.ops.einsum import einsum
from autograd.ops.shape import reshape
from autograd.ops.shared.axes_of_indices import Index


class NotShardableError(Exception):
    """The reason why a program cannot be cut along the batch."""


@dataclass(frozen=True)
class Cut:
    """The axis along which a batch lies, `outer` times one after the other.

    Its length is `outer * n * inner`; sample i has the positions (., i, .) of these.
    """

    axis: int
    outer: int = 1


WHOLE, PARTIAL = "whole", "partial"
Place = Cut | str

# Steps that the record lacks; on the whole batch each of them is the identity.
ADDED_UP = constant(lambda x: x, name="added_up", facts=Facts(pure=True))
OWN_PART = constant(lambda x: x, name="own_part", facts=Facts(view=True, pure=True))
ONCE = constant(lambda x: x, name="once", facts=Facts(pure=True))

_SUMS = {add, subtract}
_LINEAR_IN_EACH = {multiply, einsum}
_LINEAR_IN_FIRST = {divide, negative, positive}


class Partition:
    """The places of all values of a graph that is cut along the batch.

    `batch` says which arguments may have it on their first axis: those that have as many entries
    there, `n`, as the first of them. `steps` are the steps with those added that the shards need
    besides, `draws` random draws, made once for all shards, `results` the values to compute. Raises
    `NotShardableError`.
    """

    def __init__(self, graph: Graph, batch: Sequence[bool]) -> None:
        self.graph = graph
        self.steps: list[Node] = []
        self.draws: list[Node] = []
        self._places: dict[Any, Place] = dict.fromkeys(graph.inputs(), WHOLE)
        self._known: dict[Any, Node] = {}
        self._stands_for: dict[Node, Any] = {}
        given = [x for x, flag in zip(graph.arguments, batch, strict=True) if flag and x.shape]
        self.n = given[0].shape[0] if given else 0
        if self.n < 2:
            raise NotShardableError("there are no two samples in the batch")
        self._places.update((x, Cut(0)) for x in given if x.shape[0] == self.n)
        for node in graph.steps:
            self._stands_for[node] = self._add_placed(node)
        self.results = [self._current(x) for x in graph.results()]
        if all(self.place(x) == WHOLE for x in (*self.steps, *self.results)):
            raise NotShardableError("nothing depends on the batch")

    def place(self, x: Any) -> Place:
        """Return the place of a value; constants are whole."""
        return self._places[x] if isinstance(x, Node) else WHOLE

    def is_cut(self, node: Node) -> bool:
        """Return whether an operand of a step, or its result, is cut."""
        return any(isinstance(self.place(x), Cut) for x in (node, *node.inputs))

    def list_written(self) -> list[int]:
        """Return the bytes of each value that is cut and written into memory."""
        return [
            x.value.nbytes
            for x in self.steps
            if isinstance(self.place(x), Cut) and not may_be_view(x)
        ]

    def count_summed(self) -> int:
        """Return the bytes of all results that every shard writes and that are then added up."""
        partial = {x for x in self.results if self.place(x) == PARTIAL}
        return sum(np.asarray(x.value).nbytes for x in partial)

    def find_label(self, node: Node, axes: AxisLabels) -> tuple[Any, int] | None:
        """Return the label of the axes along which a step's operands are cut, and `outer`.

        `None` where the step works across the batch.
        """
        found = {
            (labels[place.axis], place.outer)
            for x, labels in zip(node.inputs, axes.operands, strict=True)
            if isinstance(place := self.place(x), Cut)
        }
        if len(found) > 1 or any(label is None for label, _ in found):
            return None
        (result,) = found
        return result

    def _current(self, x: Any) -> Any:
        return self._stands_for.get(x, x) if isinstance(x, Node) else x

    def _add_placed(self, node: Node) -> Any:
        """Add a step, after the steps that it needs besides, and return what stands for it."""
        inputs = tuple(map(self._current, node.inputs))
        node = _copy_step(node, inputs)
        places = [self.place(x) for x in inputs]
        if is_random(node):
            self.draws.append(node)
            self._places[node] = WHOLE
            return node
        if PARTIAL in places and _is_linear(node, places):
            return self._add(_copy_step(node, self._split_terms(node)), PARTIAL)
        if not any(isinstance(place, Cut) for place in places):
            return self._add(_copy_step(node, tuple(map(self._make_whole, inputs))), WHOLE)
        if node.op is reshape:
            return self._add(node, _place_reshape(node, places[0], self.n))
        axes = node.op.axes.labels(to_call(node)) if node.op and node.op.axes else None
        if axes is None:
            return self._add_opened(node, "has no rule for a batch that is cut")
        label = self.find_label(node, axes)
        if label is None:
            return self._add_opened(node, "works across the batch")
        return self._add_cut(node, axes, *label)

    def _add(self, node: Node, place: Place) -> Node:
        self._places[node] = place
        self.steps.append(node)
        return node

    def _add_cut(self, node: Node, axes: AxisLabels, label: Any, outer: int) -> Node:
        """Add a step with all its operands cut along the axes of one label."""
        inputs = list(node.inputs)
        for k, labels in enumerate(axes.operands):
            if labels.count(label) > 1:
                raise _refuse(node, "has the batch on two axes")
            here = Cut(labels.index(label), outer) if label in labels else None
            inputs[k] = self._make_whole(inputs[k]) if here is None else self._cut(inputs[k], here)
        if label in axes.result:
            place = Cut(axes.result.index(label), outer)
            return self._add(_copy_step(node, tuple(inputs)), place)
        if node.op is reduce.mean:
            return self._add_mean(node, inputs[0])
        return self._add(_copy_step(node, tuple(inputs)), PARTIAL)

    def _add_mean(self, node: Node, x: Node) -> Node:
        """Add a mean over the batch: the sum, divided by the number of entries in all shards."""
        if x.dtype != node.dtype or node.dtype == np.float16:
            # NumPy takes this sum in another dtype.
            raise _refuse(node, f"of {x.dtype} works across the batch")
        n = count(x.shape, node.params.get("axis"))
        total = Node(node.value * n, reduce.sum, (x,), node.params, section=node.section)
        self._add(total, PARTIAL)
        return self._add(Node(node.value, divide, (total, n), {}, node.name, node.section), PARTIAL)

    # Partial values -------------------------------------------------------------------------------

    def _split_terms(self, node: Node) -> tuple[Any, ...]:
        """Return the operands; of a sum of partial terms, one shard alone adds the whole ones."""
        if node.op not in _SUMS:
            return node.inputs
        return tuple(
            x if self.place(x) == PARTIAL else self._insert(ONCE, x, PARTIAL) for x in node.inputs
        )

    def _make_whole(self, x: Any) -> Any:
        """Return `x` as all shards have it: added up where it is partial."""
        return self._insert(ADDED_UP, x, WHOLE) if self.place(x) == PARTIAL else x

    def _cut(self, x: Any, place: Cut) -> Any:
        """Return `x` with only the samples of the shard along an axis."""
        return x if self.place(x) == place else self._insert(OWN_PART, self._make_whole(x), place)

    def _insert(self, op: Any, x: Any, place: Place) -> Node:
        key = (op, x if isinstance(x, Node) else id(x), place)
        if key not in self._known:
            value, section = (x.value, x.section) if isinstance(x, Node) else (x, "forward")
            self._known[key] = self._add(Node(value, op, (x,), section=section), place)
        return self._known[key]

    # Operations whose axes do not help ------------------------------------------------------------

    def _add_opened(self, node: Node, reason: str) -> Any:
        """Add the steps of an operation's code one by one; without them refuse for a reason."""
        graph = _open(node)
        if graph is None:
            raise _refuse(node, reason)
        operands = (x for x in node.inputs if isinstance(x, Node))
        self._stands_for.update(zip(graph.arguments, operands, strict=True))
        for step in graph.steps:
            step.section = node.section
            try:
                self._stands_for[step] = self._add_placed(step)
            except NotShardableError as error:
                raise _refuse(node, reason) from error
        return self._current(graph.outputs[0])


def _is_linear(node: Node, places: Sequence[Place]) -> bool:
    """Return whether a result is partial because a step is linear in its partial operands."""
    op = node.op
    assert op is not None
    others = {place for place in places if place != PARTIAL}
    if others - {WHOLE}:
        return False
    if op in _SUMS:
        return True
    if op in _LINEAR_IN_EACH or op.kind == "bilinear":
        return places.count(PARTIAL) == 1
    if _is_linear_in_first(op):
        return PARTIAL not in places[1:]
    return op.kind == "linear" and not others


def _is_linear_in_first(op: Operation) -> bool:
    return op in _LINEAR_IN_FIRST or isinstance(op.axes, Index)


def _copy_step(node: Node, inputs: tuple[Any, ...]) -> Node:
    """Return the same step of other inputs."""
    return Node(node.value, node.op, inputs, node.params, node.name, node.section)


def _refuse(node: Node, why: str) -> NotShardableError:
    name = node.op.name if node.op else node.name
    return NotShardableError(f"{name} {why}")


def _place_reshape(node: Node, place: Place, n: int) -> Cut:
    """Return where the batch lies after a reshape: the axis with as many entries before it."""
    x = node.inputs[0]
    assert isinstance(place, Cut)
    if node.params.get("order", "C") == "C" and node.value.size:
        before = math.prod(x.shape[: place.axis]) * place.outer
        passed = 1
        for axis, length in enumerate(node.shape):
            outer = before // passed
            if passed * length > before:
                if before % passed or length % (outer * n):
                    break
                return Cut(axis, outer)
            passed *= length
    raise _refuse(node, "tears the batch apart")


def _open(node: Node) -> Graph | None:
    """Return the steps of a pure operation; other code may read what changes."""
    assert node.op is not None
    graph = record_code(node) if is_pure(node.op) else None
    return None if graph is None else simplify(expand(graph))
