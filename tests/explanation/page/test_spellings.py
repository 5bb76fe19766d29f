"""The JavaScript of every operation on numbers gives NumPy's result, at extreme operands too."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.engine import spelling
from autograd.engine.declare import elementwise
from autograd.explanation.page.javascript import JAVASCRIPT, NotLiveError, javascript
from autograd.explanation.steps import Account, build_account
from autograd.ops import REGISTRY
from tests.explanation.page.extremes import FEW, operands, run_in_node, same

PARAMS: dict[str, dict[str, Any]] = {
    "reshape": {"shape": ()},
    "broadcast_to": {"shape": ()},
    "astype": {"dtype": np.dtype(float)},
    "astype_discrete": {"dtype": np.dtype(bool)},
}
NOT_LIVE = {
    # Of whole numbers, or with a whole number as a parameter.
    *("ldexp", "polygamma", "sinc_derivative", "i0_derivative"),
    # Functions that JavaScript lacks.
    *("mantissa", "digamma", "gammaln", "sinc", "i0"),
    # A single number has no axes to swap; the rule of a product multiplies the other entries.
    *("swapaxes", "prod"),
}
_EXACT = "abs bool float floor ceil trunc rint copysign fmod sqrt"
ROUNDED = spelling.FUNCTIONS.keys() - set(_EXACT.split())
"""Functions whose last digits depend on the library that computes them."""
START = (0.7, 0.3, 0.9)


LIVE = [
    name
    for name, op in REGISTRY.items()
    if (op.facts.number or op.kind == "elementwise") and not op.variadic and name not in NOT_LIVE
]
"""The operations whose JavaScript is declared, or derived from their NumPy code."""


def recorded(name: str, values: Sequence[float]) -> Account:
    """Return an operation on leaves x, y, z; of `where` the first is a mask."""
    leaves = [
        Tensor(bool(x), name="x")
        if name == "where" and k == 0
        else Tensor(x, requires_grad=True, name="xyz"[k])
        for k, x in enumerate(values)
    ]
    with np.errstate(all="ignore"):
        return build_account(REGISTRY[name].apply(tuple(leaves), PARAMS.get(name, {})))


def points(name: str) -> list[tuple[float, ...]]:
    return [
        (float(x != 0), *others) if name == "where" else (x, *others)
        for x, *others in operands(REGISTRY[name].arity)
    ]


def tolerance(name: str) -> float:
    number = REGISTRY[name].facts.number
    words = {node.id for node in ast.walk(ast.parse(number or "exp")) if isinstance(node, ast.Name)}
    return 2e-15 if words & ROUNDED else 0.0


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """Value, gradients, slopes and contributions of each operation at its points, by node."""
    programs = [
        f"(inputs) => {{ const all = ({javascript(recorded(name, START[: REGISTRY[name].arity]))})"
        "(inputs); return [all.values.at(-1), "
        "...all.gradients, ...all.slopes, ...all.contributions]; }"
        for name in LIVE
    ]
    return dict(zip(LIVE, run_in_node(programs, list(map(points, LIVE))), strict=True))


@pytest.mark.parametrize("name", LIVE)
def test_values_are_those_of_numpy(results: Any, name: str) -> None:
    op, params = REGISTRY[name], PARAMS.get(name, {})
    for point, (found, *_) in zip(points(name), results[name], strict=True):
        with np.errstate(all="ignore"):
            right = float(op.impl(*map(np.float64, point), **params))
        # The sign of a zero that ties with another one depends on the processor.
        signs = name not in ("maximum", "minimum")
        assert same(found, right, tolerance(name), signs=signs), (point, found, right)


@pytest.mark.parametrize("name", LIVE)
def test_derivatives_are_those_of_the_rules(results: Any, name: str) -> None:
    for point, (_, *found) in zip(points(name), results[name], strict=True):
        if not set(map(str, point)) <= set(map(str, FEW)):
            continue
        if name == "power" and np.isnan(point[0]) and point[1] == 0:
            # Run on tensors the rule has 0 * NaN here, and 0 on numbers.
            continue
        known = recorded(name, point)
        parts = [part for _, part in known.contributions]
        right = [
            *(known.gradients.get(x) for x in known.tensors),
            *(part.slope for part in parts),
            *(part.value for part in parts),
        ]
        for a, b in zip(found, right, strict=True):
            b = None if b is None else float(b)
            assert same(a, b, 1e-14, signs=False), (point, found, right)


@pytest.mark.parametrize("bounds", [(None, 0.5), (-1.0, None), (0, 6), (2.0, -2.0)])
def test_a_bound_of_clip_may_be_absent_or_a_constant(bounds: tuple[Any, Any]) -> None:
    x = Tensor(0.7, requires_grad=True, name="x")
    clip = REGISTRY["clip"]
    program = javascript(build_account(clip.apply((x, *bounds), {})))
    ((*found,),) = run_in_node([f"(x) => ({program})(x).values"], [operands(1)])
    for (x0,), (_, y) in zip(operands(1), found, strict=True):
        assert same(y, float(np.clip(np.float64(x0), *bounds)), signs=False)


UNARY: dict[str, Any] = {
    "negative": np.negative,
    "reciprocal": np.reciprocal,
    "cube": lambda x: x**3,
    "absolute": np.absolute,
    "not": lambda x: np.logical_not(x > 1) + 0.5,
}
BINARY: dict[str, Any] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "remainder": np.remainder,
    "power": lambda x, y: np.abs(x) ** y,
    "maximum": np.maximum,
    "where": lambda x, y: np.where(np.logical_and(x > y, y > 0), x, y),
    "less": lambda x, y: (x < y) - 0.5,
}


def test_expressions_in_expressions_have_the_parentheses_they_need() -> None:
    """Operations that are spelled out: one operation in each place of another."""
    one = [lambda x, y, f=f: f(x) for f in UNARY.values()] + list(BINARY.values())
    nested = [
        *(lambda x, y, f=f, g=g: f(g(x, y)) for f in UNARY.values() for g in one),
        *(lambda x, y, f=f, g=g: f(g(x, y), y) for f in BINARY.values() for g in one),
        *(lambda x, y, f=f, g=g: f(y, g(x, y)) for f in BINARY.values() for g in one),
        *(lambda x, y, f=f, g=g: f(g(x, y), g(y, x)) for f in BINARY.values() for g in one),
    ]
    leaves = [Tensor(v, requires_grad=True, name=n) for v, n in ((0.7, "x"), (1.9, "y"))]
    accounts = [build_account(elementwise(f, 0.0, 0.0, name="mine")(*leaves)) for f in nested]
    programs = [f"(x) => ({javascript(known)})(x).values" for known in accounts]
    pairs = [(0.7, 1.9), (-0.4, 2.5), (1.5, -0.3)]
    found = run_in_node(programs, [pairs] * len(nested))
    for k, (function, results) in enumerate(zip(nested, found, strict=True)):
        for pair, (*_, value) in zip(pairs, results, strict=True):
            right = float(function(*map(np.float64, pair)))
            assert same(value, right, 1e-14, signs=False), programs[k]


def test_floor_division_is_no_rounded_quotient() -> None:
    division, remainder = (
        javascript(recorded(name, (7.0, 2.0))) for name in ("floor_divide", "remainder")
    )
    programs = [f"(x) => [({division})(x).values[2], ({remainder})(x).values[2]]"]
    pairs = [(1.0, 0.1), (0.5, 1e300), (-0.5, 1e300), (5.3, -0.1), (1.0, 0.0), (-1.0, np.inf)]
    ((*found,),) = run_in_node(programs, [pairs])
    assert found[0] == [9.0, pytest.approx(0.1)]
    assert found[1] == [0.0, 0.5]
    for (x, y), pair in zip(pairs, found, strict=True):
        with np.errstate(all="ignore"):
            assert all(map(same, pair, np.divmod(np.float64(x), y)))


def test_the_table_has_all_words() -> None:
    assert JAVASCRIPT.words.keys() == spelling.VOCABULARY


@pytest.mark.parametrize("name", sorted(NOT_LIVE))
def test_what_javascript_lacks_is_said(name: str) -> None:
    params = {"axis1": 0, "axis2": 0} if name == "swapaxes" else {"order": 1}
    op = REGISTRY[name]
    x = Tensor(0.7, requires_grad=True)
    operand = (x, 2)[: op.arity]
    with pytest.raises((NotLiveError, np.exceptions.AxisError, ImportError)):
        javascript(build_account(op.apply(operand, params if op.supported & params.keys() else {})))


def test_truth_values_are_added_as_truth_values() -> None:
    """NumPy's sum of two masks is a mask; the page refuses where JavaScript has 2."""
    x = Tensor(0.7, requires_grad=True, name="x")
    with pytest.raises(NotLiveError, match="no JavaScript for add of truth values"):
        javascript(build_account(((x > 0) + (x > 0.5)) * x))
    whole = elementwise(lambda x: x.astype(int) * 1.0, 0, name="whole")
    with pytest.raises(NotLiveError, match="astype_discrete with a result of int64"):
        javascript(build_account(whole(x)))


def test_a_constant_that_has_a_name_is_no_constant_of_the_program() -> None:
    """The page can move it, so nothing is decided by its value."""
    x, n = Tensor(3.0, requires_grad=True, name="x"), Tensor(2.0, name="n")
    program = javascript(build_account(x**n))
    (((*_, y),),) = run_in_node([f"(x) => ({program})(x).values"], [[(3.0, 3.0)]])
    assert y == 27.0
