"""Activation functions: their definitions, corners and limits."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor
from tests.second_order import assert_derivatives
from tests.test_conventions import slope

X: Any = np.array([[-7.5, -0.7, 0.3], [1.4, 5.5, 6.5]])
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805


@pytest.mark.parametrize(
    ("fn", "definition"),
    [
        (autograd.sigmoid, lambda x: 1 / (1 + math.exp(-x))),
        (autograd.log_sigmoid, lambda x: -math.log1p(math.exp(-x))),
        (autograd.softplus, lambda x: math.log1p(math.exp(x))),
        (autograd.softsign, lambda x: x / (1 + abs(x))),
        (autograd.silu, lambda x: x / (1 + math.exp(-x))),
        (autograd.mish, lambda x: x * math.tanh(math.log1p(math.exp(x)))),
        (autograd.relu, lambda x: max(x, 0)),
        (autograd.relu6, lambda x: min(max(x, 0), 6)),
        (autograd.hardtanh, lambda x: min(max(x, -1), 1)),
        (lambda x: autograd.hardtanh(x, -2, max_val=0.5), lambda x: min(max(x, -2), 0.5)),
        (lambda x: autograd.leaky_relu(x, 0.1), lambda x: max(x, 0.1 * x)),
        (lambda x: autograd.elu(x, alpha=2.0), lambda x: x if x > 0 else 2 * math.expm1(x)),
        (autograd.selu, lambda x: SCALE * (x if x > 0 else ALPHA * math.expm1(x))),
        (autograd.gelu, lambda x: x * math.erfc(-x / math.sqrt(2)) / 2),
    ],
)
def test_definitions_and_derivatives(
    fn: Callable[[Any], Any], definition: Callable[[float], float]
) -> None:
    expected = [[definition(v) for v in row] for row in X]
    np.testing.assert_allclose(fn(X), expected, rtol=1e-14)
    recorded = fn(Tensor(X, requires_grad=True))
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-14)
    assert fn(Tensor(X.astype(np.float32))).dtype == np.float32
    assert_derivatives(fn, X)
    assert_derivatives(fn, X.T[::-1])


@pytest.mark.parametrize(
    ("fn", "at", "expected"),
    [
        (autograd.relu6, 0.0, 0),
        (autograd.relu6, 6.0, 0),
        (autograd.hardtanh, -1.0, 0),
        (autograd.hardtanh, 1.0, 0),
        (autograd.selu, 0.0, SCALE * ALPHA),
        (autograd.softsign, 0.0, 1),
        (autograd.silu, 0.0, 0.5),
        (autograd.mish, 0.0, 0.6),
        (autograd.log_sigmoid, 0.0, 0.5),
    ],
)
def test_slopes_at_corners(fn: Callable[[Any], Any], at: float, expected: float) -> None:
    assert slope(fn, at) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("fn", "left", "right"),
    [
        (autograd.log_sigmoid, -800.0, 0.0),
        (autograd.silu, 0.0, 800.0),
        (autograd.mish, 0.0, 800.0),
        (autograd.selu, -SCALE * ALPHA, SCALE * 800.0),
    ],
)
def test_no_overflow(fn: Callable[[Any], Any], left: float, right: float) -> None:
    far = np.array([-800.0, 800.0])
    np.testing.assert_allclose(fn(far), [left, right], rtol=1e-15, atol=1e-300)
    slopes = slope(fn, far)
    np.testing.assert_allclose(slopes, [fn(-799.5) - fn(-800.5), fn(800.5) - fn(799.5)], atol=1e-12)


def test_small_numbers_are_not_lost() -> None:
    assert autograd.log_sigmoid(40.0) == pytest.approx(-math.exp(-40), rel=1e-14)
    assert slope(autograd.log_sigmoid, 40.0) == pytest.approx(math.exp(-40), rel=1e-14)
    assert autograd.silu(-40.0) == pytest.approx(-40 * math.exp(-40), rel=1e-14)


def test_complex_operands() -> None:
    z = np.array([1 + 2j, -1 + 2j, 0.5j, 700 - 1j, -700 + 1j])
    np.testing.assert_allclose(autograd.sigmoid(z), 1 / (1 + np.exp(-z)), rtol=1e-14)
    np.testing.assert_allclose(autograd.silu(z), z / (1 + np.exp(-z)), rtol=1e-14)
    with pytest.raises(TypeError, match="softsign takes real numbers, got dtype complex128"):
        autograd.softsign(Tensor(z))
