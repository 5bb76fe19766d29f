"""Sample cases of every operation, one file for each of `autograd/ops/`."""

from collections.abc import Iterator

from tests.cases import (
    arithmetic,
    compare,
    complex_numbers,
    elementary,
    index,
    linalg,
    reduce,
    shape,
)
from tests.cases.case import Case

CASES: dict[str, list[Case]] = {
    name: cases
    for module in (arithmetic, elementary, compare, reduce, shape, index, linalg, complex_numbers)
    for name, cases in module.CASES.items()
}


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every operation's name with each of its cases."""
    return ((name, case) for name, cases in CASES.items() for case in cases)
