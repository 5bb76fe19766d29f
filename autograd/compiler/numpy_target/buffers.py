"""Memory of a program: which steps write into buffers, and where these lie.

A step that NumPy can tell where to write gets a place in one piece of memory. When nothing needs
the value any more, the place goes to the next step that overwrites it entry by entry, or to any
that fits. So little memory is in use at a time, and the processor's cache holds it. Views of such
places are made once, with the memory.
"""

import math
from bisect import bisect
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.known import find_order, is_pure, is_transpose, may_be_view
from autograd.compiler.numpy_target.lines import accepts_out, find_overwritable
from autograd.engine.tracing import CHECKED
from autograd.ops.diagonal import diagonal
from autograd.ops.shape import broadcast_to, reshape

_READ_ONLY = {broadcast_to, diagonal}
"""Operations whose results NumPy makes read-only."""
_ALIGNMENT = 64
"""Bytes of a cache line: arrays that start with one are added up to a third faster."""


def aligned_memory(size: int) -> Any:
    """Return `size` bytes that start with a cache line."""
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size]


class Plan:
    """The arrays of a program and their places in its memory.

    * `arrays`: an array for each step whose value always has the same place. It stands for the one
      that the program makes, which has the same shape, dtype and order of axes; steps that write
      over one another have the same array.
    * `offsets`: where in the memory the arrays start that are not views; `size`: its bytes.
    * `views`: the steps that are views in every run.
    * `written`: the outputs that steps write into the caller's arrays `into`; `redirected`: for an
      array that such a step writes into, the number of the output and how it is a view of that.
    """

    def __init__(self, graph: Graph, copy: bool, into: Sequence[Any]) -> None:
        self.arrays: dict[Node, Any] = {}
        self.offsets: dict[int, int] = {}
        self.views: set[Node] = set()
        self.written: set[int] = set()
        self.redirected: dict[int, tuple[int, str]] = {}
        self._memory = _Memory()
        self._taken: dict[Node, tuple[int, int]] = {}
        for k, array in enumerate(into):
            if array is not None:
                self._redirect(graph.outputs[k], k, array)
        # Results, and arrays that they are views of, are new at every call.
        own = (k for k, _ in enumerate(graph.outputs) if copy and (not into or into[k] is None))
        elsewhere = {*(find_base(graph.outputs[k]) for k in own), *self.arrays}
        keeps = _find_keepers(graph, elsewhere)
        last = _find_last_uses(graph, keeps)
        for i, node in enumerate(graph.steps):
            ending = last.get(i, ())
            if keeps[node] == {node}:
                self._allocate(node, {x for x in ending if x in self._taken}, keeps)
            elif _is_view(node):
                self._note_view(node)
            for x in ending:
                if x in self._taken:
                    self._memory.release(*self._taken.pop(x))

    @property
    def size(self) -> int:
        """The bytes that the arrays take up."""
        return self._memory.size

    def _redirect(self, x: Any, k: int, array: Any) -> None:
        """Let a step write output `k` into the array of the caller, if one can."""
        seen = ""
        while isinstance(x, Node) and (x.op is reshape or is_transpose(x)):
            (base,) = x.inputs
            if x.op is not reshape:
                axes = tuple(map(int, np.argsort(find_order(x))))
                array, seen = array.transpose(axes), f"{seen}.transpose{axes}"
            elif array.flags.c_contiguous:
                array, seen = array.reshape(base.shape), f"{seen}.reshape{base.shape}"
            else:
                return
            x = base
        can_write = isinstance(x, Node) and accepts_out(x) and x not in self.arrays
        if can_write and (array.shape, array.dtype) == (x.shape, x.dtype):
            self.arrays[x], self.redirected[id(array)] = array, (k, seen)
            self.written.add(k)

    def _allocate(self, node: Node, ending: set[Node], keeps: dict[Node, set[Node]]) -> None:
        """Give a step the memory of an operand that nothing needs any more, or free memory.

        The axes have the order in memory that they have in the traced value: operations are
        slower where operands and results differ in it.
        """
        new = np.empty_like(node.value)
        for x in find_overwritable(node):
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
        """Note a step that is a view of an array of the program."""
        if node.inputs[0] not in self.arrays:
            return
        base = self.arrays[node.inputs[0]]
        assert node.op is not None
        view = node.op.impl(base, **node.params)
        if isinstance(view, np.ndarray) and view.ndim and np.may_share_memory(view, base):
            self.views.add(node)
            self.arrays[node] = view


class _Memory:
    """One piece of memory that grows as needed, parts of which are taken and released."""

    def __init__(self) -> None:
        self.size = 0
        self._gaps: list[tuple[int, float]] = [(0, math.inf)]

    def take(self, length: int) -> int:
        """Return where the first gap of at least `length` bytes starts, and take it."""
        k, (start, end) = next(
            gap for gap in enumerate(self._gaps) if gap[1][1] - gap[1][0] >= length
        )
        stop = start + length
        self._gaps[k : k + 1] = [(stop, end)] if stop < end else []
        self.size = max(self.size, stop)
        return start

    def release(self, start: int, stop: float) -> None:
        """Make a gap, merged with those that it touches."""
        k = after = bisect(self._gaps, (start, stop))
        if self._gaps[after][0] == stop:
            stop, after = self._gaps[after][1], after + 1
        if k and self._gaps[k - 1][1] == start:
            start, k = self._gaps[k - 1][0], k - 1
        self._gaps[k:after] = [(start, stop)]


def _is_like(x: Any, y: Any) -> bool:
    return (x.shape, x.dtype, x.strides) == (y.shape, y.dtype, y.strides)


def find_base(x: Any) -> Any:
    """Return the step of whose result `x` is a writable view, maybe of a view; else `x`."""
    while isinstance(x, Node) and x.op not in _READ_ONLY and _is_view(x):
        x = x.inputs[0]
    return x if isinstance(x, Node) else None


def _is_view(node: Node) -> bool:
    """Return whether a step may be a view, and then of its only operand."""
    if node.op is None or len(node.inputs) != 1 or not node.shape:
        return False
    # A check is done at every call.
    return node.op is not CHECKED and is_pure(node.op) and may_be_view(node)


def _find_keepers(graph: Graph, elsewhere: set[Any]) -> dict[Node, set[Node]]:
    """Return for each step those in whose memory its value may lie; not those `elsewhere`."""
    keeps: dict[Node, set[Node]] = {}
    for node in graph.steps:
        if not node.shape:
            keeps[node] = set()
        elif accepts_out(node):
            keeps[node] = set() if node in elsewhere else {node}
        elif not may_be_view(node):
            keeps[node] = set()
        else:
            of_inputs = (keeps.get(x, set()) for x in node.inputs if isinstance(x, Node))
            keeps[node] = set().union(*of_inputs)
    return keeps


def _find_last_uses(graph: Graph, keeps: dict[Node, set[Node]]) -> dict[int, list[Node]]:
    """Return for each number of a step the owners of memory that nothing needs after it."""
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
