"""The scripts that need no page: how numbers are written, marked and typeset."""

import random
from typing import Any

import numpy as np
import pytest

from autograd import WorksheetError, explain
from autograd.explanation import numbers
from autograd.explanation.notation import latex_name
from autograd.marking.number_format import WrittenNumber
from autograd.marking.verdict import judge
from autograd.ops import REGISTRY

CORNERS = [
    *(0.0, -0.0, 1.0, -12.0, 1 / 3, 0.15625, 1.0625, 1.0635, 2.5e-7, 1e-4, 9.9995e-5, 123456.0),
    *(
        12345678.0,
        9999.5,
        99995.0,
        0.99995,
        1e300,
        -1e-300,
        1234.5,
        1235.5,
        10000.0,
        1e7,
        9999999.0,
    ),
    *(float("inf"), float("-inf"), float("nan")),
]


def test_numbers_are_written_as_in_the_text(run_script: Any) -> None:
    rng = random.Random(0)
    drawn = [rng.uniform(-10, 10) * 10 ** rng.randint(-9, 9) for _ in range(500)]
    # Exactly between two roundings, where Python takes the even one.
    drawn += [k / 2**n for k in range(1, 400, 7) for n in range(4, 14)]
    found = run_script("numbers", "argument.map((x) => formatNumber(x))", [*CORNERS, *drawn])
    assert found == [numbers.format_number(x) for x in [*CORNERS, *drawn]]


TYPED = [
    *(
        "3",
        "-12",
        "−12",
        "+3",
        "0.33",
        "0.333",
        ".5",
        "5.",
        "1.5e-3",
        "1.50e2",
        "4/9",
        "-8/3",
        "1/0",
    ),
    *(
        "1_000",
        " 2.5 ",
        "inf",
        "-inf",
        "nan",
        "",
        "x",
        "1,5",
        "1e",
        "--1",
        "0x10",
        "1e999",
        "1.2.3",
    ),
]


def test_what_is_typed_is_read_as_in_worksheets(run_script: Any) -> None:
    found = run_script("numbers marking", "argument.map(readNumber)", TYPED)
    for text, read in zip(TYPED, found, strict=True):
        try:
            right = WrittenNumber.parse(text)
        except WorksheetError:
            assert read is None, text
        else:
            assert read is not None, text
            same = read["value"] == right.value or np.isnan(right.value)
            assert same, text
            assert read["unit"] == pytest.approx(right.unit) if right.unit else read["unit"] is None


def test_marks_are_those_of_worksheets(run_script: Any) -> None:
    rng = random.Random(1)
    cases = []
    for _ in range(400):
        true = rng.uniform(-5, 5) * 10 ** rng.randint(-3, 3)
        off = rng.choice([0, 0, 10 ** -rng.randint(0, 6) * rng.choice([-1, 1, 0.4])])
        cases.append((f"{true + off:.{rng.randint(0, 6)}f}", true))
    cases += [("0.5", 0.55), ("0.6", 0.55), ("-12", -12.0), ("3", 3 + 1e-12), ("1e-15", 0.0)]
    found = run_script(
        "numbers marking", "argument.map(([t, x]) => judge(readNumber(t), x))", cases
    )
    right = [str(judge(WrittenNumber.parse(text), true)) for text, true in cases]
    assert found == right
    assert set(right) == {"ok", "rounded", "near", "wrong"}


def test_the_diagnosis_is_of_the_number_that_was_typed(run_script: Any) -> None:
    call = "mark(argument[0], argument[1], argument[2])"
    mistakes = [[4.0, "sign flipped"], [-8.0, "counted twice"]]
    for typed, why in (("4", "sign flipped"), ("-8.00", "counted twice"), ("5", ""), ("-4", "")):
        assert run_script("numbers marking", call, [typed, -4.0, mistakes])["why"] == why


def test_arrays_are_marked_entry_by_entry(run_script: Any) -> None:
    right = {"shape": [2], "text": "", "entries": [1.0, 0.25]}
    mistakes = [[{"shape": [2], "text": "", "entries": [-1.0, -0.25]}, "sign flipped"]]
    call = "mark(argument[0], argument[1], argument[2])"
    for typed, verdict, why in (
        ("[1, 0.25]", "ok", ""),
        ("1 0.3", "rounded", ""),
        ("1.0 0.26", "near", ""),
        ("[-1, -0.25]", "wrong", "sign flipped"),
        ("1, -0.25", "wrong", "sign flipped"),
        ("1, 9", "wrong", ""),
    ):
        assert run_script("numbers marking", call, [typed, right, mistakes]) == {
            "verdict": verdict,
            "why": why,
        }
    assert run_script("numbers marking", call, ["1", right, []])["verdict"] == "unreadable"
    assert run_script("numbers marking", call, ["one", 1.0, []])["verdict"] == "unreadable"


def test_at_a_kink_all_between_the_bounds_is_right(run_script: Any) -> None:
    call = "mark(argument, 0, [[-2, 'sign flipped']], [-1.5, 0]).verdict"
    for typed, verdict in (
        ("0", "ok"),
        ("-1", "ok"),
        ("-1.5", "ok"),
        ("-1.6", "near"),
        ("1", "wrong"),
    ):
        assert run_script("numbers marking", call, typed) == verdict


def tree(run_script: Any, *latex: str) -> list[Any]:
    found: list[Any] = run_script("numbers mathematics", "argument.map(mathTree)", list(latex))
    return found


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x + 2.5", ["mrow", ["mi", "x"], ["mo", "+"], ["mn", "2.5"]]),
        ("v_{12}", ["msub", ["mi", "v"], ["mn", "12"]]),
        (
            r"\frac{\partial f}{\partial x}",
            ["mfrac", ["mrow", ["mo", "∂"], ["mi", "f"]], ["mrow", ["mo", "∂"], ["mi", "x"]]],
        ),
        ("{x}^{{-1}}", ["msup", ["mi", "x"], ["mrow", ["mo", "−"], ["mn", "1"]]]),
        (r"\sqrt{x}", ["msqrt", ["mi", "x"]]),
        (r"\sqrt[3]{x}", ["mroot", ["mi", "x"], ["mn", "3"]]),
        (
            r"\ln\left(x\right)",
            ["mrow", ["mi", "ln"], ["mrow", ["mo", "("], ["mi", "x"], ["mo", ")"]]],
        ),
        (r"\mathrm{rate}_{2}", ["msub", ["mi", "rate"], ["mn", "2"]]),
        (r"\hat{y}", ["mover", ["mi", "y"], ["mo", "^"]]),
        (r"\text{a\_b \{c\}}", ["mtext", "a_b {c}"]),
        (
            "2·x − 1e−5",
            ["mrow", ["mn", "2"], ["mo", "·"], ["mi", "x"], ["mo", "−"], ["mn", "1e−5"]],
        ),
        ("", ["mrow"]),
    ],
)
def test_latex_becomes_mathml(run_script: Any, latex: str, expected: list[Any]) -> None:
    assert tree(run_script, latex) == [expected]


def leaves(x: Any) -> list[str]:
    return [x] if isinstance(x, str) else [text for child in x[1:] for text in leaves(child)]


def test_every_notation_is_typeset(run_script: Any) -> None:
    notations = [op.facts.notation for op in REGISTRY.values() if op.facts.notation]
    formulas = [n.latex.format(*["x_{1}"] * len(n.bounds)) for n in notations]
    formulas += [
        latex_name(name) for name in ("alpha", "y_hat", "Omega_2", "<script>", "a b", "_x", "\\")
    ]
    text = explain(
        "L = mean((W @ x - y) ** 2) + sum(where(x > 0, x, elu(x))) + W[0, 1] * sum(W.T[0], axis=0)",
        W=[[1, 2], [3, 4]],
        x=[1, -1],
        y=[0, 1],
    )
    formulas += [part.rule.latex for _, part in text.account.contributions]
    for formula, found in zip(formulas, tree(run_script, *formulas), strict=True):
        for word in leaves(found):
            # No command is left over, no brace, and nothing is missing.
            assert word == "\\" or not {"\\", "{", "}"} & set(word), (formula, found)
            assert word not in ("frac", "left", "right", "cdot", "operatorname", "partial"), formula
