"""Mistakes that explain a wrong number."""

import pytest

from autograd.verify import verify
from autograd.verify.diagnose import MISTAKES


@pytest.mark.parametrize(
    ("program", "name", "claimed", "diagnosis"),
    [
        ("L = mean((x - y) ** 2)", "dL/dx", ["1.333", "-0.667", "-2.0"], "sign flipped"),
        ("L = mean((x - y) ** 2)", "dL/dx", ["-0.667", "0.333", "1.0"], "a factor 2 is missing"),
        ("L = mean((x - y) ** 2)", "dL/dx", ["-2.667", "1.333", "4"], "a factor 2 too much"),
        (
            "L = mean((x - y) ** 2)",
            "dL/dx",
            [-4, 2, 6],
            "the division by 3 is missing (sum instead of mean)",
        ),
        ("L = sum((x - y) ** 2)", "dL/dx", ["-1.33", "0.67", 2], "divided by 3 once too often"),
        ("L = mean(W * W)", "L", 91, "the division by 6 is missing (sum instead of mean)"),
    ],
)
def test_explains(program, name, claimed, diagnosis):
    at = {"x": [1, 2, 4], "y": [3, 1, 1], "W": [[1, 2, 3], [4, 5, 6]]}
    (claim,) = verify(program, at=at, claims={name: claimed}).claims
    assert claim.diagnosis == (diagnosis,)


@pytest.mark.parametrize("claimed", ["0.30", "7", "-0.26"])
def test_what_nothing_explains_has_no_diagnosis(claimed):
    (claim,) = verify("f = x * x", at={"x": 0.5}, claims={"f": claimed}).claims
    assert claim.diagnosis == ()


def test_all_wrong_entries_must_be_explained():
    report = verify("f = x * 1", at={"x": [1, 2, 3]}, claims={"f": [-1, 2, -3]})
    assert report.claims[0].diagnosis == ("sign flipped",)
    report = verify("f = x * 1", at={"x": [1, 2, 3]}, claims={"f": [-1, 2, 6]})
    assert report.claims[0].diagnosis == ()


def test_names_are_unique():
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)
