"""Reports: right values, verdicts on arrays, the first error of a wrong claim, kinks, updates."""

import json

import numpy as np
import pytest

from autograd.engine import sweep
from autograd.errors import ProgramError, WorksheetError
from autograd.marking import answer_key, verification
from autograd.marking.verdict import Verdict
from autograd.marking.verification import verify

OK, ROUNDED, NEAR, WRONG = Verdict
POINT = {"x": -2, "y": 5, "z": -4}
GRAPH = "q = x + y; f = q * z"
LAYER = "z = W @ x + b; h = relu(z); L = sum(h * h)"
LAYER_AT = {"W": [[1, 2], [3, 4]], "x": [1, -1], "b": [3, 3]}
LOSS = "L = (y - w * x)**2"
LOSS_AT = {"x": 3, "y": 10, "w": 2}


def claims_of(program, at, claims, **more):
    """Return the claims of a report, by name."""
    return {claim.name: claim for claim in verify(program, at=at, claims=claims, **more).claims}


def the_claim(program, at, name, claimed):
    """Return the report on a single claim."""
    (claim,) = verify(program, at=at, claims={name: claimed}).claims
    return claim


class TestReport:
    def test_right_claims(self):
        claims = {"q": 3, "f": -12, "df/dq": -4, "df/dx": -4, "df/dy": -4, "df/dz": 3, "x": -2}
        report = verify(GRAPH, at=POINT, claims=claims)
        assert report.ok
        assert report.counts == {"ok": 7, "rounded": 0, "near": 0, "wrong": 0}
        assert str(report).splitlines()[:2] == ["q ok: 3", "f ok: -12"]

    def test_rounded_and_near_claims_are_not_wrong_and_show_what_was_rounded_away(self):
        report = verify("s = 1 / x", at={"x": 3}, claims={"s": "0.33", "ds/dx": "-0.12"})
        assert report.ok
        assert str(report) == (
            "s rounded: 0.33, right is 0.333333\nds/dx near: -0.12, right is -0.111111"
        )

    def test_wrong_claim(self):
        report = verify(GRAPH, at=POINT, claims={"df/d z": "-3.00"})
        assert not report.ok
        assert (
            str(report)
            == "df/dz wrong: -3.00, right is 3; step: df/dz from f = q * z; sign flipped"
        )

    def test_right_value_has_as_many_digits_as_were_written(self):
        assert the_claim("1 / x", {"x": 3}, "result", "0.25").right == "0.3333"
        assert the_claim("1 / x", {"x": 3}, "result", "0.250000").right == "0.333333"

    def test_to_dict_is_json(self):
        program = "q = x / 0; f = W * x"
        at = {"x": 1, "W": [[1, 2]]}
        report = verify(program, at=at, claims={"q": "inf", "f": [[1, 3]]})
        found = json.loads(json.dumps(report.to_dict(), allow_nan=False))
        assert found["ok"] is False
        assert found["counts"]["wrong"] == 1
        assert found["claims"][0]["true"] == "inf"
        assert found["claims"][1] == {
            "name": "f",
            "claimed": "[[1, 3]]",
            "verdict": "wrong",
            "true": [[1.0, 2.0]],
            "entry": "[0, 1]",
            "departs_in": "f",
            "step": "f = W * x",
            "diagnosis": [],
            "mistakes": [],
            "notes": [],
        }

    def test_changes_nothing_that_it_was_given(self):
        x = np.array([1.0, 2.0])
        verify("f = sum(x * x)", at={"x": x}, claims={"df/dx": [2, 4]})
        np.testing.assert_array_equal(x, [1, 2])

    @pytest.mark.parametrize(
        ("claims", "message"),
        [
            ({}, "there are no claims"),
            ({"g": 1}, "the program has no g"),
            ({"f": "many"}, "claim 'f': 'many' is not a number"),
            ({"f": 1, " f": 1}, "two claims are about the same quantity"),
            ({"q[0]": 1}, r"q has shape \(\); there is no q\[0\]"),
            ({str(i): 1 for i in range(501)}, "more than 500 claims"),
        ],
    )
    def test_errors(self, claims, message):
        with pytest.raises(WorksheetError, match=message):
            verify(GRAPH, at=POINT, claims=claims)

    def test_program_errors(self):
        with pytest.raises(ProgramError, match="z has no value"):
            verify(GRAPH, at={"x": 1, "y": 2}, claims={"f": 1})

    def test_evaluates_once_and_sweeps_once_for_each_output(self, monkeypatch):
        runs, sweeps = [], []
        run, reverse = verification.run, sweep.reverse
        monkeypatch.setattr(verification, "run", lambda *a: runs.append(a) or run(*a))
        monkeypatch.setattr(sweep, "reverse", lambda *a, **k: sweeps.append(a) or reverse(*a, **k))
        verify(GRAPH, at=POINT, claims={"q": 3, "df/dx": -4, "df/dy": -4, "df/dz": 3, "dq/dx": 1})
        assert (len(runs), len(sweeps)) == (1, 2)


class TestArrays:
    def test_right_claims(self):
        claims = {
            "z": [2, 2],
            "z[1]": 2,
            "dL/dW": [[4, -4], [4, -4]],
            "dL/dW[0, 1]": -4,
            "dL/dW[1]": [4, -4],
            "dz/dx": [[1, 2], [3, 4]],
            "dz[0]/dx": [1, 2],
            "dz/dx[1]": [2, 4],
            "dx/dz": [[0, 0], [0, 0]],
        }
        assert verify(LAYER, at=LAYER_AT, claims=claims).ok

    def test_the_worst_entry_decides(self):
        claim = the_claim(LAYER, LAYER_AT, "dL/dW", [[4, "-4.0"], [4.0, "4"]])
        assert claim.verdict is WRONG
        assert (claim.entry, claim.right) == ("[1, 1]", "-4")
        assert claim.diagnosis == ("sign flipped",)
        assert "right is -4 at [1, 1]" in str(claim)

    def test_verdict_of_the_worst_entry(self):
        assert the_claim("f = x / 3", {"x": [1, 2]}, "f", ["0.33", "0.66"]).verdict is NEAR

    def test_axes_of_length_one_do_not_count(self):
        assert the_claim("f = x * 1", {"x": [[1], [2]]}, "f", [1, 2]).verdict is OK

    @pytest.mark.parametrize("claimed", [1, [1, 2, 3], [[1, 3], [2, 4]]])
    def test_another_shape_is_wrong_and_says_so(self, claimed):
        claim = the_claim("f = x * 1", {"x": [1, 2]}, "f", claimed)
        assert claim.verdict is WRONG
        assert claim.notes[0].endswith("the right value (2,)")
        assert claim.right == "[1, 2]"
        assert not claim.diagnosis

    def test_long_claims_are_cut_in_the_line_only(self):
        claim = the_claim("f = x * 1", {"x": [1] * 50}, "f", [1] * 50)
        assert len(str(claim)) < 80
        assert len(claim.claimed) > 100

    def test_passes_are_bounded(self):
        with pytest.raises(WorksheetError, match="too many backward passes"):
            the_claim("f = x * x", {"x": np.ones(4000)}, "df/dx", 1)

    def test_large_arrays_are_bounded_in_memory(self, monkeypatch):
        monkeypatch.setattr(answer_key, "MAX_WORK", 300_000)
        program, at = "u = x * 2; L = sum(u)", {"x": np.ones(100_000)}
        the_claim(program, at, "dL/dx[0]", 2)
        with pytest.raises(WorksheetError, match="too many backward passes"):
            verify(program, at=at, claims={"du[0]/dx[0]": 2, "du[1]/dx[0]": 0})


class TestSteps:
    @pytest.mark.parametrize(
        ("program", "name", "step"),
        [
            (GRAPH, "f", "f = q * z"),
            (GRAPH, "x", "x is given"),
            (GRAPH, "df/dq", "df/dq from f = q * z"),
            (GRAPH, "df/dx", "df/dx = df/dq * dq/dx = -4 * 1"),
            (GRAPH, "df/df", "df/df is 1, where the backward pass begins"),
            (GRAPH, "dq/dz", "q does not depend on z"),
            (GRAPH, "dq/df", "q does not depend on f"),
            ("(x + y) * z", "dresult/dx", "dresult/dx from (x + y) * z"),
            (
                "u = x * y; v = x + z; f = u * v",
                "df/dx",
                "df/dx = df/du * du/dx + df/dv * dv/dx = -6 * 5 + -10 * 1",
            ),
            ("u = x * y; f = u + 3 * x", "df/dx", "df/dx = df/du * du/dx + direct = 1 * 5 + 3"),
            (
                "; ".join(f"u{i} = x * {i}" for i in range(9)) + "; f = u0+u1+u2+u3+u4+u5+u6+u7+u8",
                "df/du8",
                "df/du8 from f = u0 + u1 + u2 + u3 + u4 + u5 + u6 + u7 + u8",
            ),
        ],
    )
    def test_of_scalars(self, program, name, step):
        claim = the_claim(program, POINT, name, 77)
        assert (claim.departs_in, claim.step) == (name, step)

    def test_long_sums_are_cut(self):
        program = "; ".join(f"u{i} = x * {i}" for i in range(9)) + "; f = u0+u1+u2+u3+u4+u5"
        step = the_claim(program, POINT, "df/dx", 77).step
        assert step.endswith("= 1 * 0 + 1 * 1 + 1 * 2 + 1 * 3 + ...")

    @pytest.mark.parametrize(
        ("name", "step"),
        [
            ("dL/dh", "dL/dh from L = sum(h * h)"),
            ("dL/db", "dL/db from dL/dz through z = W @ x + b"),
            ("dz/dW", "dz/dW from z = W @ x + b"),
        ],
    )
    def test_of_arrays(self, name, step):
        assert the_claim(LAYER, LAYER_AT, name, 77).step == step

    def test_of_arrays_over_two_paths(self):
        program = "u = x * 2; v = x * 3; L = sum(u * v * x)"
        assert the_claim(program, {"x": [1, 2]}, "dL/dx", [0, 0]).step == (
            "dL/dx from dL/du through u = x * 2 and dL/dv through v = x * 3 and L = sum(u * v * x)"
        )


class TestFirstError:
    @pytest.mark.parametrize(
        ("program", "wrong", "claim", "departs_in"),
        [
            # The first error of a value is the first wrong value below it.
            (GRAPH, {"q": 4, "f": -16}, "f", "q"),
            (GRAPH, {"f": -16}, "f", "f"),
            # The derivative of a product by one factor needs the other, not the product.
            (GRAPH, {"q": 4, "df/dz": 4}, "df/dz", "q"),
            (GRAPH, {"q": 4, "df/dq": 4}, "df/dq", "df/dq"),
            (GRAPH, {"f": 4, "df/dz": 4}, "df/dz", "df/dz"),
            # It is computed from the derivatives above it, in reverse order.
            (GRAPH, {"df/dx": 4, "df/dq": 4}, "df/dx", "df/dq"),
            (
                "u = x * y; v = u * z; f = v * v",
                {"df/du": 1, "df/dv": 1, "df/dx": 1},
                "df/dx",
                "df/dv",
            ),
            # Derivatives of sums need no values; those of nonlinear functions need them.
            ("u = x * y; f = u + z", {"u": 1, "df/dx": 1}, "df/dx", "df/dx"),
            ("u = x * y; f = exp(u)", {"u": 1, "df/du": 1}, "df/du", "u"),
            ("u = x * y; f = exp(u)", {"f": 1, "df/du": 1}, "df/du", "f"),
            ("u = x * y; f = relu(u)", {"u": 1, "df/du": 1}, "df/du", "u"),
            ("u = x * y; f = where(u > 0, z, x)", {"u": 1, "df/dz": 1}, "df/dz", "u"),
            ("u = x * y; v = u * z; f = v * v", {"v": 1, "u": 1, "f": 1}, "f", "u"),
            # Values come before derivatives.
            ("u = x * y; f = u * u", {"df/dx": 1, "u": 1, "df/du": 7}, "df/dx", "u"),
            # An alias is the same value.
            ("u = x * y; w = u; f = w * z", {"u": 1, "f": 1}, "f", "u"),
        ],
    )
    def test_is_the_earliest_wrong_claim_that_was_used(self, program, wrong, claim, departs_in):
        found = claims_of(program, POINT, wrong)[claim]
        assert found.verdict is WRONG
        assert found.departs_in == departs_in
        assert (f"already wrong in {departs_in};" in str(found)) == (departs_in != claim)

    def test_right_claims_have_none(self):
        claims = claims_of(GRAPH, POINT, {"q": 4, "f": -12})
        assert (claims["f"].departs_in, claims["f"].step) == ("", "")


class TestKinks:
    @pytest.mark.parametrize(
        ("program", "low", "high"),
        [
            ("f = relu(x)", 0, 1),
            ("f = leaky_relu(x, 0.25)", 0.25, 1),
            ("f = elu(x, alpha=2)", 1, 2),
            ("f = abs(x)", -1, 1),
            ("f = max(0, x)", 0, 1),
            ("f = maximum(3 * x, x)", 1, 3),
            ("f = min(x, 0)", 0, 1),
            ("f = clip(x, 0, 1)", 0, 1),
            ("f = max([x, 2 * x, -1])", 1, 2),
            ("f = min([x, 2 * x, 1])", 1, 2),
            ("f = where(x > 0, x, -x)", -1, 1),
            ("f = relu(x) - 3 * abs(x)", -3, 4),
            ("f = 2 * relu(relu(x))", 0, 2),
            ("f = sum(relu(x * [1, 2, 3, 4, 5]))", 0, 15),
            ("f = relu(x) + relu(2*x) + relu(3*x) + relu(4*x) + relu(5*x)", 0, 15),
        ],
    )
    def test_any_subgradient_is_right(self, program, low, high):
        for slope in (low, (low + high) / 2, high):
            assert the_claim(program, {"x": 0}, "df/dx", slope).verdict is OK
        for slope in (low - 0.5, high + 0.5):
            claim = the_claim(program, {"x": 0}, "df/dx", slope)
            assert claim.verdict is WRONG
        assert claim.notes[0].endswith(f"any value from {low:g} to {high:g} is right")

    def test_rounding_counts_from_the_nearest_subgradient(self):
        assert the_claim("f = relu(x) / 3", {"x": 0}, "df/dx", "0.34").verdict is NEAR

    def test_entries_choose_each_for_itself(self):
        claim = the_claim("L = sum(relu(x))", {"x": [0, 0, 1, -1]}, "dL/dx", [0.5, 1, 1, 0])
        assert claim.verdict is OK
        assert claim.notes == ("relu at 0: any subgradient is right",)
        assert the_claim("L = sum(relu(x))", {"x": [0, 1]}, "dL/dx", [1, 0]).verdict is WRONG

    def test_a_tie_may_be_shared_in_any_way(self):
        for share in ([1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]):
            assert the_claim("f = max(x)", {"x": [3, 3, 2]}, "df/dx", share).verdict is OK
        assert the_claim("f = max(x)", {"x": [3, 3, 2]}, "df/dx", [0, 0, 1]).verdict is WRONG

    @pytest.mark.parametrize(
        ("program", "name"),
        [
            ("f = relu(x) + y", "df/dy"),
            ("f = relu(x) * 0 + y", "df/dx"),
            ("f = elu(x)", "df/dx"),
            ("f = relu(y)", "df/dy"),
            ("f = where(x > 0, y, 2 * y)", "df/dy"),
        ],
    )
    def test_notes_only_where_the_choice_matters(self, program, name):
        assert the_claim(program, {"x": 0, "y": 1}, name, 5).notes == ()

    def test_notes_name_the_kinks_on_the_way(self):
        claim = the_claim("f = relu(x) + abs(y)", {"x": 0, "y": 0}, "df/dy", 1)
        assert claim.notes == ("absolute at 0: any value from -1 to 1 is right",)

    def test_nan_is_no_subgradient(self):
        assert the_claim("f = relu(x)", {"x": 0}, "df/dx", "nan").verdict is WRONG


class TestUpdate:
    def after(self, after, claims=None, **update):
        update = {"rate": 0.1} | update
        return claims_of(LOSS, LOSS_AT, claims or {}, update=update, after=after)

    def test_new_value(self):
        found = self.after({"w": 4.4}, {"dL/dw": -24})
        assert list(found) == ["dL/dw", "w after"]
        assert found["w after"].verdict is OK

    def test_other_values_are_computed_again(self):
        found = self.after({"w": 4.4, "L": 10.24, "dL/dw": 19.2, "x": 3}, **{"with": ["w"]})
        assert {claim.verdict for claim in found.values()} == {OK}

    def test_wrong_direction(self):
        claim = self.after({"w": -0.4})["w after"]
        assert claim.step == "w - rate * dL/dw = 2 - 0.1 * -24"
        assert claim.diagnosis[0] == "plus instead of minus in the step"

    def test_first_error_in_the_derivative(self):
        found = self.after({"w": -0.4, "L": 0}, {"dL/dw": 24})
        assert found["w after"].departs_in == "dL/dw"
        assert found["L after"].departs_in == "dL/dw"

    def test_first_error_in_the_new_value(self):
        assert self.after({"w": 4, "L": 4})["L after"].departs_in == "w after"

    def test_arrays(self):
        found = claims_of(
            "L = sum(W * W) / 2; M = L * 2",
            {"W": [[1, 2]]},
            {},
            update={"rate": "1/2", "of": "L"},
            after={"W": [["1/2", 2]]},
        )
        assert found["W after"].step == "W - rate * dL/dW"
        assert found["W after"].right == "1"

    def test_entries(self):
        found = claims_of(
            "L = sum(W * W) / 2", {"W": [[1, 2]]}, {}, update={"rate": 0.5}, after={"W[0, 1]": 3}
        )
        assert found["W[0, 1] after"].right == "1"
        assert found["W[0, 1] after"].step == "W[0, 1] - rate * dL/dW[0, 1] = 2 - 0.5 * 2"
        assert found["W[0, 1] after"].diagnosis[0] == "plus instead of minus in the step"

    def test_at_a_kink_any_step_along_a_subgradient_is_right(self):
        for new in (0, -0.05, -0.1):
            found = claims_of("L = relu(w)", {"w": 0}, {}, update={"rate": 0.1}, after={"w": new})
            assert found["w after"].verdict is OK

    @pytest.mark.parametrize(
        ("update", "after", "message"),
        [
            (None, {"w": 1}, r"need \[update\] with a rate"),
            ({}, {"w": 1}, r"\[update\] needs a rate"),
            ({"rate": "fast"}, {"w": 1}, r"the rate of \[update\]: 'fast' is not a number"),
            ({"rate": 1, "off": "L"}, {"w": 1}, "no key 'off'; did you mean of?"),
            ({"rate": 1, "of": 3}, {"w": 1}, "of in .* must be the name of the loss"),
            ({"rate": 1, "of": "M"}, {"w": 1}, "the program has no M"),
            ({"rate": 1, "of": "v"}, {"w": 1}, "v is not one number, so no loss"),
            ({"rate": 1, "with": "w"}, {"w": 1}, "with in .* must be a list of names"),
            ({"rate": 1, "with": ["L"]}, {"w": 1}, "L is not an input"),
            ({"rate": 1}, {"L": 1}, "say in .* which inputs move"),
            ({"rate": 1}, {"u": 1}, "the program has no u"),
        ],
    )
    def test_errors(self, update, after, message):
        with pytest.raises(WorksheetError, match=message):
            verify(f"v = [1, 2]; {LOSS}", at=LOSS_AT, claims={}, update=update, after=after)
