"""Parsing numbers that a learner wrote, and formatting numbers."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor
from autograd.errors import WorksheetError
from autograd.marking import number_format
from autograd.marking.number_format import ClaimedValue, WrittenNumber, format_number


@pytest.mark.parametrize(
    ("number", "value", "unit"),
    [
        (-12, -12, None),
        ("-12", -12, None),
        ("0.610", 0.61, 1e-3),
        ("-0.5", -0.5, 0.1),
        (".25", 0.25, 0.01),
        ("2.", 2, 1),
        ("1.50e-3", 0.0015, 1e-5),
        ("1.5E3", 1500, 100),
        ("2e5", 2e5, None),
        ("−4", -4, None),
        ("1_000.0", 1000, 0.1),
        ("+3", 3, None),
        ("4/9", 4 / 9, None),
        ("- 8 / 3", -8 / 3, None),
        (Fraction(1, 3), 1 / 3, None),
        (4.5, 4.5, 0.1),
        (np.float64(0.25), 0.25, 0.01),
        (np.float32(0.1), 0.1, 0.1),
        (np.int64(7), 7, None),
        (math.inf, math.inf, None),
        ("-inf", -math.inf, None),
        ("1.0e-400", 0, 0),
    ],
)
def test_value_and_unit_of_the_last_digit(number, value, unit):
    read = WrittenNumber.parse(number)
    assert read.value == pytest.approx(value, rel=1e-15)
    assert read.unit == (unit if unit is None else pytest.approx(unit, rel=1e-12))


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("0,61", "'0,61' is not a number; .*; the decimal sign is a point"),
        ("3 apples", "is not a number; write for example -4, 0.610"),
        ("", "is not a number"),
        ("1/0", "the fraction 1/0 divides by zero"),
        ("0.5/2", "is not a number"),
        ("25%", "is not a number"),
        ("1e999", "the number 1e999 is too large"),
        ("9" * 61, "a number has at most 60 characters"),
        (" " * 99 + "1", "a number has at most 60 characters"),
        (True, "True is not a number"),
        (None, "expected a number or a list of numbers, not None"),
        ({"a": 1}, "not {'a': 1}"),
        (1j, "expected a number or a list of numbers, not 1j"),
    ],
)
def test_anything_else_is_an_error(number, message):
    with pytest.raises(WorksheetError, match=message):
        WrittenNumber.parse(number)


@pytest.mark.parametrize(
    ("text", "digits"), [("0.00610", 3), ("-12", 2), ("1.50e-3", 3), ("4/9", 1), ("100.0", 4)]
)
def test_significant_digits(text, digits):
    assert WrittenNumber.parse(text).significant_digits == digits


@given(st.floats(allow_nan=False))
def test_floats_are_read_exactly(number):
    assert WrittenNumber.parse(number).value == number


class TestClaimed:
    def test_scalar(self):
        claim = ClaimedValue.parse("0.610")
        assert (claim.shape, claim.text, float(claim.value)) == ((), "0.610", 0.61)

    def test_nested_lists_keep_their_digits(self):
        claim = ClaimedValue.parse([["0.10", 2], [3.5, "1/4"]])
        assert claim.shape == (2, 2)
        assert claim.text == "[[0.10, 2], [3.5, 1/4]]"
        np.testing.assert_array_equal(claim.value, [[0.1, 2], [3.5, 0.25]])

    @pytest.mark.parametrize("value", [np.array([[1.0, 2.0]]), Tensor([[1.0, 2.0]])])
    def test_arrays_and_tensors(self, value):
        assert ClaimedValue.parse(value).text == "[[1.0, 2.0]]"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ([[1, 2], [3]], "the rows of a list have different lengths"),
            ([1, [2]], "the rows of a list have different lengths"),
            ([], "an empty list has no value"),
            ([[[[[1]]]]], "a claimed array has at most 4 axes"),
            ([1] * (number_format.MAX_ENTRIES + 1), "a claimed array has at most 10000 entries"),
        ],
    )
    def test_errors(self, value, message):
        with pytest.raises(WorksheetError, match=message):
            ClaimedValue.parse(value)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-2 / 3, 4, "-0.6667"),
        (-0.0, 4, "0"),
        (12345.678, 4, "12346"),
        (1234567.0, 4, "1234567"),
        (2.5e-7, 4, "2.5e-07"),
        (math.nan, 4, "nan"),
        (np.array([[1, 0.25], [1 / 3, 0]]), 2, "[[1, 0.25], [0.33, 0]]"),
        (np.zeros((3, 7)), 4, "an array of shape (3, 7)"),
    ],
)
def test_show(value, digits, text):
    assert format_number(value, digits) == text
