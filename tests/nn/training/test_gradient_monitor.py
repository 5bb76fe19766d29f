"""What gradients do in every layer: recorded, put into words, drawn."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3))
Y = RNG.normal(size=(20, 1))


def watch(model: nn.Module, lr: float = 0.1, epochs: int = 2, **options: Any) -> nn.GradientMonitor:
    monitor = nn.GradientMonitor()
    loader = nn.DataLoader(X, Y, batch_size=10)
    optimizer = nn.SGD(model.parameters(), lr=lr)
    callbacks = [monitor]
    nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=epochs, callbacks=callbacks, **options)
    return monitor


def test_norms_and_ratios_are_means_over_the_batches_of_an_epoch() -> None:
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    w, b = model.weight.data, model.bias.data
    monitor = watch(model, epochs=1)
    norms, ratios = [], []
    for rows in (slice(0, 10), slice(10, 20)):
        error = X[rows] @ w.T + b - Y[rows]
        gradient = np.append(2 * error.T @ X[rows] / 10, 2 * error.mean())
        norms.append(np.linalg.norm(gradient))
        ratios.append(0.1 * norms[-1] / np.linalg.norm(np.append(w, b)))
        w, b = w - 0.1 * gradient[None, :3], b - 0.1 * gradient[3:]
    assert monitor.gradient_norm == {"": [pytest.approx(np.mean(norms), rel=1e-12)]}
    assert monitor.update_ratio == {"": [pytest.approx(np.mean(ratios), rel=1e-9)]}
    assert monitor.dead == {}


def test_a_unit_is_dead_that_no_row_of_the_epoch_woke() -> None:
    model = nn.MLP([3, 4, 1], dtype=np.float64, seed=0)
    # Asleep for good; asleep; awake for one row of the second batch; awake.
    model[0].weight.assign(np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0]]))
    model[0].bias.assign([-1, -2, -np.sort(X[:, 0])[-2:].mean(), 1])
    x = X[np.argsort(X[:, 0])]
    monitor = nn.GradientMonitor()
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    loader = nn.DataLoader(x, Y, batch_size=10)
    # Looking at other rows after the epoch wakes nobody up.
    nn.fit(model, loader, nn.MSELoss(), optimizer, validation=(99 + 0 * x, Y), callbacks=[monitor])
    assert monitor.dead == {"1": [0.5]}
    assert monitor.findings() == []


def test_units_of_convolutions_are_places_in_channels() -> None:
    model = nn.Sequential(nn.Lambda(lambda x: x.reshape(-1, 1, 1, 3)), nn.ReLU(), nn.Flatten())
    head = nn.Sequential(model, nn.Linear(3, 1, seed=0))
    monitor = nn.GradientMonitor()
    x = np.abs(X) * [1, -1, -1]
    loader = nn.DataLoader(x, Y)
    nn.fit(head, loader, nn.MSELoss(), nn.SGD(head.parameters()), callbacks=[monitor])
    assert monitor.dead == {"0.1": [pytest.approx(2 / 3)]}
    assert monitor.findings() == ["0.1: 67% of the units are dead"]


def test_vanishing_and_exploding_gradients_are_told() -> None:
    model = nn.MLP([3, 8, 8, 8, 1], activation="sigmoid", seed=0, dtype=np.float64)
    for k in (2, 4, 6):
        model[k].weight.assign(model[k].weight.data * 0.01)
    found = watch(model, lr=0.0).findings()
    assert [line.partition(":")[0] for line in found] == ["0", "2"]
    assert all("the gradient has vanished: " in line for line in found)
    line = nn.Linear(3, 1, dtype=np.float64, seed=0)
    with np.errstate(over="ignore", invalid="ignore"):
        (finding,) = watch(line, lr=50.0, epochs=4).findings()
    assert finding.startswith(": the gradient has exploded: ")


def test_frozen_layers_are_left_out_of_the_gradients() -> None:
    model = nn.MLP([3, 4, 1], seed=0)
    model[0].requires_grad_(False)
    monitor = watch(model, epochs=1)
    assert monitor.gradient_norm.keys() == {"2"}


def test_hooks_are_removed_and_a_second_training_starts_afresh() -> None:
    model = nn.MLP([3, 4, 1], seed=0)
    monitor = nn.GradientMonitor()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        loader = nn.DataLoader(X, Y)
        nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=3, callbacks=[monitor])
    assert monitor.gradient_norm.epochs == monitor.dead.epochs == 3
    assert not any(module._forward_hooks for module in model.modules())


def test_rows_of_another_length_have_other_units() -> None:
    class Rows(nn.Module):
        def __init__(self) -> None:
            self.relu, self.factor = nn.ReLU(), nn.Parameter(1.0)

        def forward(self, x: Any) -> Any:
            return np.sum(self.relu(x * self.factor), axis=1)

    model, monitor = Rows(), nn.GradientMonitor()
    batches = [(np.ones((2, n)), np.ones(2)) for n in (3, 5)]
    nn.fit(model, batches, nn.MSELoss(), nn.SGD(model.parameters()), callbacks=[monitor])
    assert monitor.dead == {"relu": [0]}


def test_the_picture_has_a_line_for_every_layer(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "new" / "gradients.png"
    monitor = watch(nn.MLP([3, 4, 4, 1], seed=0), epochs=3)
    picture = monitor.plot(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    titles = [axes.get_title("left") for axes in picture.axes]
    assert titles == ["gradient norm", "update / weight", "dead units"]
    assert [len(axes.lines) for axes in picture.axes] == [3, 3, 2]
    first, second, _ = picture.axes[0].lines
    assert first.get_ydata().tolist() == monitor.gradient_norm["0"]
    assert first.get_xdata().tolist() == [1, 2, 3]
    # Never by colour alone.
    assert first.get_marker() != second.get_marker()
    assert len(watch(nn.Linear(3, 1)).plot(path).axes) == 2
    with pytest.raises(ValueError, match="no finished epoch to plot"):
        nn.GradientMonitor().plot(path)
