"""New exercises: round numbers, nothing degenerate, the same for the same seed."""

import numpy as np
import pytest

from autograd.language import run
from autograd.marking.practice import KINDS, LARGEST, MAX_OPS, draw_exercise
from autograd.marking.verdict import Verdict
from autograd.marking.verification import Marker

LEAST = {"scalar": 1, "vector": 2, "network": 4}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(12))
def test_every_number_is_exact_and_none_is_zero(kind, seed):
    worksheet = draw_exercise(seed, ops=LEAST[kind] + seed % 5, kind=kind)
    assert all(claim.verdict is Verdict.OK for claim in Marker(worksheet).mark(worksheet).claims)
    for claim in worksheet.claims.values():
        for entry in claim.entries:
            assert entry.value != 0
            assert abs(entry.value) <= LARGEST
            assert len(entry.text.partition(".")[2]) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_as_many_as_asked_for(kind):
    for ops in range(LEAST[kind], 9):
        assert len(draw_exercise(3, ops=ops, kind=kind).program.splitlines()) == ops


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_counts(kind):
    worksheet = draw_exercise(5, ops=6, kind=kind)
    evaluation = run(worksheet.program, worksheet.inputs)
    name = evaluation.result_name
    for given in worksheet.inputs:
        assert f"d{name}/d{given}" in worksheet.claims


def test_the_seed_decides():
    assert draw_exercise(7) == draw_exercise(7)
    first, second = draw_exercise(7), draw_exercise(8)
    assert first.program != second.program or first.inputs != second.inputs
    assert draw_exercise(-1) == draw_exercise(-1)


def test_zeros_on_demand():
    claims = [
        entry.value
        for seed in range(40)
        for claim in draw_exercise(seed, ops=6, kind="scalar", zeros=True).claims.values()
        for entry in claim.entries
    ]
    assert 0 in np.array(claims)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "tensor"}, "kind must be one of scalar, vector, network, not 'tensor'"),
        ({"ops": 0}, "a scalar exercise has from 1 to"),
        ({"ops": MAX_OPS + 1}, f"to {MAX_OPS} steps, not"),
        ({"ops": 3, "kind": "network"}, "a network exercise has from 4"),
    ],
)
def test_impossible_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_exercise(1, **arguments)
