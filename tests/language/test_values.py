"""The program language: the values of expressions, and the content of an evaluation."""

import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, no_grad
from autograd.errors import ProgramError
from autograd.language import FUNCTIONS, evaluate_constant, run
from tests.language.inputs import INPUTS, LOG_SOFTMAX, ONE_HOT, X, Y, w, x, y

VALUES = [
    ("a + b * a / 2 - b ** 2", 3 - 2 * 3 / 2 - 4),
    ("-a ** 2", -9),
    ("+a", 3),
    ("2 ** -1", 0.5),
    ("W @ x", w @ x),
    ("W.T @ [1, 2]", w.T @ [1, 2]),
    ("[[a, 1], [2, b]]", [[3, 1], [2, -2]]),
    ("[x, y]", [X, Y]),
    ("x[0] + x[-1]", 1.5),
    ("W[1, 0:2]", [0.5, 0]),
    ("W[:, 1]", [2, 0]),
    ("W[0][::2]", [1, -1]),
    ("where(x > 0, x, 0)", [1, 0, 0.5]),
    ("where(x <= 0, x, y)", [0, -2, 3]),
    ("where(x == y, 1, 0)", [0, 0, 0]),
    ("where([1, 0, 1], x, y)", [1, 1, 0.5]),
    ("where(1 != 2, a, b)", 3),
    ("exp(x)", np.exp(x)),
    ("log(y + 1)", np.log(y + 1)),
    ("log2(8) + log10(100)", 5),
    ("sqrt(a)", math.sqrt(3)),
    ("sin(x) + cos(x) + tan(x)", np.sin(x) + np.cos(x) + np.tan(x)),
    ("tanh(x)", np.tanh(x)),
    ("sigmoid(x)", 1 / (1 + np.exp(-x))),
    ("softplus(x)", np.log1p(np.exp(x))),
    ("relu(x)", [1, 0, 0.5]),
    ("leaky_relu(x)", [1, -0.02, 0.5]),
    ("leaky_relu(x, 0.1)", [1, -0.2, 0.5]),
    ("leaky_relu(x, negative_slope=1/4)", [1, -0.5, 0.5]),
    ("elu(x, alpha=2)", [1, 2 * math.expm1(-2), 0.5]),
    ("gelu(a)", 1.5 * (1 + math.erf(3 / math.sqrt(2)))),
    ("abs(x)", [1, 2, 0.5]),
    ("maximum(x, y)", [1, 1, 3]),
    ("minimum(x, 0)", [0, -2, 0]),
    ("clip(x, -1, 0.6)", [0.6, -1, 0.5]),
    ("sum(W)", 5.5),
    ("sum(W, axis=0)", [1.5, 2, 2]),
    ("sum(W, axis=(0, 1), keepdims=True)", [[5.5]]),
    ("mean(W, axis=-1)", w.mean(1)),
    ("max(W)", 3),
    ("max(W, axis=1)", [2, 3]),
    ("min(W, axis=0)", [0.5, 0, -1]),
    ("max(0, b)", 0),
    ("min(0, b)", -2),
    ("dot(x, y)", x @ y),
    ("dot(W, x)", w @ x),
    ("dot(a, b)", -6),
    ("norm(x)", np.linalg.norm(x)),
    ("norm(W, axis=1)", np.linalg.norm(w, axis=1)),
    ("softmax(x)", np.exp(x) / np.exp(x).sum()),
    ("softmax(W, axis=0)", np.exp(w) / np.exp(w).sum(0)),
    ("log_softmax(P)", LOG_SOFTMAX),
    ("logsumexp(x)", np.log(np.exp(x).sum())),
    ("reshape(W, (3, 2))", w.reshape(3, 2)),
    ("reshape(W, 3, -1)", w.reshape(3, 2)),
    ("reshape(x, 3, 1)", x.reshape(3, 1)),
    ("reshape(W, 6)", w.ravel()),
    ("transpose(W)", w.T),
    ("transpose(W, axes=(0, 1))", w),
    ("concat([x, [a, b]])", [*X, 3, -2]),
    ("concat([W, W], axis=1)", np.hstack([w, w])),
    ("conv([1, 2, 3, 4], [1, 0.5])", [2, 3.5, 5]),
    ("conv([1, 2, 3, 4], [1, 0, -1], stride=2, padding=1)", [-2, -2]),
    ("conv([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]])", [[-4, -4], [-4, -4]]),
    ("mse(x, y)", np.mean((x - y) ** 2)),
    ("mae(x, y)", np.mean(np.abs(x - y))),
    (
        "bce(P[0], [0, 1, 0])",
        -np.mean([math.log(0.9), math.log(0.7), math.log(0.8)]),
    ),
    ("cross_entropy(P, [1, 0])", -(LOG_SOFTMAX[0, 1] + LOG_SOFTMAX[1, 0]) / 2),
    (f"cross_entropy(P, {ONE_HOT})", -(LOG_SOFTMAX[0, 1] + LOG_SOFTMAX[1, 0]) / 2),
    ("cross_entropy(P[0], 1)", -LOG_SOFTMAX[0, 1]),
]


@pytest.mark.parametrize(("program", "expected"), VALUES)
def test_value_is_the_one_of_numpy(program, expected):
    evaluation = run(program, INPUTS)
    assert np.shape(evaluation.result.data) == np.shape(expected)
    np.testing.assert_allclose(evaluation.result.data, expected, rtol=1e-14)


def test_every_function_has_a_value_in_the_table():
    programs = " ".join(program for program, _ in VALUES)
    assert not [name for name in FUNCTIONS if f"{name}(" not in programs]


NOT_OF_NUMBERS = ("concat", "conv", "cross_entropy")


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NOT_OF_NUMBERS])
def test_a_number_written_out_is_as_good_as_an_input(name):
    operands = FUNCTIONS[name].operands
    shape = ", shape=(1, 1)" if name == "reshape" else ""
    written, as_inputs = (
        run(f"{name}({', '.join(of(p) for p in operands)}{shape})", {"t": 0.5}).result.data
        for of in (lambda operand: "0.5", lambda operand: "t")
    )
    assert np.shape(written) == np.shape(as_inputs)
    np.testing.assert_array_equal(written, as_inputs)


@pytest.mark.parametrize("call", ["concat([2, t])", "conv(2, 3)", "cross_entropy(2, 1)"])
def test_functions_that_do_not_take_numbers_say_so(call):
    with pytest.raises(ProgramError, match=r"joins lists|two vectors|a vector of logits"):
        run(call, {"t": 2})


class TestEvaluation:
    def test_names_are_inputs_then_assignments_in_order(self):
        evaluation = run("q = x + y\nf = q * z", {"z": -4, "x": -2, "y": 5})
        assert list(evaluation.names) == ["z", "x", "y", "q", "f"]
        assert evaluation.inputs == ("z", "x", "y")
        assert [t.name for t in evaluation.names.values()] == list(evaluation.names)
        assert evaluation.result is evaluation.names["f"]
        assert evaluation.result_name == "f"
        assert evaluation.program == "q = x + y\nf = q * z"
        assert [(s.name, s.line) for s in evaluation.statements] == [("q", 1), ("f", 2)]

    def test_inputs_are_float_leaves_that_require_gradients(self):
        given_ = np.array([1.0, 2.0])
        leaf = run("sum(x)", {"x": given_}).names["x"]
        assert leaf.is_leaf
        assert leaf.requires_grad
        assert leaf.dtype == np.float64
        assert not np.shares_memory(leaf.data, given_)

    def test_fractions_and_long_integers_are_numbers(self):
        evaluation = run("x * y", {"x": Fraction(1, 3), "y": [3 * 10**30]})
        assert evaluation.result.item() == pytest.approx(1e30)

    def test_tensors_are_taken_by_value(self):
        x = Tensor([1.0, 2.0], requires_grad=True, name="other")
        evaluation = run("sum(x * x)", {"x": x})
        assert evaluation.names["x"] is not x
        evaluation.result.backward()
        assert x.grad is None

    def test_a_last_expression_is_called_result(self):
        evaluation = run("q = x + 1; q * 2", {"x": 1})
        assert evaluation.result_name == "result"
        assert evaluation.names["result"] is evaluation.result
        assert evaluation.result.name == "result"

    def test_a_last_name_asks_for_its_value(self):
        evaluation = run("q = x + 1; f = q * 2; q", {"x": 1})
        assert evaluation.result_name == "q"
        assert evaluation.result is evaluation.names["q"]
        assert list(evaluation.names) == ["x", "q", "f"]

    def test_a_second_name_is_the_same_tensor(self):
        evaluation = run("b = a; f = b * 2", {"a": 1})
        assert evaluation.names["b"] is evaluation.names["a"]
        assert evaluation.names["a"].name == "a"

    def test_a_name_assigned_again_has_its_later_value(self):
        evaluation = run("h = x; h = h * 2; g = 1; h = h + g", {"x": 3})
        assert list(evaluation.names) == ["x", "g", "h"]
        assert evaluation.names["h"].item() == 7

    def test_a_name_bound_to_numbers_is_a_leaf(self):
        evaluation = run("x = 3; f = x * x", {})
        evaluation.result.backward()
        assert float(evaluation.names["x"].grad) == 6

    def test_layout_is_normalised(self):
        evaluation = run("  q=(x+y)*1 # remark\n\n    f = ( q *\n  2)\n", {"x": 1, "y": 2})
        assert evaluation.program == "q = (x + y) * 1\nf = q * 2"

    def test_columns_of_errors_count_the_indentation(self):
        with pytest.raises(ProgramError, match="line 2, column 8"):
            run("q = 1\n   f = q ^ 2", {})

    def test_names_may_be_functions_names_and_greek(self):
        evaluation = run("mse = mse(σ, 1); sum = mse * 2", {"σ": 3})
        assert evaluation.names["sum"].item() == 8

    def test_records_inside_no_grad(self):
        with no_grad():
            assert run("x * x", {"x": 2}).result.requires_grad

    def test_gradients_flow(self):
        evaluation = run("f = where(x > 0, x * y, 0) + max(0, y)", {"x": 2, "y": 3})
        evaluation.result.backward()
        assert [float(evaluation.names[n].grad) for n in "xy"] == [3, 3]


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("9**9**9", math.inf),
        ("1/0", math.inf),
        ("x / 0", math.inf),
        ("log(x - 1)", -math.inf),
        ("0/0", math.nan),
        ("(-1) ** 0.5", math.nan),
        ("exp(1000) * x", math.inf),
        ("mean(exp([x * 1000]))", math.inf),
    ],
)
def test_overflow_and_domain_errors_are_values_and_no_warnings(program, value):
    np.testing.assert_equal(run(program, {"x": 1}).result.item(), value)


class TestConstant:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("-2", -2),
            ("1/3", 1 / 3),
            ("[1, [2][0]]", [1, 2]),
            ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ],
    )
    def test_is_arithmetic_of_numbers_and_lists(self, text, value):
        np.testing.assert_array_equal(evaluate_constant(text), value)

    @pytest.mark.parametrize(
        "text", ["", "x", "x = 1", "1; 2", "__import__('os')", "1 if 1 else 2"]
    )
    def test_has_no_names(self, text):
        with pytest.raises(ProgramError):
            evaluate_constant(text)


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@st.composite
def expressions(draw, depth=4):
    """Draw a scalar expression as text, with its value by Python's arithmetic."""
    if not depth or draw(st.booleans()):
        number = draw(st.floats(-100, 100, allow_subnormal=False))
        return (f"({number!r})", number) if draw(st.booleans()) else ("u", 1.75)
    if draw(st.integers(0, 3)) == 0:
        text, value = draw(expressions(depth=depth - 1))
        return f"(-{text})", -value
    (left, a), (right, b) = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    if draw(st.booleans()) and b:
        return f"({left} / {right})", a / b
    sign = draw(st.sampled_from(sorted(OPERATORS)))
    return f"({left} {sign} {right})", OPERATORS[sign](a, b)


@given(expressions())
def test_agrees_with_python_arithmetic(expression):
    text, value = expression
    np.testing.assert_equal(run(text, {"u": 1.75}).result.item(), value)
