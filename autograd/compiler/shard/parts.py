"""The graph of one shard, and results joined from those of all shards."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.known import to_call
from autograd.compiler.shard.cutting import ADDED_UP, ONCE, OWN_PART, Cut, Partition, Place
from autograd.engine.declare import constant
from autograd.engine.facts import Facts
from autograd.ops.index import getitem
from autograd.ops.shape import reshape

_TOTAL = constant(
    lambda x, meeting, point: meeting.total(x, point),
    arity=2,
    name="total",
    facts=Facts(pure=True),
)


def cut_part(x: Any, place: Place, n: int, start: int, stop: int) -> Any:
    """Return a view of the samples from `start` to `stop` of an array with n along an axis.

    >>> cut_part(np.arange(8), Cut(0, outer=2), 4, 1, 3)
    array([1, 2, 5, 6])
    """
    if not isinstance(place, Cut):
        return x
    x = np.asarray(x)
    before, length, after = _split_shape(x.shape, place)
    if place.outer == 1:
        inner = length // n
        return x[(slice(None),) * place.axis + (slice(start * inner, stop * inner),)]
    apart = np.reshape(x, (*before, place.outer, n, -1, *after))
    own = apart[(slice(None),) * (place.axis + 1) + (slice(start, stop),)]
    return np.reshape(own, (*before, -1, *after))


def join_parts(parts: Sequence[Any], place: Cut, lengths: Sequence[int]) -> Any:
    """Return the array that `cut_part` would cut into `parts` with these numbers of samples."""
    if place.outer == 1:
        return np.concatenate(parts, axis=place.axis)
    before, _, after = _split_shape(parts[0].shape, place)
    apart = [
        np.reshape(x, (*before, place.outer, m, -1, *after))
        for x, m in zip(parts, lengths, strict=True)
    ]
    return np.reshape(np.concatenate(apart, axis=place.axis + 1), (*before, -1, *after))


def _split_shape(shape: tuple[int, ...], place: Cut) -> tuple[Any, int, Any]:
    return shape[: place.axis], shape[place.axis], shape[place.axis + 1 :]


class Part:
    """The graph of the shard that has the samples from `start` to `stop`.

    It takes the arguments, cut or whole, then the random draws, whole, and then a `Meeting`, where
    the shards add up what all of them need. These sums are results too, behind the others: a shard
    that does not use one must still bring its part.
    """

    def __init__(self, partition: Partition, start: int, stop: int) -> None:
        self._partition, self._start, self._stop = partition, start, stop
        self._meeting = Node(None, name="meeting")
        graph = partition.graph
        self._local: dict[Node, Any] = {x: x for x in graph.captured.values()}
        self._steps: list[Node] = []
        self._totals: list[Node] = []
        given = [*graph.arguments, *partition.draws]
        for x in given:
            self._local[x] = Node(self._cut(x.value, partition.place(x)), name=x.name)
        for node in partition.steps:
            self._local[node] = self._localize_step(node)
        arguments = [self._local[x] for x in given]
        results = [*(self._localize(x) for x in partition.results), *self._totals]
        self.graph = Graph([*arguments, self._meeting], graph.captured, self._steps, results, [])

    def _cut(self, value: Any, place: Place) -> Any:
        return cut_part(value, place, self._partition.n, self._start, self._stop)

    def _localize(self, x: Any) -> Any:
        return self._local[x] if isinstance(x, Node) else x

    def _localize_step(self, node: Node) -> Any:
        """Return what stands in the shard for a step of the whole."""
        place = self._partition.place(node)
        x = self._localize(node.inputs[0]) if node.inputs else None
        value = self._cut(node.value, place)
        if node.op is ONCE:
            return x if self._start == 0 else _make_zeros(value)
        if node.op is OWN_PART:
            return self._take_part(node, x, place) if isinstance(x, Node) else value
        if node.op is ADDED_UP:
            # The number tells it from other sums, whose operands may be alike in one shard.
            params = {"point": len(self._totals)}
            total = Node(value, _TOTAL, (x, self._meeting), params, section=node.section)
            self._totals.append(total)
            return self._add(total)
        inputs = tuple(map(self._localize, node.inputs))
        params = self._cut_params(node, place)
        return self._add(Node(value, node.op, inputs, params, node.name, node.section))

    def _add(self, node: Node) -> Node:
        self._steps.append(node)
        return node

    def _take_part(self, node: Node, x: Node, place: Place) -> Node:
        """Add the steps that take the shard's part of a whole value."""
        assert isinstance(place, Cut)
        n, shape = self._partition.n, np.shape(self._cut(node.value, place))
        before, length, after = _split_shape(node.shape, place)
        apart = (*before, place.outer, n, length // (place.outer * n), *after)
        whole = (slice(None),) * (place.axis + 1)
        index = (*whole, slice(self._start, self._stop))
        for op, params in (
            (reshape, {"shape": apart}),
            (getitem, {"index": index}),
            (reshape, {"shape": shape}),
        ):
            value = op.impl(x.value, **params)
            x = self._add(Node(value, op, (x,), params, section=node.section))
        return x

    def _cut_params(self, node: Node, place: Place) -> dict[str, Any]:
        """Return the static parameters, with the lengths and indices of the shard."""
        axes = node.op.axes if node.op else None
        if axes is None or not self._partition.is_cut(node):
            return node.params
        call = to_call(node)
        labels = axes.labels(call)
        found = None if labels is None else self._partition.find_label(node, labels)
        label, outer = found or (None, 1)
        shape = np.shape(self._cut(node.value, place))
        return axes.cut_params(
            call, label, shape, lambda array, axis: self._cut(array, Cut(axis, outer))
        )


def _make_zeros(value: Any) -> Any:
    """Return zero of the shape and dtype of a value."""
    plain = isinstance(value, int | float | complex) and not isinstance(value, np.generic)
    return type(value)(0) if plain else np.zeros_like(value)[()]
