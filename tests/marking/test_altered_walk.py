"""Walks with several mistakes, each based on the walk with fewer."""

import numpy as np
import pytest

from autograd.language import run
from autograd.marking.altered_walk import AlteredWalk, BudgetExhaustedError, Change
from autograd.marking.answer_key import AnswerKey
from autograd.marking.carried_error import CarriedError

PROGRAM = "q = x * y\nr = q * q\ns = sin(q)\nf = r * s + q"


@pytest.fixture
def record():
    """Return the steps and their budget, and the names of an evaluated program."""
    evaluation = run(PROGRAM, {"x": 2, "y": 3})
    carried_error = CarriedError(AnswerKey(evaluation))
    return (carried_error.nodes, carried_error.budget), evaluation.names


def compute_numbers(walk, names):
    """Return all values and derivatives of f in a walk."""
    slopes = walk.differentiate(names["f"])
    found = {name: walk.values[x] for name, x in names.items()}
    return found | {f"d{name}": slopes[x] for name, x in names.items()}


CHANGES = {
    "value": lambda at: Change(values={at["q"]: lambda y, xs: -y}),
    "value and the next": lambda at: Change(
        values={at["q"]: lambda y, xs: -y, at["r"]: lambda y, xs: y + 1}
    ),
    "slope": lambda at: Change(contributions={(at["s"], 0): lambda use: 2 * use.right}),
    "sum": lambda at: Change(totals={at["q"]: lambda parts: 3 * sum(parts)}),
}


@pytest.mark.parametrize("first", CHANGES)
@pytest.mark.parametrize("second", CHANGES)
def test_a_change_on_a_changed_base_is_both(record, first, second):
    steps, names = record
    below = CHANGES[first](names)
    both = below | CHANGES[second](names)
    right = AlteredWalk(*steps)
    base = AlteredWalk(*steps, below, base=right)
    # Compute the numbers of the bases, which later walks use again.
    compute_numbers(right, names), compute_numbers(base, names)
    stacked, alone = AlteredWalk(*steps, both, base=base), AlteredWalk(*steps, both)
    assert compute_numbers(stacked, names) == pytest.approx(
        compute_numbers(alone, names), rel=1e-15
    )


def test_the_right_walk_has_the_numbers_of_the_record(record):
    steps, names = record
    found = compute_numbers(AlteredWalk(*steps), names)
    assert found["q"] == 6
    assert found["ds"] == 36
    assert found["dr"] == np.sin(6.0)


def test_the_budget_counts_every_pass_and_stops_those_beyond_its_limit(record):
    (nodes, budget), names = record
    first, second = AlteredWalk(nodes, budget), AlteredWalk(nodes, budget)
    with budget.limit_to(3 * budget.per_walk):
        compute_numbers(first, names)
        assert budget.used == 2 * budget.per_walk
        assert second.values[names["q"]] == 6
        with pytest.raises(BudgetExhaustedError):
            second.differentiate(names["f"])
        # Numbers already computed cost nothing.
        assert first.differentiate(names["f"])[names["f"]] == 1
    second.differentiate(names["f"])
    assert budget.used == 4 * budget.per_walk
