"""The example worksheets: published exercises, each with its verdicts."""

from pathlib import Path

import numpy as np
import pytest

from autograd.marking.verdict import Verdict, judge_all
from autograd.marking.verification import verify_file
from autograd.marking.worksheet import read_worksheet
from tests.marking.closed_forms import FORMS

FOLDER = Path(__file__).parents[2] / "examples" / "worksheets"
SHEETS = sorted(FOLDER.glob("*.toml"))
PUBLISHED = [path for path in SHEETS if path.stem not in FORMS]
MISTAKES = sorted((FOLDER / "mistakes").glob("*.toml"))

ROUNDED = {
    "06_softmax": {"e[0]", "e[1]", "e[2]", "p[2]"},
    "08_cross_entropy": {"binary"},
    "09_sigmoid_cross_entropy": {"y_hat", "L", "dL/ds", "dL/db", "dL/dW", "dL/dW[1, 0]"},
    "10_two_neurons": {
        *("a1", "z2", "a2", "L", "dL/dw2", "dL/db2", "dL/da1", "dL/dw1", "dL/db1"),
    },
    "11_activations": {"s", "ds[0]/da[0]", "ds[2]/da[2]", "t", "dt[0]/db[0]", "dt[1]/db[1]"},
    "12_backward_functions": {"dactivation/dz", "dlogistic/dt", "dcross_entropy/dq"},
    "13_batched_backpropagation": {
        *("J", "A2", "dJ/dZ2", "dJ/dZ1", "dJ/dW2", "dJ/dW1", "dJ/db2", "dJ/db1"),
    },
}
NEAR = {"06_softmax": {"s", "p[0]", "p[1]"}, "08_cross_entropy": {"categorical"}}


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_verdicts(path):
    report = verify_file(path)
    found = {claim.name: claim.verdict for claim in report.claims}
    expected = dict.fromkeys(found, Verdict.OK)
    expected |= dict.fromkeys(ROUNDED.get(path.stem, ()), Verdict.ROUNDED)
    expected |= dict.fromkeys(NEAR.get(path.stem, ()), Verdict.NEAR)
    assert found == expected
    assert report.ok


@pytest.mark.parametrize("path", [*SHEETS, *MISTAKES], ids=lambda path: path.stem)
def test_every_sheet_has_title_and_source(path):
    sheet = read_worksheet(path)
    assert sheet.title
    assert sheet.source


def test_the_published_sign_error():
    report = verify_file(FOLDER / "mistakes" / "10_two_neurons_sign.toml")
    wrong = [claim for claim in report.claims if claim.verdict is Verdict.WRONG]
    assert [claim.name for claim in wrong] == ["dL/dw2"]
    assert wrong[0].diagnosis[0] == "sign flipped"
    assert wrong[0].step == "dL/dw2 = dL/dz2 * dz2/dw2 = -0.2946 * 0.5744"
    assert wrong[0].right == "-0.1692"


def test_the_batched_equations_give_the_claims():
    """Compare with the closed-form equations in plain NumPy, independent of the engine."""
    sheet = read_worksheet(FOLDER / "13_batched_backpropagation.toml")
    a0, y, w1, b1, w2, b2 = (sheet.inputs[name] for name in ("A0", "Y", "W1", "b1", "W2", "b2"))
    a1 = 1 / (1 + np.exp(-(w1 @ a0 + b1)))
    a2 = 1 / (1 + np.exp(-(w2 @ a1 + b2)))
    delta2 = a2 * (1 - a2) * (a2 - y)
    delta1 = a1 * (1 - a1) * (w2.T @ delta2)
    expected = {
        "J": np.sum((a2 - y) ** 2) / 2,
        "A2": a2,
        "dJ/dZ2": delta2,
        "dJ/dZ1": delta1,
        "dJ/dW2": delta2 @ a1.T,
        "dJ/dW1": delta1 @ a0.T,
        "dJ/db2": delta2.sum(axis=1, keepdims=True),
        "dJ/db1": delta1.sum(axis=1, keepdims=True),
    }
    assert expected.keys() == sheet.claims.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(sheet.claims[name].value, value, rtol=0, atol=5.0001e-7)


def test_the_output_layer_equations_give_the_claims():
    sheet = read_worksheet(FOLDER / "09_sigmoid_cross_entropy.toml")
    h, w, b, y = (sheet.inputs[name] for name in ("h", "W", "b", "y"))
    y_hat = 1 / (1 + np.exp(-(h @ w + b)))
    for name, value in {"dL/ds": y_hat - y, "dL/dW": np.outer(h, y_hat - y)}.items():
        np.testing.assert_allclose(sheet.claims[name].value, value, rtol=0, atol=5.0001e-5)


class TestClosedForms:
    """The unpublished exercises, each derived twice."""

    @pytest.mark.parametrize("name", FORMS)
    def test_the_engine_finds_every_claim_right(self, name):
        report = verify_file(FOLDER / f"{name}.toml")
        assert {claim.verdict for claim in report.claims} <= {Verdict.OK, Verdict.ROUNDED}

    @pytest.mark.parametrize("name", FORMS)
    def test_the_closed_form_gives_every_claim(self, name):
        sheet = read_worksheet(FOLDER / f"{name}.toml")
        found = FORMS[name](**sheet.inputs)
        assert list(found) == list(sheet.claims)
        for claim, value in found.items():
            verdicts = judge_all(sheet.claims[claim], value)
            assert set(verdicts) <= {Verdict.OK, Verdict.ROUNDED}, claim

    @pytest.mark.parametrize("name", FORMS)
    def test_the_sheet_has_a_solution(self, name):
        assert len(read_worksheet(FOLDER / f"{name}.toml").solution.splitlines()) >= 2

    def test_there_are_enough(self):
        assert len(SHEETS) >= 25
