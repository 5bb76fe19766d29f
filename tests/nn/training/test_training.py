"""The training loop: what it computes, what it leaves behind, and how it ends."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import GraphReleasedError, Tensor, is_grad_enabled
from nn import functional, metrics

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3))
Y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.25
LABELS = (X[:, 0] > 0).astype(int)


def line(seed: int = 0) -> nn.Linear:
    return nn.Linear(3, 1, dtype=np.float64, seed=seed)


def test_it_is_the_loop_that_one_would_write() -> None:
    model, twin = line(), line()
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    loader = nn.DataLoader(X, Y, batch_size=8, shuffle=True, seed=3)
    history = nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=3)

    w, b = twin.weight.data, twin.bias.data
    losses = []
    same_order = nn.DataLoader(X, Y, batch_size=8, shuffle=True, seed=3)
    for _ in range(3):
        loss = 0.0
        for x, y in same_order:
            error = x @ w.T + b - y
            loss += np.sum(error**2)
            w = w - 0.1 * 2 * error.T @ x / len(x)
            b = b - 0.1 * 2 * error.sum(axis=0) / len(x)
        losses.append(loss / len(X))
    np.testing.assert_allclose(model.weight.data, w, rtol=1e-12)
    np.testing.assert_allclose(model.bias.data, b, rtol=1e-12)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)


def test_it_finds_the_line() -> None:
    model = line()
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    history = nn.fit(
        model,
        nn.DataLoader(X, Y, batch_size=5, shuffle=True, seed=0),
        nn.MSELoss(),
        optimizer,
        epochs=200,
        metrics=["r2"],
    )
    np.testing.assert_allclose(model.weight.data, [[1, -2, 0.5]], atol=1e-3)
    np.testing.assert_allclose(model.bias.data, [0.25], atol=1e-3)
    assert history["r2"][-1] > 0.9999


def test_training_again_from_the_same_seeds_gives_the_same_bits() -> None:
    def run() -> tuple[nn.History, dict[str, Any]]:
        model = nn.MLP([3, 8, 2], seed=1)
        loader = nn.DataLoader(X, LABELS, batch_size=6, shuffle=True, seed=2)
        optimizer = nn.Adam(model.parameters())
        history = nn.fit(
            model, loader, nn.CrossEntropyLoss(), optimizer, epochs=3, metrics=["accuracy"]
        )
        return history, model.state_dict()

    (history, state), (other_history, other_state) = run(), run()
    assert history == other_history
    assert all(np.array_equal(state[name], other_state[name]) for name in state)


def test_validation_and_metrics_are_those_of_whole_epochs() -> None:
    model = line()
    frozen = nn.SGD(model.parameters(), lr=0.0)
    history = nn.fit(
        model,
        nn.DataLoader(X, Y, batch_size=7),
        nn.MSELoss(),
        frozen,
        epochs=2,
        validation=(X[:9], Y[:9]),
        metrics=["r2", lambda output, target: 7],
    )
    output = model(X).data
    assert list(history) == ["loss", "r2", "<lambda>", "val_loss", "val_r2", "val_<lambda>"]
    assert history.epochs == 2
    last = history.last()
    # Batches of 7, 7 and 6 rows: the mean over rows, not over batches.
    assert last["loss"] == pytest.approx(np.mean((output - Y) ** 2), rel=1e-12)
    assert last["r2"] == pytest.approx(metrics.r2(output, Y), rel=1e-12)
    assert last["val_loss"] == pytest.approx(np.mean((output - Y)[:9] ** 2), rel=1e-12)
    assert last["val_r2"] == pytest.approx(metrics.r2(output[:9], Y[:9]), rel=1e-12)
    assert last["val_<lambda>"] == 7


def test_validation_may_be_a_loader() -> None:
    model, loader = line(), nn.DataLoader(X, Y, batch_size=7)
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    history = nn.fit(model, loader, nn.MSELoss(), optimizer, validation=loader)
    assert history["val_loss"] == history["loss"]


@pytest.mark.parametrize(
    ("loss", "outputs"), [(nn.BCEWithLogitsLoss(), 1), (nn.CrossEntropyLoss(), 2)]
)
def test_accuracy_fits_the_loss(loss: nn.Module, outputs: int) -> None:
    targets = LABELS if outputs == 2 else LABELS[:, None]
    model = nn.Linear(3, outputs, seed=0)
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    loader = nn.DataLoader(X, targets, batch_size=20)
    history = nn.fit(model, loader, loss, optimizer, epochs=150, metrics=["accuracy"])
    assert history["accuracy"][-1] == 1
    output = model(X).data
    right = (output.argmax(axis=1) if outputs == 2 else output[:, 0] > 0) == LABELS
    assert right.all()


def test_float64_data_leave_a_float32_network_float32() -> None:
    model = nn.MLP([3, 4, 1], seed=0)
    seen = []

    def loss(output: Tensor, target: np.ndarray) -> Tensor:
        seen.extend([output.dtype, np.asarray(target).dtype])
        return functional.mse_loss(output, target)

    optimizer = nn.Adam(model.parameters())
    nn.fit(model, nn.DataLoader(X, Y), loss, optimizer, validation=(X, Y))
    assert set(seen) == {np.dtype(np.float32)}
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}


def test_integer_inputs_and_targets_stay_integers() -> None:
    class Table(nn.Module):
        def __init__(self) -> None:
            self.rows = nn.Parameter(np.zeros((4, 2), np.float32))

        def forward(self, index: Tensor) -> Tensor:
            assert index.dtype.kind == "i"
            return self.rows[index]

    model = Table()
    loader = nn.DataLoader(np.array([0, 1, 2, 3]), np.array([0, 1, 1, 0]))
    optimizer = nn.SGD(model.parameters(), lr=1.0)
    nn.fit(model, loader, nn.CrossEntropyLoss(), optimizer, epochs=5)
    assert model.rows.data.argmax(axis=1).tolist() == [0, 1, 1, 0]


def test_a_model_may_have_several_inputs() -> None:
    class Difference(nn.Module):
        def __init__(self) -> None:
            self.factor = nn.Parameter(0.0)

        def forward(self, a: Tensor, b: Tensor) -> Tensor:
            return self.factor * (a - b)

    model = Difference()
    loader = nn.DataLoader(X[:, 0], X[:, 1], 3 * (X[:, 0] - X[:, 1]), batch_size=20)
    nn.fit(model, loader, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), epochs=60)
    assert model.factor.item() == pytest.approx(3, abs=1e-6)


class Modes(nn.Module):
    """Notes how it is run."""

    def __init__(self) -> None:
        self.inner = line()
        self.seen: list[tuple[bool, bool]] = []

    def forward(self, x: Any) -> Any:
        self.seen.append((self.inner.training, is_grad_enabled()))
        return self.inner(x)


def test_modes_are_switched_and_restored() -> None:
    model = Modes()
    model.inner.eval()
    nn.fit(
        model,
        nn.DataLoader(X, Y, batch_size=10),
        nn.MSELoss(),
        nn.SGD(model.parameters()),
        epochs=2,
        validation=(X, Y),
    )
    assert model.seen == [(True, True), (True, True), (False, False)] * 2
    assert (model.training, model.inner.training) == (True, False)


def test_modes_are_restored_after_an_error_which_goes_on() -> None:
    model = line().eval()
    ends = []

    class Watch(nn.Callback):
        def on_fit_end(self, run: nn.Run) -> None:
            ends.append(run.epoch)

    def broken(output: Any, target: Any) -> Any:
        raise ZeroDivisionError("loss")

    with pytest.raises(ZeroDivisionError, match="loss"):
        nn.fit(
            model,
            nn.DataLoader(X, Y),
            broken,
            nn.SGD(model.parameters()),
            callbacks=[Watch()],
        )
    assert not model.training
    assert ends == [1]


def test_each_step_s_graph_is_let_go() -> None:
    model, values = line(), []

    def loss(output: Any, target: Any) -> Any:
        values.append(functional.mse_loss(output, target))
        return values[-1]

    nn.fit(model, nn.DataLoader(X, Y), loss, nn.SGD(model.parameters(), lr=0.0))
    with pytest.raises(GraphReleasedError):
        values[0].backward()


def test_callbacks_see_the_run_and_can_end_it() -> None:
    calls: list[tuple[Any, ...]] = []

    class Watch(nn.Callback):
        def on_fit_start(self, run: nn.Run) -> None:
            calls.append(("start", run.epochs, run.batches))

        def on_epoch_start(self, run: nn.Run) -> None:
            calls.append(("epoch", run.epoch))

        def on_batch_end(self, run: nn.Run) -> None:
            calls.append(("batch", run.batch, run.samples, run.loss > 0))

        def on_epoch_end(self, run: nn.Run) -> None:
            calls.append(("end of epoch", run.epoch, run.history.epochs))
            run.stop = run.epoch == 2

        def on_fit_end(self, run: nn.Run) -> None:
            calls.append(("end", run.model is model, run.optimizer is optimizer))

    model = line()
    optimizer = nn.SGD(model.parameters())
    loader = nn.DataLoader(X, Y, batch_size=16)
    # One that looks on without doing anything is fine.
    watchers = [Watch(), nn.Callback()]
    history = nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=9, callbacks=watchers)
    batches = [("batch", 1, 16, True), ("batch", 2, 20, True)]
    assert calls == [
        ("start", 9, 2),
        ("epoch", 1),
        *batches,
        ("end of epoch", 1, 1),
        ("epoch", 2),
        *batches,
        ("end of epoch", 2, 2),
        ("end", True, True),
    ]
    assert history.epochs == 2


def test_only_callbacks_that_started_are_ended_and_all_of_them_are() -> None:
    calls = []

    class Watch(nn.Callback):
        def __init__(self, name: str, fails: bool = False) -> None:
            self.name, self.fails = name, fails

        def on_fit_start(self, run: nn.Run) -> None:
            if self.fails:
                raise ZeroDivisionError

        def on_fit_end(self, run: nn.Run) -> None:
            calls.append(self.name)
            raise ArithmeticError

    model = line()
    watchers = [Watch("first"), Watch("second"), Watch("third", fails=True)]
    arguments = (model, nn.DataLoader(X, Y), nn.MSELoss(), nn.SGD(model.parameters()))
    with pytest.raises(ArithmeticError):
        nn.fit(*arguments, callbacks=watchers)
    assert calls == ["second", "first"]


def test_a_penalty_is_learned_and_shown_apart() -> None:
    def penalty(module: nn.Module) -> Any:
        return 0.5 * np.sum(module.weight**2)

    model, twin = line(), line()
    arguments = (nn.DataLoader(X, Y, batch_size=20), nn.MSELoss())
    history = nn.fit(
        model, *arguments, nn.SGD(model.parameters(), lr=0.1), penalty=penalty, validation=(X, Y)
    )
    # The gradient of |w|^2 / 2 is w: for one step, plain weight decay of the weight.
    w = twin.weight.data
    plain = nn.fit(twin, *arguments, nn.SGD(twin.parameters(), lr=0.1))
    np.testing.assert_allclose(model.weight.data, twin.weight.data - 0.1 * w, rtol=1e-12)
    assert list(history) == ["loss", "penalty", "val_loss"]
    assert history["loss"] == plain["loss"]
    assert history["penalty"] == [pytest.approx(0.5 * np.sum(w**2))]


def test_long_gradients_are_clipped_together() -> None:
    model = line()
    before = model.state_dict()
    optimizer = nn.SGD(model.parameters(), lr=1.0)
    loader = nn.DataLoader(X, 100 * Y, batch_size=20)
    nn.fit(model, loader, nn.MSELoss(), optimizer, clip_norm=0.25)
    step = [(model.state_dict()[name] - before[name]).ravel() for name in before]
    assert np.linalg.norm(np.concatenate(step)) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize(
    ("loader", "said"),
    [
        (nn.DataLoader(X), r"gives batches \(x, y\), got tuple of length 1"),
        ([X], r"gives batches \(x, y\), got ndarray of length 20"),
    ],
)
def test_batches_without_a_target_are_named(loader: Any, said: str) -> None:
    model = line()
    with pytest.raises(ValueError, match=said):
        nn.fit(model, loader, nn.MSELoss(), nn.SGD(model.parameters()))


def test_a_loss_that_lost_the_gradient_is_named() -> None:
    model = line()
    with pytest.raises(TypeError, match="loss is of type float64, through which no gradient flows"):
        nn.fit(
            model,
            nn.DataLoader(X, Y),
            lambda output, target: np.mean((output.data - target) ** 2),
            nn.SGD(model.parameters()),
        )


@pytest.mark.parametrize("batch_size", [20, 1, 7])
def test_batch_stochastic_and_mini_batch_descent(batch_size: int) -> None:
    model, steps = line(), []
    optimizer = nn.SGD(model.parameters(), lr=0.05)
    step = optimizer.step
    optimizer.step = lambda: (steps.append(1), step())
    loader = nn.DataLoader(X, Y, batch_size=batch_size, shuffle=True, seed=0)
    history = nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=40)
    assert len(steps) == 40 * -(-20 // batch_size)
    assert history["loss"][-1] < 0.05 * history["loss"][0]


def test_any_list_of_batches_will_do_and_a_used_up_generator_is_named() -> None:
    model = line()
    optimizer = nn.SGD(model.parameters())
    batches = [(X[:10], Y[:10]), (X[10:], Y[10:])]
    assert nn.fit(model, batches, nn.MSELoss(), optimizer, epochs=2).epochs == 2
    with pytest.raises(ValueError, match="gave no batches; a generator is used up after one epoch"):
        nn.fit(model, (b for b in batches), nn.MSELoss(), optimizer, epochs=2)


def test_arguments_are_checked_before_anything_runs() -> None:
    model = line()
    arguments = (model, nn.DataLoader(X, Y), nn.MSELoss(), nn.SGD(model.parameters()))
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        nn.fit(*arguments, epochs=0)
    with pytest.raises(ValueError, match="no metric 'mcc'"):
        nn.fit(*arguments, metrics=["mcc"])
    with pytest.raises(TypeError, match=r"metrics must be a list, got 'r2'; write \['r2'\]"):
        nn.fit(*arguments, metrics="r2")
    assert model.weight.grad is None


@pytest.mark.parametrize("compile", [None, False])
def test_the_optimizer_of_another_model_is_noticed(compile: bool | None) -> None:
    x = np.ones((8, 3), np.float32)
    model, other = nn.MLP([3, 4, 1], seed=0), nn.MLP([3, 4, 1], seed=1)
    optimizer = nn.SGD(other.parameters(), lr=0.1)
    with pytest.warns(UserWarning, match=r"no parameter of SGD belongs to the model .* another"):
        nn.fit(model, nn.DataLoader(x, x[:, :1]), nn.MSELoss(), optimizer, compile=compile)
    optimizer = nn.SGD(model[0].parameters(), lr=0.1)
    nn.fit(model, nn.DataLoader(x, x[:, :1]), nn.MSELoss(), optimizer, compile=compile)
