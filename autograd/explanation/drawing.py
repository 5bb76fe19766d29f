"""Pictures of a graph as text for Graphviz.

Leaves and the result are boxes with their names, operations circles with their signs; each edge
carries the value above and the gradient below. The wire of a value with several uses ends in a
point, from which one edge leads to each use with the gradient that this use contributes. A module
of a network is a frame around its operations, or, folded, a box in their place.
"""

import html
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.explanation import numbers
from autograd.explanation.groups import Group
from autograd.explanation.notation import sign
from autograd.explanation.palette import LIGHT
from autograd.explanation.steps import Account, Contribution, Step, is_named

MOST_BRANCHES = 8
"""Uses of a value above which it is drawn again beside each, in place of long edges."""

_FONT = "Helvetica"
_GAP = '<FONT POINT-SIZE="3"> </FONT>'
_ROOM = 8
"""Characters reserved for a number in a marked picture: −1.234e5."""
Values = Literal["auto", "full", "shape", "none"]


@dataclass(frozen=True)
class PictureStyle:
    """Options of a picture.

    `marked` gives nodes and edges classes that name the tensors, steps and contributions they
    show, and reserves room in their labels for other numbers: for a page that changes the picture.
    """

    grads: bool = True
    local: bool = False
    direction: str = "LR"
    values: Values = "auto"
    marked: bool = False


@dataclass(frozen=True)
class _Use:
    """One operand of one step, and the contribution that flows back along it."""

    step: Step
    k: int
    part: Contribution | None


class Drawing:
    """A graph under construction, with the groups in `opened` as frames."""

    def __init__(
        self, known: Account, whole: Group, opened: set[Group], style: PictureStyle
    ) -> None:
        self.known, self.opened, self.style = known, opened | {whole}, style
        # Imported here, because graphviz takes longer to import than the whole engine.
        from autograd.explanation.render import Digraph

        self.graph = Digraph("chalkgrad", format="svg")
        self.graph.attr("graph", rankdir=style.direction, bgcolor=LIGHT.ground, fontname=_FONT)
        self.graph.attr("graph", nodesep="0.3", ranksep="0.5", pad="0.1")
        self.graph.attr("node", fontname=_FONT, fontcolor=LIGHT.ink, color=LIGHT.ink, fontsize="14")
        self.graph.attr("edge", fontname=_FONT, color=LIGHT.line, arrowsize="0.8", fontsize="12")
        if len(self.opened) > 1:
            # Without it Graphviz gives up on some graphs with frames: "trouble in init_rank".
            self.graph.attr("graph", newrank="true")
        self.numbers = {group: i for i, group in enumerate(whole.walk())}
        self.tensors = {x: i for i, x in enumerate(known.tensors)}
        self.parts = {id(part): i for i, (_, part) in enumerate(known.contributions)}
        self.home = {step.tensor: group for group in self.numbers for step in group.own_steps()}
        self.box = {group: self._box_around(group) for group in self.numbers}
        self.uses: dict[Tensor, list[_Use]] = {x: [] for x in self.tensors}
        self.ends: dict[Tensor, dict[str, list[_Use]]] = {x: {} for x in self.tensors}
        for step in known.steps:
            self._note_uses(step)
        self.sources: dict[Tensor, str] = {}
        self.embed_in_frame: set[Group] = set()
        for i, leaf in enumerate(known.leaves):
            self._leaf(f"n{i}", leaf)
        folded = set[Group]()
        for step in known.steps:
            box = self.box[self.home[step.tensor]]
            if box is None:
                self._step(step)
            elif box not in folded:
                folded.add(box)
                self._box(box)

    # Places ------------------------------------------------------------------------

    def _box_around(self, group: Group) -> Group | None:
        """Return the outermost folded group around, whose box stands for all steps inside."""
        return next((g for g in reversed(list(group.way())) if g not in self.opened), None)

    def _made_in(self, tensor: Tensor) -> Group | None:
        """Return the box that stands for the step that made a tensor."""
        return None if tensor.op is None else self.box[self.home[tensor]]

    def _home_of_leaf(self, leaf: Tensor) -> Group:
        """Return the innermost group that contains all uses of a leaf."""
        homes = {self.home[use.step.tensor] for use in self.uses[leaf]}
        ways = [list(home.way()) for home in homes]
        if not ways:
            return next(iter(self.numbers))
        return next(g for g in ways[0] if all(g in way for way in ways))

    def _note_uses(self, step: Step) -> None:
        """Enter the uses of a step's operands, also by the node at which they are drawn.

        Uses in the box that an operand comes from are not drawn.
        """
        parts = iter(step.contributions)
        box = self.box[self.home[step.tensor]]
        for k, x in enumerate(step.operands):
            if not is_named(x, self.known.names):
                continue
            moves = x.requires_grad and step.contributions
            use = _Use(step, k, next(parts) if moves else None)
            self.uses[x].append(use)
            if box is None:
                self.ends[x][f"s{step.number}:{k}"] = [use]
            elif box is not self._made_in(x):
                self.ends[x].setdefault(self._name(box), []).append(use)

    def _name(self, group: Group) -> str:
        return f"g{self.numbers[group]}"

    @contextmanager
    def _inside(self, group: Group) -> Iterator[Any]:
        """Yield the part of the graph that holds the nodes of an open group."""
        with ExitStack() as stack:
            graph: Any = self.graph
            for frame in reversed(list(group.way())):
                if frame.parent is None:
                    continue
                name = self._name(frame)
                graph = stack.enter_context(graph.subgraph(name=f"cluster_{name}"))
                if frame not in self.embed_in_frame:
                    self.embed_in_frame.add(frame)
                    graph.attr(
                        label=_text(frame.title),
                        style="rounded",
                        color=LIGHT.faint,
                        fontcolor=LIGHT.faint,
                        fontsize="12",
                        **self._marks("frame", name),
                    )
            yield graph

    # Nodes -----------------------------------------------------------------------------------

    def _leaf(self, node: str, leaf: Tensor) -> None:
        home = self._home_of_leaf(leaf)
        if self.box[home] is not None:
            return
        with self._inside(home) as graph:
            graph.node(
                node,
                label=_text(self.known.names[leaf]),
                shape="box",
                style="rounded,filled",
                fillcolor=LIGHT.fill,
                **self._marks("leaf", self._mark(leaf)),
            )
        self._wire(home, leaf, node)

    def _step(self, step: Step) -> None:
        node, home = f"s{step.number}", self.home[step.tensor]
        assert step.tensor.op is not None
        with self._inside(home) as graph:
            graph.node(
                node,
                label=_text(sign(step.tensor.op)),
                shape="circle",
                margin="0.02",
                **self._marks("operation", self._mark(step.tensor)),
            )
        for k, operand in enumerate(step.operands):
            if is_named(operand, self.known.names):
                self._edge_into(home, node, operand, self.ends[operand][f"{node}:{k}"])
            elif operand is not None:
                self._constant(home, f"{node}c{k}", node, operand)
        self._wire(home, step.tensor, node)

    def _box(self, box: Group) -> None:
        node, home = self._name(box), box.parent or box
        steps = sorted(box.steps(), key=lambda step: step.number)
        with self._inside(home) as graph:
            graph.node(
                node,
                label=_text(box.title),
                shape="box3d" if box.kind else "folder",
                style="filled",
                fillcolor=LIGHT.fill,
                **self._marks("group", node),
            )
        operands = [x for step in steps for x in step.operands]
        bundles: dict[Group, list[Tensor]] = {}
        for operand in dict.fromkeys(x for x in operands if is_named(x, self.known.names)):
            source = self._made_in(operand)
            if source is not None and source is not box and self._is_in_block(operand):
                bundles.setdefault(source, []).append(operand)
            elif node in self.ends[operand] and operand in self.sources:
                self._edge_into(home, node, operand, self.ends[operand][node])
        for source, tensors in bundles.items():
            several = [self._line(f"{len(tensors)} values", LIGHT.faint)]
            lines = several if len(tensors) > 1 else self._lines(tensors[0])
            marks = self._marks("wire bundle", *map(self._mark, tensors))
            self.graph.edge(self._name(source), node, label=_stacked(lines), **marks)
        for step in steps:
            if self.ends[step.tensor] or step.tensor is self.known.root:
                self._wire(home, step.tensor, node)

    def _wire(self, home: Group, tensor: Tensor, node: str) -> None:
        """Set where the edges to the uses of `tensor` start: its node, or a fork of its wire."""
        self.sources[tensor] = node
        mark = self._mark(tensor)
        if tensor is self.known.root:
            end = f"{node}r"
            name = _text(self.known.names[tensor])
            self.graph.node(
                end, label=name, shape="box", style="rounded", **self._marks("result", mark)
            )
            marks = self._marks("wire", mark)
            self.graph.edge(node, end, label=self._label(tensor), **marks)
        elif len(self.ends[tensor]) > 1 and not self._is_in_block(tensor):
            fork = f"{node}f{mark if node.startswith('g') else ''}"
            look = {"label": "", "shape": "point", "width": "0.06", "color": LIGHT.line}
            with self._inside(home) as graph:
                graph.node(fork, **look, **self._marks("fork", mark))
            marks = self._marks("wire", mark)
            self.graph.edge(node, fork, label=self._label(tensor), arrowhead="none", **marks)
            self.sources[tensor] = fork

    def _edge_into(self, home: Group, node: str, operand: Tensor, uses: list[_Use]) -> None:
        """Draw the edge from an operand to its `uses` at this node."""
        source, mark = self.sources[operand], self._mark(operand)
        ends = len(self.ends[operand])
        parts = [use.part for use in uses if use.part is not None]
        lines = [] if ends > 1 else self._lines(operand)
        if parts and self.style.grads and ends > 1:
            total = sum((part.value for part in parts[1:]), parts[0].value)
            lines.append(self._line(self._format_value(total), LIGHT.gradient))
        if parts and self.style.local and node.startswith("s"):
            lines.append(self._line(self._local(parts[0]), LIGHT.faint))
        if ends > MOST_BRANCHES or self._is_in_block(operand):
            source = f"{node}k{uses[0].k}{mark}"
            label = _text(self.known.names[operand])
            self._small(home, source, label, "again", mark, shape="box", style="rounded,dashed")
        flows = (f"c{self.parts[id(part)]}" for part in parts)
        marks = self._marks("use" if ends > 1 else "wire use", mark, node, *flows)
        self.graph.edge(source, node, label=_stacked(lines), **marks)

    def _is_in_block(self, tensor: Tensor) -> bool:
        """Return whether a tensor comes from a folded block, which has too many wires to draw."""
        box = self._made_in(tensor)
        return box is not None and not box.kind

    def _constant(self, home: Group, node: str, into: str, operand: Any) -> None:
        data = operand.data if type(operand) is Tensor else operand
        label = _text(self._format_value(data))
        self._small(home, node, label, "constant", shape="plaintext", fontcolor=LIGHT.faint)
        self.graph.edge(node, into, color=LIGHT.faint, **self._marks("constant"))

    def _small(self, home: Group, node: str, label: str, *classes: str, **look: str) -> None:
        """Draw a small node, which leaves room for the operations."""
        look |= {"fontsize": "11", "width": "0.1", "height": "0.1", **self._marks(*classes)}
        margin = "0.02" if look["shape"] == "plaintext" else "0.04"
        with self._inside(home) as graph:
            graph.node(node, label=label, margin=margin, **look)

    # Labels ----------------------------------------------------------------------------------

    def _local(self, part: Contribution) -> str:
        if part.local is None:
            return part.rule.text
        slope = self._format_value(part.slope)
        return f"local {part.local.text}" + ("" if slope == part.local.text else f" = {slope}")

    def _label(self, tensor: Tensor) -> str:
        return _stacked(self._lines(tensor))

    def _lines(self, tensor: Tensor) -> list[str]:
        """Return the value of a wire, with the name of an inner result, and the gradient below."""
        named_here = tensor.op is not None and tensor is not self.known.root
        parts = [self.known.names[tensor]] if named_here else []
        parts += [self._format_value(tensor.data)] if self.style.values != "none" else []
        lines = [self._line(" = ".join(parts), LIGHT.value)] if parts else []
        if self.style.grads and tensor in self.known.gradients:
            lines.append(
                self._line(self._format_value(self.known.gradients[tensor]), LIGHT.gradient)
            )
        return lines

    def _line(self, text: str, color: str) -> str:
        # Two spaces are about as wide as a digit.
        room = "&#160;" * 2 * max(0, _ROOM - len(text)) if self.style.marked else ""
        return f'<FONT COLOR="{color}">{_escaped(text)}{room}</FONT>'

    def _format_value(self, x: Any) -> str:
        if not isinstance(x, bool | int | float | np.generic | np.ndarray):
            return str(x)
        if self.style.values == "shape" and np.ndim(x):
            return numbers.format_shape(np.shape(x))
        return numbers.format_entries(x) if self.style.values == "full" else numbers.format_value(x)

    # Marks -----------------------------------------------------------------------------------

    def _mark(self, tensor: Tensor) -> str:
        return f"t{self.tensors[tensor]}"

    def _marks(self, *classes: str) -> dict[str, str]:
        """Return the classes that tell a page what a part of the picture shows."""
        return {"class": " ".join(classes)} if self.style.marked else {}


def _stacked(lines: Iterable[str]) -> str:
    # The small last line keeps the text clear of the edge that runs below it.
    lines = list(lines)
    return f"<{'<BR/>'.join([*lines, _GAP])}>" if lines else ""


def _text(text: str) -> str:
    return f"<{_escaped(text)}>"


def _escaped(text: str) -> str:
    """Return `text` escaped for Graphviz, whatever a name may contain."""
    printable = "".join(c if c.isprintable() else "�" for c in text)
    # Graphviz replaces a single backslash and what follows, as \\G by the name of the graph.
    escaped = html.escape(printable).replace("\\", "\\\\")
    return escaped.encode("utf-8", "replace").decode() or " "
