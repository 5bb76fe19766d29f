"""A user's operation that bears a built-in's name is explained as the user's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, draw, explain
from autograd.engine.declare import elementwise, primitive
from autograd.engine.facts import Facts
from autograd.engine.notation import function
from autograd.explanation.formula import format_formula
from autograd.explanation.notation import in_words, sign
from autograd.explanation.page.assemble import render_page
from autograd.explanation.page.javascript import NotLiveError, javascript
from autograd.explanation.steps import build_account
from autograd.ops import REGISTRY
from tests.explanation.page.extremes import run_in_node, same

OWN: dict[str, Callable[..., Any]] = {
    "square": lambda x: x * x + 1,
    "reciprocal": lambda x: 1 / (1 + x),
    "multiply": lambda x, y: x * y + 1,
    "power": lambda x, y: x * y - 2,
    "where": lambda x, y, z: x * y - z,
    "clip": lambda x, y, z: x + y + z,
    "getitem": lambda x: 3 * x,
    "broadcast_to": lambda x: x - 5,
}
VALUES = (0.5, 2.0, -1.5)


def declared(name: str) -> Any:
    function = OWN[name]
    return elementwise(function, *[2.0] * function.__code__.co_argcount, name=name)


def leaves(op: Any) -> tuple[Tensor, ...]:
    named = zip("xyz"[: op.arity], VALUES, strict=False)
    return tuple(Tensor(value, requires_grad=True, name=name) for name, value in named)


@pytest.mark.parametrize("name", OWN)
def test_formulas_are_calls_by_name(name: str) -> None:
    op = declared(name)
    operands = ", ".join("xyz"[: op.arity])
    explanation = explain(op(*leaves(op)))
    assert f"f = {name}({operands}) = " in str(explanation)
    escaped = name.replace("_", r"\_")
    assert rf"\operatorname{{{escaped}}}\left({operands}\right)" in explanation.latex()


def test_nothing_is_left_out_of_a_formula() -> None:
    """Of the built-in a chosen branch or the other factor stands alone; of the user's nothing."""
    x = Tensor(2.0, requires_grad=True)
    assert format_formula(declared("multiply")(1, x), {x: "x"}) == "multiply(1, x)"
    assert format_formula(declared("where")(1.0, x, 3.0), {x: "x"}) == "where(1, x, 3)"


@pytest.mark.parametrize("name", OWN)
def test_pictures_and_instructions_have_the_name(name: str) -> None:
    op = declared(name)
    assert sign(op) == name
    assert f"<{name}>" in draw(op(*leaves(op))).source
    assert in_words(op, ["x", "y"]) == f"apply {name} to x and y"
    assert f'"words":"apply {name} to x' in render_page(build_account(op(*leaves(op))), "f")


@pytest.mark.parametrize("name", OWN)
def test_the_page_computes_the_operation_itself(name: str) -> None:
    op = declared(name)
    program = javascript(build_account(op(*leaves(op))))
    moved = (1.25, -0.5, 3.0)[: op.arity]
    (((*_, found),),) = run_in_node([f"(x) => ({program})(x).values"], [[moved]])
    assert same(found, OWN[name](*moved))


def test_the_page_refuses_an_operation_that_is_not_entry_by_entry() -> None:
    mine = primitive(
        lambda x: 1 / (1 + x),
        vjp=lambda g, y, x: -g * y * y,
        jvp=lambda t, y, x: -t * y * y,
        name="reciprocal",
    )
    with pytest.raises(NotLiveError, match="no JavaScript for reciprocal"):
        javascript(build_account(mine(Tensor(3.0, requires_grad=True))))


def test_a_users_operation_may_have_facts_too() -> None:
    cube = elementwise(
        lambda x: x * x * x,
        lambda y, x: 3 * x * x,
        name="square",
        facts=Facts(notation=function("cube", r"\cube"), words="cube {0}", number="x * x * x"),
    )
    y = cube(Tensor(2.0, requires_grad=True, name="x"))
    assert "f = cube(x) = cube(2) = 8" in str(explain(y))
    assert in_words(cube, ["x"]) == "cube x"
    assert "v0 * v0 * v0" in javascript(build_account(y))


def test_built_in_operations_keep_their_signs() -> None:
    """The control of the controls: the same calls, with the declared operations."""
    for name, text in (
        ("square", "x²"),
        ("multiply", "x·y"),
        ("power", "x^y"),
        ("getitem", "x[0]"),
    ):
        op = REGISTRY[name]
        operands = (
            (Tensor(np.ones(2), requires_grad=True, name="x"),) if op.variadic else leaves(op)
        )
        y = op.apply(operands, {"index": 0} if op.variadic else {})
        assert f"f = {text} = " in str(explain(y))
