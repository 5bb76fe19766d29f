"""The four verdicts on a claim, by the digits that were written.

    ok        equal to the true value, up to the error of floating-point arithmetic
    rounded   within half a unit of the last written digit
    near      within one unit of the last written digit: rounding carried from an intermediate; or
              what follows from the learner's own rounded numbers (`verify.follow`)
    wrong     anything else

Whole numbers and fractions claim to be exact: they are ok or wrong. Taken for rounded, a 0 would be
right for every slope of a sigmoid, and a 1 near it; who rounds to whole numbers writes "25.".
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from autograd.marking.written_numbers import Claimed, Written

RELATIVE_ERROR = 1e-9
"""What floating-point arithmetic may add up to, relative to the value."""

ABSOLUTE_ERROR = 1e-12
"""The same where the true value is 0 and the computed one is what cancellation has left."""

_SLACK = 1 + 1e-6
"""Keeps a value that lies exactly between two roundings from depending on its last bit."""


class Verdict(StrEnum):
    """How good a claim is, best first."""

    OK = "ok"
    ROUNDED = "rounded"
    NEAR = "near"
    WRONG = "wrong"


_SEVERITY = {verdict: i for i, verdict in enumerate(Verdict)}


def judge(claim: Written, true: float) -> Verdict:
    """The verdict on one number. An infinity is right only as itself, and so is a NaN.

    >>> judge(Written.of("0.61"), 0.6121), judge(Written.of("0.62"), 0.6121)
    (<Verdict.ROUNDED: 'rounded'>, <Verdict.NEAR: 'near'>)
    """
    value = claim.value
    if math.isnan(value) and math.isnan(true):
        return Verdict.OK
    if math.isclose(value, true, rel_tol=RELATIVE_ERROR, abs_tol=ABSOLUTE_ERROR):
        return Verdict.OK
    off = abs(value - true)
    # Written so that a NaN, which is not less than anything, is wrong.
    if claim.unit is None or not off <= claim.unit * _SLACK:
        return Verdict.WRONG
    return Verdict.ROUNDED if off <= claim.unit / 2 * _SLACK else Verdict.NEAR


def judge_all(claim: Claimed, true: Any) -> list[Verdict]:
    """The verdicts on all entries, row by row; none if `true` is `None` or of another shape."""
    if not claim.shape and isinstance(true, float):
        # What most claims are about.
        return [judge(claim.entries[0], true)]
    if true is None or not same_shape(claim.shape, np.shape(true)):
        return []
    values = np.ravel(true).tolist()
    return [judge(entry, value) for entry, value in zip(claim.entries, values, strict=True)]


def worst(verdicts: Sequence[Verdict]) -> int:
    """The position of the worst verdict, the first of them."""
    return max(range(len(verdicts)), key=lambda i: _SEVERITY[verdicts[i]])


def same_shape(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether two shapes agree but for axes of length one, which nobody writes out on paper.

    >>> same_shape((3, 1), (3,)), same_shape((2, 3), (3, 2))
    (True, False)
    """
    return [n for n in a if n != 1] == [n for n in b if n != 1]
