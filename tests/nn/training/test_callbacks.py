"""The callbacks that come with the library: when they act, and what they leave behind."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

X = np.linspace(-1, 1, 12)[:, None]
Y = 2 * X + 0.5


def train(*callbacks: nn.Callback, epochs: int = 6, **options: Any) -> tuple[nn.Linear, nn.History]:
    model = nn.Linear(1, 1, seed=0, dtype=np.float64)
    optimizer = nn.SGD(model.parameters(), lr=0.3)
    loader = nn.DataLoader(X, Y, batch_size=6, shuffle=True, seed=0)
    history = nn.fit(
        model, loader, nn.MSELoss(), optimizer, epochs=epochs, callbacks=callbacks, **options
    )
    return model, history


def scripted(numbers: Sequence[float]) -> Any:
    """Return a metric that gives these numbers, one an epoch."""
    given = iter(numbers)

    def score(output: Any, target: Any) -> float:
        return next(given)

    return score


class Weights(nn.Callback):
    """Notes the weight at the end of every epoch."""

    def on_fit_start(self, run: nn.Run) -> None:
        self.seen: list[float] = []

    def on_epoch_end(self, run: nn.Run) -> None:
        self.seen.append(float(run.model.weight.data[0, 0]))


# Early stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "settings", "epochs", "best_epoch"),
    [
        ([5, 4, 3, 2, 1, 0], {}, 6, 6),
        ([5, 4, 4, 4, 9, 9], {}, 4, 2),
        ([5, 6, 4, 6, 6, 9], {}, 5, 3),
        ([5, 6, 4, 6, 6, 9], {"patience": 1}, 2, 1),
        ([5, 6, 4, 6, 6, 9], {"mode": "max"}, 4, 2),
        ([5, 4.9, 4.8, 4.4, 4.3, 4.2], {"min_delta": 0.5, "patience": 3}, 6, 4),
        ([5, 4.9, 4.8, 4.7, 4.3, 4.2], {"min_delta": 0.5}, 3, 1),
        ([np.nan, np.nan, 1, 1, 1, 1], {}, 2, 0),
        ([3, np.nan, 2, np.inf, -np.inf, 1], {}, 6, 5),
    ],
)
def test_it_stops_after_so_many_epochs_without_a_better_one(
    numbers: list[float], settings: dict[str, Any], epochs: int, best_epoch: int
) -> None:
    weights = Weights()
    stopping = nn.EarlyStopping("score", **{"patience": 2, "mode": "min", **settings})
    model, history = train(stopping, weights, metrics=[scripted(numbers)])
    assert history.epochs == epochs
    assert stopping.best_epoch == best_epoch
    assert stopping.best == (numbers[best_epoch - 1] if best_epoch else None)
    # The model has the weights of that epoch, or the last where none was any good.
    assert model.weight.data[0, 0] == weights.seen[best_epoch - 1]


def test_the_last_weights_stay_on_request() -> None:
    weights = Weights()
    stopping = nn.EarlyStopping("score", mode="max", patience=2, restore_best=False)
    model, _ = train(stopping, weights, metrics=[scripted([3, 2, 1])])
    assert model.weight.data[0, 0] == weights.seen[-1] != weights.seen[0]


def test_ctrl_c_also_leaves_the_best_weights() -> None:
    weights = Weights()

    class Interrupt(nn.Callback):
        def on_epoch_end(self, run: nn.Run) -> None:
            if run.epoch == 4:
                raise KeyboardInterrupt

    stopping = nn.EarlyStopping("score", mode="max")
    model, history = train(stopping, weights, Interrupt(), metrics=[scripted([1, 9, 2, 3])])
    assert history.interrupted
    assert model.weight.data[0, 0] == weights.seen[1]


def test_the_number_goes_the_way_that_its_name_says() -> None:
    stopping = nn.EarlyStopping(patience=1)
    _, history = train(stopping, epochs=500, validation=(X, Y))
    assert stopping.best == min(history["val_loss"])
    stopping = nn.EarlyStopping("val_r2", patience=1)
    _, history = train(stopping, epochs=500, validation=(X, Y), metrics=["r2"])
    assert stopping.best == max(history["val_r2"])


def test_a_second_training_starts_afresh() -> None:
    stopping = nn.EarlyStopping("score", mode="max", patience=1)
    train(stopping, metrics=[scripted([9, 8])])
    _, history = train(stopping, metrics=[scripted([1, 2, 3, 2])])
    assert (history.epochs, stopping.best, stopping.best_epoch) == (4, 3, 3)


def test_a_resumed_training_remembers_how_long_it_has_waited(tmp_path: Path) -> None:
    def watchers() -> tuple[nn.EarlyStopping, nn.Checkpoint]:
        return nn.EarlyStopping("score", mode="min", patience=2), nn.Checkpoint(tmp_path / "run")

    whole, _ = train(*watchers(), metrics=[scripted([4, 5, 5])])
    train(*watchers(), epochs=2, metrics=[scripted([4, 5])])
    stopping, saving = watchers()
    model, history = train(
        stopping, saving, metrics=[scripted([5, 5])], resume_from=tmp_path / "run"
    )
    assert (history.epochs, stopping.best_epoch, stopping.best) == (3, 1, 4)
    np.testing.assert_array_equal(model.weight.data, whole.weight.data)


def test_what_cannot_be_watched_is_named() -> None:
    with pytest.raises(ValueError, match="patience must be at least 1 epoch, got 0"):
        nn.EarlyStopping(patience=0)
    with pytest.raises(ValueError, match="min_delta must be at least 0, got -1"):
        nn.EarlyStopping(min_delta=-1)
    with pytest.raises(ValueError, match="a high 'f3' good or bad\\? say mode='max'"):
        nn.EarlyStopping("f3")
    with pytest.raises(ValueError, match="got 'up'"):
        nn.EarlyStopping("f3", mode="up")
    with pytest.raises(ValueError, match="no 'val_loss' to monitor: the numbers of an epoch are l"):
        train(nn.EarlyStopping())


# Checkpoints -------------------------------------------------------------------------------------


def test_the_last_and_the_best_epoch_are_kept(tmp_path: Path) -> None:
    weights = Weights()
    train(
        weights,
        nn.Checkpoint(tmp_path / "last"),
        nn.Checkpoint(tmp_path / "best", monitor="score", mode="max"),
        metrics=[scripted([1, 5, 2, 5, 3, 4])],
    )
    for name, epoch in [("last", 6), ("best", 2)]:
        model = nn.Linear(1, 1, dtype=np.float64)
        rest = nn.load_checkpoint(tmp_path / name, model=model)
        assert rest["run"]["epoch"] == epoch
        assert model.weight.data[0, 0] == weights.seen[epoch - 1]


def test_what_the_best_was_is_known_to_every_file(tmp_path: Path) -> None:
    def watchers() -> list[nn.Callback]:
        best = nn.Checkpoint(tmp_path / "best", monitor="score", mode="max")
        return [nn.Checkpoint(tmp_path / "last"), best]

    train(*watchers(), epochs=2, metrics=[scripted([1, 5])])
    train(*watchers(), epochs=4, metrics=[scripted([3, 4])], resume_from=tmp_path / "last")
    assert nn.load_checkpoint(tmp_path / "best")["run"]["epoch"] == 2


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, ["1-2", "2-2", "3-2", "4-2", "5-2", "6-2"]),
        ({"every": 3}, ["3-2", "6-2"]),
        ({"every": 6, "every_batches": 1}, [f"{e}-{b}" for e in range(1, 7) for b in (1, 2)]),
    ],
)
def test_files_are_written_as_often_as_said(
    tmp_path: Path, settings: dict[str, int], names: list[str]
) -> None:
    train(nn.Checkpoint(tmp_path / "{epoch}-{batch}", **settings))
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_counts_below_one_are_refused() -> None:
    for settings in ({"every": 0}, {"every_batches": 0}):
        with pytest.raises(ValueError, match="counts must be at least 1"):
            nn.Checkpoint("run", **settings)
    with pytest.raises(ValueError, match="it goes without every_batches"):
        nn.Checkpoint("run", monitor="val_loss", every_batches=5)


# The table ---------------------------------------------------------------------------------------


def test_the_table_has_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.csv"
    _, history = train(nn.CSVLogger(path), validation=(X, Y), metrics=["r2"])
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)
    assert names == ["epoch", "loss", "r2", "val_loss", "val_r2"]
    assert [int(row[0]) for row in rows] == [1, 2, 3, 4, 5, 6]
    for k, name in enumerate(history):
        assert [float(row[k + 1]) for row in rows] == history[name]


def test_each_line_is_there_when_its_epoch_has_ended(tmp_path: Path) -> None:
    path, lines = tmp_path / "log.csv", []

    class Look(nn.Callback):
        def on_epoch_end(self, run: nn.Run) -> None:
            lines.append(len(path.read_text().splitlines()))

    logger = nn.CSVLogger(str(path))
    train(logger, Look())
    train(logger, Look(), epochs=2)
    assert lines == [2, 3, 4, 5, 6, 7, 2, 3]


# Gradients ---------------------------------------------------------------------------------------


def test_hooks_stand_between_gradient_and_step() -> None:
    class Halve(nn.Callback):
        def on_backward_end(self, run: nn.Run) -> None:
            for parameter in run.model.parameters():
                parameter.grad = parameter.grad / 2

    def start() -> tuple[nn.Linear, nn.DataLoader]:
        return nn.Linear(1, 1, seed=0, dtype=np.float64), nn.DataLoader(X, Y, batch_size=6)

    (model, loader), (other, same) = start(), start()
    nn.fit(model, loader, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.5), callbacks=[Halve()])
    nn.fit(other, same, nn.MSELoss(), nn.SGD(other.parameters(), lr=0.25))
    np.testing.assert_array_equal(model.weight.data, other.weight.data)


def test_a_class_in_place_of_a_callback_is_named() -> None:
    with pytest.raises(TypeError, match=r"callbacks are instances of nn\.Callback, got <class"):
        train(nn.EarlyStopping)
