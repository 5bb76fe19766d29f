"""Activation layers against their formulas in NumPy."""

import math
from collections.abc import Callable

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor
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
    (nn.LogSigmoid(), lambda x: -np.log(1 + np.exp(-x))),
    (nn.Softsign(), lambda x: x / (1 + np.abs(x))),
    (nn.Hardtanh(), lambda x: np.clip(x, -1, 1)),
    (nn.Hardtanh(-0.4, 2.2), lambda x: np.clip(x, -0.4, 2.2)),
    (nn.ReLU6(), lambda x: np.clip(x, 0, 6)),
    (
        nn.SELU(),
        lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1)),
    ),
    (nn.SiLU(), lambda x: x / (1 + np.exp(-x))),
    (nn.Mish(), lambda x: x * np.tanh(np.log(1 + np.exp(x)))),
    (nn.Softplus(2.0, threshold=1.4), lambda x: np.where(x > 0.7, x, np.log1p(np.exp(2 * x)) / 2)),
    (nn.Softplus(), lambda x: np.log(1 + np.exp(x))),
    (nn.Softplus(beta=3.0), lambda x: np.log(1 + np.exp(3 * x)) / 3),
    (nn.Softmax(), lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
    (nn.Softmax(dim=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    (nn.Softmax(axis=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    (nn.LogSoftmax(), lambda x: x - np.log(np.exp(x).sum(axis=-1, keepdims=True))),
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


def test_prelu_has_a_slope_for_all_or_one_per_channel() -> None:
    one, each = nn.PReLU(dtype=np.float64), nn.PReLU(4, init=0.5, dtype=np.float64)
    each.weight.assign([0.0, 1.0, 2.0, 3.0])
    np.testing.assert_allclose(one(X).data, np.where(X > 0, X, 0.25 * X))
    np.testing.assert_allclose(each(X).data, np.where(X > 0, X, np.arange(4.0) * X))
    images = np.stack([X, -X], axis=-1)[..., None]
    expected = np.where(images > 0, images, np.arange(4.0)[:, None, None] * images)
    np.testing.assert_allclose(each(images).data, expected)
    assert one(np.float64(-4)).item() == -1
    with pytest.raises(ShapeError, match=r"slopes of shape \(4,\) and an input of shape \(2, 3\)"):
        each(X[:, :3])
    with pytest.raises(ValueError, match="at least one slope, got num_parameters=0"):
        nn.PReLU(0)


def test_softplus_is_exact_far_beyond_pytorch_s_threshold() -> None:
    assert nn.Softplus()(np.float64(21.0)) > 21
    assert nn.Softplus(threshold=20.0)(np.float64(21.0)) == 21


@pytest.mark.parametrize("layer", [nn.Softmax, nn.LogSoftmax])
def test_axis_is_another_name_for_dim(layer: type[nn.Module]) -> None:
    assert repr(layer(axis=1)) == f"{layer.__name__}(dim=1)"
    with pytest.raises(TypeError, match="two names for one thing, got axis=1 and dim=0"):
        layer(0, axis=1)


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh', got 'erf'"):
        nn.GELU("erf")
    with pytest.raises(ValueError, match=r"min_val < max_val, got min_val=1 and max_val=-1"):
        nn.Hardtanh(1, -1)
    with pytest.raises(ValueError, match="a positive beta, got beta=0"):
        nn.Softplus(0)


def test_reprs_say_the_settings() -> None:
    assert [repr(layer) for layer in (nn.Softplus(), nn.Softplus(2.0, 3.0), nn.Hardtanh())] == [
        "Softplus(beta=1.0)",
        "Softplus(beta=2.0, threshold=3.0)",
        "Hardtanh(min_val=-1.0, max_val=1.0)",
    ]
