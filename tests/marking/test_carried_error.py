"""Numbers that follow from the learner's own rounded ones are near, and mistakes are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.marking.verdict import Verdict
from autograd.marking.verification import verify

NEAR, ROUNDED, WRONG = Verdict.NEAR, Verdict.ROUNDED, Verdict.WRONG
THIRD = "q = x / 3\nf = q * 300\ng = f * 1.5"
NEURON = "z = w * x + b\na = sigmoid(z)\nL = (y - a) ** 2"
AT_NEURON = {"w": 0.5, "x": 2, "b": -1.5, "y": 1}


def found(program, at, claims, **after):
    return {claim.name: claim for claim in verify(program, at=at, claims=claims, **after).claims}


def follows(claim):
    return [note for note in claim.notes if note.startswith("follows from your rounded")]


@pytest.mark.parametrize("third", ["0.33", "0.34"])
def test_values(third):
    f = 300 * float(third)
    claims = found(THIRD, {"x": 1}, {"q": third, "f": f"{f:.1f}", "g": f"{f * 1.5:.1f}"})
    assert [claim.verdict for claim in claims.values()][1:] == [NEAR, NEAR]
    assert follows(claims["f"]) == ["follows from your rounded q"]
    assert follows(claims["g"]) == ["follows from your rounded f"]


def test_whole_numbers_too():
    claims = found(THIRD, {"x": 1}, {"q": "0.33", "f": 99})
    assert claims["f"].verdict is NEAR


def test_derivatives():
    # By a = 0.378: dL/da = -2 (1 - 0.378) = -1.244, times a (1 - a) = 0.235116 is -0.29248.
    claims = found(NEURON, AT_NEURON, {"a": "0.378", "dL/da": "-1.244", "dL/dz": "-0.29248"})
    assert [claim.verdict for claim in claims.values()] == [ROUNDED, NEAR, NEAR]
    assert follows(claims["dL/dz"]) == ["follows from your rounded a and dL/da"]


def test_after_an_update():
    update = {"rate": 0.5, "with": ["w"]}
    # dL/dw = -0.585121; with -0.59, w becomes 0.795, and L = (1 - sigmoid(0.09))^2 = 0.22802.
    claims = found(
        NEURON, AT_NEURON, {"dL/dw": "-0.59"}, update=update, after={"w": "0.7950", "L": "0.22802"}
    )
    assert claims["w after"].verdict is NEAR
    assert follows(claims["w after"]) == ["follows from your rounded dL/dw"]
    assert claims["L after"].verdict is NEAR
    assert follows(claims["L after"]) == ["follows from your rounded w after"]


def test_all_entries_have_to_follow():
    program, at = "q = x / 3\nf = q * 300", {"x": [1, 2]}
    assert found(program, at, {"q": ["0.33", "0.67"], "f": [99, 201]})["f"].verdict is NEAR
    assert found(program, at, {"q": ["0.33", "0.67"], "f": [99, 202]})["f"].verdict is WRONG


def test_nothing_follows_from_a_number_of_another_shape():
    at = {"x": [[1, 2, 3], [4, 5, 6]]}
    claims = found("q = x * 2\nf = q * 3", at, {"q": [[7, 7]] * 3, "f": [[21] * 3] * 2})
    assert claims["f"].verdict is WRONG
    assert claims["f"].diagnosis == ()


def test_a_mistake_on_top_of_rounded_numbers_is_found():
    # 2 * 0.2925 = 0.5850, where -0.5851 is right.
    claims = found(NEURON, AT_NEURON, {"dL/dz": "-0.2925", "dL/dw": "0.5850"})
    assert claims["dL/dw"].diagnosis[0] == "sign flipped"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        # More exact than 0.33, but not computed from it.
        ({"q": "0.33", "f": "99.5"}, "f"),
        ({"q": "0.33", "f": "99.01"}, "f"),
        # Without the rounded number on the sheet, nothing explains it.
        ({"f": 99}, "f"),
        # Numbers that follow from a wrong one are wrong.
        ({"q": "0.66", "f": 198}, "f"),
        ({"q": "0.33", "f": 98, "g": 147}, "g"),
        # Later numbers explain nothing.
        ({"g": "148.5", "f": 99}, "f"),
        ({"q": "0.33", "f": -99}, "f"),
    ],
)
def test_mistakes_stay_wrong(claims, name):
    claim = found(THIRD, {"x": 1}, claims)[name]
    assert claim.verdict is WRONG
    assert not follows(claim)


MISTAKES = {
    "sign": lambda x: -x,
    "factor 2": lambda x: 2 * x,
    "half": lambda x: x / 2,
    "decimal point": lambda x: 10 * x,
}


CHAIN = "a = w * x\nb = a + c\nL = b * b"


def write_chain(w, x, c, write):
    """Pass every number of `CHAIN` to `write`, and continue with the result."""
    a = write("a", w * x)
    b = write("b", a + c)
    write("L", b * b)
    slope = write("dL/da", write("dL/db", 2 * b))
    write("dL/dw", slope * x)


@given(
    st.tuples(*[st.integers(-40, 40).filter(lambda n: abs(n) > 3) for _ in range(3)]),
    st.integers(2, 4),
    st.sampled_from(sorted(MISTAKES)),
    st.sampled_from(["b", "L", "dL/da", "dL/dw"]),
)
def test_a_mistake_is_never_taken_for_rounding(numbers, digits, mistake, where):
    w, x, c = (n / 7 for n in numbers)

    def rounded(number):
        return float(np.format_float_scientific(number, digits - 1))

    # Every step starts from rounded numbers; one has a mistake.
    claims = {}

    def write(name, number):
        number = MISTAKES[mistake](number) if name == where else number
        claims[name] = f"{number:.{digits - 1}e}"
        return float(claims[name])

    write_chain(w, x, c, write)
    report = found(CHAIN, {"w": w, "x": x, "c": c}, claims)
    true = float(report[where].true)
    # Cancellation takes the digits of a small number, and with them its sign.
    if abs(true) > 20 * float(f"1e{int(claims[where].partition('e')[2]) - digits + 1}"):
        assert report[where].verdict is WRONG


@given(st.tuples(*[st.floats(0.5, 9) for _ in range(3)]), st.integers(2, 5), st.booleans())
def test_a_number_computed_from_rounded_ones_is_never_wrong(numbers, digits, negative):
    w, x, c = numbers
    c = -c if negative else c
    claims = {}

    def write(name, number):
        claims[name] = f"{number:.{digits - 1}e}"
        return float(claims[name])

    write_chain(w, x, c, write)
    report = found(CHAIN, {"w": w, "x": x, "c": c}, claims)
    assert WRONG not in {claim.verdict for claim in report.values()}
