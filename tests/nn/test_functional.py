"""Functions of the operands of layers against hand-written NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from nn import functional as F

RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(5, 4))


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax])
def test_axis_and_dim_are_two_names_for_one_thing(function: Callable[..., Any]) -> None:
    by_axis = function(Tensor(SCORES), axis=0).data
    np.testing.assert_array_equal(by_axis, function(Tensor(SCORES), dim=0).data)
    np.testing.assert_array_equal(by_axis, function(SCORES, 0))
    np.testing.assert_array_equal(function(SCORES), function(SCORES, axis=1))
    with pytest.raises(TypeError, match="two names for one thing, got axis=0 and dim=1"):
        function(SCORES, axis=0, dim=1)


def test_softmax_is_positive_and_sums_to_one() -> None:
    np.testing.assert_allclose(F.softmax(Tensor(SCORES)).data, softmax(SCORES), rtol=1e-12)
    np.testing.assert_allclose(
        F.log_softmax(Tensor(SCORES)).data, np.log(softmax(SCORES)), rtol=1e-12
    )


def test_linear_is_an_affine_map_of_the_last_axis() -> None:
    x, w, b = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=4)
    expected = np.einsum("...i,oi->...o", x, w)
    np.testing.assert_allclose(F.linear(Tensor(x), w).data, expected, rtol=1e-12)
    np.testing.assert_allclose(F.linear(x, Tensor(w), b).data, expected + b, rtol=1e-12)
