"""NaN stays visible: where a value is NaN, what is computed from it has no finite gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import compile, grad

KINKS: dict[str, Callable[[Any], Any]] = {
    "maximum": lambda x: np.maximum(x, 0.0),
    "maximum from the right": lambda x: np.maximum(0.0, x),
    "minimum": lambda x: np.minimum(x, 0.0),
    "minimum from the right": lambda x: np.minimum(0.0, x),
    "clip": lambda x: np.clip(x, 0.0, 1.0),
    "clip from below": lambda x: np.clip(x, 0.0, None),
    "clip from above": lambda x: np.clip(x, None, 1.0),
    "abs": np.abs,
    "max": lambda x: np.max(np.stack([x, x * 0 + 1.0])),
    "min": lambda x: np.min(np.stack([x, x * 0 + 1.0])),
    "relu": autograd.relu,
    "relu6": autograd.relu6,
    "hardtanh": autograd.hardtanh,
    "leaky_relu": autograd.leaky_relu,
    "elu": autograd.elu,
}


@pytest.mark.parametrize("form", ["eager", "compiled", "array"])
@pytest.mark.parametrize("name", KINKS)
def test_a_nan_is_not_hidden(name: str, form: str) -> None:
    slope = grad(lambda x: np.sum(KINKS[name](x) ** 2))
    if form == "array":
        assert np.isnan(
            slope(np.array([np.nan, 0.5]) if name not in ("max", "min") else np.nan)
        ).any()
    else:
        assert np.isnan((compile(slope) if form == "compiled" else slope)(np.nan))


@pytest.mark.parametrize("function", [np.fmax, np.fmin])
def test_what_ignores_nan_gives_it_no_gradient(function: Any) -> None:
    left, right = grad(lambda x, y: function(x, y) ** 2, (0, 1))(np.nan, 3.0)
    assert (left, right) == (0, 6)
    left, right = grad(lambda x, y: function(x, y) ** 2, (0, 1))(3.0, np.nan)
    assert (left, right) == (6, 0)


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_nan_passes_its_gradient_to_both_sides(function: Any, dtype: Any) -> None:
    x, y = np.array([np.nan, 1, 2], dtype), np.array([0, np.nan, 2], dtype)
    for side in grad(lambda x, y: np.sum(function(x, y)), (0, 1))(x, y):
        assert side.dtype == dtype
        np.testing.assert_array_equal(side, [1, 1, 0.5])
