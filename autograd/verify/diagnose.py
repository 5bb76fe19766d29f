"""Why a number is wrong: the mistakes that explain it at the digits written, likeliest first.

Each mistake of `verify.mistakes` is tried at each place of the record from which the number was
computed: the record is walked again with the wrong rule there, and whatever was claimed is compared
with what comes out. A suspect explains a claim if it gives the number written. It is the likelier
the more of the other wrong claims it explains as well, the nearer its place and the commoner its
class; and it is none if it would have made a number wrong that is right and was needed on the way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nsmallest
from itertools import permutations
from operator import attrgetter
from typing import Any

import numpy as np

from autograd import sweep
from autograd.tensor import Tensor
from autograd.verify.departure import Departures, Place, below
from autograd.verify.mistakes import NUMBERS, ORDER, SLOPES, TOTALS, UPDATES, VALUES
from autograd.verify.outcome import Outcome
from autograd.verify.quantity import Quantity
from autograd.verify.truth import Truth
from autograd.verify.update import Updated
from autograd.verify.verdict import Verdict, judge_all, same_shape
from autograd.verify.walk import NOTHING, Change, Walk
from autograd.verify.written import Claimed

CARRIED = "carried"
"""The class of numbers that are wrong only because an earlier one is."""

MAX_SUSPECTS = 4_000
"""How many mistakes are tried for one quantity, those nearest to it first."""

MAX_WORK = 3_000_000
"""How many entries may be computed for one quantity."""

MAX_TOTAL = 50_000_000
"""The same for all quantities of a program: a bound on memory as well."""

MAX_LISTED = 6
"""How many explanations are told."""

_STEP_WORK = 300
"""How many entries take as long as the walk to the next step."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A claim, what would be right, and which of its entries are wrong."""

    quantity: Quantity
    claimed: Claimed
    true: Any
    wrong: Sequence[bool]
    place: Place
    updated: Updated | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether an entry is wrong, or the shape."""
        return any(self.wrong) or not self.wrong


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
    distance: int = 0
    """0 in the claim's own step, 1 in another one on its way, 2 in a value that its slopes use, and
    3 in an input."""

    @property
    def sentence(self) -> str:
        """What a learner is told."""
        return f"{self.rule}{self.where}"


class Detective:
    """Finds what explains wrong claims about one evaluated program, for any number of learners."""

    def __init__(self, truth: Truth, departures: Departures) -> None:
        self.truth, self.named = truth, departures.named
        self.departures = departures
        self.nodes = sorted(below(truth.evaluation.names.values()), key=lambda x: x.seq)
        self.right = Walk(self.nodes)
        self._suspects: dict[tuple[Any, ...], list[Suspect]] = {}
        self._outcomes: dict[tuple[Any, str], Outcome] = {}
        self._entries = sum(node.size + _STEP_WORK for node in self.nodes)
        self._work = 0
        self._home: dict[Tensor, Tensor] = {}
        for node in reversed(self.nodes):
            home = self._home[node] = node if node in self.named else self._home.get(node, node)
            for x in node.inputs:
                if type(x) is Tensor:
                    self._home[x] = home

    def explain(self, cell: Cell, cells: Sequence[Cell]) -> list[Suspect]:
        """The mistakes that explain a wrong claim, likeliest first, beside the other claims."""
        needs = self.departures.needs(cell.place)
        found = list(self._carried(cell, cells, needs))
        if found and found[0][1].kind == CARRIED:
            return [found[0][1]]
        for suspect, outcome in self._tried(cell):
            fit = _fit(cell.claimed, outcome.of(cell.quantity, cell.updated))
            beside = None if fit is None else self._beside(outcome, cell, cells, needs)
            if fit is not None and beside is not None:
                found.append((_rank(suspect.kind) + fit + beside + suspect.distance / 2, suspect))
        in_number = list(_of_number(cell, self.sizes(cell)))
        found += [x for x in in_number if not found or x[1].kind == "copying"]
        found.sort(key=lambda pair: pair[0])
        # Of one rule in several places, the likeliest is enough.
        told: dict[str, Suspect] = {}
        for _, suspect in found:
            told.setdefault(suspect.rule, suspect)
        return list(told.values())[:MAX_LISTED]

    def sizes(self, cell: Cell) -> list[int]:
        """What a mean over samples, classes or entries could divide by below a claim."""
        sizes = {n for x in below([cell.place.of]) for n in (*x.shape, x.size)}
        return sorted(sizes - {1})

    def _tried(self, cell: Cell) -> Iterator[tuple[Suspect, Outcome]]:
        """The suspects with what comes of them, which is worked out once for all claims."""
        for suspect in self.suspects(cell):
            known = suspect.at, suspect.rule
            if known not in self._outcomes:
                if self._work > MAX_TOTAL:
                    return
                self._work += self._entries
                walk = Walk(self.nodes, suspect.change, base=self.right)
                self._outcomes[known] = Outcome(self.truth, walk, suspect.step)
            yield suspect, self._outcomes[known]

    def _beside(
        self, outcome: Outcome, cell: Cell, cells: Sequence[Cell], needs: set[Place]
    ) -> float | None:
        """How well the other claims go with a mistake; `None` if one of them speaks against it."""
        cost = 0.0
        for other in cells:
            if other is cell:
                continue
            fit = _fit(other.claimed, outcome.of(other.quantity, other.updated))
            if other.is_wrong:
                # Explained as well, or a wrong number on the way that the mistake leaves aside.
                cost += -1.5 if fit is not None else 0.5 * (other.place in needs)
            elif fit is None:
                if other.place in needs and other.updated is None:
                    return None
                cost += 0.8
        return cost

    # Mistakes of others that were carried on ---------------------------------------------------

    def _carried(
        self, cell: Cell, cells: Sequence[Cell], needs: set[Place]
    ) -> Iterator[tuple[float, Suspect]]:
        """Whether a claim follows from wrong ones before it, or from them by one more mistake."""
        before = [
            other
            for other in cells
            if other is not cell
            and other.is_wrong
            and other.wrong
            and _is_before(other, cell, needs)
        ]
        if not before:
            return
        change, given = _as_written(before, self.truth)
        names = " and ".join(str(other.quantity) for other in before[:2])
        names += " and others" if len(before) > 2 else ""
        outcome = Outcome(self.truth, Walk(self.nodes, change, base=self.right), given=given)
        if _fit(cell.claimed, outcome.of(cell.quantity, cell.updated)) is not None:
            yield 0.0, Suspect(CARRIED, "follows from", f" your {names}")
            return
        for suspect in self.suspects(cell):
            if suspect.distance == 0:
                walk = Walk(self.nodes, change | suspect.change, base=self.right)
                outcome = Outcome(self.truth, walk, suspect.step, given)
                fit = _fit(cell.claimed, outcome.of(cell.quantity, cell.updated))
                if fit is not None:
                    yield (
                        _rank(suspect.kind) + fit,
                        Suspect(suspect.kind, suspect.rule, f", with your {names}"),
                    )

    # The mistakes behind a quantity ------------------------------------------------------------

    def suspects(self, cell: Cell) -> list[Suspect]:
        """Every mistake at every place from which a claim was computed, nearest first."""
        key = cell.place, cell.quantity.after and cell.updated
        if key not in self._suspects:
            # The declarations themselves take time in proportion to the record.
            self._work += self._entries
            found = self._behind(cell) if self._work <= MAX_TOTAL else iter(())
            most = min(MAX_SUSPECTS, MAX_WORK // self._entries)
            self._suspects[key] = nsmallest(most, found, key=attrgetter("distance"))
        return self._suspects[key]

    def _behind(self, cell: Cell) -> Iterator[Suspect]:
        root, x = cell.place
        if cell.updated is not None:
            for kind, declaration in UPDATES:
                for said, rule in _wrong_steps(declaration):
                    yield Suspect(kind, said, at="update", step=rule)
            root = self.truth.tensor(cell.updated.loss)
            x = self.truth.tensor(cell.quantity.name) if cell.updated.moves(cell.quantity) else None
        back = cell.place.wrt is not None or cell.updated is not None
        if back:
            for suspect in self._on_the_way_back(root, x):
                # After an update, the step itself is nearer than the slope that it takes.
                further = suspect.distance + (cell.updated is not None)
                yield replace(suspect, distance=further)
        for node in below([root]):
            if node.op is None and node not in self.named:
                continue
            distance = 2 if back else int(self._statement(node) is not root)
            for kind, declaration in VALUES:
                for said, rule in declaration(node):
                    change = Change(values={node: rule})
                    if node.op is None:
                        told = f"{said} in the input {self.named[node]}"
                        yield Suspect(kind, told, "", change, ("value", node), distance=3)
                    else:
                        where = f" in {self._source(node)}" if distance else ""
                        at = "value", node
                        yield Suspect(kind, said, where, change, at, distance=distance)
        yield from self._mixed_up()
        yield from self._rounded()

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
        uses: dict[Tensor, list[tuple[Tensor, int]]] = defaultdict(list)
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
                        change = Change(totals={operand: rule})
                        at = "total", operand
                        yield Suspect(kind, said, where, change, at, distance=distance)

    def _own(self, root: Tensor, x: Tensor) -> set[tuple[Tensor, int]]:
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
            yield Suspect(
                "rounding", f"rounded too early: every step to {places}", "", change, "record"
            )

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


def _rank(kind: str) -> float:
    """Less for commoner classes of mistakes; never more than one step of distance."""
    return ORDER.index(kind) / len(ORDER)


def _fit(claimed: Claimed, value: Any) -> float | None:
    """How well a claim agrees with a value: 0 at all its digits, more if only nearly."""
    if value is None or not same_shape(claimed.shape, np.shape(value)):
        return None
    verdicts = judge_all(claimed, value)
    if Verdict.WRONG in verdicts:
        return None
    return 0.4 if Verdict.NEAR in verdicts else 0.0


def _is_before(other: Cell, cell: Cell, needs: set[Place]) -> bool:
    """Whether a claim is among those that another one is computed from."""
    if other.updated is not None:
        moved = other.updated.moves(other.quantity)
        return cell.updated is not None and moved and other.place.of is not cell.place.of
    if cell.updated is not None:
        loss = cell.updated.truth.tensor(cell.updated.loss)
        return other.place.wrt is None or other.place.of.name == loss.name
    same_root = other.place.wrt is None or other.place.of is cell.place.of
    return other.place in needs and same_root


def _as_written(cells: Sequence[Cell], truth: Truth) -> tuple[Change, dict[Tensor, Any]]:
    """The change that puts the numbers that were claimed into the places of the right ones."""
    values: dict[Tensor, Any] = {}
    totals: dict[Tensor, Any] = {}
    given: dict[Tensor, Any] = {}
    for cell in cells:
        name = cell.quantity.wrt or cell.quantity.name
        tensor = truth.tensor(name)
        index = cell.quantity.wrt_index if cell.quantity.wrt else cell.quantity.index

        def put(right: Any, cell: Cell = cell, index: Any = index) -> Any:
            entries = np.array(right, float)
            entries[index] = np.reshape(cell.claimed.value, np.shape(entries[index]))
            return entries[()]

        if cell.updated is not None:
            given[tensor] = np.reshape(cell.claimed.value, tensor.shape)
        elif cell.quantity.wrt is None:
            values[tensor] = lambda y, xs, put=put: put(y)
        else:
            totals[tensor] = lambda parts, put=put: put(sum(parts[1:], parts[0]))
    return Change(values=values, totals=totals), given


def _other_value(value: Any, y: Any, xs: Sequence[Any]) -> Any:
    return value


def _rounded_value(digits: int, y: Any, xs: Sequence[Any]) -> Any:
    return np.round(y, digits)


def _rounded_total(digits: int, parts: Sequence[Any]) -> Any:
    return np.round(sum(parts[1:], parts[0]), digits)


def _wrong_steps(declaration: Callable[..., Iterator[tuple[str, Any]]]) -> Iterator[Any]:
    """The rules of a declaration of wrong updates, one for each of its sentences."""
    for i, (sentence, _) in enumerate(declaration(0.0, 0.0, 1.0)):
        yield sentence, lambda *now, i=i: list(declaration(*now))[i][1]


def _of_number(cell: Cell, sizes: Sequence[int]) -> Iterator[tuple[float, Suspect]]:
    """Mistakes that show in the wrong entries alone, whatever they were computed from."""
    for kind, declaration in NUMBERS:
        for said, value in declaration(cell.true, sizes, cell.claimed):
            if value is None or not same_shape(cell.claimed.shape, np.shape(value)):
                continue
            verdicts = judge_all(cell.claimed, value)
            wrong = cell.wrong or [True] * len(verdicts)
            if all(
                v in (Verdict.OK, Verdict.ROUNDED)
                for v, w in zip(verdicts, wrong, strict=True)
                if w
            ):
                yield _rank(kind), Suspect(kind, said)
