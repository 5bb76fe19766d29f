"""Networks compile: what they read, draw and keep is read, drawn and kept at every call."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, no_grad, value_and_grad

rng = np.random.default_rng(0)
SEQUENCE = rng.normal(size=(7, 2, 4))
MODELS: dict[str, tuple[nn.Module, Any]] = {
    "mlp": (nn.MLP([4, 8, 3], activation="gelu", seed=0), rng.normal(size=(5, 4))),
    "convolution": (
        nn.Sequential(
            nn.Conv2d(1, 3, 3, seed=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 2)
        ),
        rng.normal(size=(2, 1, 8, 8)),
    ),
    "normalization": (
        nn.Sequential(nn.Linear(4, 8, seed=0), nn.LayerNorm(8), nn.Softmax(-1)),
        rng.normal(size=(5, 4)),
    ),
    "LSTM": (nn.LSTM(4, 6, seed=0), SEQUENCE),
    "GRU": (nn.GRU(4, 6, seed=0), SEQUENCE),
    "attention": (
        nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, seed=0),
        rng.normal(size=(2, 5, 8)),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_gradients_of_a_network(name: str) -> None:
    model, x = MODELS[name]

    def loss(x: Any) -> Any:
        y = model(x)
        return np.mean((y[0] if isinstance(y, tuple) else y) ** 3)

    compiled, eager = autograd.compile(value_and_grad(loss)), no_grad()(value_and_grad(loss))
    for k in range(3):
        value, slope = compiled(x + k)
        expected, expected_slope = eager(x + k)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-11, atol=1e-14)


def test_trained_weights_are_used() -> None:
    model = nn.Linear(4, 2, seed=0)
    compiled = autograd.compile(model)
    x = rng.normal(size=(3, 4))
    compiled(x)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    np.sum(model(x) ** 2).backward()
    optimizer.step()
    np.testing.assert_allclose(compiled(x), model(x).data, rtol=1e-12)


def test_dropout_is_drawn_at_every_call() -> None:
    def run(wrap: Any) -> list[Any]:
        model = nn.Sequential(nn.Linear(4, 8, seed=0), nn.Dropout(0.5, seed=1))
        function = wrap(model)
        return [np.array(function(np.ones((5, 4)))) for _ in range(3)]

    compiled = run(autograd.compile)
    np.testing.assert_allclose(compiled, run(lambda model: lambda x: model(x).data), rtol=1e-12)
    assert not np.array_equal(compiled[1], compiled[2])


@pytest.mark.parametrize(
    "loss",
    [
        nn.CrossEntropyLoss(),
        nn.CrossEntropyLoss(label_smoothing=0.1),
        nn.CrossEntropyLoss(weight=np.array([0.5, 1.0, 2.0])),
    ],
)
def test_losses_check_targets_and_compile(loss: Any) -> None:
    compiled = autograd.compile(value_and_grad(lambda scores, target: loss(scores, target)))
    for _ in range(3):
        scores, target = rng.normal(size=(6, 3)), rng.integers(0, 3, 6)
        value, slope = compiled(scores, target)
        expected, expected_slope = value_and_grad(lambda s, t: loss(s, t))(scores, target)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-12)
    with pytest.raises(IndexError, match="class index 7"):
        autograd.compile(lambda s, t: loss(s, t))(scores, np.full(6, 7))


def test_results_of_tensors_are_tensors() -> None:
    model = nn.Linear(4, 2, seed=0)
    result = autograd.compile(model)(Tensor(np.ones((3, 4))))
    assert type(result) is Tensor
    assert not result.requires_grad


@pytest.mark.parametrize("layer", [nn.BatchNorm1d, nn.BatchNorm2d])
def test_running_statistics_move_at_every_call(layer: Any) -> None:
    shape = (6, 3) if layer is nn.BatchNorm1d else (6, 3, 2, 2)
    replayed, eager = layer(3, dtype=np.float64), layer(3, dtype=np.float64)
    compiled = autograd.compile(lambda x: np.sum(replayed(x) ** 3))
    for k in range(3):
        x = rng.normal(size=shape) + k
        np.testing.assert_allclose(compiled(x), np.sum(eager(x) ** 3).data, rtol=1e-12)
        for name, value in eager.state_dict().items():
            np.testing.assert_allclose(replayed.state_dict()[name], value, rtol=1e-12)
