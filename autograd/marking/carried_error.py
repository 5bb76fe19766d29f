"""Numbers that follow from a learner's own numbers, whether those are wrong or only rounded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.engine.walk import ancestors
from autograd.marking.altered_walk import AlteredWalk, Budget, Change
from autograd.marking.answer_key import AnswerKey
from autograd.marking.judged_claim import JudgedClaim
from autograd.marking.number_format import ClaimedValue
from autograd.marking.prediction import Prediction
from autograd.marking.quantity import Index
from autograd.marking.verdict import Verdict, judge_all

FOLLOWS = (Verdict.OK, Verdict.ROUNDED)
"""The verdicts, against a predicted value, on a number that follows from the learner's numbers."""

MOST_NAMED = 2
"""Number of claims that a sentence names."""


class CarriedError:
    """Walks over the record of a program, with claimed numbers in the places of the right ones."""

    def __init__(self, answer_key: AnswerKey) -> None:
        self.answer_key = answer_key
        names = answer_key.evaluation.names
        self.nodes = ancestors(names.values())
        self.budget = Budget(self.nodes)
        self.right = Prediction(answer_key, AlteredWalk(self.nodes, self.budget))

    def predict(self, claims: Sequence[JudgedClaim]) -> Prediction:
        """Predict every quantity from the numbers in `claims`."""
        change = self._substitute(claim for claim in claims if claim.updated is None)
        after = self._substitute(claim for claim in claims if claim.updated is not None)
        walk = AlteredWalk(self.nodes, self.budget, change, base=self.right.walk)
        return Prediction(self.answer_key, walk, after=after)

    def accept_rounded(self, claims: Sequence[JudgedClaim]) -> list[JudgedClaim]:
        """Return the claims, where those that follow from earlier rounded ones are not wrong.

        A learner who computes with 0.33 for 1/3 gets 99 for 300/3, which is right but for rounding.
        """
        found: dict[JudgedClaim, JudgedClaim] = {}
        for claim in sorted(claims, key=lambda claim: claim.order):
            found[claim] = claim
            if claim.is_wrong and claim.verdicts:
                before = [other for other in found.values() if other.place in claim.needs]
                # A consequence of a mistake is no rounding, even if it has other causes too.
                if not any(other.is_wrong for other in before):
                    inexact = [other for other in before if other.is_inexact]
                    found[claim] = self._compare_rounded(claim, inexact)
        return [found[claim] for claim in claims]

    def _compare_rounded(self, claim: JudgedClaim, rounded: Sequence[JudgedClaim]) -> JudgedClaim:
        """Return a wrong claim, as a near one if it follows from `rounded` claims."""
        verdicts = self._judge(claim, rounded) if rounded else claim.verdicts
        if Verdict.WRONG in verdicts:
            return claim
        # The nearest of the claims it was computed from may suffice.
        nearest = (rounded[-n:] for n in range(1, MOST_NAMED + 1))
        enough = next((last for last in nearest if self._judge(claim, last) == verdicts), rounded)
        return replace(claim, verdicts=verdicts, follows=f"your rounded {format_names(enough)}")

    def _judge(self, claim: JudgedClaim, given: Sequence[JudgedClaim]) -> list[Verdict]:
        """Return the verdicts on a claim, near where it follows from the claims `given`."""
        predicted = self.predict(given).find_value(claim.quantity, claim.updated)
        beside = judge_all(claim.claimed, predicted)
        return [
            Verdict.NEAR if verdict is Verdict.WRONG and other in FOLLOWS else verdict
            for verdict, other in zip(claim.verdicts, beside or claim.verdicts, strict=True)
        ]

    def _substitute(self, claims: Iterable[JudgedClaim]) -> Change:
        """Return the change that puts the claimed numbers into a walk."""
        values: dict[Tensor, list[tuple[Index, ClaimedValue]]] = defaultdict(list)
        totals: dict[Tensor, list[tuple[Index, ClaimedValue]]] = defaultdict(list)
        for claim in claims:
            quantity = claim.quantity
            if quantity.wrt is None:
                tensor = self.answer_key.get_tensor(quantity.name)
                values[tensor].append((quantity.index, claim.claimed))
            else:
                x = self.answer_key.get_tensor(quantity.wrt)
                totals[x].append((quantity.wrt_index, claim.claimed))
        return Change(
            values={x: partial(_put, parts) for x, parts in values.items()},
            totals={x: partial(_put_total, parts) for x, parts in totals.items()},
        )


def format_names(claims: Sequence[JudgedClaim]) -> str:
    """Return the names of the first `MOST_NAMED` claims, and whether there are others."""
    named = " and ".join(str(claim.quantity) for claim in claims[:MOST_NAMED])
    return named + " and others" * (len(claims) > MOST_NAMED)


def _put(parts: Sequence[tuple[Index, ClaimedValue]], right: Any, xs: Sequence[Any]) -> Any:
    entries = np.array(right, float)
    for index, claimed in parts:
        entries[index] = np.reshape(claimed.value, np.shape(entries[index]))
    return entries[()]


def _put_total(parts: Sequence[tuple[Index, ClaimedValue]], paths: Sequence[Any]) -> Any:
    return _put(parts, sum(paths[1:], paths[0]), ())
