"""What Python's own functions of numbers make of a tensor."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, variables


def test_one_element_is_a_python_number() -> None:
    for t in (Tensor(2.6), Tensor([2.6])):
        assert (int(t), float(t), complex(t)) == (2, 2.6, 2.6 + 0j)
        assert (math.floor(t), math.ceil(t), math.trunc(t), round(t)) == (2, 3, 2, 3)
        assert type(round(t)) is int


def test_rounded_to_digits_it_stays_a_tensor() -> None:
    rounded = round(variables(x=2.64), 1)
    assert type(rounded) is Tensor
    assert rounded.data == 2.6
    assert math.isnan(round(Tensor(math.nan), 1).data)


def test_divmod_and_hash() -> None:
    x = variables(x=2.64)
    assert tuple(part.data for part in divmod(x, 2)) == divmod(2.64, 2)
    assert tuple(part.data for part in divmod(5, x)) == divmod(5, 2.64)
    assert hash(x) == hash(x)
    assert x in {x}


@pytest.mark.parametrize(
    ("convert", "instead"),
    [
        (int, "t.astype(int)"),
        (float, "t.astype(float)"),
        (complex, "t.astype(complex)"),
        (round, "np.round(t)"),
        (lambda t: round(t, 2), "np.round(t)"),
        (math.trunc, "np.trunc(t)"),
        (math.floor, "t.astype(float)"),
        (math.sqrt, "t.astype(float)"),
    ],
)
@pytest.mark.parametrize("values", [[1.0, 2.0], []], ids=["two", "none"])
def test_several_elements_are_no_number(
    convert: Callable[[Any], Any], instead: str, values: list[float]
) -> None:
    with pytest.raises(TypeError, match="takes a tensor of one element, got shape") as error:
        convert(Tensor(values))
    assert instead in str(error.value)


def test_truth_and_index_are_numpys() -> None:
    v = variables(v=[1, 2])
    with pytest.raises(ValueError, match=r"truth value .* ambiguous. Use a.any\(\) or a.all\(\)"):
        bool(v)
    for t in (v, Tensor([1, 2]), Tensor(1.0)):
        with pytest.raises(TypeError, match=r"interpreted as an integer|integer scalar arrays"):
            operator.index(t)


def test_arguments_that_are_no_ones() -> None:
    x = variables(x=2.0)
    with pytest.raises(TypeError, match=r"Tensor\.__pow__\(\) takes 2 positional arguments"):
        pow(x, 2, 3)
    for convert in (float, int):
        with pytest.raises(TypeError, match="not 'complex'"):
            convert(x.detach() * 1j)


def test_items_and_membership() -> None:
    x = variables(x=[[1, 2, 3], [4, 5, 6]])
    assert (x.item(1, 2), x.item(-1), x[0, 0].item()) == (6.0, 6.0, 1.0)
    assert 5.0 in x
    assert 7.0 not in x
    assert np.float64(5) in x
