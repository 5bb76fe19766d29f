"""Programs that meet numbers for which they are not: the function itself runs instead."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd.engine.record import Primitive
from tests.cases.case import Case
from tests.registry.test_facts import EVERY, other_values

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


# Shapes that depend on values --------------------------------------------------------------------

UNSURE = [p for p in EVERY if p.values[0].facts.shape_from_values is not False]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("op", "cases"), UNSURE)
def test_an_operation_at_values_that_give_another_shape(op: Primitive, cases: list[Case]) -> None:
    rng = np.random.default_rng(1)
    for case in cases:
        operands = case.arrays()
        alternatives = [list(other_values(x, rng)) for x in operands]
        compiled = autograd.compile(lambda *xs, case=case: op.apply(xs, case.params))
        for k in range(12):
            xs = operands if k == 0 else tuple(a[rng.integers(len(a))] for a in alternatives)
            try:
                expected = op.apply(xs, case.params)
            except (ArithmeticError, ValueError, IndexError, np.linalg.LinAlgError):
                continue
            found = compiled(*xs)
            assert (np.shape(found), found.dtype) == (np.shape(expected), expected.dtype)
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum(np.where(x > 0, x, 0)) / (1 + x[x > 0].size),
        lambda x: np.sum(x) * len(np.nonzero(x > 0)[0]),
        lambda x: np.sum(x) / len(np.unique(np.abs(x))),
        lambda x: np.sum(x) * np.argwhere(x > 0).shape[0],
        lambda x: x * (2.0 if np.linalg.eigvals(np.reshape(np.append(x, x[0]), (2, 2))).dtype
                       == np.float64 else 3.0),
        lambda x: x + np.roots(x * (x > 0)).size,
    ],
)  # fmt: skip
def test_a_number_that_is_a_length(function: Any) -> None:
    """A program in which only the shape of a result is used asks for it again."""
    compiled = autograd.compile(function)
    by_slopes = autograd.compile(autograd.grad(lambda x: np.sum(function(x))))
    for x in XS * 2:
        np.testing.assert_allclose(compiled(x), function(x), rtol=1e-12)
        slope = autograd.grad(lambda x: np.sum(function(x)))(x)
        np.testing.assert_allclose(by_slopes(x), slope, rtol=1e-12)
