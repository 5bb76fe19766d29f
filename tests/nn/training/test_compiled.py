"""Compiled steps are eager steps, and models that cannot be compiled are trained all the same."""

import warnings
from typing import Any

import numpy as np
import pytest

import nn
from autograd import grad

rng = np.random.default_rng(0)


def perceptron() -> nn.Module:
    return nn.MLP([4, 8, 3], activation="gelu", seed=0, dtype=np.float64)


def convolutional() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1, seed=0, dtype=np.float64),
        nn.BatchNorm2d(3, dtype=np.float64),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3, seed=1),
        nn.Linear(12, 3, seed=2, dtype=np.float64),
    )


def transformer() -> nn.Module:
    return nn.Sequential(
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, seed=0, dtype=np.float64),
        nn.Flatten(),
        nn.Linear(32, 3, seed=1, dtype=np.float64),
    )


MODELS = [(perceptron, (4,)), (convolutional, (1, 4, 4)), (transformer, (4, 8))]


@pytest.mark.parametrize(("make", "shape"), MODELS)
def test_compiled_steps_are_eager_steps(make: Any, shape: tuple[int, ...]) -> None:
    """Also with dropout, running statistics, a ragged last batch and a change of mode."""
    eager, compiled = make(), make()
    loss = nn.CrossEntropyLoss()
    optimizer = nn.Adam(eager.parameters(), lr=1e-2)
    step = nn.compile_step(compiled, loss, nn.Adam(compiled.parameters(), lr=1e-2))
    for rows, training in ((6, True), (6, True), (5, True), (6, False), (6, True)):
        x, y = rng.normal(size=(rows, *shape)), rng.integers(0, 3, rows)
        eager.train(training)
        compiled.train(training)
        optimizer.zero_grad()
        expected = loss(eager(x), y)
        expected.backward()
        optimizer.step()
        # Rounding grows from step to step.
        np.testing.assert_allclose(step(x, y)["loss"], expected.data, rtol=1e-10)
    for name, value in eager.state_dict().items():
        np.testing.assert_allclose(compiled.state_dict()[name], value, rtol=1e-9, atol=1e-12)
    assert step.compiles
    assert "program" in step.source


def test_frozen_parameters_stay() -> None:
    model = perceptron()
    step = nn.compile_step(model, nn.CrossEntropyLoss(), nn.SGD(model.parameters(), lr=0.1))
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    step(x, y)
    model[0].requires_grad_(False)
    before = model.state_dict()
    step(x, y)
    changed = {n for n, v in model.state_dict().items() if not np.array_equal(v, before[n])}
    assert changed == {"2.weight", "2.bias"}


def test_another_layer_of_the_same_shape_may_be_frozen_instead() -> None:
    def make() -> nn.Module:
        return nn.Sequential(nn.Linear(3, 3, seed=0), nn.Tanh(), nn.Linear(3, 3, seed=1))

    model, twin, loss = make(), make(), nn.CrossEntropyLoss()
    step = nn.compile_step(model, loss, nn.SGD(model.parameters(), lr=0.1))
    optimizer = nn.SGD(twin.parameters(), lr=0.1)
    x, y = rng.normal(size=(6, 3)).astype(np.float32), rng.integers(0, 3, 6)
    for frozen in (0, 2):
        for network in (model, twin):
            network.requires_grad_(True)[frozen].requires_grad_(False)
        step(x, y)
        optimizer.zero_grad()
        loss(twin(x), y).backward()
        optimizer.step()
        for name, value in twin.state_dict().items():
            np.testing.assert_allclose(model.state_dict()[name], value, rtol=1e-5, atol=1e-7)


def test_a_penalty_is_learned_and_shown() -> None:
    model = perceptron()
    step = nn.compile_step(
        model,
        nn.CrossEntropyLoss(),
        nn.SGD(model.parameters(), lr=0.1),
        penalty=lambda m: nn.functional.l2_penalty(m.parameters()),
    )
    weights = [p.data.copy() for p in model.parameters()]
    values = step(rng.normal(size=(6, 4)), rng.integers(0, 3, 6))
    assert values["penalty"] == pytest.approx(sum(np.sum(w**2) for w in weights))
    assert values["output"].shape == (6, 3)


class Deciding(nn.Module):
    """Takes another way where its input is large."""

    def __init__(self) -> None:
        self.layer = nn.Linear(2, 1, seed=0)

    def forward(self, x: Any) -> Any:
        return self.layer(x) if np.max(x) > 0 else -self.layer(x)


def test_a_model_that_looks_at_numbers_is_trained_all_the_same() -> None:
    model, twin = Deciding(), Deciding()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    x = np.array([[1.0, 2.0]], np.float32)
    with pytest.warns(UserWarning, match="Deciding is trained step by step, not compiled: the va"):
        step(x, x[:, :1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step(-x, x[:, :1])
    optimizer = nn.SGD(twin.parameters(), lr=0.1)
    for sign in (1, -1):
        optimizer.zero_grad()
        nn.MSELoss()(twin(sign * x), x[:, :1]).backward()
        optimizer.step()
    np.testing.assert_allclose(model.layer.weight.data, twin.layer.weight.data, rtol=1e-6)
    assert not step.compiles


def test_fit_gives_the_same_compiled() -> None:
    x, y = rng.normal(size=(50, 1, 4, 4)), rng.integers(0, 3, 50)
    histories = []
    for compile in (False, True):
        model = convolutional()
        loader = nn.DataLoader(x, y, batch_size=16, shuffle=True, seed=0)
        histories.append(
            nn.fit(
                model,
                loader,
                nn.CrossEntropyLoss(),
                nn.Adam(model.parameters(), lr=1e-2),
                epochs=3,
                validation=(x, y),
                metrics=["accuracy"],
                penalty=lambda m: 1e-3 * nn.functional.l2_penalty(m.parameters()),
                clip_norm=1.0,
                compile=compile,
            )
        )
    eager, compiled = histories
    assert list(compiled) == list(eager)
    for name, numbers in eager.items():
        np.testing.assert_allclose(compiled[name], numbers, rtol=1e-9)


def test_functional_call_leaves_the_model_as_it_is() -> None:
    shared = nn.Linear(2, 2, seed=0)
    model = nn.Sequential(shared, nn.Tanh(), shared)
    before = model.state_dict()
    x = rng.normal(size=(3, 2))

    def total(values: dict[str, Any]) -> Any:
        return np.sum(nn.functional_call(model, values, x))

    slope = grad(total)({"0.weight": np.zeros((2, 2))})["0.weight"]
    assert slope.shape == (2, 2)
    bias = before["0.bias"]
    assert float(total({"0.weight": np.zeros((2, 2))}).data) == pytest.approx(3 * np.sum(bias))
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    with pytest.raises(ValueError, match=r"Sequential has no parameter 1\.weight"):
        nn.functional_call(model, {"1.weight": x}, x)
