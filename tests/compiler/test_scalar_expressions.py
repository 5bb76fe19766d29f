"""Programs of single numbers: steps that stand inside others mean what they meant alone."""

from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd

UNARY: dict[str, Any] = {
    "negative": np.negative,
    "reciprocal": np.reciprocal,
    "sin": np.sin,
    "absolute": np.absolute,
    "power": lambda x: x**3,
    "square": np.square,
}
BINARY: dict[str, Any] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "hypot": np.hypot,
    "maximum": np.maximum,
    "where": lambda x, y: np.where(x > y, x, y),
    "greater": lambda x, y: (x > y) + 0.5,
}
X, Y, Z = 0.7, 1.9, -0.4


def require_same(fn: Any, *arguments: float) -> str:
    """Return the program, in Python's numbers, after comparing it with the function."""
    compiled = autograd.compile(fn)
    for _ in range(2):
        expected = fn(*map(np.float64, arguments))
        np.testing.assert_allclose(compiled(*arguments), expected, rtol=1e-15)
    assert "math.isfinite" in compiled.source
    return compiled.source


@pytest.mark.parametrize(("outer", "inner"), [*product(UNARY, UNARY)])
def test_one_in_one(outer: str, inner: str) -> None:
    require_same(lambda x: UNARY[outer](UNARY[inner](x)), X)


@pytest.mark.parametrize(("outer", "inner"), [*product(BINARY, {**UNARY, **BINARY})])
def test_on_either_side(outer: str, inner: str) -> None:
    def within(x: Any, y: Any) -> Any:
        return BINARY[inner](x, y) if inner in BINARY else UNARY[inner](x)

    require_same(lambda x, y, z: BINARY[outer](within(x, y), z), X, Y, Z)
    require_same(lambda x, y, z: BINARY[outer](z, within(x, y)), X, Y, Z)
    require_same(lambda x, y, z: BINARY[outer](within(x, y), within(z, x)), X, Y, Z)


@pytest.mark.parametrize(("outer", "inner"), [*product(UNARY, BINARY)])
def test_two_in_one(outer: str, inner: str) -> None:
    require_same(lambda x, y: UNARY[outer](BINARY[inner](x, y)), X, Y)


def test_what_is_needed_once_stands_where_it_is_needed() -> None:
    source = require_same(lambda x, y, z: x + y * z - (x - z) / (y - x), X, Y, Z)
    assert "t0 = x + y * z - (x - z) / (y - x)\n" in source
    source = require_same(lambda x, y: 1 / (x * y) - np.reciprocal(x * x * y), X, Y)
    assert "t0 = 1 / (x * y) - 1.0 / (x * x * y)\n" in source


def test_an_operand_that_stands_twice_has_a_line() -> None:
    source = require_same(lambda x, y: np.square(x + y) + np.maximum(x * y, 0), X, Y)
    assert "t0 = x + y\n" in source
    assert "t1 = x * y\n" in source
    assert "t2 = t0 * t0 + (t1 if t1 > 0.0 or t1 != t1 else 0.0)\n" in source


def test_parentheses_stand_only_where_they_are_needed() -> None:
    source = require_same(lambda x, y: -(x**3) * (y - -2.0) + -x * y**-1, X, Y)
    assert "t0 = -(x ** 3) * (y - -2.0) + -x * y ** -1\n" in source
    source = require_same(lambda x, y: np.where(np.logical_and(x > 0, y > x), 2 * x, y), X, Y)
    assert "t0 = 2 * x if x > 0 and y > x else y\n" in source


def test_long_expressions_are_cut() -> None:
    def chain(x: Any, y: Any) -> Any:
        for _ in range(100):
            x = x * y + 0.5
        return x

    source = require_same(chain, X, 0.9)
    assert max(map(len, source.splitlines())) < 120
    assert source.count("\n") > 15


def test_named_steps_have_lines_of_their_own() -> None:
    def named(x: Any) -> Any:
        y = x * 2
        if isinstance(y, autograd.Tensor):
            y.name = "double"
        return y + 1

    source = require_same(named, 3.0)
    assert "t0 = 2 * x  # double\n" in source
