"""What a composite is compared with, and where."""

from dataclasses import dataclass
from typing import Any

from tests.cases.case import Case
from tests.oracle.bridge import Function


@dataclass(frozen=True)
class Composite:
    """PyTorch's counterpart of a function that other operations make up, and cases for both.

    Where our function cannot be called with the operands one by one, or leaves something open that
    both choose in their own way, `ours` says how it is called.
    """

    theirs: Function
    cases: list[Case]
    ours: Function | None = None


def of(*operands: Any, low: float = -2, high: float = 2, **how: Any) -> Case:
    """Return a case: shapes or arrays, and static parameters by NumPy's keywords."""
    return Case(operands, how, low, high)


def gathered(function: Function, theirs: Function, cases: list[Case]) -> Composite:
    """Of functions that take their operands as one sequence."""
    return Composite(
        lambda *xs, **how: theirs(xs, **how), cases, lambda *xs, **how: function(xs, **how)
    )
