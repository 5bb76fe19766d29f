"""Mistakes that the number alone shows, in sums over paths, and in steps of gradient descent."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.mistakes.declare import (
    NUMBERS,
    TOTALS,
    UPDATES,
    WrongRules,
    declare,
    format_operand,
)
from autograd.marking.number_format import ClaimedValue, WrittenNumber

# The number alone --------------------------------------------------------------------------------


@declare(NUMBERS, "sign")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    yield "sign flipped", -right


@declare(NUMBERS, "factor 2")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    yield "a factor 2 is missing", right / 2
    yield "a factor 2 too much", right * 2


@declare(NUMBERS, "mean or sum")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    for n in sizes:
        yield f"the division by {n} is missing (sum instead of mean)", right * n
        yield f"divided by {n} once too often (mean instead of sum)", right / n


@declare(NUMBERS, "transposed")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    if np.ndim(right) == 2:
        yield "transposed", right.T


@declare(NUMBERS, "copying")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    for sentence, copied in (
        ("two digits are swapped", _swap_digits),
        ("cut off instead of rounded", _truncate),
    ):
        entries = [copied(c, x) for c, x in zip(claimed.entries, np.ravel(right), strict=False)]
        if len(entries) == np.size(right):
            yield sentence, np.reshape(entries, np.shape(right))[()]
    for shift in (1, -1, 2, -2, 3, -3):
        yield f"the decimal point is {abs(shift)} off", right * 10.0**shift


@declare(NUMBERS, "window")
def _(right: Any, sizes: Sequence[int], claimed: ClaimedValue) -> WrongRules:
    if np.ndim(right) == 1 and np.size(right) > 1:
        yield "the entries are in reverse order", right[::-1]


def _count_decimals(claim: WrittenNumber) -> int:
    # Smaller powers of ten are not representable.
    return 0 if claim.unit is None else max(0, -round(math.log10(max(claim.unit, 1e-300))))


def _swap_digits(claim: WrittenNumber, right: float) -> float:
    """Return the claim if it is `right` with two neighbouring digits swapped, else `right`."""
    wrong, digits = (
        f"{claim.value:.{_count_decimals(claim)}f}",
        f"{right:.{_count_decimals(claim)}f}",
    )
    if len(wrong) != len(digits):
        return right
    i, *more = [i for i, (a, b) in enumerate(zip(wrong, digits, strict=True)) if a != b] or [-1]
    two = len(more) == 1 and wrong[i] == digits[more[0]] and wrong[more[0]] == digits[i]
    return claim.value if two and wrong[i + 1 : more[0]] in ("", ".") else right


def _truncate(claim: WrittenNumber, right: float) -> float:
    scale = 10.0 ** _count_decimals(claim)
    scaled = right * scale
    return math.trunc(scaled) / scale if math.isfinite(scaled) else right


# Sums over paths, and updates --------------------------------------------------------------------


@declare(TOTALS, "paths")
def _(uses: Sequence[tuple[Tensor, int]]) -> WrongRules:
    through = [format_operand(node) for node, _ in uses]
    numbered = [
        f"{name} (use {through[: i + 1].count(name)})" if through.count(name) > 1 else name
        for i, name in enumerate(through)
    ]
    for i, name in enumerate(numbered):
        yield (
            f"the path through {name} is forgotten",
            lambda parts, i=i: sum(part for j, part in enumerate(parts) if j != i),
        )
        yield f"the path through {name} is counted twice", lambda parts, i=i: sum(parts) + parts[i]
        if len(uses) > 2:
            yield f"only the path through {name} is counted", lambda parts, i=i: parts[i]
    yield "the paths are multiplied, not added", lambda parts: math.prod(parts)


@declare(UPDATES, "update")
def _() -> WrongRules:
    yield "plus instead of minus in the step", lambda old, slope, rate: old + rate * slope
    yield "the rate is forgotten", lambda old, slope, rate: old - slope
    yield "the gradient is forgotten", lambda old, slope, rate: old - rate + 0 * slope
    yield "only the step, not what it is taken from", lambda old, slope, rate: -rate * slope
    yield "divided by the rate", lambda old, slope, rate: old - slope / rate
    yield "the step is taken twice", lambda old, slope, rate: old - 2 * rate * slope
    yield "the step is not taken", lambda old, slope, rate: old + 0 * slope
