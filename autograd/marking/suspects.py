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
from autograd.engine.walk import ancestors
from autograd.marking.altered_walk import NO_CHANGE, Change, Edge
from autograd.marking.judged_claim import JudgedClaim
from autograd.marking.mistakes import SLOPES, TOTALS, UPDATES, VALUES
from autograd.marking.step_index import Place, StepIndex
from autograd.marking.update import UpdatedAnswerKey


@dataclass(frozen=True, eq=False)
class Suspect:
    """A mistake at a place: its class, its sentence, and the change it makes in a walk."""

    kind: str
    rule: str
    where: str = ""
    change: Change = NO_CHANGE
    at: Any = None
    """The place of the change: a step, an edge, a sum, or the whole record."""
    step: Callable[..., Any] | None = None
    """A wrong rule for the update."""
    after: Change = NO_CHANGE
    """The change in the walk after the update."""
    distance: int = 0
    """0 in the claim's own step, 1 in an earlier one, 2 in a value that its slopes use, 3 in an
    input."""

    @property
    def sentence(self) -> str:
        """The sentence for the learner."""
        return f"{self.rule}{self.where}"


class SuspectFinder:
    """Finds the mistakes that one evaluated program permits, and names their places."""

    def __init__(self, step_index: StepIndex, nodes: Sequence[Tensor]) -> None:
        self.step_index, self.nodes = step_index, nodes
        self.answer_key, self.named = step_index.answer_key, step_index.named
        self._home: dict[Tensor, Tensor] = {}
        for node in reversed(nodes):
            home = self._home[node] = node if node in self.named else self._home.get(node, node)
            for x in node.inputs:
                if type(x) is Tensor:
                    self._home[x] = home

    def find(self, claim: JudgedClaim) -> Iterator[Suspect]:
        """Yield every mistake that may be the cause of a claim."""
        if claim.updated is None:
            yield from self._find_before(claim.place)
        else:
            yield from self._find_after(claim, claim.updated)
        yield from self._confuse_inputs()
        yield from self._round_steps()

    def _find_before(self, place: Place) -> Iterator[Suspect]:
        if place.wrt is not None:
            yield from self._find_in_reverse(place.of, place.wrt)
        yield from self._find_in_values(place.of, for_slopes=place.wrt is not None)

    def _find_after(self, claim: JudgedClaim, updated: UpdatedAnswerKey) -> Iterator[Suspect]:
        """Yield mistakes in the update, before it and after it, for a claim after the update."""
        for kind, declaration in UPDATES:
            for sentence, rule in declaration():
                yield Suspect(kind, sentence, at="update", step=rule)
        moved = updated.moves(claim.quantity)
        tensor, loss = (
            self.answer_key.get_tensor(claim.quantity.name),
            self.answer_key.get_tensor(updated.loss),
        )
        for suspect in self._find_in_reverse(loss, tensor if moved else None):
            # The update is nearer than the slope that it uses.
            yield replace(suspect, distance=suspect.distance + 1)
        yield from self._find_in_values(loss, for_slopes=True)
        if not moved:
            wrt = (
                None
                if claim.quantity.wrt is None
                else self.answer_key.get_tensor(claim.quantity.wrt)
            )
            for suspect in self._find_before(Place(tensor, wrt)):
                yield replace(
                    suspect, change=NO_CHANGE, after=suspect.change, at=("after", suspect.at)
                )

    def _find_in_values(self, root: Tensor, *, for_slopes: bool) -> Iterator[Suspect]:
        """Yield mistakes in the values below `root`, for its value or for its slopes."""
        nodes = ancestors([root])
        steps, leaves = [x for x in nodes if x.op], [x for x in nodes if not x.op]
        # Suspects of the same rank keep this order: steps from the root on, then the inputs.
        for node in (*reversed(steps), *leaves):
            if node.op is None and node not in self.named:
                continue
            distance = 2 if for_slopes else int(self._find_statement(node) is not root)
            where = f" in {self._format_source(node)}" if distance else ""
            if node.op is None:
                distance, where = 3, f" in the input {self.named[node]}"
            for kind, declaration in VALUES:
                for sentence, rule in declaration(node):
                    change = Change(values={node: rule})
                    yield Suspect(kind, sentence, where, change, ("value", node), distance=distance)

    def _confuse_inputs(self) -> Iterator[Suspect]:
        """Yield the mistakes that take one input for another."""
        inputs = [self.answer_key.get_tensor(name) for name in self.answer_key.evaluation.inputs]
        for x, other in permutations(inputs, 2):
            if x.shape == other.shape:
                change = Change(values={x: partial(_replace_value, other.data)})
                sentence = f"{other.name} taken for {x.name}"
                yield Suspect("copying", sentence, "", change, "record", distance=3)

    def _find_in_reverse(self, root: Tensor, x: Tensor | None) -> Iterator[Suspect]:
        """Yield mistakes in the reverse pass from `root`, to `x` or to everything below."""
        path = dict.fromkeys(sweep.order(root, None if x is None else [x]))
        own = self._find_own_edges(root, x) if x is not None else set()
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
                    for sentence, rule in declaration(node, k):
                        where = f" in {self._format_edge(node, operand)}" if distance else ""
                        change = Change(contributions={(node, k): rule})
                        yield Suspect(kind, sentence, where, change, (node, k), distance=distance)
        for operand, edges in uses.items():
            if len(edges) > 1 and operand in path:
                distance = int(operand is not x)
                where = f" in the gradient of {self._format_name(operand)}" if distance else ""
                for kind, declaration in TOTALS:
                    for sentence, rule in declaration(edges):
                        change, at = Change(totals={operand: rule}), ("total", operand)
                        yield Suspect(kind, sentence, where, change, at, distance=distance)

    def _find_own_edges(self, root: Tensor, x: Tensor) -> set[Edge]:
        """Return the edges between `x` and the named values next to it on the way to `root`."""
        found, inside = set(), {x}
        for node in sweep.order(root, [x]):
            for k, operand in enumerate(node.inputs):
                if type(operand) is Tensor and operand in inside:
                    found.add((node, k))
                    if node not in self.named:
                        inside.add(node)
        return found

    def _round_steps(self) -> Iterator[Suspect]:
        """Yield the mistakes that round every step before the next one."""
        steps = [node for node in self.nodes if node.op is not None and node.data.dtype.kind == "f"]
        for digits in range(5):
            change = Change(
                values=dict.fromkeys(steps, partial(_round_value, digits)),
                totals=dict.fromkeys(steps, partial(_round_total, digits)),
            )
            places = f"{digits} decimal{'s' * (digits != 1)}"
            sentence = f"rounded too early: every step to {places}"
            yield Suspect("rounding", sentence, "", change, "record")

    # Names of places -------------------------------------------------------------------------

    def _find_statement(self, node: Tensor) -> Tensor:
        """Return the named value in whose statement a step is computed."""
        return self._home[node]

    def _format_source(self, node: Tensor) -> str:
        return self.step_index.format_step(Place(self._find_statement(node), None))

    def _format_name(self, x: Tensor) -> str:
        return self.named.get(x) or self._format_source(x)

    def _format_edge(self, node: Tensor, operand: Tensor) -> str:
        user = self._find_statement(node)
        if operand in self.named:
            return f"d{self.named[user]}/d{self.named[operand]}"
        return f"the backward pass through {self._format_source(node)}"


def _replace_value(value: Any, y: Any, xs: Sequence[Any]) -> Any:
    return value


def _round_value(digits: int, y: Any, xs: Sequence[Any]) -> Any:
    return np.round(y, digits)


def _round_total(digits: int, parts: Sequence[Any]) -> Any:
    return np.round(sum(parts[1:], parts[0]), digits)
