"""One record_code program as several that each do a part of the batch.

Every value of the record gets a place. It is `WHOLE`: the same in all shards. Or it is `Cut`: along
one axis lies the batch, and entry i depends on sample i only. Or it is `PARTIAL`: the sum over the
shards of what each of them computes, such as a sum over the batch. What an operation makes of the
places of its operands follows from its axes (`shard_rules`). Where a partial value is needed whole,
as the mean in batch normalization, the shards add it up, in their order, before they go on.
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
from autograd.engine.shapes import count
from autograd.ops import REGISTRY
from autograd.ops.shared.axes_of_indices import Index


class NotShardableError(Exception):
    """Why a program cannot be cut along the batch."""


@dataclass(frozen=True)
class Cut:
    """The axis along which a batch lies, `outer` times one after the other.

    Its length is `outer * n * inner`, and sample i has the places (., i, .) of it.
    """

    axis: int
    outer: int = 1


WHOLE, PARTIAL = "whole", "partial"
Place = Cut | str

# Steps that the record has not; on the whole batch each of them is the identity.
ADDED_UP = constant(lambda x: x, name="added_up", facts=Facts(pure=True))
OWN_PART = constant(lambda x: x, name="cut_part", facts=Facts(view=True, pure=True))
ONCE = constant(lambda x: x, name="once", facts=Facts(pure=True))

_SUMS = {REGISTRY["add"], REGISTRY["subtract"]}
_LINEAR_IN_EACH = {REGISTRY["multiply"], REGISTRY["einsum"]}
_LINEAR_IN_FIRST = {REGISTRY[name] for name in ("divide", "negative", "positive")}


class Partition:
    """The places of all values of a graph that is to be cut along the batch.

    `batch` says which arguments may have it on their first axis: those that have as many entries
    there, `n`, as the first of them. `steps` are the steps with those put in that the shards need
    besides, `draws` random draws, which are made once for all shards, `results` what the graph has
    to compute. Raises `NotShardableError`.
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
            self._stands_for[node] = self._place(node)
        self.results = [self._current(x) for x in graph.results()]
        if all(self.place(x) == WHOLE for x in (*self.steps, *self.results)):
            raise NotShardableError("nothing depends on the batch")

    def place(self, x: Any) -> Place:
        """Where a value is; constants are the same in all shards."""
        return self._places[x] if isinstance(x, Node) else WHOLE

    def has_cut(self, node: Node) -> bool:
        """Whether an operand of a step, or its result, is cut."""
        return any(isinstance(self.place(x), Cut) for x in (node, *node.inputs))

    def list_written(self) -> list[int]:
        """The bytes of every value that is cut and written into memory."""
        return [
            x.value.nbytes
            for x in self.steps
            if isinstance(self.place(x), Cut) and not may_be_view(x)
        ]

    def count_summed(self) -> int:
        """The bytes of all results that every shard has to write and that are then added up."""
        partial = {x for x in self.results if self.place(x) == PARTIAL}
        return sum(np.asarray(x.value).nbytes for x in partial)

    def find_label(self, node: Node, axes: AxisLabels) -> tuple[Any, int] | None:
        """Return the find_label of the axes along which a step's operands are cut, and `outer`.

        `None` where the step works across the batch.
        """
        found = {
            (labels[place.axis], place.outer)
            for x, labels in zip(node.inputs, axes.operands, strict=True)
            if isinstance(place := self.place(x), Cut)
        }
        if len(found) > 1 or any(find_label is None for find_label, _ in found):
            return None
        (result,) = found
        return result

    def _current(self, x: Any) -> Any:
        return self._stands_for.get(x, x) if isinstance(x, Node) else x

    def _place(self, node: Node) -> Any:
        """Add a step, and before it what it needs; returns what stands for it."""
        inputs = tuple(map(self._current, node.inputs))
        node = _copy_step(node, inputs)
        places = [self.place(x) for x in inputs]
        if is_random(node):
            self.draws.append(node)
            self._places[node] = WHOLE
            return node
        if PARTIAL in places and self._is_linear(node, places):
            return self._add(_copy_step(node, self._split_terms(node)), PARTIAL)
        if not any(isinstance(place, Cut) for place in places):
            return self._add(_copy_step(node, tuple(map(self._make_whole, inputs))), WHOLE)
        if node.op is REGISTRY["reshape"]:
            return self._add(node, _place_reshape(node, places[0], self.n))
        axes = node.op.axes.labels(to_call(node)) if node.op and node.op.axes else None
        if axes is None:
            return self._place_opened(node, "has no rule for a batch that is cut")
        find_label = self.find_label(node, axes)
        if find_label is None:
            return self._place_opened(node, "works across the batch")
        return self._place_by_axes(node, axes, *find_label)

    def _add(self, node: Node, place: Place) -> Node:
        self._places[node] = place
        self.steps.append(node)
        return node

    def _place_by_axes(self, node: Node, axes: AxisLabels, find_label: Any, outer: int) -> Node:
        """Add a step with all its operands cut along the axes of one find_label."""
        inputs = list(node.inputs)
        for k, labels in enumerate(axes.operands):
            if labels.count(find_label) > 1:
                raise _refuse(node, "has the batch on two axes")
            here = Cut(labels.index(find_label), outer) if find_label in labels else None
            inputs[k] = (
                self._make_whole(inputs[k]) if here is None else self._make_cut(inputs[k], here)
            )
        if find_label in axes.result:
            place = Cut(axes.result.index(find_label), outer)
            return self._add(_copy_step(node, tuple(inputs)), place)
        if node.op is REGISTRY["mean"]:
            return self._place_mean(node, inputs[0])
        return self._add(_copy_step(node, tuple(inputs)), PARTIAL)

    def _place_mean(self, node: Node, x: Node) -> Node:
        """A mean over the batch: the sum, divided by how many there are in all shards."""
        if x.dtype != node.dtype or node.dtype == np.float16:
            # NumPy takes this sum in another dtype.
            raise _refuse(node, f"of {x.dtype} works across the batch")
        n = count(x.shape, node.params.get("axis"))
        total = Node(node.value * n, REGISTRY["sum"], (x,), node.params, section=node.section)
        self._add(total, PARTIAL)
        divide = REGISTRY["divide"]
        return self._add(Node(node.value, divide, (total, n), {}, node.name, node.section), PARTIAL)

    # Partial values -------------------------------------------------------------------------------

    def _is_linear(self, node: Node, places: Sequence[Place]) -> bool:
        """Whether the result is partial because a step is linear in its partial operands."""
        op = node.op
        assert op is not None
        others = {place for place in places if place != PARTIAL}
        if others - {WHOLE}:
            return False
        if op in _SUMS:
            return True
        if op in _LINEAR_IN_EACH or op.kind == "bilinear":
            return places.count(PARTIAL) == 1
        if op in _LINEAR_IN_FIRST or isinstance(op.axes, Index):
            return PARTIAL not in places[1:]
        return op.kind == "linear" and not others

    def _split_terms(self, node: Node) -> tuple[Any, ...]:
        """The operands; what is whole in a sum of partial terms is added by one shard only."""
        if node.op not in _SUMS:
            return node.inputs
        return tuple(x if self.place(x) == PARTIAL else self._add_once(x) for x in node.inputs)

    def _add_once(self, x: Any) -> Node:
        return self._insert(ONCE, x, PARTIAL)

    def _make_whole(self, x: Any) -> Any:
        """`x` as all shards have it: added up where it is partial."""
        return self._insert(ADDED_UP, x, WHOLE) if self.place(x) == PARTIAL else x

    def _make_cut(self, x: Any, place: Cut) -> Any:
        """`x` with only the shard's own samples along an axis."""
        return x if self.place(x) == place else self._insert(OWN_PART, self._make_whole(x), place)

    def _insert(self, op: Any, x: Any, place: Place) -> Node:
        key = (op, x if isinstance(x, Node) else id(x), place)
        if key not in self._known:
            value, section = (x.value, x.section) if isinstance(x, Node) else (x, "forward")
            self._known[key] = self._add(Node(value, op, (x,), section=section), place)
        return self._known[key]

    # Operations without a rule --------------------------------------------------------------------

    def _place_opened(self, node: Node, reason: str) -> Any:
        """Add the steps of an operation's code one by one; without them refuse for a reason."""
        graph = _open(node)
        if graph is None:
            raise _refuse(node, reason)
        operands = (x for x in node.inputs if isinstance(x, Node))
        self._stands_for.update(zip(graph.arguments, operands, strict=True))
        for step in graph.steps:
            step.section = node.section
            try:
                self._stands_for[step] = self._place(step)
            except NotShardableError as error:
                raise _refuse(node, reason) from error
        return self._current(graph.outputs[0])


def _copy_step(node: Node, inputs: tuple[Any, ...]) -> Node:
    """The same step of other inputs."""
    return Node(node.value, node.op, inputs, node.params, node.name, node.section)


def _refuse(node: Node, why: str) -> NotShardableError:
    name = node.op.name if node.op else node.name
    return NotShardableError(f"{name} {why}")


def _place_reshape(node: Node, place: Place, n: int) -> Cut:
    """Where the batch lies after a reshape: in memory order as much is before it as there was."""
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
    """The steps of an operation of our own; code of the user's may read what changes."""
    assert node.op is not None
    graph = record_code(node) if is_pure(node.op) else None
    return None if graph is None else simplify(expand(graph))
