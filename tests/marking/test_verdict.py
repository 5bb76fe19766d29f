"""The verdicts: the distance of a written number from the true one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.marking.number_format import WrittenNumber
from autograd.marking.verdict import Verdict, find_worst, is_same_shape, judge
from autograd.marking.verification import verify

OK, ROUNDED, NEAR, WRONG = Verdict


@pytest.mark.parametrize(
    ("claim", "true", "verdict"),
    [
        ("-12", -12, OK),
        ("-12", -12 * (1 + 1e-10), OK),
        ("-12", -12.0001, WRONG),
        ("2/3", 2 / 3, OK),
        ("2/3", 0.667, WRONG),
        ("0.24", 0.24000000000000005, OK),
        ("0.61", 0.6121, ROUNDED),
        ("0.61", 0.615, ROUNDED),
        ("0.62", 0.615, ROUNDED),
        ("0.61", 0.6151, NEAR),
        ("0.61", 0.62, NEAR),
        ("0.610", 0.6121, WRONG),
        ("0.61", 0.6201, WRONG),
        ("1.5e3", 1549, ROUNDED),
        ("1.5e3", 1551, NEAR),
        ("0", 3e-13, OK),
        ("0.00", 0.004, ROUNDED),
        ("0", 0.004, WRONG),
        ("inf", math.inf, OK),
        ("-inf", math.inf, WRONG),
        ("1.0", math.inf, WRONG),
        ("nan", math.nan, OK),
        ("nan", 1.0, WRONG),
        ("1.0", math.nan, WRONG),
        ("1.0e-400", 0.0, OK),
    ],
)
def test_verdict(claim, true, verdict):
    assert judge(WrittenNumber.parse(claim), true) is verdict


@pytest.mark.parametrize(
    ("claim", "true", "said"),
    [
        (3, 10 / 3, True),
        ("-127", -126.7, True),
        ("3.", 3.7, False),
        (3, 3.7, False),
        (0, 0.3, False),
        ("7/2", 3.4, False),
    ],
)
def test_a_rounded_whole_number_gets_a_hint(claim, true, said):
    (found,) = verify("f = x", at={"x": true}, claims={"f": claim}).claims
    assert any("a whole number claims to be exact" in note for note in found.notes) is said
    if said:
        (found,) = verify("f = x", at={"x": true}, claims={"f": f"{claim}."}).claims
        assert found.verdict is ROUNDED


def test_the_worst_entry_decides():
    assert find_worst([OK, NEAR, WRONG, ROUNDED, WRONG]) == 2


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [((), (1, 1), True), ((3, 1), (3,), True), ((2, 3), (3, 2), False), ((2,), (2, 2), False)],
)
def test_axes_of_length_one_are_not_written_on_paper(a, b, same):
    assert is_same_shape(a, b) is same


@given(
    st.floats(-1e6, 1e6).filter(lambda v: abs(v) > 1e-6),
    st.floats(-1e3, 1e3),
    st.integers(1, 12),
    st.booleans(),
)
def test_a_rounded_true_value_is_never_wrong(x, y, digits, scientific):
    true = x * y + y
    claim = f"{true:.{digits}e}" if scientific else f"{true:.{digits}f}"
    report = verify("f = x * y + y", at={"x": x, "y": y}, claims={"f": claim})
    assert report.claims[0].verdict in (OK, ROUNDED)


@given(st.floats(-1e9, 1e9), st.integers(1, 9), st.floats(1.001, 100), st.sampled_from([-1, 1]))
def test_more_than_a_unit_off_is_never_right(true, digits, units, side):
    unit = 10.0**-digits
    claim = f"{true + side * (units + 0.5) * unit:.{digits}f}"
    close = abs(float(claim) - true) <= 1e-9 * max(abs(float(claim)), abs(true)) + 1e-12
    assert close or judge(WrittenNumber.parse(claim), true) is WRONG
