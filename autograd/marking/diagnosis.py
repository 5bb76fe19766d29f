"""Diagnosis: the mistakes that explain a wrong number at the digits written, likeliest first.

Each mistake in `autograd.marking.mistakes` is tried at each place of the record from which the
number was computed: the record is walked again with the wrong rule there, and every claim is
compared with the result. A suspect explains a claim if it gives the number written. It is likelier
the more other wrong claims it explains, the nearer its place and the commoner its class. It is
excluded if it contradicts a right number from which the claim was computed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from heapq import nsmallest
from itertools import compress
from operator import attrgetter
from typing import Any

from autograd.engine.walk import ancestors
from autograd.marking.altered_walk import BudgetExhaustedError
from autograd.marking.carried_error import FOLLOWS, CarriedError, format_names
from autograd.marking.judged_claim import JudgedClaim
from autograd.marking.mistakes import NUMBERS, ORDER
from autograd.marking.number_format import ClaimedValue
from autograd.marking.prediction import Prediction
from autograd.marking.step_index import StepIndex
from autograd.marking.suspects import Suspect, SuspectFinder
from autograd.marking.verdict import Verdict, judge_all

CARRIED = "carried"
"""The class of numbers that are wrong only because an earlier one is."""

MAX_SUSPECTS = 4_000
"""Number of mistakes that are tried for one quantity, nearest first."""

MAX_WORK = 3_000_000
"""Number of entries that the walks for one quantity compute, one walk for each mistake."""

MAX_TOTAL = 50_000_000
"""Number of entries that are computed for the claims of one learner, and kept for later ones.

It bounds time and memory.
"""

_DECLARATION_WALKS = 6
"""Number of walks that take as long as the declaration of all mistakes for one quantity."""

# Costs of a suspect: the lower their sum, the likelier. The rank of a class adds less than 1.
_EXPLAINS_ANOTHER = -1.5
_LEAVES_AN_EARLIER_ERROR = 0.5
_SPOILS_A_RIGHT_CLAIM = 0.8
_FITS_NEARLY = 0.4
_PER_DISTANCE = 0.5


class Diagnoser:
    """Finds explanations of wrong claims about one program, for any number of learners."""

    def __init__(self, step_index: StepIndex) -> None:
        self.carried_error = CarriedError(step_index.answer_key)
        self.finder = SuspectFinder(step_index, self.carried_error.nodes)
        self._suspects: dict[tuple[Any, ...], list[Suspect]] = {}
        self._tried: dict[tuple[Any, ...], list[tuple[Suspect, Prediction, Any]]] = {}
        self._predictions: dict[tuple[Any, str], Prediction] = {}
        self._forgotten_at = 0

    def diagnose(self, claims: Sequence[JudgedClaim]) -> dict[JudgedClaim, list[Suspect]]:
        """Return the mistakes that explain each wrong claim of a learner, likeliest first."""
        budget = self.carried_error.budget
        if budget.used - self._forgotten_at > MAX_TOTAL:
            self._forgotten_at = budget.used
            for known in (self._suspects, self._tried, self._predictions):
                known.clear()
        found = {claim: self._find_carried(claim, claims) for claim in claims if claim.is_wrong}
        new = [claim for claim, suspects in found.items() if not suspects]
        begin = budget.used
        for k, claim in enumerate(new, 1):
            # Half of the budget is open to the first claim, whose walks mostly serve the others
            # too; the other half is shared evenly.
            with budget.limit_to(begin + MAX_TOTAL * (1 + k / len(new)) / 2):
                found[claim] = self._explain(claim, claims)
        return found

    def _find_carried(self, claim: JudgedClaim, claims: Sequence[JudgedClaim]) -> list[Suspect]:
        """Return the explanation that a claim follows from earlier wrong ones, if it does."""
        inexact, wrong = _find_earlier(claim, claims)
        for given in (wrong, inexact) if wrong else ():
            value = self.carried_error.predict(given).find_value(claim.quantity, claim.updated)
            if _measure_fit(claim.claimed, value) is not None:
                return [Suspect(CARRIED, "follows from", f" your {format_names(wrong)}")]
        return []

    def _explain(self, claim: JudgedClaim, claims: Sequence[JudgedClaim]) -> list[Suspect]:
        inexact, wrong = _find_earlier(claim, claims)
        found: list[tuple[float, Suspect]] = []
        if wrong:
            found += self._combine(claim, inexact, f", with your {format_names(wrong)}")
        for suspect, prediction, value in self.try_suspects(claim):
            fit = _measure_fit(claim.claimed, value)
            others = None if fit is None else _weigh_others(prediction, claim, claims)
            if fit is not None and others is not None:
                found.append((rank(suspect) + fit + others, suspect))
        in_number = [(rank(suspect), suspect) for suspect in _find_in_number(claim)]
        found += [x for x in in_number if not found or x[1].kind == "copying"]
        if inexact and not found:
            found += self._combine(claim, inexact)
        found.sort(key=lambda pair: pair[0])
        by_sentence: dict[str, Suspect] = {}
        for _, suspect in found:
            by_sentence.setdefault(suspect.sentence, suspect)
        return list(by_sentence.values())

    def _combine(
        self, claim: JudgedClaim, given: Sequence[JudgedClaim], words: str = ""
    ) -> Iterator[tuple[float, Suspect]]:
        """Yield the mistakes in a claim's step that explain it with the numbers `given`."""
        prediction = self.carried_error.predict(given)
        with suppress(BudgetExhaustedError):
            for suspect in self.find_suspects(claim):
                if suspect.distance > 0:
                    return
                both = prediction.add_mistake(suspect)
                fit = _measure_fit(claim.claimed, both.find_value(claim.quantity, claim.updated))
                if fit is not None:
                    yield rank(suspect) + fit, Suspect(suspect.kind, suspect.rule, words)

    def find_suspects(self, claim: JudgedClaim) -> list[Suspect]:
        """Return every mistake at every place a claim was computed from, nearest first."""
        key = claim.place, claim.updated
        if key not in self._suspects:
            self.carried_error.budget.spend(_DECLARATION_WALKS)
            most = min(MAX_SUSPECTS, MAX_WORK // self.carried_error.budget.per_walk)
            found = self.finder.find(claim)
            self._suspects[key] = nsmallest(most, found, key=attrgetter("distance"))
        return self._suspects[key]

    def try_suspects(self, claim: JudgedClaim) -> list[tuple[Suspect, Prediction, Any]]:
        """Return the suspects, with the prediction from each and its value of the claim's quantity.

        They are computed once for all claims, as far as the budget allows.
        """
        key = claim.quantity, claim.updated
        if key in self._tried:
            return self._tried[key]
        found: list[tuple[Suspect, Prediction, Any]] = []
        try:
            for suspect in self.find_suspects(claim):
                known = suspect.at, suspect.rule
                if known not in self._predictions:
                    self._predictions[known] = self.carried_error.right.add_mistake(suspect)
                prediction = self._predictions[known]
                value = prediction.find_value(claim.quantity, claim.updated)
                found.append((suspect, prediction, value))
        except BudgetExhaustedError:
            return found
        self._tried[key] = found
        return found


def _find_earlier(
    claim: JudgedClaim, claims: Sequence[JudgedClaim]
) -> tuple[list[JudgedClaim], list[JudgedClaim]]:
    """Return the inexact claims that one was computed from, and the wrong ones among them."""
    inexact = [other for other in claims if other.is_inexact and other.place in claim.needs]
    return inexact, [other for other in inexact if other.is_wrong]


def _weigh_others(
    prediction: Prediction, claim: JudgedClaim, claims: Sequence[JudgedClaim]
) -> float | None:
    """Return the cost of a mistake by the other claims, `None` if one of them excludes it."""
    cost = 0.0
    with suppress(BudgetExhaustedError):
        for other in claims:
            if other is claim:
                continue
            value = prediction.find_value(other.quantity, other.updated)
            fit = _measure_fit(other.claimed, value)
            is_earlier = other.place in claim.needs
            if other.is_wrong:
                left = _LEAVES_AN_EARLIER_ERROR * is_earlier
                cost += left if fit is None else _EXPLAINS_ANOTHER
            elif fit is None:
                if is_earlier:
                    return None
                cost += _SPOILS_A_RIGHT_CLAIM
    return cost


def rank(suspect: Suspect) -> float:
    """Return the cost of a suspect: less than 1 for its class, and more for its distance."""
    return ORDER.index(suspect.kind) / len(ORDER) + _PER_DISTANCE * suspect.distance


def _measure_fit(claimed: ClaimedValue, value: Any) -> float | None:
    """Return 0 if a claim agrees with a value at all its digits, more if nearly, else `None`."""
    verdicts = judge_all(claimed, value)
    if not verdicts or Verdict.WRONG in verdicts:
        return None
    return _FITS_NEARLY if Verdict.NEAR in verdicts else 0.0


def list_number_mistakes(claim: JudgedClaim) -> Iterator[tuple[str, str, Any]]:
    """Yield class, sentence and wrong value of the mistakes that the number alone shows."""
    # Possible divisors of a mean over samples, classes or entries.
    sizes = {n for x in ancestors([claim.place.of]) for n in (*x.shape, x.size)} - {1}
    for kind, declaration in NUMBERS:
        for sentence, value in declaration(claim.true.value, sorted(sizes), claim.claimed):
            yield kind, sentence, value


def _find_in_number(claim: JudgedClaim) -> Iterator[Suspect]:
    """Yield the mistakes that explain the wrong entries by the number alone."""
    for kind, sentence, value in list_number_mistakes(claim):
        verdicts = judge_all(claim.claimed, value)
        # In a claim of the wrong shape, all entries are wrong.
        wrong = [v is Verdict.WRONG for v in claim.verdicts] or [True] * len(verdicts)
        if verdicts and all(v in FOLLOWS for v in compress(verdicts, wrong)):
            yield Suspect(kind, sentence)
