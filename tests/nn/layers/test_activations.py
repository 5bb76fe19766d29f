"""Activation layers against their formulas in NumPy."""

import math
from collections.abc import Callable

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.layers.activations import BY_NAME, activation_factory
from tests.nn.numeric import central_differences

# No kink at any of these.
X = np.array([[-3.0, -0.5, 0.25, 2.0], [1.5, -1.25, 0.75, -2.5]])
ERF = np.vectorize(math.erf)

FORMULAS: list[tuple[nn.Module, Callable[[np.ndarray], np.ndarray]]] = [
    (nn.Heaviside(), lambda x: (x >= 0).astype(float)),
    (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    (nn.Tanh(), np.tanh),
    (nn.ReLU(), lambda x: np.maximum(x, 0)),
    (nn.LeakyReLU(), lambda x: np.where(x > 0, x, 0.01 * x)),
    (nn.LeakyReLU(0.3), lambda x: np.where(x > 0, x, 0.3 * x)),
    (nn.ELU(), lambda x: np.where(x > 0, x, np.exp(x) - 1)),
    (nn.ELU(2.0), lambda x: np.where(x > 0, x, 2 * (np.exp(x) - 1))),
    (nn.GELU(), lambda x: x * (1 + ERF(x / math.sqrt(2))) / 2),
    (
        nn.GELU("tanh"),
        lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    ),
    (nn.Softplus(), lambda x: np.log(1 + np.exp(x))),
    (nn.Softplus(beta=3.0), lambda x: np.log(1 + np.exp(3 * x)) / 3),
    (nn.Softmax(), lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
    (nn.Softmax(dim=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    (nn.LogSoftmax(dim=0), lambda x: x - np.log(np.exp(x).sum(axis=0))),
]
IDS = [repr(layer) for layer, _ in FORMULAS]


@pytest.mark.parametrize(("layer", "formula"), FORMULAS, ids=IDS)
def test_values(layer: nn.Module, formula: Callable[[np.ndarray], np.ndarray]) -> None:
    np.testing.assert_allclose(layer(Tensor(X)).data, formula(X), rtol=1e-12)
    np.testing.assert_allclose(layer(X), formula(X), rtol=1e-12)
    assert layer(Tensor(X.astype(np.float32))).dtype == np.float32


@pytest.mark.parametrize(("layer", "formula"), FORMULAS, ids=IDS)
def test_gradients(layer: nn.Module, formula: Callable[[np.ndarray], np.ndarray]) -> None:
    x = Tensor(X, requires_grad=True)

    def loss() -> object:
        return np.sum(layer(x) * np.arange(1.0, 5))

    loss().backward()
    np.testing.assert_allclose(x.grad, central_differences(loss, x), rtol=1e-6, atol=1e-8)


def test_the_step_is_1_at_0() -> None:
    assert nn.Heaviside()(np.array([-0.0, 0.0])).tolist() == [1, 1]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_name_makes_its_layer(name: str) -> None:
    layer = activation_factory(name)()
    assert type(layer).__name__.lower() == name.replace("_", "")


def test_unknown_names_and_single_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="no activation 'swish'; there are heaviside, sigmoid,"):
        activation_factory("swish")
    with pytest.raises(TypeError, match=r"got the layer ReLU\(\); pass lambda: ReLU\(\)"):
        activation_factory(nn.ReLU())  # type: ignore[arg-type]
