"""Programs drawn at random: reverse mode = forward mode = central differences, to second order."""

from dataclasses import replace

import numpy as np
import pytest

from autograd import GradientMismatch, grad, gradcheck, jvp, vjp
from autograd.engine.declare import elementwise
from tests import programs

QUICK, BATCH = 500, 25


def check(program: programs.Program, seed: int) -> None:
    """Gradients against differences, and the second derivative in one direction."""

    def f(*leaves: object) -> object:
        return program.run(programs.NUMPY, leaves)

    value, pullback = vjp(f, *program.leaves)
    np.testing.assert_allclose(value, program.run(programs.NUMPY, program.leaves), rtol=1e-13)
    gradcheck(f, *program.leaves, order=1, rtol=1e-5, atol=1e-6)
    rng = np.random.default_rng(seed)
    directions = tuple(rng.normal(size=np.shape(x))[()] for x in program.leaves)
    everywhere = tuple(range(len(program.leaves)))

    def slope(*leaves: object) -> object:
        gradients = grad(f, everywhere)(*leaves)
        return sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))

    second = grad(slope, everywhere)(*program.leaves)
    _, curvature = jvp(slope, program.leaves, directions)
    along = sum(np.sum(g * d) for g, d in zip(second, directions, strict=True))
    np.testing.assert_allclose(curvature, along, rtol=1e-8, atol=1e-9)
    _, tangent = jvp(f, program.leaves, directions)
    pulled = pullback(1.0)
    pulled = pulled if len(program.leaves) > 1 else (pulled,)
    along = sum(np.sum(g * d) for g, d in zip(pulled, directions, strict=True))
    np.testing.assert_allclose(tangent, along, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("start", range(0, QUICK, BATCH))
def test_random_programs(start: int) -> None:
    for seed in range(start, start + BATCH):
        check(programs.draw(seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(QUICK, 20_000, 500))
def test_many_random_programs(start: int) -> None:
    for seed in range(start, start + 500):
        check(programs.draw(seed), seed)


def test_programs_differ_and_are_the_same_for_a_seed() -> None:
    names = {tuple(i.operation.name for i in programs.draw(s).instructions) for s in range(50)}
    assert len(names) == 50
    assert [i.operands for i in programs.draw(7).instructions] == [
        i.operands for i in programs.draw(7).instructions
    ]
    lengths = [len(programs.draw(s).instructions) for s in range(200)]
    assert min(lengths) <= 8
    assert max(lengths) >= 38


def test_every_operation_is_drawn() -> None:
    drawn = {i.operation.name for s in range(100) for i in programs.draw(s).instructions}
    assert drawn == {operation.name for operation in programs.OPERATIONS}


def test_the_check_can_fail() -> None:
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: 1.001 * np.cos(x), name="wrong")
    program = programs.draw(0)
    step = programs.Operation("wrong", lambda m, x: wrong(x))
    last = programs.Instruction(step, (len(program.leaves) + len(program.instructions) - 1,))
    with pytest.raises(GradientMismatch):
        check(replace(program, instructions=(*program.instructions, last)), 0)
