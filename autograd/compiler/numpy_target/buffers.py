"""Which steps write into memory of the program's own, and where in it.

A step that NumPy can tell where to write gets a place in one piece of memory, and gives it back
when nothing needs its value any more: to the next step that overwrites it entry by entry, or to any
that fits in. So little memory is in use at a time, and what is in use is in the processor's cache.
Views of such places are made once, with the memory.
"""

import math
from bisect import bisect
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.known import find_order, is_pure, is_transpose, may_be_view
from autograd.compiler.numpy_target.notation import overwritable, takes_out
from autograd.engine.tracing import CHECKED
from autograd.ops import REGISTRY

_RESHAPE = REGISTRY["reshape"]
_READ_ONLY = {REGISTRY["broadcast_to"], REGISTRY["diagonal"]}
"""Operations whose results NumPy locks, as entries of the operand would change several times."""
_ALIGNMENT = 64
"""Bytes of a cache line: arrays that begin with one are added up to a third faster."""


def aligned_memory(size: int) -> Any:
    """So many bytes, from the beginning of a cache line on."""
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size]


class Plan:
    """Where the arrays of a program are kept.

    `arrays` has an array for each step whose value is always kept in the same place. It stands for
    the one that the program makes: they are alike in shape, dtype and order of axes, and the same
    for steps that write over one another. `offsets` says where in the memory the arrays begin that
    are no views of others, `size` how large it is. `views` are the steps that are views for good.

    `into` has arrays of somebody else, in the places of those outputs that are to be written there.
    `written` are the outputs that are there when the last step is done; `led` says for an array
    into which such a step writes which output it belongs to, and how it is a view of that.
    """

    def __init__(self, graph: Graph, copy: bool, into: Sequence[Any]) -> None:
        self.arrays: dict[Node, Any] = {}
        self.offsets: dict[int, int] = {}
        self.views: set[Node] = set()
        self.written: set[int] = set()
        self.led: dict[int, tuple[int, str]] = {}
        self._memory = _Memory()
        self._taken: dict[Node, tuple[int, int]] = {}
        for k, array in enumerate(into):
            if array is not None:
                self._lead(graph.outputs[k], k, array)
        # A result that is handed out is made anew at every call, and so is what it is a view of.
        own = (k for k, _ in enumerate(graph.outputs) if copy and (not into or into[k] is None))
        elsewhere = {*(seen_through(graph.outputs[k]) for k in own), *self.arrays}
        keeps = _keeping(graph, elsewhere)
        last = _last_uses(graph, keeps)
        for i, node in enumerate(graph.steps):
            ending = last.get(i, ())
            if keeps[node] == {node}:
                self._place(node, {x for x in ending if x in self._taken}, keeps)
            elif _is_view(node):
                self._note_view(node)
            for x in ending:
                if x in self._taken:
                    self._memory.give_back(*self._taken.pop(x))

    @property
    def size(self) -> int:
        """How many bytes the arrays take up."""
        return self._memory.size

    def _lead(self, x: Any, k: int, array: Any) -> None:
        """Have output number `k` written where it is wanted, if a step can write it there."""
        seen = ""
        while isinstance(x, Node) and (x.op is _RESHAPE or is_transpose(x)):
            (base,) = x.inputs
            if x.op is not _RESHAPE:
                axes = tuple(map(int, np.argsort(find_order(x))))
                array, seen = array.transpose(axes), f"{seen}.transpose{axes}"
            elif array.flags.c_contiguous:
                array, seen = array.reshape(base.shape), f"{seen}.reshape{base.shape}"
            else:
                return
            x = base
        can_write = isinstance(x, Node) and takes_out(x) and x not in self.arrays
        if can_write and (array.shape, array.dtype) == (x.shape, x.dtype):
            self.arrays[x], self.led[id(array)] = array, (k, seen)
            self.written.add(k)

    def _place(self, node: Node, ending: set[Node], keeps: dict[Node, set[Node]]) -> None:
        """Memory for a step: that of an operand that nothing needs any more, or some that is free.

        The axes lie in it as those of the traced value: an operation reads and writes arrays of one
        order of axes at once, but transposes from one order to another.
        """
        new = np.empty_like(node.value)
        for x in overwritable(node):
            old, owners = self.arrays.get(x), keeps.get(x, set())
            others = [y for y in node.inputs if isinstance(y, Node) and y is not x]
            alone = all(owners.isdisjoint(keeps.get(y, ())) for y in others)
            free = len(owners) == 1 and owners <= ending and alone
            if old is not None and free and _is_like(old, new):
                self.arrays[node], self._taken[node] = old, self._taken.pop(next(iter(owners)))
                return
        length = -(-max(1, new.nbytes) // _ALIGNMENT) * _ALIGNMENT
        start = self._memory.take(length)
        self.arrays[node], self._taken[node] = new, (start, start + length)
        self.offsets[id(new)] = start

    def _note_view(self, node: Node) -> None:
        if node.inputs[0] not in self.arrays:
            return
        base = self.arrays[node.inputs[0]]
        assert node.op is not None
        view = node.op.impl(base, **node.params)
        if isinstance(view, np.ndarray) and view.ndim and np.may_share_memory(view, base):
            self.views.add(node)
            self.arrays[node] = view


class _Memory:
    """One piece of memory as large as is needed, parts of which are taken and given back."""

    def __init__(self) -> None:
        self.size = 0
        self._gaps: list[tuple[int, float]] = [(0, math.inf)]

    def take(self, length: int) -> int:
        """Where so much has been free: the first place that is large enough."""
        k, (start, end) = next(
            gap for gap in enumerate(self._gaps) if gap[1][1] - gap[1][0] >= length
        )
        stop = start + length
        self._gaps[k : k + 1] = [(stop, end)] if stop < end else []
        self.size = max(self.size, stop)
        return start

    def give_back(self, start: int, stop: float) -> None:
        """Make a gap, which takes in those that it touches."""
        k = after = bisect(self._gaps, (start, stop))
        if self._gaps[after][0] == stop:
            stop, after = self._gaps[after][1], after + 1
        if k and self._gaps[k - 1][1] == start:
            start, k = self._gaps[k - 1][0], k - 1
        self._gaps[k:after] = [(start, stop)]


def _is_like(x: Any, y: Any) -> bool:
    return (x.shape, x.dtype, x.strides) == (y.shape, y.dtype, y.strides)


def seen_through(x: Any) -> Any:
    """What a step is a view of, and that in turn; the step itself if it is none."""
    while isinstance(x, Node) and x.op not in _READ_ONLY and _is_view(x):
        x = x.inputs[0]
    return x if isinstance(x, Node) else None


def _is_view(node: Node) -> bool:
    """Whether a step is a view of its only operand, if it is a view at all."""
    if node.op is None or len(node.inputs) != 1 or not node.shape:
        return False
    # A check is done at every call.
    return node.op is not CHECKED and is_pure(node.op) and may_be_view(node)


def _keeping(graph: Graph, elsewhere: set[Any]) -> dict[Node, set[Node]]:
    """For every step, those in whose memory its value may lie; not `elsewhere`."""
    keeps: dict[Node, set[Node]] = {}
    for node in graph.steps:
        if not node.shape:
            keeps[node] = set()
        elif takes_out(node):
            keeps[node] = set() if node in elsewhere else {node}
        elif not may_be_view(node):
            keeps[node] = set()
        else:
            of_inputs = (keeps.get(x, set()) for x in node.inputs if isinstance(x, Node))
            keeps[node] = set().union(*of_inputs)
    return keeps


def _last_uses(graph: Graph, keeps: dict[Node, set[Node]]) -> dict[int, list[Node]]:
    """By number of a step, the owners of memory that nothing needs after it."""
    last: dict[Node, int] = {}
    for i, node in enumerate(graph.steps):
        for x in (node, *node.inputs):
            if isinstance(x, Node):
                last.update(dict.fromkeys(keeps.get(x, ()), i))
    for x in graph.results():
        if isinstance(x, Node):
            last.update(dict.fromkeys(keeps.get(x, ()), len(graph.steps)))
    found: dict[int, list[Node]] = {}
    for node, i in last.items():
        found.setdefault(i, []).append(node)
    return found
