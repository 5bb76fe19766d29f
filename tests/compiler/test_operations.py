"""Compiled = eager, for every operation: its values, and its derivatives in both modes."""

import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.looping import each_case
from tests.registry.operations import call, floats, is_float

EVERY = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
]


def other(x: Any) -> Any:
    """Another operand of the same form: if it is a float, close by, so that it stays smooth."""
    return np.asarray(x * 0.875 if is_float(x) else x, np.asarray(x).dtype)[()]


def assert_equal(compiled: Any, eager: Any) -> None:
    compiled, eager = (x.data if type(x) is Tensor else x for x in (compiled, eager))
    assert np.shape(compiled) == np.shape(eager)
    assert np.asarray(compiled).dtype == np.asarray(eager).dtype
    fine = 1e-12 if np.asarray(eager).dtype.itemsize >= 8 else 2e-5
    np.testing.assert_allclose(compiled, eager, rtol=fine, atol=fine * 1e-2)


def assert_replays(function: Any, operands: tuple[Any, ...]) -> None:
    """Compare the first call, which records, and another one with other numbers."""
    compiled = autograd.compile(function)
    assert_equal(compiled(*operands), function(*operands))
    moved = tuple(map(other, operands))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = function(*moved)
        replayed = compiled(*moved)
    assert_equal(replayed, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@each_case("op, case", EVERY)
def test_values(op: Primitive, case: Case, dtype: Any) -> None:
    def function(*operands: Any) -> Any:
        return op.apply(operands, case.params)

    assert_replays(function, case.arrays(dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@each_case("op, case", [p for p in EVERY if p.values[0].differentiable])
def test_derivatives(op: Primitive, case: Case, dtype: Any) -> None:
    function, primals = call(op, case), floats(case, dtype)
    y = function(*primals)
    v = np.random.default_rng(5).normal(size=np.shape(y)).astype(np.asarray(y).dtype)[()]

    def pulled(*xs: Any) -> Any:
        found = autograd.vjp(function, *xs)[1](v)
        return sum(map(np.sum, found)) if isinstance(found, tuple) else found

    def pushed(*xs: Any) -> Any:
        return autograd.jvp(function, xs, tuple(np.ones_like(x) for x in primals))[1]

    assert_replays(pulled, tuple(primals))
    assert_replays(pushed, tuple(primals))
