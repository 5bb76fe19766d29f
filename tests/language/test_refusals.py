"""The program language: refused texts with their messages, and limits."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor
from autograd.errors import ProgramError
from autograd.language import limits, run
from tests.language.inputs import INPUTS

REFUSED = [
    ("", "the program is empty"),
    ("# only a remark", "the program is empty"),
    ("f = x ^ 2", "line 1, column 5: ^ is not a power here; use **"),
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
    ("f == x", "a comparison belongs in where(condition, a, b); an assignment has one ="),
    ("g = x > 0", "a comparison belongs in where"),
    ("where(0 < x < 1, x, 0)", "one comparison at a time"),
    ("where(x > 0 and x < 1, x, 0)", "put one where(...) into the other"),
    ("where(not x, x, 0)", "swap the two values"),
    ("x if a else y", "write where(condition, a, b)"),
    ("x = 2", "x is an input"),
    ("f = g = 2", "an assignment has one name on its left"),
    ("f, g = x, y", "an assignment has one name on its left"),
    ("f += 1", "write it out"),
    ("f: float = 1", "write the assignment without a type"),
    ("(f := 1)", "write an assignment on a separate line"),
    ("a + b; a", "the value of `a + b` is lost"),
    ("g = h + 1; h = 2", "h gets its value later, on line 1"),
    ("f = u * 2", "u has no value: give it one as an input, u = ..."),
    ("f = (w1 + a) * 2; g = w11", "w1 has no value"),
    ("first = a; f = frist", "did you mean first?"),
    ("exp", "exp is a function: write exp(x)"),
    ("lambda = 3", "lambda is a keyword of Python; as a name, write lambda_"),
    ("lambda x: x", "functions cannot be defined"),
    ("def f(): pass", "functions cannot be defined"),
    ("import os", "nothing needs importing"),
    ("for i in x: i", "there are no loops"),
    ("[i for i in x]", "there are no loops"),
    ("'text'", "is not a number"),
    ("f'{x}'", "no text, only numbers"),
    ("f = 'a", "no text, only numbers"),
    ("2j", "`2j` is not a number"),
    ("True", "`True` is not a number"),
    ("...", "is not a number"),
    ("1e999", "the number is too large"),
    ("x // 2", "// has no derivative; use /"),
    ("x % 2", "% is not part of the language"),
    ("~x", "`~x` is not part of the language"),
    ("|x|", "write abs(...)"),
    ("a!", "no factorial"),
    ("(1, 2)", "a vector is written in square brackets"),
    ("{1, 2}", "a vector is written in square brackets"),
    ("[]", "a list needs an entry, as in [1, 2]"),
    ("[a, x]", "the entries of a list must have one shape, got () and (3,)"),
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
    ("sum(x, axis=a)", "axis must be a whole number, or several in brackets, written out, not `a`"),
    ("sum(x, axis=0.5)", "column 13: axis must be a whole number, or several in brackets"),
    ("sum(x, axis=7)", "axis 7 is out of bounds"),
    ("sum(x, **x)", "write sum("),
    ("exp(*x)", "`*x` is not part of the language"),
    ("exp()", "write exp(x)"),
    ("clip(x, 1)", "write clip(x, low, high)"),
    ("reshape(x, 2, shape=3)", "write reshape(x, shape=...)"),
    ("concat(x)", "write concat([x, y, ...], axis=...)"),
    ("concat([a, b])", "write a single number as a list, [x]"),
    ("f = 1\nW @ y[0:2]", "line 2, column 1: `W @ y[0:2]`: matmul of operands of shapes (2, 3)"),
    ("cross_entropy(a, 1)", "needs a vector of logits"),
    ("cross_entropy(P, [0, 3])", "classes must be whole numbers from 0 to 2"),
    ("cross_entropy(P, [0, 0.5])", "classes must be whole numbers from 0 to 2"),
    ("cross_entropy(P, 1)", "needs classes of shape (2,)"),
    ("f = (x +", "cannot read this"),
]


@pytest.mark.parametrize(("program", "message"), REFUSED)
def test_text_outside_the_language_is_refused_with_a_hint(program, message):
    with pytest.raises(ProgramError) as caught:
        run(program, INPUTS)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x y", 1, "the input name 'x y' is not a name"),
        ("x", "3", "the input x must be a number"),
        ("x", [[1], [1, 2]], "the input x must be a number, or a list of numbers with rows"),
        ("x", 1j, "the input x must be a number"),
        ("x", None, "the input x must be a number"),
        ("x", [], "the input x has 0 entries"),
        ("x", np.zeros(limits.MAX_ENTRIES + 1), "between 1 and 1000000 are allowed"),
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
        inputs = {"a": 1, "v": np.zeros(1000)}
        tracemalloc.start()
        try:
            with pytest.raises(ProgramError) as caught:
                run(program, inputs)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert message in str(caught.value)
        # An array of a million entries takes 8 MB.
        assert most < 4e6

    def test_of_a_product_includes_its_derivatives(self):
        many_rows = "(reshape(v, (1000, 1, 1)) + reshape(v, (1, 1, 1000)))"
        matrix = "(reshape(v, (1, 1000, 1)) + reshape(v, (1, 1, 1000)))"
        with pytest.raises(ProgramError, match="needs 1000000000 entries"):
            run(f"{many_rows} @ {matrix}", {"v": np.zeros(1000)})

    def test_leave_room_for_real_programs(self):
        terms = "+".join(f"x{i}" for i in range(60))
        assert run(terms, {f"x{i}": 1 for i in range(60)}).result.item() == 60


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
