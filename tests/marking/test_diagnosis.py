"""Mistakes that explain a wrong number; every wrong number is derived by hand."""

import math

import numpy as np
import pytest

from autograd.marking.mistakes import NUMBERS, ORDER, SLOPES, TOTALS, UPDATES, VALUES
from autograd.marking.report import MAX_SHOWN
from autograd.marking.verification import AMBIGUOUS, verify

S = 1 / (1 + math.exp(-0.7))  # the activation of 0.5 * 2 - 0.3
NEURON = "z = w * x + b\ns = sigmoid(z)\nL = (s - t) ** 2"
AT_NEURON = {"w": 0.5, "x": 2, "b": -0.3, "t": 1}
T = math.tanh(0.7)
P = [math.exp(z) / (math.e + math.exp(2) + math.exp(0.5)) for z in (1, 2, 0.5)]
SOFTMAX = "p = softmax(z)\nL = -sum(y * log(p))"
AT_SOFTMAX = {"z": [1, 2, 0.5], "y": [0, 1, 0]}
MATRIX = {"W": [[1, 2], [3, 5]], "x": [1, -1], "X": [[1, 2], [3, 4], [5, 7]], "b": [0.5, 1]}


def write(value, digits=5):
    """Return numbers as texts with `digits` decimals, as a learner writes them."""
    if isinstance(value, list):
        return [write(x, digits) for x in value]
    return f"{value:.{digits}f}"


CASES = {
    "sign of a value": ("f = x * y", {"x": 2, "y": 3.5}, "f", -7, "sign flipped"),
    "minus for plus": ("f = x + y", {"x": 2, "y": 5}, "f", -3, "minus instead of plus"),
    "plus for minus": ("f = x - y", {"x": 2, "y": 5}, "f", 7, "plus instead of minus"),
    "exponent": ("f = exp(x)", {"x": 2}, "f", math.exp(-2), "sign of the exponent flipped"),
    "times n": (
        "f = x ** 3",
        {"x": 4},
        "f",
        12,
        "multiplied by the exponent instead of raised to it",
    ),
    "sum": (
        "m = mean(x)",
        {"x": [1, 2, 6]},
        "m",
        9,
        "the division by 3 is missing (sum instead of mean)",
    ),
    "mean": (
        "m = sum(x)",
        {"x": [1, 2, 6]},
        "m",
        3,
        "divided by 3 once too often (mean instead of sum)",
    ),
    "bias": ("z = w * x + b", {"w": 2, "x": 3, "b": 5}, "z", 6, "the bias b is forgotten"),
    "penalty": (
        "e = (w * x - y) ** 2\nL = e + 0.1 * w ** 2",
        {"w": 2, "x": 3, "y": 1},
        "L",
        25,
        "the term multiply is forgotten",
    ),
    "constant factor": ("f = 0.3 * x", {"x": 7}, "f", 7, "the factor 0.3 is forgotten"),
    "root": ("f = sqrt(x)", {"x": 7}, "f", 7, "sqrt is forgotten"),
    "absolute value": ("f = abs(x)", {"x": [-3, 2]}, "f", [-3, 2], "absolute is forgotten"),
    "swapped": ("f = x / y", {"x": 2, "y": 5}, "f", 2.5, "operands swapped"),
    "least for largest": (
        "f = maximum(x, y)",
        {"x": 2, "y": 5},
        "f",
        2,
        "minimum instead of maximum",
    ),
    "cases": (
        "f = where(x > 0, y, z)",
        {"x": 1, "y": 7, "z": 9},
        "f",
        9,
        "the two cases are swapped",
    ),
    "transposed": ("y = W @ x", MATRIX, "y", [-2, -3], "W transposed"),
    "relu": ("f = relu(x)", {"x": [-3, 2]}, "f", [-3, 0], "relu keeps the negative side"),
    "log10": ("f = log(x)", {"x": 7}, "f", math.log10(7), "log10 instead of log"),
    "log": ("f = log2(x)", {"x": 7}, "f", math.log(7), "log instead of log2"),
    "degrees": ("f = sin(x)", {"x": 30}, "f", 0.5, "degrees instead of radians"),
    "kernel": ("f = dot(x, k)", {"x": [1, 2, 4], "k": [1, 3, 0]}, "f", 10, "the kernel is flipped"),
    "convolution": (
        "y = conv(x, k)",
        {"x": [1, 2, 4, 7], "k": [1, 3]},
        "y",
        [5, 10, 19],
        "the kernel is flipped",
    ),
    "stride": (
        "y = conv(x, k, stride=2)",
        {"x": [1, 2, 4, 7, 5], "k": [1, 3, 1]},
        "y",
        [11, 21, 30],
        "the stride is one too small",
    ),
    "padding": (
        "y = conv(x, k, padding=1)",
        {"x": [1, 2, 4], "k": [1, 3, 1]},
        "y",
        [11],
        "the padding is one too narrow",
    ),
    "window": ("y = x[1:3]", {"x": [1, 2, 4, 7]}, "y", [1, 2], "the window is one place too early"),
    "upstream": (
        NEURON,
        AT_NEURON,
        "dL/dz",
        S * (1 - S),
        "the upstream gradient is forgotten",
    ),
    "local": (
        NEURON,
        AT_NEURON,
        "dL/dw",
        2 * (S - 1) * S * (1 - S),
        "the local derivative is forgotten",
    ),
    "1 + s": (
        NEURON,
        AT_NEURON,
        "dL/dz",
        2 * (S - 1) * S * (1 + S),
        "s (1 + s) instead of s (1 - s)",
    ),
    "x (1 - x)": (
        NEURON,
        AT_NEURON,
        "dL/dz",
        2 * (S - 1) * 0.7 * 0.3,
        "x (1 - x): pre-activation for activation",
    ),
    "1 - t": ("f = tanh(x)", {"x": 0.7}, "df/dx", 1 - T, "1 - t instead of 1 - t^2"),
    "at the activation": (
        "f = tanh(x)",
        {"x": 0.7},
        "df/dx",
        1 - math.tanh(T) ** 2,
        "taken at the activation instead of the pre-activation",
    ),
    "other factor": (
        "f = x * y * z",
        {"x": 2, "y": 5, "z": 7},
        "df/dz",
        7,
        "the factor itself instead of the other one",
    ),
    "not squared": ("f = x / y", {"x": 3, "y": 5}, "df/dy", -0.6, "the divisor is not squared"),
    "exponent not lowered": (
        "f = x ** 3",
        {"x": 4},
        "df/dx",
        192,
        "the exponent is not lowered",
    ),
    "factor of the exponent": (
        "f = x ** 3",
        {"x": 4},
        "df/dx",
        16,
        "the factor of the exponent is forgotten",
    ),
    "rule of powers": (
        "f = exp(x)",
        {"x": 3},
        "df/dx",
        3 * math.exp(2),
        "x e^(x - 1), the rule of powers",
    ),
    "inner input": (
        "u = x ** 2\nf = sin(u)",
        {"x": 1.5},
        "df/dx",
        math.cos(1.5) * 3,
        "the derivative of sin taken at x",
    ),
    "log base of the slope": (
        "f = log(x)",
        {"x": 3},
        "df/dx",
        1 / (3 * math.log(10)),
        "the derivative of the logarithm to base 10",
    ),
    "one path": (
        "f = x * y + sin(x)",
        {"x": 2, "y": 3},
        "df/dx",
        3,
        "the path through sin is forgotten",
    ),
    "path twice": (
        "f = x * y + sin(x)",
        {"x": 2, "y": 3},
        "df/dx",
        6 + math.cos(2),
        "the path through multiply is counted twice",
    ),
    "p": (SOFTMAX, AT_SOFTMAX, "dL/dz", P, "p instead of p - y"),
    "diagonal": (
        "p = softmax(z)\nL = dot(c, p)",
        {"z": [1, 2, 0.5], "c": [1, 2, 4]},
        "dL/dz",
        [c * p * (1 - p) for c, p in zip((1, 2, 4), P, strict=True)],
        "only the diagonal of the Jacobian of softmax",
    ),
    "mask": (
        "r = relu(x)\nL = dot(c, r)",
        {"x": [-3, 2], "c": [5, 7]},
        "dL/dx",
        [5, 0],
        "the mask is on the wrong side",
    ),
    "rows": (
        "Y = X @ W + b\nL = sum(Y * Y) / 2",
        MATRIX,
        "dL/db",
        [7.5, 13],
        "only the first row, not the sum over all",
    ),
    "W for its transpose": (
        "y = W @ x\nL = dot(y, y) / 2",
        MATRIX,
        "dL/dx",
        [-1 - 4, -3 - 10],
        "W instead of its transpose",
    ),
    "outer product the other way round": (
        "y = W @ x\nL = dot(y, c)",
        {"W": [[1, 2, 0], [3, 5, 1]], "x": [1, -1, 3], "c": [2, 7]},
        "dL/dW",
        [[2, 7], [-2, -7], [6, 21]],
        "the result transposed",
    ),
}


@pytest.mark.parametrize(("program", "at", "name", "claimed", "rule"), CASES.values(), ids=CASES)
def test_explains(program, at, name, claimed, rule):
    exact = np.array_equal(claimed, np.rint(claimed))
    at = {key: value for key, value in at.items() if key in program}
    (claim,) = verify(program, at=at, claims={name: claimed if exact else write(claimed)}).claims
    assert rule in [sentence.partition(" in ")[0] for sentence in claim.diagnosis] + list(
        claim.diagnosis
    )


@pytest.mark.parametrize(
    ("claimed", "rule"),
    [
        ("3.14519", "two digits are swapped"),
        ("31.4159", "the decimal point is 1 off"),
        ("0.314159", "the decimal point is 1 off"),
        (3, "cut off instead of rounded"),
    ],
)
def test_copying(claimed, rule):
    (claim,) = verify("f = 2 * x", at={"x": 3.14159 / 2}, claims={"f": claimed}).claims
    assert rule in claim.diagnosis


@pytest.mark.parametrize(
    ("claimed", "rule"),
    [
        ("4.4", "plus instead of minus in the step"),
        (-22, "the rate is forgotten"),
        ("1.9", "the gradient is forgotten"),
        ("-2.4", "only the step, not what it is taken from"),
        ("-2.8", "the step is taken twice"),
        (2, "the step is not taken"),
        ("0.8", "a factor 2 is missing"),
    ],
)
def test_update(claimed, rule):
    # dL/dw = -2 x (y - w x) = 24, and w becomes 2 - 0.1 * 24 = -0.4.
    at, update = {"x": 2, "y": -2, "w": 2}, {"rate": 0.1}
    program = "L = (y - w * x) ** 2"
    (claim,) = verify(program, at=at, claims={}, update=update, after={"w": claimed}).claims
    assert rule in claim.diagnosis


class TestAfterTheUpdate:
    """L = w * w / 2 at w = 3, where a rate of 0.5 leaves w = 1.5."""

    def claims(self, after, program="L = w * w / 2", at=None, **claims):
        update = {"rate": 0.5, "of": "L", "with": ["w"]}
        return verify(program, at=at or {"w": 3}, claims=claims, update=update, after=after).claims

    def test_mistakes_in_the_second_evaluation(self):
        _, loss = self.claims({"w": "1.5", "L": "2.25"})
        assert loss.diagnosis[:2] == ("a factor 2 too much", "the division by 2 is forgotten")

    def test_values_follow_from_wrong_ones(self):
        *_, f = self.claims({"w": "1.5", "m": 4, "f": 12}, "L = w * w / 2\nm = w + 1\nf = 3 * m")
        assert f.diagnosis == ("follows from your m after",)
        w, loss = self.claims({"w": "4.5", "L": "10.125"})
        assert w.diagnosis[0] == "plus instead of minus in the step"
        assert loss.diagnosis == ("follows from your w after",)

    def test_entries_follow_from_entries(self):
        # dL/dw = w, so that (1, 4) becomes (0.5, 2).
        at = {"w": [1, 4]}
        *_, loss = self.claims({"w[0]": "1.5", "w[1]": 6, "L": 38.25}, "L = sum(w * w)", at)
        assert loss.diagnosis == ("follows from your w[0] after and w[1] after",)

    def test_mistakes_that_change_a_shape(self):
        at = {"X": [[1, 2], [3, 4], [5, 7]], "w": [0.5, 1]}
        (claim,) = self.claims({"w": [70, 70]}, "Y = X + w\nL = sum(Y * Y) / 2", at)
        assert claim.diagnosis == ()


class TestOtherClaims:
    def test_follows_from_an_earlier_mistake(self):
        report = verify(
            "q = x + y\nf = q * z",
            at={"x": -2, "y": 5, "z": -4},
            claims={"q": 4, "f": -16, "df/dz": 4},
        )
        _, f, slope = report.claims
        assert f.diagnosis == slope.diagnosis == ("follows from your q",)
        assert f.mistakes == ("carried",)

    def test_a_second_mistake_on_top_of_the_first(self):
        report = verify(
            "q = x + y\nf = q * z", at={"x": -2, "y": 5, "z": -4}, claims={"q": 4, "f": 16}
        )
        assert report.claims[1].diagnosis[0] == "sign flipped, with your q"

    def test_right_numbers_on_the_way_speak_against(self):
        at = {"x": -2, "y": 5, "z": -4}
        (alone,) = verify("q = x + y; f = q * z", at=at, claims={"df/dx": 1}).claims
        assert "the upstream gradient is forgotten" in alone.diagnosis
        report = verify("q = x + y; f = q * z", at=at, claims={"df/dq": -4, "df/dx": -1})
        assert report.claims[1].diagnosis == ()

    def test_one_mistake_behind_two_wrong_numbers_is_likelier(self):
        # A lost 1/2 and an input twice as large give the same number.
        program = "d = a - y\nh = 0.5 * d ** 2\nL = h * k"
        at = {"a": 3, "y": 1, "k": 5}
        report = verify(program, at=at, claims={"h": 4, "L": 20})
        assert "the factor 0.5 is forgotten" in report.claims[0].diagnosis
        assert report.claims[1].diagnosis == ("follows from your h",)


@pytest.mark.parametrize(
    ("claimed", "rule"),
    [
        (49, "y taken for x"),
        (14, "a factor 2 too much in the input x"),
        (-7, "sign flipped in the input x"),
    ],
)
def test_wrong_inputs(claimed, rule):
    (claim,) = verify("q = x * 1\nf = q * y", at={"x": 1, "y": 7}, claims={"f": claimed}).claims
    assert rule in claim.diagnosis or rule.partition(" in ")[0] in claim.diagnosis


def test_an_ambiguous_number_says_so():
    # A lost 1/2 and an input twice as large give the same number.
    (claim,) = verify("h = 0.5 * d * k", at={"d": 6, "k": 5}, claims={"h": 30}).claims
    assert {"the factor 0.5 is forgotten", "a factor 2 too much in the input d"} <= set(
        claim.diagnosis
    )
    assert claim.notes == (AMBIGUOUS,)


def test_rounding_every_step():
    # 1/3 as 0.33: f = 0.33 * 300
    (claim,) = verify("q = x / 3; f = q * 300", at={"x": 1}, claims={"f": 99}).claims
    assert claim.diagnosis == ("rounded too early: every step to 2 decimals",)


def test_of_many_explanations_a_line_has_some():
    at = {"u": 2, "v": 3, "w": 5, "x": 7, "y": 11}
    (claim,) = verify("f = u * v * w * x * y", at=at, claims={"f": -2310}).claims
    assert len(claim.diagnosis) > MAX_SHOWN + 1
    assert len(set(claim.diagnosis)) == len(claim.diagnosis)
    more = f"or {len(claim.diagnosis) - MAX_SHOWN} more"
    assert f"{claim.diagnosis[MAX_SHOWN - 1]}; {more}; {AMBIGUOUS}" in str(claim)


@pytest.mark.parametrize("claimed", ["0.30", "7", "-0.29"])
def test_an_unexplained_number_has_no_diagnosis(claimed):
    (claim,) = verify("f = x * x", at={"x": 0.5}, claims={"f": claimed}).claims
    assert claim.diagnosis == ()


def test_all_wrong_entries_must_be_explained():
    report = verify("f = x * 1", at={"x": [1, 2, 3]}, claims={"f": [-1, 2, -3]})
    assert report.claims[0].diagnosis == ("sign flipped",)
    report = verify("f = x * 1", at={"x": [1, 2, 3]}, claims={"f": [-1, 2, 6]})
    assert report.claims[0].diagnosis == ()


def test_every_class_of_mistakes_is_declared_and_placed():
    declared = {name for kind in (VALUES, SLOPES, TOTALS, UPDATES, NUMBERS) for name, _ in kind}
    assert declared | {"rounding"} == set(ORDER)
