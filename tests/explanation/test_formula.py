"""Formulas are the recorded rules themselves: written right, and true."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, explain, variables
from autograd.explanation import numbers
from autograd.explanation.formula import format_formula
from autograd.explanation.notation import latex_name
from autograd.explanation.steps import build_account
from autograd.ops import REGISTRY


def local_derivatives(name: str, *values: float, **params: Any) -> list[str]:
    """Return the local derivatives of y = op(a, b, ...), as explanations write them."""
    operands = [Tensor(v, requires_grad=True, name=n) for v, n in zip(values, "abc", strict=False)]
    known = build_account(REGISTRY[name].apply(tuple(operands), params), root_name="y")
    return [part.local.text for part in known.steps[-1].contributions if part.local]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("add", (2, 3), ["1", "1"]),
        ("subtract", (2, 3), ["1", "−1"]),
        ("multiply", (2, 3), ["b", "a"]),
        ("divide", (2, 3), ["1 / b", "−y / b"]),
        ("power", (2, 3), ["b·a^(b − 1)", "y·ln(a)"]),
        ("negative", (2,), ["−1"]),
        ("absolute", (-2,), ["sign(a)"]),
        ("exp", (2,), ["y"]),
        ("log", (2,), ["1 / a"]),
        ("sqrt", (2,), ["1 / (2·y)"]),
        ("square", (2,), ["2·a"]),
        ("sin", (2,), ["cos(a)"]),
        ("cos", (2,), ["−sin(a)"]),
        ("tanh", (2,), ["1 − y²"]),
        ("sigmoid", (2,), ["y·(1 − y)"]),
        ("softplus", (2,), ["σ(a)"]),
        ("relu", (2,), ["[a > 0]"]),
        ("leaky_relu", (2,), ["1"]),
        ("leaky_relu", (-2,), ["0.01"]),
        ("elu", (-2,), ["y + 1"]),
        ("maximum", (2, 3), ["[a > b] + ½·[a = b]", "[b > a] + ½·[b = a]"]),
        ("heaviside", (2, 3), ["0", "[a = 0]"]),
    ],
)
def test_local_derivatives_of_elementary_operations(
    name: str, values: tuple[float, ...], expected: list[str]
) -> None:
    assert local_derivatives(name, *map(float, values)) == expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x, y: (x + y) * (x - y), "(x + y)·(x − y)"),
        (lambda x, y: x + y - (x - y), "x + y − (x − y)"),
        (lambda x, y: x / (y / x), "x / (y / x)"),
        (lambda x, y: -(x + y) * 2, "−(x + y)·2"),
        (lambda x, y: 2 * (-x), "2·(−x)"),
        (lambda x, y: x + -3.0, "x + (−3)"),
        (lambda x, y: (x * y) ** 2, "(x·y)²"),
        (lambda x, y: x**-2, "x⁻²"),
        (lambda x, y: x**0.5, "x^0.5"),
        (lambda x, y: 2.0**x, "2^x"),
        (lambda x, y: np.exp(-(x**2) / 2), "exp(−x² / 2)"),
        (lambda x, y: autograd.relu(x) * autograd.leaky_relu(y, negative_slope=0.1),
         "relu(x)·leaky_relu(y, negative_slope=0.1)"),
        (lambda x, y: abs(x) + np.sqrt(x + y), "|x| + √(x + y)"),
        (lambda x, y: np.maximum(x, 0) - (y > 1), "max(x, 0) − [y > 1]"),
    ],
)  # fmt: skip
def test_parentheses_and_signs(function: Callable[..., Any], expected: str) -> None:
    x, y = variables(x=3, y=4)
    assert format_formula(function(x, y), {x: "x", y: "y"}) == expected


def test_matrix_times_vector_rules() -> None:
    W = Tensor(np.ones((2, 3)), requires_grad=True, name="W")
    x = Tensor(np.ones(3), requires_grad=True, name="x")
    y = W @ x
    y.name = "y"
    product = build_account(np.sum(y)).steps[0]
    assert [part.rule.text for part in product.contributions] == ["∂f/∂y xᵀ", "Wᵀ ∂f/∂y"]


def test_matrix_product_rules_of_two_matrices() -> None:
    A = Tensor(np.ones((2, 3)), requires_grad=True, name="A")
    B = Tensor(np.ones((3, 4)), requires_grad=True, name="B")
    C = A @ B
    C.name = "C"
    (left, right) = build_account(np.sum(C), root_name="L").steps[0].contributions
    assert left.rule.text == "∂L/∂C Bᵀ"
    assert right.rule.text == "Aᵀ ∂L/∂C"
    assert left.rule.latex == r"\frac{\partial L}{\partial C} \, B^{\top}"


def test_broadcast_sums_stand_in_the_rule() -> None:
    Z = Tensor(np.ones((2, 3)), requires_grad=True, name="Z")
    b = Tensor(np.ones(3), requires_grad=True, name="b")
    A = Z + b
    A.name = "A"
    _, of_b = build_account(np.sum(A * A), root_name="L").steps[0].contributions
    assert of_b.rule.text == "sum(∂L/∂A, axis (0,))"


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda x: x[0], "x[0]"),
        (lambda x: x[1:], "x[1:]"),
        (lambda x: x[::-1], "x[::-1]"),
        (lambda x: x[..., None], "x[..., None]"),
        (lambda x: x.reshape(3, 1), "reshape(x, 3×1)"),
        (lambda x: np.broadcast_to(x, (2, 3)), "x·ones(2×3)"),
        (lambda x: np.stack([x, 2 * x]), "stack(x, 2·x)"),
        (lambda x: autograd.softmax(x, axis=0), "softmax(x, axis=0)"),
        (lambda x: np.mean(x, axis=0, keepdims=True), "mean(x, axis=0, keepdims=True)"),
    ],
)
def test_shapes_and_parameters(build: Callable[..., Any], text: str) -> None:
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    assert format_formula(build(x), {x: "x"}) == text


def test_every_operation_has_formulas_for_its_rules() -> None:
    """No operation of the registry breaks the writer, in text or in LaTeX."""
    from tests.cases import all_cases

    for name, case in all_cases():
        op = REGISTRY[name]
        if not op.differentiable:
            continue
        operands = tuple(
            Tensor(x, requires_grad=True)
            if isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f"
            else x
            for x in case.arrays()
        )
        y = op.apply(operands, case.params)
        known = build_account(np.sum(y * np.ones(y.shape)))
        (step,) = [s for s in known.steps if s.tensor is y]
        assert len(step.contributions) == sum(type(x) is Tensor for x in operands)
        for part in step.contributions:
            assert "Tensor" not in part.rule.text + part.rule.latex
            assert part.rule.text.count("(") == part.rule.text.count(")")
            assert part.rule.latex.count("{") == part.rule.latex.count("}")
            assert np.shape(part.value) == part.operand.shape


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (3, "3"),
        (-0.0, "0"),
        (1 / 3, "0.3333"),
        (123456.0, "123456"),
        (1234.5678, "1235"),
        (1e7, "1e7"),
        (-2.5e-7, "−2.5e−7"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers(x: float, text: str) -> None:
    assert numbers.format_number(x) == text


def test_arrays_are_written_in_full_or_as_shape_and_norm() -> None:
    assert numbers.format_value(np.array([[1, 2], [3, 4.5]])) == "[[1, 2], [3, 4.5]]"
    assert numbers.format_value(np.full((5, 4), 2.0)) == "5×4, norm 8.944"
    assert numbers.format_value(np.arange(5) > 2) == "5, 2 true"
    assert numbers.format_value(np.zeros((0, 3))) == "[]"


@pytest.mark.parametrize(
    ("program", "rule"),
    [
        (
            "y = x[0]",
            r"\frac{\partial L}{\partial y} \text{ put at } [0] \text{ of } \mathbf{0}_{2}",
        ),
        ("y = x.T[0]", r"v_{1}[0]"),
        ("y = elu(x, alpha=2)", r"\operatorname{elu}\left(x, \text{alpha}=2\right)"),
        (
            "y = leaky_relu(x, 2)",
            r"\operatorname{leaky\_relu}\left(x, \text{negative\_slope}=2\right)",
        ),
        ("y = sum(reshape(x, 2, 1), axis=0)", r"\textstyle\sum\left(v_{1}, \text{axis } 0\right)"),
        ("y = reshape(x, 2, 1)", r"\operatorname{reshape}\left(x, 2 \times 1\right)"),
    ],
)
def test_latex_has_no_plain_text_in_it(program: str, rule: str) -> None:
    assert rule in explain(f"{program}; L = sum(y)", x=[1, 2]).latex()


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("w11", "w_{11}"),
        ("y_hat", r"\hat{y}"),
        ("theta", r"\theta"),
        ("delta_1", r"\delta_{1}"),
        ("loss", r"\mathrm{loss}"),
        ("a_1_2", "a_{1,2}"),
        ("_x", r"\text{\_x}"),
        ("<b>", r"\text{<b>}"),
        ("50%", r"\text{50\%}"),
    ],
)
def test_latex_names(name: str, latex: str) -> None:
    assert latex_name(name) == latex
