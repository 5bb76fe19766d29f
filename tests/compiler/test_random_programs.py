"""Compiled = eager for programs drawn at random: values, gradients, curvature and tangents."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import grad, jvp, value_and_grad
from tests import programs

COUNT, BATCH = 200, 20


def assert_close(compiled: Any, eager: Any) -> None:
    for a, b in zip(compiled, eager, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def check(seed: int) -> None:
    program = programs.draw(seed)
    rng = np.random.default_rng(seed)
    # Twice the recorded numbers and others, on which conditions choose otherwise.
    runs = [program.leaves, program.leaves]
    runs += [tuple(rng.uniform(-1.5, 1.5, np.shape(x))[()] for x in program.leaves)] * 2
    everywhere = tuple(range(len(program.leaves)))

    def f(*leaves: Any) -> Any:
        return program.run(programs.NUMPY, leaves)

    def first(*leaves: Any) -> Any:
        value, gradients = value_and_grad(f, everywhere)(*leaves)
        return (value, *gradients)

    def slope(*leaves: Any) -> Any:
        return sum(np.sum(g) for g in grad(f, everywhere)(*leaves))

    def second(*leaves: Any) -> Any:
        ones = tuple(np.ones(np.shape(x))[()] for x in program.leaves)
        return (*grad(slope, everywhere)(*leaves), *jvp(slope, leaves, ones))

    for function in (first, second):
        compiled = autograd.compile(function)
        for leaves in runs:
            assert_close(compiled(*leaves), function(*leaves))


@pytest.mark.parametrize("start", range(0, COUNT, BATCH))
def test_random_programs(start: int) -> None:
    for seed in range(start, start + BATCH):
        check(seed)
