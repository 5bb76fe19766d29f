"""The table of wrong numbers for the quiz of a page."""

import numpy as np
import pytest

from autograd import ProgramError, verify
from autograd.marking.common_mistakes import MAX_STATEMENTS, find_common_mistakes

LECTURE = "q = x + y; f = q * z"
AT = {"x": -2, "y": 5, "z": -4}


def test_values_and_derivatives_of_the_result() -> None:
    found = find_common_mistakes(LECTURE, AT)
    assert set(found.mistakes) == {"q", "f", "df/dx", "df/dy", "df/dz", "df/dq"}
    assert found.mistakes["df/dx"][0] == (4.0, "sign flipped")
    assert (1.0, "the upstream gradient is forgotten") in found.mistakes["df/dx"]
    assert found.bounds == {}


def test_no_right_value_is_listed_and_none_twice() -> None:
    for name, listed in find_common_mistakes(LECTURE, AT).mistakes.items():
        values = [float(value) for value, _ in listed]
        assert len(values) == len(set(values)) > 3
        right = {"q": 3, "f": -12, "df/dx": -4, "df/dy": -4, "df/dz": 3, "df/dq": -4}[name]
        assert right not in values


def test_the_first_sentence_is_among_those_of_verify() -> None:
    for name, listed in find_common_mistakes(LECTURE, AT).mistakes.items():
        value, sentence = listed[0]
        (claim,) = verify(LECTURE, at=AT, claims={name: float(value)}).claims
        assert sentence in claim.diagnosis


def test_bounds_at_a_kink() -> None:
    found = find_common_mistakes("a = relu(x); f = 3 * a", {"x": 0})
    assert {name: tuple(map(float, bound)) for name, bound in found.bounds.items()} == {
        "df/dx": (0.0, 3.0)
    }


def test_arrays_up_to_the_size_that_people_type() -> None:
    found = find_common_mistakes("z = W @ x; L = sum(z)", {"W": np.ones((2, 2)), "x": [1, 2]})
    assert np.shape(found.mistakes["dL/dW"][0][0]) == (2, 2)
    assert "dL/dx" not in find_common_mistakes("L = sum(x)", {"x": np.ones(13)}).mistakes


def test_long_programs_and_other_texts() -> None:
    long = "; ".join(f"a{k} = x * {k}" for k in range(MAX_STATEMENTS + 1))
    assert find_common_mistakes(long, {"x": 1}).mistakes == {}
    with pytest.raises(ProgramError):
        find_common_mistakes("f = open(x)", {"x": 1})
