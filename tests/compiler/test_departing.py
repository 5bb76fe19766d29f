"""Programs that meet numbers for which they are not: the function itself runs instead."""

from typing import Any

import numpy as np

import autograd

XS = [np.array(x, float) for x in ([1, 2, -1], [1, -1, -2], [3, 2, -1], [-1, -2, -3])]


def positive_sum(rng: Any) -> Any:
    """Of a number of entries that depends on their values, times a random number."""
    return lambda x: np.sum(x[x > 0]) * autograd.sample(rng.random) + autograd.sample(rng.normal)


def test_a_program_that_departs_draws_once() -> None:
    eager, compiled = (positive_sum(np.random.default_rng(0)) for _ in range(2))
    program = autograd.compile(compiled)
    for x in XS * 2:
        np.testing.assert_allclose(program(x), eager(x).data, rtol=1e-14)


def test_afterwards_draws_are_new_ones() -> None:
    rng = np.random.default_rng(0)
    program = autograd.compile(positive_sum(rng))
    for x in XS[:2]:
        program(x)
    twin = np.random.default_rng(0)
    for _ in XS[:2]:
        twin.random(), twin.normal()
    assert autograd.sample(rng.random).item() == twin.random()
