"""Mistakes that explain a wrong number: one declaration for each, most likely first.

A mistake says what a learner who makes it gets instead of the right value; it explains a claim if
that comes out at the digits the learner wrote.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.ops.reduce import mean
from autograd.tensor import Tensor
from autograd.verify.verdict import Verdict, judge_all
from autograd.verify.written import Claimed


@dataclass(frozen=True, eq=False)
class Case:
    """A wrong claim: the right value is `base + change`, where mistakes are made in `change`.

    After an update, `base` is the old value and `change` the step; otherwise `base` is 0. `sizes`
    are the numbers that a mean in this record could divide by.
    """

    claim: Claimed
    change: Any
    base: Any = 0.0
    sizes: Sequence[int] = ()

    @property
    def true(self) -> Any:
        """The right value."""
        return self.base + self.change


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake: what it makes of a change, and the sentence that names it."""

    name: str
    wrong_changes: Callable[[Case], Iterable[tuple[Any, str]]]


MISTAKES: tuple[Mistake, ...] = (
    Mistake("sign", lambda case: [(-case.change, "sign flipped")]),
    Mistake(
        "factor 2",
        lambda case: [
            (case.change / 2, "a factor 2 is missing"),
            (case.change * 2, "a factor 2 too much"),
        ],
    ),
    Mistake(
        "mean",
        lambda case: [
            candidate
            for n in case.sizes
            for candidate in (
                (case.change * n, f"the division by {n} is missing (sum instead of mean)"),
                (case.change / n, f"divided by {n} once too often"),
            )
        ],
    ),
)


def diagnose(case: Case) -> tuple[str, ...]:
    """The sentences of all mistakes that explain the wrong entries of a claim.

    >>> diagnose(Case(Claimed.of("0.24"), -0.2400001))
    ('sign flipped',)
    """
    return tuple(_explanations(case))


def _explanations(case: Case) -> Iterator[str]:
    wrong = [verdict is Verdict.WRONG for verdict in judge_all(case.claim, case.true)]
    for mistake in MISTAKES:
        for change, sentence in mistake.wrong_changes(case):
            verdicts = judge_all(case.claim, case.base + change)
            if all(
                verdict in (Verdict.OK, Verdict.ROUNDED)
                for verdict, is_wrong in zip(verdicts, wrong, strict=True)
                if is_wrong
            ):
                yield sentence


def sizes_of(tensors: Iterable[Tensor]) -> tuple[int, ...]:
    """What a mean over samples, classes or entries could divide by in this record."""
    found = set[int]()
    for tensor in tensors:
        found.update(tensor.shape)
        if tensor.op is mean:
            found.add(np.size(tensor.inputs[0].data))
    return tuple(sorted(found - {1}))
