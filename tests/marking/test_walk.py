"""Walks with a mistake, on top of one another."""

import numpy as np
import pytest

from autograd.language import run
from autograd.marking.answer_key import Truth
from autograd.marking.diagnosis import Follower
from autograd.marking.pass_walk import Change, ExhaustedError, Walk

PROGRAM = "q = x * y\nr = q * q\ns = sin(q)\nf = r * s + q"


@pytest.fixture
def record():
    """The steps and their meter, and the names of an evaluated program."""
    evaluation = run(PROGRAM, {"x": 2, "y": 3})
    follower = Follower(Truth(evaluation))
    return (follower.nodes, follower.meter), evaluation.names


def numbers(walk, names):
    """All values and derivatives of f in a walk."""
    slopes = walk.derivatives(names["f"])
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
def test_one_on_top_of_another_is_both(record, first, second):
    steps, names = record
    below = CHANGES[first](names)
    both = below | CHANGES[second](names)
    right = Walk(*steps)
    base = Walk(*steps, below, base=right)
    # The numbers below are there to be taken again.
    numbers(right, names), numbers(base, names)
    stacked, alone = Walk(*steps, both, base=base), Walk(*steps, both)
    assert numbers(stacked, names) == pytest.approx(numbers(alone, names), rel=1e-15)


def test_the_right_walk_has_the_numbers_of_the_record(record):
    steps, names = record
    found = numbers(Walk(*steps), names)
    assert found["q"] == 6
    assert found["ds"] == 36
    assert found["dr"] == np.sin(6.0)


def test_the_meter_counts_every_way_and_stops_those_beyond_its_limit(record):
    (nodes, meter), names = record
    first, second = Walk(nodes, meter), Walk(nodes, meter)
    with meter.until(3 * meter.walk):
        numbers(first, names)
        assert meter.used == 2 * meter.walk
        assert second.values[names["q"]] == 6
        with pytest.raises(ExhaustedError):
            second.derivatives(names["f"])
        # What is known is there to be taken.
        assert first.derivatives(names["f"])[names["f"]] == 1
    second.derivatives(names["f"])
    assert meter.used == 4 * meter.walk
