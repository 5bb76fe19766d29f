"""The four verdicts on a claim, by the digits written.

    ok        equal to the true value, up to the error of floating-point arithmetic
    rounded   within half a unit of the last written digit
    near      within one unit of the last written digit (rounding carried from an intermediate), or
              computed correctly from the learner's own rounded numbers (`carried_error`)
    wrong     anything else

Whole numbers and fractions claim to be exact: they are ok or wrong. If they counted as rounded, 0
would be right for every slope of a sigmoid, and 1 near. A number rounded to whole is written "25.".
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np

from autograd.marking.number_format import ClaimedValue, WrittenNumber

RELATIVE_ERROR = 1e-9
"""The error of floating-point arithmetic that is allowed, relative to the value."""

ABSOLUTE_ERROR = 1e-12
"""The error that is allowed where the true value is 0 and cancellation leaves a remainder."""

_SLACK = 1 + 1e-6
"""A factor that keeps the last bit of a value halfway between two roundings from deciding."""


class Verdict(StrEnum):
    """The verdict on a claim, best first."""

    OK = "ok"
    ROUNDED = "rounded"
    NEAR = "near"
    WRONG = "wrong"


_SEVERITY = {verdict: i for i, verdict in enumerate(Verdict)}


def judge(claim: WrittenNumber, true: float) -> Verdict:
    """Judge one number. Only an infinity matches an infinity, and only a NaN a NaN.

    >>> judge(WrittenNumber.parse("0.61"), 0.6121), judge(WrittenNumber.parse("0.62"), 0.6121)
    (<Verdict.ROUNDED: 'rounded'>, <Verdict.NEAR: 'near'>)
    """
    value = claim.value
    if math.isnan(value) and math.isnan(true):
        return Verdict.OK
    if math.isclose(value, true, rel_tol=RELATIVE_ERROR, abs_tol=ABSOLUTE_ERROR):
        return Verdict.OK
    off = abs(value - true)
    # `not <=` instead of `>`: a NaN is wrong.
    if claim.unit is None or not off <= claim.unit * _SLACK:
        return Verdict.WRONG
    return Verdict.ROUNDED if off <= claim.unit / 2 * _SLACK else Verdict.NEAR


def judge_all(claim: ClaimedValue, true: Any) -> list[Verdict]:
    """Judge all entries, row by row; return none if `true` is `None` or of another shape."""
    if not claim.shape and isinstance(true, float):
        # The most frequent case.
        return [judge(claim.entries[0], true)]
    if true is None or not is_same_shape(claim.shape, np.shape(true)):
        return []
    values = np.ravel(true).tolist()
    return [judge(entry, value) for entry, value in zip(claim.entries, values, strict=True)]


def find_worst(verdicts: Sequence[Verdict]) -> int:
    """Return the position of the first of the worst verdicts."""
    return max(range(len(verdicts)), key=lambda i: _SEVERITY[verdicts[i]])


def is_same_shape(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Return whether two shapes agree apart from axes of length one, which paper leaves out.

    >>> is_same_shape((3, 1), (3,)), is_same_shape((2, 3), (3, 2))
    (True, False)
    """
    return [n for n in a if n != 1] == [n for n in b if n != 1]
