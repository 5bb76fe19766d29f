"""`draw`: the graph of a computation as on lecture slides, as a Graphviz drawing.

Leaves and the result are boxes with their names, operations circles with their signs; each edge
carries the value above and the gradient below. Where a value is used several times its wire ends
in a point, from which one edge leads to each use with the gradient that this use contributes.
"""

import html
import os
import pathlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd.explain import numbers
from autograd.explain.explanation import Explanation
from autograd.explain.notation import sign
from autograd.explain.palette import LIGHT
from autograd.explain.steps import Account, Contribution, Step, account, is_named
from autograd.tensor import Tensor

if TYPE_CHECKING:
    from autograd.explain.render import Digraph

_FONT = "Helvetica"
_GAP = '<FONT POINT-SIZE="3"> </FONT>'
Values = Literal["auto", "full", "shape"]


def draw(
    f: Tensor | Explanation,
    *,
    grads: bool = True,
    local: bool = False,
    direction: Literal["LR", "RL", "TB", "BT"] = "LR",
    values: Values = "auto",
) -> "Digraph":
    """The graph of `f` as a `graphviz.Digraph`, with values and gradients on its edges.

    `local` adds the local derivative, as formula and number, to each edge into an operation.
    `direction` is the one in which the computation runs. `values` writes arrays of up to 4 entries
    in full and larger ones as shape and norm ("auto"), all in full ("full"), or all as their shape
    ("shape"). No gradient of `f` or of its leaves is changed; the same graph is always drawn as
    the same text.

    >>> from autograd import variables
    >>> x, y, z = variables(x=-2, y=5, z=-4)
    >>> print(draw((x + y) * z).source.splitlines()[0])
    digraph chalkgrad {
    """
    for name, given, choices in (
        ("direction", direction, ("LR", "RL", "TB", "BT")),
        ("values", values, ("auto", "full", "shape")),
    ):
        if given not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}, got {given!r}")
    if not isinstance(f, Tensor | Explanation):
        raise TypeError(f"draw takes a tensor or an explanation, got {type(f).__name__}")
    known = f.account if isinstance(f, Explanation) else account(f)
    return _Drawing(known, grads, local, direction, values).graph


def save(f: Tensor | Explanation, path: str | os.PathLike[str], **options: Any) -> pathlib.Path:
    """Draw `f` into a file, whose suffix `.svg`, `.png`, `.pdf` or `.dot` says the format.

    `options` are those of `draw`. Returns the path.

    Raises `RendererNotFound`, with the one command that helps, where no program can lay out the
    graph; its text is then saved beside the path as `.dot`. `ValueError` for another suffix.
    """
    from autograd.explain.render import save_dot

    return save_dot(draw(f, **options).source, path)


class _Drawing:
    """The graph while it is being put together."""

    def __init__(
        self, known: Account, grads: bool, local: bool, direction: str, values: Values
    ) -> None:
        self.known, self.grads, self.local, self.values = known, grads, local, values
        # Only here, because graphviz takes longer to import than the whole engine.
        from autograd.explain.render import Digraph

        self.graph = Digraph("chalkgrad", format="svg")
        self.graph.attr("graph", rankdir=direction, bgcolor=LIGHT.ground, fontname=_FONT)
        self.graph.attr("graph", nodesep="0.3", ranksep="0.5", pad="0.1")
        self.graph.attr("node", fontname=_FONT, fontcolor=LIGHT.ink, color=LIGHT.ink, fontsize="14")
        self.graph.attr("edge", fontname=_FONT, color=LIGHT.line, arrowsize="0.8", fontsize="12")
        self.uses = Counter(x for step in known.steps for x in step.operands if type(x) is Tensor)
        self.sources: dict[Tensor, str] = {}
        for leaf in known.leaves:
            self._leaf(leaf)
        for step in known.steps:
            self._step(step)

    def _leaf(self, leaf: Tensor) -> None:
        node = f"n{len(self.sources)}"
        self.graph.node(
            node,
            label=_text(self.known.names[leaf]),
            shape="box",
            style="rounded,filled",
            fillcolor=LIGHT.fill,
        )
        self._wire(leaf, node)

    def _step(self, step: Step) -> None:
        node = f"s{step.number}"
        assert step.tensor.op is not None
        self.graph.node(node, label=_text(sign(step.tensor.op.name)), shape="circle", margin="0.02")
        contributions = iter(step.contributions)
        for k, operand in enumerate(step.operands):
            if is_named(operand, self.known.names):
                moves = operand.requires_grad and step.contributions
                self._edge_into(node, operand, next(contributions) if moves else None)
            elif operand is not None:
                self._constant(f"{node}c{k}", node, operand)
        self._wire(step.tensor, node)

    def _wire(self, tensor: Tensor, node: str) -> None:
        """Where the edges to the uses of `tensor` start: at its node, or at a fork of its wire."""
        uses = self.uses[tensor]
        self.sources[tensor] = node
        if tensor is self.known.root:
            end = f"{node}r"
            self.graph.node(
                end, label=_text(self.known.names[tensor]), shape="box", style="rounded"
            )
            self.graph.edge(node, end, label=self._label(tensor))
        elif uses > 1:
            fork = f"{node}f"
            self.graph.node(fork, label="", shape="point", width="0.06", color=LIGHT.line)
            self.graph.edge(node, fork, label=self._label(tensor), arrowhead="none")
            self.sources[tensor] = fork

    def _edge_into(self, node: str, operand: Tensor, part: Contribution | None) -> None:
        forked = self.uses[operand] > 1
        lines = [] if forked else self._lines(operand)
        if part is not None and self.grads and forked:
            lines.append(_line(self._written(part.value), LIGHT.gradient))
        if part is not None and self.local:
            lines.append(_line(self._local(part), LIGHT.faint))
        self.graph.edge(self.sources[operand], node, label=_stacked(lines))

    def _local(self, part: Contribution) -> str:
        if part.local is None:
            return part.rule.text
        slope = self._written(part.slope)
        return f"local {part.local.text}" + ("" if slope == part.local.text else f" = {slope}")

    def _constant(self, node: str, into: str, operand: Any) -> None:
        data = operand.data if type(operand) is Tensor else operand
        self.graph.node(
            node,
            label=_text(self._written(data)),
            shape="plaintext",
            fontcolor=LIGHT.faint,
            fontsize="11",
            margin="0.02",
            width="0.1",
            height="0.1",
        )
        self.graph.edge(node, into, color=LIGHT.faint)

    def _label(self, tensor: Tensor) -> str:
        return _stacked(self._lines(tensor))

    def _lines(self, tensor: Tensor) -> list[str]:
        """The value of a wire and the whole gradient below it; inner results are named here."""
        written = self._written(tensor.data)
        named_here = tensor.op is not None and tensor is not self.known.root
        if named_here:
            written = f"{self.known.names[tensor]} = {written}"
        lines = [_line(written, LIGHT.value)]
        if self.grads and tensor in self.known.gradients:
            lines.append(_line(self._written(self.known.gradients[tensor]), LIGHT.gradient))
        return lines

    def _written(self, x: Any) -> str:
        if not isinstance(x, bool | int | float | np.generic | np.ndarray):
            return str(x)
        if self.values == "shape" and np.ndim(x):
            return numbers.shape(np.shape(x))
        return numbers.entries(x) if self.values == "full" else numbers.value(x)


def _line(text: str, color: str) -> str:
    return f'<FONT COLOR="{color}">{_escaped(text)}</FONT>'


def _stacked(lines: list[str]) -> str:
    # The small last line keeps the text clear of the edge that runs below it.
    return f"<{'<BR/>'.join([*lines, _GAP])}>" if lines else ""


def _text(text: str) -> str:
    return f"<{_escaped(text)}>"


def _escaped(text: str) -> str:
    """`text` as Graphviz shows it letter by letter, whatever a name may contain."""
    printable = "".join(c if c.isprintable() else "�" for c in text)
    return html.escape(printable).encode("utf-8", "replace").decode() or " "
