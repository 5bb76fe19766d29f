"""For every quantity of a program, the numbers that come of mistakes: diagnosis by a table.

A page on which a learner types numbers runs no Python. So the mistakes are made beforehand, each
at each place, and the page looks up what was typed. Unlike `verify` it cannot weigh one wrong
number against the others.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd.language import run
from autograd.marking.answer_key import Truth
from autograd.marking.cell import Cell
from autograd.marking.diagnosis import MAX_TOTAL, Detective, in_numbers, rank
from autograd.marking.first_error import Departures
from autograd.marking.quantity import Quantity
from autograd.marking.verdict import Verdict, judge_all
from autograd.marking.written_numbers import Claimed

MAX_STATEMENTS = 30
"""Of longer programs there is no table."""

MAX_ENTRIES = 12
"""Nobody types larger arrays."""

MAX_LISTED = 30
"""How many wrong values of one quantity are told, the likeliest mistakes first."""


class Slips(NamedTuple):
    """By the names of quantities, such as `q` and `df/dq`.

    `mistakes` are pairs of a wrong value and what went wrong, likeliest first; `bounds`, for those
    at a kink, the least and the greatest value that are right.
    """

    mistakes: dict[str, list[tuple[Any, str]]]
    bounds: dict[str, tuple[Any, Any]]


def slips(program: str, at: Mapping[str, Any]) -> Slips:
    """What goes wrong in `program` at the inputs `at`: its values, and derivatives of its result.

    Raises `ProgramError` for a program outside the language.

    >>> found = slips("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    >>> value, mistake = found.mistakes["df/dx"][0]
    >>> print(value, mistake)
    4.0 sign flipped
    """
    evaluation = run(program, at)
    departures = Departures(truth := Truth(evaluation))
    detective = Detective(departures)
    found = Slips({}, {})
    if len(evaluation.statements) > MAX_STATEMENTS:
        return found
    quantities = [Quantity(name) for name in evaluation.names if name not in evaluation.inputs]
    if evaluation.result.size == 1:
        root = evaluation.result_name
        quantities += [Quantity(root, wrt=name) for name in evaluation.names if name != root]
    with np.errstate(all="ignore"), detective.follower.meter.until(MAX_TOTAL):
        for quantity in quantities:
            true = truth.of(quantity)
            if np.size(true.value) > MAX_ENTRIES:
                continue
            claimed = Claimed.of(true.value)
            verdicts = [Verdict.WRONG] * len(claimed.entries)
            cell = Cell(quantity, claimed, true, verdicts, departures)
            found.mistakes[str(quantity)] = _wrong_values(detective, cell)
            if true.kinks:
                found.bounds[str(quantity)] = true.low, true.high
    return found


def _wrong_values(detective: Detective, cell: Cell) -> list[tuple[Any, str]]:
    tried = sorted(detective.tried(cell), key=lambda found: rank(found[0]))
    wrong = [(value, suspect.sentence) for suspect, _, value in tried]
    wrong += [(value, said) for _, said, value in in_numbers(cell)]
    told: dict[Any, tuple[Any, str]] = {}
    for value, sentence in wrong:
        if Verdict.WRONG in judge_all(cell.claimed, value):
            plain = value if np.ndim(value) else float(value)
            told.setdefault(np.asarray(value, float).tobytes(), (plain, sentence))
    return list(told.values())[:MAX_LISTED]
