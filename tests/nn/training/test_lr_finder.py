"""The search for a learning rate: what it sees, where it ends, and that it leaves no trace."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.25


class Noisy(nn.Module):
    """A network with all that can change in a training: weights, a buffer, random numbers."""

    def __init__(self) -> None:
        self.linear = nn.Linear(3, 1, dtype=np.float64, seed=0)
        self.register_buffer("calls", np.zeros(()))
        self.rng = np.random.default_rng(7)

    def forward(self, x: Any) -> Any:
        self.calls.assign(self.calls.data + 1)
        return self.linear(x) + 0.01 * self.rng.normal()


def sweep(model: nn.Module | None = None, **options: Any) -> nn.RateSweep:
    model = model or nn.Linear(3, 1, dtype=np.float64, seed=0)
    optimizer = nn.SGD(model.parameters())
    return nn.find_lr(model, nn.DataLoader(X, Y), nn.MSELoss(), optimizer, **options)


def test_rates_grow_by_one_factor_and_losses_are_smoothed() -> None:
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    seen = nn.find_lr(
        model, [(X, Y)], nn.MSELoss(), nn.SGD(model.parameters()), start=1e-3, end=1e-1, steps=5,
        smoothing=0.5,
    )  # fmt: skip
    np.testing.assert_allclose(seen.rates, 10 ** np.linspace(-3, -1, 5))
    w, b = model.weight.data, model.bias.data
    mean = 0.0
    for i, rate in enumerate(seen.rates, 1):
        error = X @ w.T + b - Y
        mean = (mean + np.mean(error**2)) / 2
        assert seen.losses[i - 1] == pytest.approx(mean / (1 - 0.5**i), rel=1e-12)
        w = w - rate * 2 * error.T @ X / len(X)
        b = b - rate * 2 * error.mean(axis=0)


def test_it_ends_when_the_loss_diverges_and_suggests_a_rate_that_learns() -> None:
    seen = sweep(steps=200)
    assert len(seen.rates) < 200
    least = np.minimum.accumulate(seen.losses)
    assert seen.losses[-1] > 4 * least[-1]
    assert np.all(seen.losses[:-1] <= 4 * least[:-1])
    # Twice the mean of x x^T has eigenvalues of about 2: above 1 descent diverges.
    assert 0.01 < seen.suggestion < 1
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    history = nn.fit(
        model, nn.DataLoader(X, Y), nn.MSELoss(), nn.SGD(model.parameters(), seen.suggestion),
        epochs=50,
    )  # fmt: skip
    assert history["loss"][-1] < history["loss"][0] / 100


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_first_loss_that_is_not_finite_ends_it(bad: float) -> None:
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    seen = nn.find_lr(
        model,
        nn.DataLoader(X, Y),
        lambda output, target: nn.functional.mse_loss(output, target) * bad,
        nn.SGD(model.parameters()),
    )
    assert len(seen.rates) == 1


def test_a_loss_that_is_not_a_number_ends_it() -> None:
    calls: list[int] = []

    def loss(output: Any, target: Any) -> Any:
        calls.append(1)
        return nn.functional.mse_loss(output, target) * (np.nan if len(calls) == 7 else 1)

    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    seen = nn.find_lr(model, nn.DataLoader(X, Y), loss, nn.SGD(model.parameters()))
    assert len(seen.rates) == 7
    assert np.isnan(seen.losses[-1])
    assert seen.suggestion in seen.rates[:6]


def test_a_loss_below_zero_is_not_taken_for_divergence() -> None:
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    seen = nn.find_lr(
        model,
        nn.DataLoader(X, Y),
        lambda output, target: nn.functional.mse_loss(output, target) - 1000,
        nn.SGD(model.parameters()),
        end=0.1,
        steps=20,
    )
    assert len(seen.rates) == 20


@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_afterwards_as_it_was(fails: bool) -> None:
    model = Noisy().eval()
    extra = Tensor(1.5, requires_grad=True)
    optimizer = nn.Adam(
        [{"params": list(model.parameters()), "lr": 0.25}, {"params": [extra], "lr": 0.5}]
    )
    loader = nn.DataLoader(X, Y, batch_size=8, shuffle=True, seed=3)
    for tensor in optimizer.parameters:
        tensor.grad = np.ones(tensor.shape)
    optimizer.step()
    calls: list[int] = []

    def loss(output: Any, target: Any) -> Any:
        calls.append(1)
        if fails and len(calls) == 9:
            raise ZeroDivisionError
        return nn.functional.mse_loss(output, target) * extra**2

    def snapshot() -> Any:
        state = optimizer.state_dict()
        arrays = [array for entry in state["state"] for array in entry.values()]
        return (
            [(np.asarray(a).dtype, np.asarray(a).tobytes()) for a in arrays],
            state["param_groups"],
            {name: value.tobytes() for name, value in model.state_dict().items()},
            [(t.item() if t is extra else None, t.grad.tolist()) for t in optimizer.parameters],
            model.rng.bit_generator.state,
            [module.training for module in model.modules()],
        )

    before = snapshot()
    if fails:
        with pytest.raises(ZeroDivisionError):
            nn.find_lr(model, loader, loss, optimizer)
    else:
        nn.find_lr(model, loader, loss, optimizer)
    assert len(calls) >= 9
    assert snapshot() == before
    same = nn.DataLoader(X, Y, batch_size=8, shuffle=True, seed=3)
    for ours, fresh in zip(loader, same, strict=True):
        np.testing.assert_array_equal(ours[0], fresh[0])


def test_arguments_are_checked() -> None:
    for options, said in [
        ({"start": 0.0}, "start must be a finite number above 0, got 0.0"),
        ({"start": 1.0, "end": 0.5}, "must grow from start to end, got start=1.0 and end=0.5"),
        ({"steps": 1}, "needs at least 2 steps, got 1"),
        ({"steps": 2.5}, "steps must be an integer"),
        ({"smoothing": 1.0}, "smoothing must be at least 0 and less than 1, got 1.0"),
        ({"divergence": 1.0}, "divergence must be above 1, got 1.0"),
    ]:
        with pytest.raises(ValueError, match=said):
            sweep(**options)
    model = nn.Linear(3, 1, seed=0)
    with pytest.raises(ValueError, match="gave no batches"):
        nn.find_lr(model, [], nn.MSELoss(), nn.SGD(model.parameters()))


def test_a_loader_that_is_used_up_ends_the_sweep() -> None:
    model = nn.Linear(3, 1, dtype=np.float64, seed=0)
    batches = ((X, Y) for _ in range(6))
    seen = nn.find_lr(model, batches, nn.MSELoss(), nn.SGD(model.parameters()))
    assert len(seen.rates) == 6


def test_without_a_fall_there_is_no_suggestion() -> None:
    for losses in ([], [1.0], [1.0, 1.0], [1.0, 2.0], [1.0, float("nan")]):
        seen = nn.RateSweep([10.0**k for k in range(len(losses))], losses)
        with pytest.raises(ValueError, match=r"fell at no learning rate .* begin with a smaller"):
            _ = seen.suggestion
    assert nn.RateSweep([1.0, 10.0, 100.0, 1e3], [4.0, 3.9, 1.0, 5.0]).suggestion == 10.0


def test_the_repr() -> None:
    assert repr(nn.RateSweep()) == "RateSweep(no rates)"
    assert repr(nn.RateSweep([1e-3, 0.5], [1, 2])) == "RateSweep(2 rates from 0.001 to 0.5)"


def test_the_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "sweep.png"
    seen = nn.RateSweep([1.0, 10.0, 100.0, 1e3], [4.0, 3.9, 1.0, 5.0])
    picture = seen.plot(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    (axes,) = picture.axes
    assert axes.get_xscale() == "log"
    curve, dot = axes.lines
    assert list(curve.get_ydata()) == seen.losses
    assert [*dot.get_xdata(), *dot.get_ydata()] == [10.0, 3.9]
    assert axes.get_legend().get_texts()[0].get_text() == "suggestion 10"


def test_without_matplotlib_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'chalkgrad\[plots\]'"):
        nn.RateSweep([1.0, 10.0], [2.0, 1.0]).plot()
