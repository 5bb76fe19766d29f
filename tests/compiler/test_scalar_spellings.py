"""The plain Python of every operation on numbers: NumPy's result, or an error and NumPy itself."""

import ast
import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.compiler.scalar_target import PYTHON
from autograd.engine import spelling
from autograd.engine.declare import elementwise
from autograd.ops import REGISTRY
from tests.explanation.page.extremes import operands, same

SPELLED = [name for name, op in REGISTRY.items() if op.facts.number]
PARAMS: dict[str, dict[str, Any]] = {
    "reshape": {"shape": ()},
    "broadcast_to": {"shape": ()},
    "astype": {"dtype": np.dtype(float)},
    "astype_discrete": {"dtype": np.dtype(bool)},
}
_EXACT = "abs bool float floor ceil trunc rint copysign fmod sqrt"
ROUNDED = spelling.FUNCTIONS.keys() - set(_EXACT.split())


@pytest.mark.parametrize("name", [name for name in SPELLED if name != "swapaxes"])
def test_numbers_are_those_of_numpy(name: str) -> None:
    op, params = REGISTRY[name], PARAMS.get(name, {})
    tree = spelling.parse(op.facts.number)
    names = [spelling.Expression(x) for x in spelling.OPERANDS]
    code = compile(spelling.write(tree, names, PYTHON).text, name, "eval")
    words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    computed = 0
    for point in operands(op.arity):
        given = dict(zip(spelling.OPERANDS, point, strict=False))
        if name == "where":
            given["x"] = bool(given["x"])
        try:
            found = eval(code, {"math": math, "inf": math.inf}, given)
        except (ArithmeticError, ValueError):
            continue
        computed += 1
        with np.errstate(all="ignore"):
            right = op.impl(*map(np.float64, point), **params)
        # The sign of a zero that ties with another one depends on the processor.
        signs = name not in ("maximum", "minimum")
        tolerance = 2e-15 if words & ROUNDED else 0.0
        assert same(float(found), float(right), tolerance, signs=signs), (point, found, right)
    assert computed > len(operands(op.arity)) / 4


@pytest.mark.parametrize("name", [name for name in SPELLED if name != "swapaxes"])
def test_compiled_programs_are_plain_python(name: str) -> None:
    op, params = REGISTRY[name], PARAMS.get(name, {})

    def fn(x: Any, y: Any, z: Any) -> Any:
        mask_first = (x > 0, y, z) if name == "where" else (x, y, z)
        return op.apply(mask_first[: op.arity], params) * 0.75 + x

    compiled = autograd.compile(fn)
    for point in ((0.7, 0.3, 0.9), (-0.2, 0.3, 0.4), (0.5, 0.0, -1.0)):
        operand = tuple(map(np.float64, point))
        with np.errstate(all="ignore"):
            right, found = fn(*operand), compiled(*operand)
        assert same(float(found), float(right), 2e-15)
    assert "x = float(x)" in compiled.source


def test_the_table_has_all_words() -> None:
    assert PYTHON.words.keys() == spelling.VOCABULARY


def test_an_operation_by_the_name_of_another_is_not_compiled_as_that() -> None:
    """Only its own spelling counts; without one NumPy computes."""
    functions: dict[str, Any] = {
        "square": lambda x: x * x + 1,
        "reciprocal": lambda x: 1 / (1 + x),
        "multiply": lambda x, y: x * y + 1,
        "power": lambda x, y: x * y - 2,
        "where": lambda c, x, y: c * x - y,
        "clip": lambda x, low, high: x + low + high,
    }
    for name, function in functions.items():
        arity = function.__code__.co_argcount
        mine = elementwise(function, *[1.0] * arity, name=name)
        operand = (0.7, 1.9, -0.4)[:arity]
        compiled = autograd.compile(lambda *xs, mine=mine: mine(*xs) * 2.0)
        for _ in range(2):
            assert compiled(*operand) == pytest.approx(2 * function(*operand), rel=1e-15)


def test_truth_values_are_added_as_truth_values() -> None:
    """The sum of two masks is a mask for NumPy, and 2 for Python."""
    compiled = autograd.compile(lambda x: ((x > 0) + (x > 0.5)) * x)
    for _ in range(2):
        assert compiled(np.float64(0.7)) == 0.7


def test_a_choice_of_whole_numbers_keeps_the_sign_of_zero() -> None:
    compiled = autograd.compile(lambda x: np.copysign(3.0, -np.where(x > 0, 0, x)))
    for _ in range(2):
        assert compiled(0.7) == -3.0
    assert "math.copysign" in compiled.source


@pytest.mark.parametrize("text", ["x.real", "gamma(x)", "x < y < z", "w + 1", "exp(x, y)", "x +"])
def test_spellings_outside_the_vocabulary_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the number spelling"):
        spelling.parse(text)


def test_conditions_on_constants_are_decided() -> None:
    for number, operand, simple in (
        ("x if y is None else y", (..., None), "x"),
        ("x if y is None else y", (..., ...), "y"),
        ("x if not (y > 1 or y != y) else z", (..., 0.5), "x"),
        ("x if x > 0 and y is not None and z > 1 else z", (..., 1, 2), "x if x > 0 else z"),
        ("pow(x, y)", (..., 3.0), "x ** 3"),
        ("pow(x, y)", (..., -1), "x ** -1"),
        ("pow(x, y)", (..., math.inf), "pow(x, y)"),
        ("pow(x, y)", (..., math.nan), "pow(x, y)"),
        ("pow(x, y)", (..., True), "pow(x, y)"),
        ("pow(x, y)", (..., 1e300), "pow(x, y)"),
    ):
        assert ast.unparse(spelling.parse(number, operand)) == simple
