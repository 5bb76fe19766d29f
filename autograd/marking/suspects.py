"""Every mistake at every place of the record from which a number was computed, nearest first."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.marking.cell import Cell
from autograd.marking.first_error import Departures, Place, below
from autograd.marking.mistakes import SLOPES, TOTALS, UPDATES, VALUES
from autograd.marking.pass_walk import NOTHING, Change, Edge
from autograd.marking.update import Updated


@dataclass(frozen=True, eq=False)
class Suspect:
    """A mistake at a place: its class, the rule that is wrong, and where the walk goes astray."""

    kind: str
    rule: str
    where: str = ""
    change: Change = NOTHING
    at: Any = None
    """The place of the change: a step, an edge, a sum, or the whole record."""
    step: Callable[..., Any] | None = None
    """A wrong rule for the update."""
    after: Change = NOTHING
    """Where the walk after the update goes astray."""
    distance: int = 0
    """0 in the claim's own step, 1 in another one on its way, 2 in a value that its slopes use, and
    3 in an input."""

    @property
    def sentence(self) -> str:
        """What a learner is told."""
        return f"{self.rule}{self.where}"


class Suspects:
    """The mistakes that can be made in one evaluated program, and how their places are called."""

    def __init__(self, departures: Departures, nodes: Sequence[Tensor]) -> None:
        self.departures, self.nodes = departures, nodes
        self.truth, self.named = departures.truth, departures.named
        self._home: dict[Tensor, Tensor] = {}
        for node in reversed(nodes):
            home = self._home[node] = node if node in self.named else self._home.get(node, node)
            for x in node.inputs:
                if type(x) is Tensor:
                    self._home[x] = home

    def behind(self, cell: Cell) -> Iterator[Suspect]:
        """Every mistake that a claim can come of."""
        if cell.updated is None:
            yield from self._before(cell.place)
        else:
            yield from self._about(cell, cell.updated)
        yield from self._mixed_up()
        yield from self._rounded()

    def _before(self, place: Place) -> Iterator[Suspect]:
        if place.wrt is not None:
            yield from self._on_the_way_back(place.of, place.wrt)
        yield from self._in_values(place.of, back=place.wrt is not None)

    def _about(self, cell: Cell, updated: Updated) -> Iterator[Suspect]:
        """Of a claim after an update: mistakes in the step, before it, and after it."""
        for kind, declaration in UPDATES:
            for said, rule in declaration():
                yield Suspect(kind, said, at="update", step=rule)
        moved = updated.moves(cell.quantity)
        tensor, loss = self.truth.tensor(cell.quantity.name), self.truth.tensor(updated.loss)
        for suspect in self._on_the_way_back(loss, tensor if moved else None):
            # The step itself is nearer than the slope that it takes.
            yield replace(suspect, distance=suspect.distance + 1)
        yield from self._in_values(loss, back=True)
        if not moved:
            wrt = None if cell.quantity.wrt is None else self.truth.tensor(cell.quantity.wrt)
            for suspect in self._before(Place(tensor, wrt)):
                yield replace(
                    suspect, change=NOTHING, after=suspect.change, at=("after", suspect.at)
                )

    def _in_values(self, root: Tensor, *, back: bool) -> Iterator[Suspect]:
        """Mistakes in the values below `root`, for itself or for a way back from it."""
        for node in below([root]):
            if node.op is None and node not in self.named:
                continue
            distance = 2 if back else int(self._statement(node) is not root)
            where = f" in {self._source(node)}" if distance else ""
            if node.op is None:
                distance, where = 3, f" in the input {self.named[node]}"
            for kind, declaration in VALUES:
                for said, rule in declaration(node):
                    change = Change(values={node: rule})
                    yield Suspect(kind, said, where, change, ("value", node), distance=distance)

    def _mixed_up(self) -> Iterator[Suspect]:
        """Two inputs, one taken for the other."""
        inputs = [self.truth.tensor(name) for name in self.truth.evaluation.inputs]
        for x, other in permutations(inputs, 2):
            if x.shape == other.shape:
                change = Change(values={x: partial(_other_value, other.data)})
                said = f"{other.name} taken for {x.name}"
                yield Suspect("copying", said, "", change, "record", distance=3)

    def _on_the_way_back(self, root: Tensor, x: Tensor | None) -> Iterator[Suspect]:
        path = dict.fromkeys(sweep.order(root, None if x is None else [x]))
        own = self._own(root, x) if x is not None else set()
        uses: dict[Tensor, list[Edge]] = defaultdict(list)
        for node in reversed(path):
            for k, operand in enumerate(node.inputs):
                if type(operand) is not Tensor or not operand.requires_grad:
                    continue
                uses[operand].append((node, k))
                if operand not in path:
                    continue
                distance = int((node, k) not in own)
                for kind, declaration in SLOPES:
                    for said, rule in declaration(node, k):
                        where = f" in {self._edge(node, operand)}" if distance else ""
                        change = Change(contributions={(node, k): rule})
                        yield Suspect(kind, said, where, change, (node, k), distance=distance)
        for operand, its in uses.items():
            if len(its) > 1 and operand in path:
                distance = int(operand is not x)
                for kind, declaration in TOTALS:
                    for said, rule in declaration(its):
                        where = f" in the gradient of {self._called(operand)}" if distance else ""
                        change, at = Change(totals={operand: rule}), ("total", operand)
                        yield Suspect(kind, said, where, change, at, distance=distance)

    def _own(self, root: Tensor, x: Tensor) -> set[Edge]:
        """The edges on which the derivative by `x` is computed from those by named values."""
        found, inside = set(), {x}
        for node in sweep.order(root, [x]):
            for k, operand in enumerate(node.inputs):
                if type(operand) is Tensor and operand in inside:
                    found.add((node, k))
                    if node not in self.named:
                        inside.add(node)
        return found

    def _rounded(self) -> Iterator[Suspect]:
        """Every step rounded before the next one, to so many places."""
        steps = [node for node in self.nodes if node.op is not None and node.data.dtype.kind == "f"]
        for digits in range(5):
            change = Change(
                values=dict.fromkeys(steps, partial(_rounded_value, digits)),
                totals=dict.fromkeys(steps, partial(_rounded_total, digits)),
            )
            places = f"{digits} decimal{'s' * (digits != 1)}"
            said = f"rounded too early: every step to {places}"
            yield Suspect("rounding", said, "", change, "record")

    # How places are called -------------------------------------------------------------------

    def _statement(self, node: Tensor) -> Tensor:
        """The named value in whose statement a step is computed."""
        return self._home[node]

    def _source(self, node: Tensor) -> str:
        return self.departures.step(Place(self._statement(node), None))

    def _called(self, x: Tensor) -> str:
        return self.named.get(x) or self._source(x)

    def _edge(self, node: Tensor, operand: Tensor) -> str:
        user = self._statement(node)
        if operand in self.named:
            return f"d{self.named[user]}/d{self.named[operand]}"
        return f"the way back through {self._source(node)}"


def _other_value(value: Any, y: Any, xs: Sequence[Any]) -> Any:
    return value


def _rounded_value(digits: int, y: Any, xs: Sequence[Any]) -> Any:
    return np.round(y, digits)


def _rounded_total(digits: int, parts: Sequence[Any]) -> Any:
    return np.round(sum(parts[1:], parts[0]), digits)
