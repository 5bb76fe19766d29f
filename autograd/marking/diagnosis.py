"""Why a number is wrong: the mistakes that explain it at the digits written, likeliest first.

Each mistake of `verify.mistakes` is tried at each place of the record from which the number was
computed: the record is walked again with the wrong rule there, and whatever was claimed is compared
with what comes out. A suspect explains a claim if it gives the number written. It is the likelier
the more of the other wrong claims it explains as well, the nearer its place and the commoner its
class; and it is none if it would have made a number wrong that is right and was needed on the way.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from heapq import nsmallest
from itertools import compress
from operator import attrgetter
from typing import Any

from autograd.marking.carried_error import FOLLOWS, Follower, names
from autograd.marking.cell import Cell
from autograd.marking.first_error import Departures, below
from autograd.marking.mistakes import NUMBERS, ORDER
from autograd.marking.pass_walk import ExhaustedError
from autograd.marking.prediction import Outcome
from autograd.marking.suspects import Suspect, Suspects
from autograd.marking.verdict import Verdict, judge_all
from autograd.marking.written_numbers import Claimed

CARRIED = "carried"
"""The class of numbers that are wrong only because an earlier one is."""

MAX_SUSPECTS = 4_000
"""How many mistakes are tried for one quantity, those nearest to it first."""

MAX_WORK = 3_000_000
"""The same in the entries that one walk for each of them computes."""

MAX_TOTAL = 50_000_000
"""How many entries may be computed for the claims of one learner, and how many are kept for the
next ones: a bound on time and on memory."""

_DECLARING = 6
"""How many walks take as long as to declare every mistake there can be."""

# What speaks against a suspect, or for it; how common its class is counts less than 1.
_EXPLAINS_ANOTHER = -1.5
_LEAVES_ONE_ON_THE_WAY = 0.5
_SPOILS_A_RIGHT_ONE = 0.8
_ONLY_NEARLY = 0.4
_PER_DISTANCE = 0.5


class Detective:
    """Finds what explains wrong claims about one evaluated program, for any number of learners."""

    def __init__(self, departures: Departures) -> None:
        self.follower = Follower(departures.truth)
        self.places = Suspects(departures, self.follower.nodes)
        self._suspects: dict[tuple[Any, ...], list[Suspect]] = {}
        self._tried: dict[tuple[Any, ...], list[tuple[Suspect, Outcome, Any]]] = {}
        self._outcomes: dict[tuple[Any, str], Outcome] = {}
        self._forgotten_at = 0

    def explain(self, cells: Sequence[Cell]) -> dict[Cell, list[Suspect]]:
        """For each wrong claim of a learner, the mistakes that explain it, likeliest first."""
        meter = self.follower.meter
        if meter.used - self._forgotten_at > MAX_TOTAL:
            self._forgotten_at = meter.used
            for known in (self._suspects, self._tried, self._outcomes):
                known.clear()
        found = {cell: self._carried(cell, cells) for cell in cells if cell.is_wrong}
        new = [cell for cell, suspects in found.items() if not suspects]
        begin = meter.used
        for k, cell in enumerate(new, 1):
            # Half of it is for whoever comes first, which mostly serves the others too, and half is
            # shared out evenly.
            with meter.until(begin + MAX_TOTAL * (1 + k / len(new)) / 2):
                found[cell] = self._explain(cell, cells)
        return found

    def _carried(self, cell: Cell, cells: Sequence[Cell]) -> list[Suspect]:
        """Whether a claim follows from wrong ones before it."""
        inexact, wrong = _before(cell, cells)
        for written in (wrong, inexact) if wrong else ():
            value = self.follower.outcome(written).of(cell.quantity, cell.updated)
            if _fit(cell.claimed, value) is not None:
                return [Suspect(CARRIED, "follows from", f" your {names(wrong)}")]
        return []

    def _explain(self, cell: Cell, cells: Sequence[Cell]) -> list[Suspect]:
        inexact, wrong = _before(cell, cells)
        found: list[tuple[float, Suspect]] = []
        if wrong:
            found += self._on_top(cell, inexact, f", with your {names(wrong)}")
        for suspect, outcome, value in self.tried(cell):
            fit = _fit(cell.claimed, value)
            beside = None if fit is None else _beside(outcome, cell, cells)
            if fit is not None and beside is not None:
                found.append((rank(suspect) + fit + beside, suspect))
        in_number = [(rank(suspect), suspect) for suspect in _of_number(cell)]
        found += [x for x in in_number if not found or x[1].kind == "copying"]
        if inexact and not found:
            found += self._on_top(cell, inexact)
        found.sort(key=lambda pair: pair[0])
        told: dict[str, Suspect] = {}
        for _, suspect in found:
            told.setdefault(suspect.sentence, suspect)
        return list(told.values())

    def _on_top(
        self, cell: Cell, written: Sequence[Cell], told: str = ""
    ) -> Iterator[tuple[float, Suspect]]:
        """The mistakes in a claim's own step that explain it together with numbers before it."""
        outcome = self.follower.outcome(written)
        with suppress(ExhaustedError):
            for suspect in self.suspects(cell):
                if suspect.distance > 0:
                    return
                value = outcome.beside(suspect).of(cell.quantity, cell.updated)
                fit = _fit(cell.claimed, value)
                if fit is not None:
                    yield rank(suspect) + fit, Suspect(suspect.kind, suspect.rule, told)

    def suspects(self, cell: Cell) -> list[Suspect]:
        """Every mistake at every place from which a claim was computed, nearest first."""
        key = cell.place, cell.updated
        if key not in self._suspects:
            self.follower.meter.count(_DECLARING)
            most = min(MAX_SUSPECTS, MAX_WORK // self.follower.meter.walk)
            found = self.places.behind(cell)
            self._suspects[key] = nsmallest(most, found, key=attrgetter("distance"))
        return self._suspects[key]

    def tried(self, cell: Cell) -> list[tuple[Suspect, Outcome, Any]]:
        """The suspects, what comes of each, and for the quantity that a claim is about.

        It is worked out once for all claims, as far as the meter allows.
        """
        key = cell.quantity, cell.updated
        if key in self._tried:
            return self._tried[key]
        found: list[tuple[Suspect, Outcome, Any]] = []
        try:
            for suspect in self.suspects(cell):
                known = suspect.at, suspect.rule
                if known not in self._outcomes:
                    self._outcomes[known] = self.follower.right.beside(suspect)
                outcome = self._outcomes[known]
                found.append((suspect, outcome, outcome.of(cell.quantity, cell.updated)))
        except ExhaustedError:
            return found
        self._tried[key] = found
        return found


def _before(cell: Cell, cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The claims that one was computed from and that are not exact, and the wrong ones of them."""
    inexact = [other for other in cells if other.is_inexact and other.place in cell.needs]
    return inexact, [other for other in inexact if other.is_wrong]


def _beside(outcome: Outcome, cell: Cell, cells: Sequence[Cell]) -> float | None:
    """How well the other claims go with a mistake; `None` if one of them speaks against it."""
    cost = 0.0
    with suppress(ExhaustedError):
        for other in cells:
            if other is cell:
                continue
            fit = _fit(other.claimed, outcome.of(other.quantity, other.updated))
            on_the_way = other.place in cell.needs
            if other.is_wrong:
                alone = _LEAVES_ONE_ON_THE_WAY * on_the_way
                cost += alone if fit is None else _EXPLAINS_ANOTHER
            elif fit is None:
                if on_the_way:
                    return None
                cost += _SPOILS_A_RIGHT_ONE
    return cost


def rank(suspect: Suspect) -> float:
    """Less for commoner classes of mistakes, by less than 1, and for nearer places."""
    return ORDER.index(suspect.kind) / len(ORDER) + _PER_DISTANCE * suspect.distance


def _fit(claimed: Claimed, value: Any) -> float | None:
    """How well a claim agrees with a value: 0 at all its digits, more if only nearly."""
    verdicts = judge_all(claimed, value)
    if not verdicts or Verdict.WRONG in verdicts:
        return None
    return _ONLY_NEARLY if Verdict.NEAR in verdicts else 0.0


def in_numbers(cell: Cell) -> Iterator[tuple[str, str, Any]]:
    """Class, sentence and wrong value of mistakes that show in the number alone."""
    # What a mean over samples, classes or entries could divide by.
    sizes = {n for x in below([cell.place.of]) for n in (*x.shape, x.size)} - {1}
    for kind, declaration in NUMBERS:
        for said, value in declaration(cell.true.value, sorted(sizes), cell.claimed):
            yield kind, said, value


def _of_number(cell: Cell) -> Iterator[Suspect]:
    """Those that explain the wrong entries, whatever they were computed from."""
    for kind, said, value in in_numbers(cell):
        verdicts = judge_all(cell.claimed, value)
        # Of another shape than the right value's, all entries are wrong.
        wrong = [v is Verdict.WRONG for v in cell.verdicts] or [True] * len(verdicts)
        if verdicts and all(v in FOLLOWS for v in compress(verdicts, wrong)):
            yield Suspect(kind, said)
