"""Ctrl-C during a training: it ends, and keeps what it has."""

import gc
import signal
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import nn
from autograd import is_grad_enabled
from nn import functional

X = np.random.default_rng(0).normal(size=(20, 3))
Y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.25


def line() -> nn.Linear:
    return nn.Linear(3, 1, dtype=np.float64, seed=0)


def test_ctrl_c_ends_the_training_and_keeps_the_finished_epochs() -> None:
    model, calls = line(), []

    def loss(output: Any, target: Any) -> Any:
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return functional.mse_loss(output, target)

    model.eval()
    loader = nn.DataLoader(X, Y, batch_size=10)
    history = nn.fit(model, loader, loss, nn.SGD(model.parameters()), epochs=100)
    assert history.interrupted
    assert history.epochs == 2
    assert not model.training


def test_a_training_that_runs_to_its_end_was_not_interrupted() -> None:
    model = line()
    history = nn.fit(model, nn.DataLoader(X, Y), nn.MSELoss(), nn.SGD(model.parameters()))
    assert not history.interrupted


@pytest.mark.parametrize("event", [name for name in vars(nn.Callback) if name.startswith("on_")])
def test_ctrl_c_in_any_callback_keeps_the_history(event: str) -> None:
    def interrupt(run: nn.Run) -> None:
        if run.epoch in (0, 3):
            raise KeyboardInterrupt

    model, watcher = line().eval(), nn.Callback()
    setattr(watcher, event, interrupt)
    arguments = (model, nn.DataLoader(X, Y, batch_size=10), nn.MSELoss())
    optimizer = nn.SGD(model.parameters())
    if event == "on_fit_end":
        # The training is over: there is nothing left to end.
        with pytest.raises(KeyboardInterrupt):
            nn.fit(*arguments, optimizer, epochs=3, callbacks=[watcher])
    else:
        history = nn.fit(*arguments, optimizer, epochs=5, callbacks=[watcher])
        assert history.interrupted
        started, ended = event == "on_fit_start", event == "on_epoch_end"
        assert history.epochs == (0 if started else 3 if ended else 2)
    assert not model.training


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that sends signals")
def test_ctrl_c_at_any_moment_keeps_a_history_of_whole_epochs() -> None:
    """The timer counts the time of this process, so that the load of the machine has no part."""

    def press(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGVTALRM, press)
    interrupted = 0
    # An exception that falls into the collector's callbacks, which other tests set, is lost.
    gc.disable()
    try:
        for delay in np.geomspace(1e-4, 0.02, 60):
            model = line().eval()
            loader = nn.DataLoader(X, Y, batch_size=10)
            optimizer = nn.SGD(model.parameters())
            history = None
            with suppress(KeyboardInterrupt):
                # Inside, as the shortest delays may be over before the next line.
                signal.setitimer(signal.ITIMER_VIRTUAL, delay)
                history = nn.fit(
                    model,
                    loader,
                    nn.MSELoss(),
                    optimizer,
                    epochs=300,
                    validation=loader,
                    metrics=["r2"],
                )
            assert is_grad_enabled()
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            # What comes out is from before the first step.
            if history is None:
                assert model.weight.grad is None
            else:
                interrupted += history.interrupted
                assert not model.training
                assert len({len(numbers) for numbers in history.values()}) <= 1
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()
    assert interrupted > 30
