"""Which steps write into memory of the program's own, and which of them can share it.

A step that NumPy can tell where to write gets a buffer. Once nothing needs the value any more, the
next step of the same shape and dtype gets it. Views of a buffer are made once, with the buffer.
"""

from typing import Any

import numpy as np

from autograd.ops import REGISTRY
from autograd.replay.graph import Graph, Node
from autograd.replay.notation import is_elementwise, takes_out

_VIEWS = {
    REGISTRY[name]
    for name in ("reshape", "transpose", "swapaxes", "moveaxis", "broadcast_to", "getitem", "flip")
}
_WRITABLE_VIEWS = _VIEWS - {REGISTRY["broadcast_to"]}


class Plan:
    """Where the arrays of a program are kept.

    `buffers` holds one array for each buffer, `place` the buffer into which a step writes, and
    `views` the steps that are views of buffers for good.
    """

    def __init__(self, graph: Graph, copy: bool) -> None:
        # A result that is handed out is made anew at every call, and so is what it is a view of.
        handed_out = set(map(seen_through, graph.outputs)) if copy else set()
        self.buffers: list[Any] = []
        self.place: dict[Node, int] = {}
        self.views: dict[Node, Any] = {}
        self._arrays: dict[Node, Any] = {}
        self._keeps = _keeping(graph, handed_out)
        last = _last_uses(graph, self._keeps)
        free: list[int] = []
        for i, node in enumerate(graph.steps):
            ending = [x for x in last.get(i, ()) if x in self.place]
            if self._keeps[node] == {node}:
                in_place = is_elementwise(node)
                usable = free + [self.place[x] for x in ending] if in_place else free
                self.place[node] = place = self._buffer(node, usable)
                self._arrays[node] = self.buffers[place]
                free = [k for k in free if k != place]
                ending = [x for x in ending if self.place[x] != place]
                if node in last.get(i, ()):
                    ending.append(node)
            elif node.op in _VIEWS:
                self._note_view(node)
            free += [self.place[x] for x in ending]

    def _buffer(self, node: Node, usable: list[int]) -> int:
        """A buffer like the traced value, a new one if there is none.

        Also its axes lie in memory as those of the value: an operation reads and writes arrays of
        one order of axes at once, but transposes from one order to another.
        """
        new = np.empty_like(node.value)
        for k in reversed(usable):
            old = self.buffers[k]
            if (old.shape, old.dtype, old.strides) == (new.shape, new.dtype, new.strides):
                return k
        self.buffers.append(new)
        return len(self.buffers) - 1

    def _note_view(self, node: Node) -> None:
        if len(node.inputs) > 1 or node.inputs[0] not in self._arrays:
            return
        base = self._arrays[node.inputs[0]]
        assert node.op is not None
        view = node.op.compute(base, **node.params)
        if isinstance(view, np.ndarray) and view.ndim and np.may_share_memory(view, base):
            self.views[node] = self._arrays[node] = view


def seen_through(x: Any) -> Any:
    """What a step is a view of, and that in turn; the step itself if it is none."""
    while isinstance(x, Node) and x.op in _WRITABLE_VIEWS and len(x.inputs) == 1:
        x = x.inputs[0]
    return x if isinstance(x, Node) else None


def _keeping(graph: Graph, handed_out: set[Any]) -> dict[Node, set[Node]]:
    """For every step, those in whose buffers its value may lie."""
    keeps: dict[Node, set[Node]] = {}
    for node in graph.steps:
        if not node.shape:
            keeps[node] = set()
        elif takes_out(node):
            keeps[node] = set() if node in handed_out else {node}
        else:
            of_inputs = (keeps.get(x, set()) for x in node.inputs if isinstance(x, Node))
            keeps[node] = set().union(*of_inputs)
    return keeps


def _last_uses(graph: Graph, keeps: dict[Node, set[Node]]) -> dict[int, list[Node]]:
    """By number of a step, the buffers' owners that nothing needs after it."""
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
