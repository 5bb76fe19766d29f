"""For every quantity of a program, the wrong numbers that mistakes give: a table for the page.

The interactive page runs no Python. Each mistake at each place is therefore computed beforehand,
and the page looks up the typed number. Unlike `verify`, it cannot weigh one wrong number against
the others.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd.language import run
from autograd.marking.answer_key import AnswerKey
from autograd.marking.diagnosis import MAX_TOTAL, Diagnoser, list_number_mistakes, rank
from autograd.marking.judged_claim import JudgedClaim
from autograd.marking.number_format import ClaimedValue
from autograd.marking.quantity import Quantity
from autograd.marking.step_index import StepIndex
from autograd.marking.verdict import Verdict, judge_all

MAX_STATEMENTS = 30
"""Maximum number of statements of a program that has a table."""

MAX_ENTRIES = 12
"""Maximum number of entries of an array that has a table: nobody types larger ones."""

MAX_LISTED = 30
"""Maximum number of wrong values of one quantity, likeliest mistakes first."""


class CommonMistakes(NamedTuple):
    """Wrong values and bounds by the names of quantities, such as `q` and `df/dq`.

    `mistakes` are pairs of a wrong value and a sentence about it, likeliest first; `bounds`, for
    quantities at a kink, the least and the greatest right value.
    """

    mistakes: dict[str, list[tuple[Any, str]]]
    bounds: dict[str, tuple[Any, Any]]


def find_common_mistakes(program: str, at: Mapping[str, Any]) -> CommonMistakes:
    """Find the mistakes in the values of `program` at `at`, and in derivatives of its result.

    Raises `ProgramError` for a program outside the language.

    >>> found = find_common_mistakes("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    >>> value, mistake = found.mistakes["df/dx"][0]
    >>> print(value, mistake)
    4.0 sign flipped
    """
    evaluation = run(program, at)
    answer_key = AnswerKey(evaluation)
    step_index = StepIndex(answer_key)
    diagnoser = Diagnoser(step_index)
    found = CommonMistakes({}, {})
    if len(evaluation.statements) > MAX_STATEMENTS:
        return found
    quantities = [Quantity(name) for name in evaluation.names if name not in evaluation.inputs]
    if evaluation.result.size == 1:
        root = evaluation.result_name
        quantities += [Quantity(root, wrt=name) for name in evaluation.names if name != root]
    with np.errstate(all="ignore"), diagnoser.carried_error.budget.limit_to(MAX_TOTAL):
        for quantity in quantities:
            true = answer_key.find_value(quantity)
            if np.size(true.value) > MAX_ENTRIES:
                continue
            claimed = ClaimedValue.parse(true.value)
            verdicts = [Verdict.WRONG] * len(claimed.entries)
            claim = JudgedClaim(quantity, claimed, true, verdicts, step_index)
            found.mistakes[str(quantity)] = _list_wrong_values(diagnoser, claim)
            if true.kinks:
                found.bounds[str(quantity)] = true.low, true.high
    return found


def _list_wrong_values(diagnoser: Diagnoser, claim: JudgedClaim) -> list[tuple[Any, str]]:
    tried = sorted(diagnoser.try_suspects(claim), key=lambda found: rank(found[0]))
    wrong = [(value, suspect.sentence) for suspect, _, value in tried]
    wrong += [(value, sentence) for _, sentence, value in list_number_mistakes(claim)]
    by_value: dict[Any, tuple[Any, str]] = {}
    for value, sentence in wrong:
        if Verdict.WRONG in judge_all(claim.claimed, value):
            plain = value if np.ndim(value) else float(value)
            by_value.setdefault(np.asarray(value, float).tobytes(), (plain, sentence))
    return list(by_value.values())[:MAX_LISTED]
