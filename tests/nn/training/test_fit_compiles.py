"""What `fit` compiles by itself: only what surely does the same as without."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from nn.training import compiled

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.sum(X, axis=1, keepdims=True)


class Own(nn.Module):
    """A model of the user's, which counts its calls."""

    def __init__(self) -> None:
        self.layer = nn.Linear(3, 1, seed=0)
        self.calls: list[int] = []

    def forward(self, x: Any) -> Any:
        self.calls.append(len(x))
        return self.layer(x)


class Looking(Own):
    def forward(self, x: Any) -> Any:
        return self.layer(x) if np.max(x) > 0 else -self.layer(x)


def trained(model: nn.Module, loss: Any = None, **options: Any) -> nn.History:
    return nn.fit(
        model,
        nn.DataLoader(X, Y, batch_size=16),
        loss or nn.MSELoss(),
        nn.SGD(model.parameters(), lr=0.1),
        epochs=2,
        **options,
    )


def hooked() -> nn.Module:
    model = nn.Linear(3, 1, seed=0)
    model.register_forward_hook(lambda *_: None)
    return model


def with_activation(function: Any) -> nn.Module:
    model = nn.Linear(3, 1, seed=0)
    model.activation = function
    return model


def mine(output: Any, target: Any) -> Any:
    return nn.functional.mse_loss(output, target)


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count the programs that are made."""
    made: list[str] = []
    traced = compiled._Recorded._traced

    def counted(self: Any, *batch: Any) -> Any:
        made.append("program")
        return traced(self, *batch)

    monkeypatch.setattr(compiled._Recorded, "_traced", counted)
    return made


@pytest.mark.parametrize(
    "model",
    [
        lambda: nn.Linear(3, 1, seed=0),
        lambda: nn.MLP([3, 4, 1], activation="tanh", seed=0),
        lambda: nn.Sequential(nn.Linear(3, 4, seed=0), nn.ReLU(), nn.Linear(4, 1, seed=1)),
        lambda: with_activation(np.tanh),
        lambda: with_activation(nn.functional.relu),
        lambda: with_activation(autograd.relu),
    ],
)
@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.functional.mse_loss])
def test_what_is_all_of_nn_is_compiled(
    model: Callable[[], nn.Module], loss: Any, traces: list[str]
) -> None:
    compiled, eager = model(), model()
    history = trained(compiled, loss)
    # One for batches of 16, one for the last of 8.
    assert len(traces) == 2
    assert history.not_compiled is None
    other = trained(eager, loss, compile=False)
    assert len(traces) == 2
    assert other.not_compiled is None
    np.testing.assert_allclose(history["loss"], other["loss"], rtol=1e-5)
    for p, q in zip(compiled.parameters(), eager.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "options", "reason"),
    [
        (Own, {}, "Own is a class of yours"),
        (lambda: nn.Sequential(Own()), {}, "Own is a class of yours"),
        (hooked, {}, "Linear has a forward hook"),
        (lambda: with_activation(lambda x: x), {}, "Linear holds a function of yours"),
        (
            lambda: with_activation(autograd.primitive(lambda x: 2 * x, vjp=lambda g, y, x: 2 * g)),
            {},
            "Linear holds a function of yours",
        ),
        (
            lambda: with_activation(
                autograd.primitive(lambda x: 2 * x, vjp=lambda g, y, x: 2 * g, name="tanh")
            ),
            {},
            "Linear holds a function of yours",
        ),
        (lambda: nn.Linear(3, 1), {"loss": mine}, "the loss is a function of yours"),
        (
            lambda: nn.Linear(3, 1),
            {"loss": nn.MSELoss().forward},
            "the loss is a function of yours",
        ),
        (
            lambda: nn.Linear(3, 1),
            {"penalty": lambda m: nn.functional.l2_penalty(m.parameters())},
            "the penalty is a function of yours",
        ),
    ],
)
def test_what_may_do_more_than_compute_is_not(
    model: Callable[[], nn.Module], options: Any, reason: str, traces: list[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = trained(model(), **options)
    assert history.not_compiled == reason
    assert not traces


def test_code_of_the_users_runs_at_every_step() -> None:
    model = Own()
    trained(model)
    assert model.calls == [16, 16, 8] * 2


def test_it_is_compiled_when_asked_for() -> None:
    model = Own()
    history = trained(model, compile=True)
    assert history.not_compiled is None
    assert model.calls == [16, 8]


def test_what_cannot_be_is_said_once_and_why() -> None:
    with pytest.warns(UserWarning, match="Looking is trained step by step") as said:
        history = trained(Looking(), compile=True)
    assert len(said) == 1
    assert "the value of" in str(history.not_compiled)


def test_the_progress_says_once_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    trained(Own(), progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "not compiled: Own is a class of yours"
    assert len(lines) == 3
    trained(nn.Linear(3, 1), progress=True)
    assert "compiled" not in capsys.readouterr().err


def test_a_hook_that_comes_later_runs() -> None:
    """Between two trainings, or by a callback in the middle of one."""
    seen: list[int] = []

    class Hooking(nn.Callback):
        def on_epoch_end(self, run: Any) -> None:
            if run.epoch == 1:
                run.model.register_forward_hook(lambda *_: seen.append(1))

    history = trained(nn.Linear(3, 1, seed=0), callbacks=[Hooking()])
    assert len(seen) == 3
    assert history.not_compiled == "Linear has a forward hook"


def test_threads_need_a_program() -> None:
    with pytest.raises(ValueError, match="threads=2 share out a program, which compile=False forb"):
        trained(nn.Linear(3, 1), threads=2, compile=False)
    assert trained(nn.Linear(3, 1), threads=2).not_compiled is None


def test_ever_new_shapes_are_not_worth_ever_new_programs(traces: list[str]) -> None:
    lengths = range(1, 60)
    batches = [(X[: 1 + n % 40], Y[: 1 + n % 40]) for n in lengths]
    models = [nn.Linear(3, 1, dtype=np.float64, seed=0) for _ in range(2)]
    histories = [
        nn.fit(m, batches, nn.MSELoss(), nn.SGD(m.parameters(), lr=0.1), compile=compile)
        for m, compile in zip(models, (None, False), strict=True)
    ]
    assert histories[0].not_compiled == "17 of 17 steps would need a new program"
    assert len(traces) == 17
    np.testing.assert_allclose(histories[0]["loss"], histories[1]["loss"], rtol=1e-12)
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-12)


def test_a_few_shapes_are(traces: list[str]) -> None:
    batches = [(X[: 10 + n % 10], Y[: 10 + n % 10]) for n in range(200)]
    model = nn.Linear(3, 1, seed=0)
    history = nn.fit(model, batches, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.01))
    assert history.not_compiled is None
    assert len(traces) == 10
