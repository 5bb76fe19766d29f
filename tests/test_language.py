"""The program language: what it computes, what it refuses and with which words, and its limits."""

import math
import operator
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, no_grad
from autograd.errors import ProgramError
from autograd.language import FUNCTIONS, constant, limits, run

X, Y = [1.0, -2.0, 0.5], [0.0, 1.0, 3.0]
W = [[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]
P, ONE_HOT = [[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]], [[0, 1, 0], [1, 0, 0]]
INPUTS = {"x": X, "y": Y, "W": W, "P": P, "a": 3, "b": -2}
x, y, w, p = map(np.array, (X, Y, W, P))
LOG_SOFTMAX = p - np.log(np.exp(p).sum(1, keepdims=True))

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


REFUSED = [
    ("", "the program is empty"),
    ("# only a remark", "the program is empty"),
    ("f = x ^ 2", "line 1, column 5: ^ is no power here; use **"),
    ("f = 2x", "line 1, column 5: a product needs its sign: write 2*x"),
    ("f = 2(x + 1)", "write 2 * (...)"),
    ("f = x(a + 1)", "x is a value, not a function; a product is written x * (...)"),
    ("q = x\n  f = q y", "line 2, column 9: between two values an operator is missing"),
    ("np.exp(x)", "`np.exp`: write exp(x)"),
    ("x.sum()", "`x.sum`: write sum(x, axis=..., keepdims=...)"),
    ("x.shape", "the only attribute is .T"),
    ("x.__class__", "the only attribute is .T"),
    ("ln(x)", "there is no function ln; write log(x)"),
    ("ReLU(x)", "there is no function ReLU; did you mean relu?"),
    ("open(x)", "there is no function open; there are exp, log"),
    ("f == x", "a comparison belongs into where(condition, a, b); an assignment has one ="),
    ("g = x > 0", "a comparison belongs into where"),
    ("where(0 < x < 1, x, 0)", "one comparison at a time"),
    ("where(x > 0 and x < 1, x, 0)", "put one where(...) into the other"),
    ("where(not x, x, 0)", "swap the two values"),
    ("x if a else y", "write where(condition, a, b)"),
    ("x = 2", "x is an input"),
    ("f = g = 2", "an assignment has one name on its left"),
    ("f, g = x, y", "an assignment has one name on its left"),
    ("f += 1", "write it out"),
    ("f: float = 1", "write the assignment without a type"),
    ("(f := 1)", "an assignment stands on a line of its own"),
    ("a + b; a", "the value of `a + b` is lost here"),
    ("g = h + 1; h = 2", "h gets its value only later, on line 1"),
    ("f = u * 2", "u has no value: give it one as an input, u = ..."),
    ("f = (w1 + a) * 2; g = w11", "w1 has no value"),
    ("first = a; f = frist", "did you mean first?"),
    ("exp", "exp is a function: write exp(x)"),
    ("lambda = 3", "lambda is a word of Python's own; as a name, write lambda_"),
    ("lambda x: x", "functions cannot be defined"),
    ("def f(): pass", "functions cannot be defined"),
    ("import os", "nothing needs importing"),
    ("for i in x: i", "there are no loops"),
    ("[i for i in x]", "there are no loops"),
    ("'text'", "is no number"),
    ("f'{x}'", "no text, only numbers"),
    ("f = 'a", "no text, only numbers"),
    ("2j", "`2j` is no number"),
    ("True", "`True` is no number"),
    ("...", "is no number"),
    ("1e999", "the number is too large"),
    ("x // 2", "// has no derivative; use /"),
    ("x % 2", "% is not part of the language"),
    ("~x", "`~x` is not part of the language"),
    ("|x|", "write abs(...)"),
    ("a!", "no factorial"),
    ("(1, 2)", "a vector is written in square brackets"),
    ("{1, 2}", "a vector is written in square brackets"),
    ("[]", "the entries of a list have one shape; found no entries"),
    ("[a, x]", "the entries of a list have one shape; found () and (3,)"),
    ("x − y", "for − write -"),
    ("x²", "line 1, column 2: for ² write **2"),
    ("Wᵀ @ a", "for ᵀ write .T"),
    ("x\x00", "U+0000"),
    ("x[9]", "index 9 is out of bounds"),
    ("x[a]", "`a` must be a whole number, written out"),
    ("x[0.5]", "must be a whole number"),
    ("x[True]", "must be a whole number"),
    ("a[0]", "`a` is one number and has no entries"),
    ("x[2:1]", "selects no entry"),
    ("x[*y]", "must be a whole number"),
    ("sum(x, 0)", "write sum(x, axis=..., keepdims=...)"),
    ("sum(x, dim=0)", "write sum(x, axis=..., keepdims=...)"),
    ("sum(x, axis=a)", "must be a number, written out"),
    ("sum(x, axis=0.5)", "`sum(x, axis=0.5)`"),
    ("sum(x, axis=7)", "axis 7 is out of bounds"),
    ("sum(x, **x)", "write sum("),
    ("exp(*x)", "`*x` is not part of the language"),
    ("exp()", "write exp(x)"),
    ("clip(x, 1)", "write clip(x, low, high)"),
    ("reshape(x, 2, shape=3)", "write reshape(x, shape=...)"),
    ("concat(x)", "write concat([x, y, ...], axis=...)"),
    ("concat([a, b])", "zero-dimensional"),
    ("f = 1\nW @ y[0:2]", "line 2, column 1: `W @ y[0:2]`: matmul of operands of shapes (2, 3)"),
    ("cross_entropy(a, 1)", "needs a vector of logits"),
    ("cross_entropy(P, [0, 3])", "classes are whole numbers from 0 to 2"),
    ("cross_entropy(P, [0, 0.5])", "classes are whole numbers from 0 to 2"),
    ("cross_entropy(P, 1)", "needs classes of shape (2,)"),
    ("f = (x +", "cannot read this"),
]


@pytest.mark.parametrize(("program", "message"), REFUSED)
def test_what_lies_outside_the_language_is_refused_with_a_hint(program, message):
    with pytest.raises(ProgramError) as caught:
        run(program, INPUTS)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x y", 1, "the input name 'x y' is no name"),
        ("x", "3", "the input x must be a number"),
        ("x", [[1], [1, 2]], "the input x must be a number, or a list of numbers with rows"),
        ("x", 1j, "the input x must be a number"),
        ("x", None, "the input x must be a number"),
        ("x", [], "the input x has 0 entries"),
        ("x", np.zeros(limits.MAX_ENTRIES + 1), "between 1 and 1000000 are possible"),
    ],
)
def test_inputs_are_numbers(name, value, message):
    with pytest.raises(ProgramError) as caught:
        run("f = 1", {name: value})
    assert message in str(caught.value)


def test_inputs_in_all_are_bounded():
    wide = {f"x{i}": np.zeros(limits.MAX_ENTRIES) for i in range(6)}
    with pytest.raises(ProgramError, match="the inputs have more than 5000000 entries"):
        run("f = 1", wide)


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
        assert float(evaluation.result) == pytest.approx(1e30)

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
        assert float(evaluation.names["h"]) == 7

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
        assert float(evaluation.names["sum"]) == 8

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
    np.testing.assert_equal(float(run(program, {"x": 1}).result), value)


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
        np.testing.assert_array_equal(constant(text), value)

    @pytest.mark.parametrize(
        "text", ["", "x", "x = 1", "1; 2", "__import__('os')", "1 if 1 else 2"]
    )
    def test_has_no_names(self, text):
        with pytest.raises(ProgramError):
            constant(text)


class TestLimits:
    @pytest.mark.parametrize(
        ("program", "message"),
        [
            ("x" * (limits.MAX_TEXT + 1), "has 10001 characters"),
            ("x = " + "9" * 101, "at most 100 characters"),
            ("x = 0x" + "f" * 99, "at most 100 characters"),
            ("+".join("1" * 70), "nested more than 64 levels"),
            ("f = " + "+".join(["a * a"] * 50) + "\ng = a * a + a" * 400, "more than 2000 steps"),
            ("(" * 3000 + "1" + ")" * 3000, "too many nested parentheses"),
            ("-" * 9000 + "1", "nested"),
            ("[" * 150 + "1" + "]" * 150, "nested"),
            ("x" + "[0]" * 3000, "nested"),
            ("reshape(v, (1000, 1)) * v * [v, v]", "needs 1000000 entries"),
            ("m = reshape(v, (1000, 1)) @ reshape(v, (1, 1000))", "needs 1000000 entries"),
            ("where(reshape(v, (1000, 1)) > v, 1, 0)", "needs 1000000 entries"),
            ("clip(1, reshape(v, (1000, 1)), v)", "needs 1000000 entries"),
            ("w = [v, v]\n" + "\n".join(f"w{i} = w * 2" for i in range(50)), "work on more than"),
        ],
    )
    def test_are_errors_before_the_work(self, monkeypatch, program, message):
        expressions = "autograd.language.expressions"
        monkeypatch.setattr(f"{expressions}.MAX_ENTRIES", 999_999)
        monkeypatch.setattr(f"{expressions}.MAX_TOTAL", 50_000)
        began = time.perf_counter()
        with pytest.raises(ProgramError) as caught:
            run(program, {"a": 1, "v": np.zeros(1000)})
        assert message in str(caught.value)
        assert time.perf_counter() - began < 2

    def test_of_a_product_includes_its_derivatives(self):
        many_rows = "(reshape(v, (1000, 1, 1)) + reshape(v, (1, 1, 1000)))"
        matrix = "(reshape(v, (1, 1000, 1)) + reshape(v, (1, 1, 1000)))"
        with pytest.raises(ProgramError, match="needs 1000000000 entries"):
            run(f"{many_rows} @ {matrix}", {"v": np.zeros(1000)})

    def test_leave_room_for_real_programs(self):
        terms = "+".join(f"x{i}" for i in range(60))
        assert float(run(terms, {f"x{i}": 1 for i in range(60)}).result) == 60


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@st.composite
def expressions(draw, depth=4):
    """A scalar expression as text, and its value by Python's own arithmetic."""
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
    np.testing.assert_equal(float(run(text, {"u": 1.75}).result), value)


PIECES = [
    "x",
    "y",
    "1",
    "2.5",
    "=",
    "==",
    "+",
    "-",
    "*",
    "**",
    "@",
    "/",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
]
PIECES += [
    ";",
    "\n",
    " ",
    ".",
    ".T",
    "sum",
    "where",
    "concat",
    "reshape",
    "softmax",
    "^",
    "lambda",
    "<",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)))
def test_random_text_is_a_program_or_a_program_error(text):
    try:
        evaluation = run(text, {"x": [1.0, 2.0], "y": 3.0})
    except ProgramError:
        return
    assert isinstance(evaluation.result, Tensor)
