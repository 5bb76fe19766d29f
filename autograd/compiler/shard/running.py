"""Programs in shards: each thread computes a part of the batch, in its own buffers."""

import operator
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import pairwise
from queue import SimpleQueue
from threading import BrokenBarrierError
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph
from autograd.compiler.numpy_target.emit import emit
from autograd.compiler.passes.pipeline import prepare
from autograd.compiler.shard.cutting import PARTIAL, Cut, Partition, Place
from autograd.compiler.shard.parts import Part, cut_part, join_parts
from autograd.compiler.source import Form
from autograd.engine.tensor import Tensor
from autograd.host.threads import count_cores, in_parallel
from autograd.transforms.trees import map_tree, with_leaves

WORTH_A_THREAD = 2**18
"""Bytes that each thread has to write in a line, on average, for shards to be faster.

Between lines the threads wait for Python's interpreter lock, some 15 us each time. Measured on two
cores, on networks with 30 to 100 lines: shards gain a tenth at this size, half at four times it.
"""

SHARE_OF_SUMS = 1 / 8
"""Largest share of sums over the batch, such as gradients, in the bytes that shards write.

Every thread writes its own sums. Above this share, BLAS's threads gain as much.
"""


class Shards:
    """A partition, compiled for a number of threads."""

    def __init__(self, partition: Partition, form: Form, count: int) -> None:
        n = partition.n
        ends = [n * k // count for k in range(count + 1)]
        self._spans, self._n = list(pairwise(ends)), n
        # The partition and its results would keep all values of the traced run.
        self._tree, self._wrapped = map_tree(lambda _: None, form.tree), form.wrapped
        self._given = [partition.place(x) for x in partition.graph.arguments]
        self._places = [partition.place(x) for x in partition.results]
        others = len(self._places) - len(form.into)
        self._wanted = [d and d.array for d in form.into] + [None] * others
        # The first shard writes into the array where the sum of all is wanted.
        into = [
            None if isinstance(place, Cut) else destination
            for place, destination in zip(self._places, form.into, strict=False)
        ]
        graphs = [prepare(Part(partition, *span).graph) for span in self._spans]
        outputs = len(graphs[0].outputs)
        flat = Form([None] * outputs, [False] * outputs, copy=False)
        self._codes = [
            emit(graph, flat if k else replace(flat, into=into)) for k, graph in enumerate(graphs)
        ]
        self._threads = threading.local()
        self.source = f"# samples {ends[0]}:{ends[1]} of {n}\n{self._codes[0].source}"

    def run(self, values: Sequence[Any], captured: Sequence[Any], draws: Sequence[Any]) -> Any:
        """Return the outputs, followed by the values to assign if there are any."""
        meeting, programs = Meeting(len(self._spans)), self._get_programs()

        def work(k: int) -> Any:
            own = [
                cut_part(x, place, self._n, *self._spans[k])
                for x, place in zip(values, self._given, strict=True)
            ]
            return programs[k](*own, *draws, Seat(meeting, k), *captured)

        parts = in_parallel([partial(work, k) for k in range(len(programs))], meeting.abort)
        results = list(map(self._join, self._places, zip(*parts, strict=True), self._wanted))
        flags = zip(results, self._wrapped, strict=False)
        outputs = [Tensor(x) if flag else x for x, flag in flags]
        assigned = results[len(outputs) :]
        tree = with_leaves(self._tree, outputs)
        return (tree, *assigned) if assigned else tree

    def _get_programs(self) -> list[Callable[..., Any]]:
        """Return the programs, with buffers for calls from this thread."""
        programs: list[Callable[..., Any]] | None = vars(self._threads).get("programs")
        if programs is None:
            programs = self._threads.programs = [code.prepare() for code in self._codes]
        return programs

    def _join(self, place: Place, parts: Sequence[Any], wanted: Any) -> Any:
        """Return a result joined from those of the shards, in the array `wanted` if given."""
        if place == PARTIAL and len(parts) > 1:
            return reduce(partial(np.add, out=wanted), parts)
        whole = parts[0]
        if isinstance(place, Cut):
            whole = join_parts(parts, place, [stop - start for start, stop in self._spans])
        elif isinstance(whole, np.ndarray) and wanted is None:
            whole = whole.copy()
        if wanted is None or whole is wanted:
            return whole
        np.copyto(wanted, whole)
        return wanted


class Meeting:
    """The place where shards add up what all of them need, in one run."""

    def __init__(self, count: int) -> None:
        # boxes[i][k] holds what shard i has for shard k, in the order of the sums.
        self.boxes = [[SimpleQueue[Any]() for _ in range(count)] for _ in range(count)]

    def abort(self) -> None:
        """Release all threads that wait, with an error."""
        for boxes in self.boxes:
            for box in boxes:
                box.put(None)


class Seat:
    """The place of one shard at a meeting."""

    def __init__(self, meeting: Meeting, k: int) -> None:
        self._boxes, self._k = meeting.boxes, k

    def total(self, x: Any, point: int) -> Any:
        """Return the sum of what all shards bring, added in their order: the same bits for each.

        `point` is the number of the sum in the program, which is the same in all shards.
        """
        # Others may still read x when the shard writes into its buffer again.
        x = x.copy()
        for box in self._boxes[self._k]:
            box.put((point, x))
        return reduce(operator.add, [_receive(boxes[self._k], point) for boxes in self._boxes])


def _receive(box: "SimpleQueue[Any]", point: int) -> Any:
    brought = box.get()
    if brought is None:
        raise BrokenBarrierError("another thread has stopped")
    of_point, x = brought
    assert of_point == point, "shards meet in one order"
    return x


def make_shards(
    graph: Graph, form: Form, batch: Sequence[bool], threads: int | None
) -> Shards | None:
    """Return a graph in `threads` shards, or in as many as pay; `None` if that is one.

    Raises `NotShardableError`.
    """
    if threads == 1 or (threads is None and not _could_pay(graph)):
        return None
    partition = Partition(graph, batch)
    count = min(partition.n, _count_paying(partition) if threads is None else threads)
    return Shards(partition, form, count) if count > 1 else None


def _could_pay(graph: Graph) -> bool:
    """Return whether it is worth looking at the steps one by one."""
    largest = max((np.asarray(node.value).nbytes for node in graph.steps), default=0)
    return count_cores() > 1 and largest >= 2 * WORTH_A_THREAD


def _count_paying(partition: Partition) -> int:
    """Return the number of threads that pay."""
    written = partition.list_written()
    if not written or partition.count_summed() > SHARE_OF_SUMS * sum(written):
        return 1
    return min(count_cores(), sum(written) // len(written) // WORTH_A_THREAD)
