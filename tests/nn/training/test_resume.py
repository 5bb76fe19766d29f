"""A training that stops and goes on is the training that never stopped, to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3))
Y = RNG.integers(0, 2, 30)
EPOCHS = 5


class CrashError(Exception):
    """Ends a training as a crash would."""


class Crash(nn.Callback):
    """Fails after so many batches in all."""

    def __init__(self, after: int) -> None:
        self.left = after

    def on_checkpoint(self, run: nn.Run) -> None:
        # Called once more at the end of the epoch, which is no batch.
        self.left -= not run.between_epochs
        if self.left == 0:
            raise CrashError


def parts(optimizer: str = "Adam", schedule: str = "batch") -> dict[str, Any]:
    """Return the arguments of a training with everything that changes: random numbers and state."""
    model = nn.Sequential(
        nn.Linear(3, 8, seed=0),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.4, seed=1),
        nn.Linear(8, 2, seed=2),
    )
    steps = {
        "Adam": lambda: nn.Adam(model.parameters(), lr=0.02),
        "SGD": lambda: nn.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True),
    }[optimizer]()
    schedules = {
        "batch": lambda: nn.ScheduleCallback(nn.ExponentialLR(steps, 0.97), every="batch"),
        "epoch": lambda: nn.ScheduleCallback(nn.StepLR(steps, 2, 0.5)),
        "plateau": lambda: nn.ScheduleCallback(nn.ReduceLROnPlateau(steps, patience=0)),
    }
    return {
        "model": model,
        "loader": nn.DataLoader(X, Y, batch_size=8, shuffle=True, seed=3),
        "loss": nn.CrossEntropyLoss(),
        "optimizer": steps,
        "epochs": EPOCHS,
        "validation": nn.DataLoader(X, Y, batch_size=7, shuffle=True, seed=4),
        "metrics": ["accuracy"],
        "callbacks": [
            schedules[schedule](),
            nn.EarlyStopping(patience=2),
            nn.GradientMonitor(),
        ],
    }


def everything(made: dict[str, Any], history: nn.History) -> str:
    """All that a training leaves behind, to the last digit."""
    with np.printoptions(floatmode="unique", threshold=10**6):
        return "\n".join(
            str(part)
            for part in (
                made["model"].state_dict(),
                made["model"][3].generator.bit_generator.state,
                made["optimizer"].state_dict(),
                made["loader"].state_dict(),
                made["validation"].state_dict(),
                [callback.state_dict() for callback in made["callbacks"][:3]],
                dict(history),
            )
        )


def straight(**choices: str) -> str:
    made = parts(**choices)
    return everything(made, nn.fit(**made))


def resumed(path: Path, crashes: list[int], every_batches: int | None, **choices: str) -> str:
    """Return the same after a crash, and another, and going on each time in new objects."""
    resume_from = None
    for after in crashes:
        made = parts(**choices)
        watchers = [nn.Checkpoint(path, every_batches=every_batches), Crash(after)]
        made["callbacks"] += watchers
        with pytest.raises(CrashError):
            nn.fit(**made, resume_from=resume_from)
        resume_from = path
    made = parts(**choices)
    made["callbacks"].append(nn.Checkpoint(path, every_batches=every_batches))
    return everything(made, nn.fit(**made, resume_from=path))


@pytest.mark.parametrize(
    ("crashes", "every_batches"),
    [
        ([5], None),
        ([7], None),
        ([1], 1),
        ([4], 1),
        ([6, 3, 5], 1),
        ([11, 4], 3),
    ],
    ids=str,
)
def test_a_crash_anywhere_changes_nothing(
    tmp_path: Path, crashes: list[int], every_batches: int | None
) -> None:
    assert resumed(tmp_path / "run", crashes, every_batches) == straight()


@pytest.mark.parametrize(
    "choices",
    [
        {"optimizer": "SGD", "schedule": "epoch"},
        {"optimizer": "SGD", "schedule": "plateau"},
    ],
    ids=str,
)
def test_with_any_optimizer_and_schedule(tmp_path: Path, choices: dict[str, str]) -> None:
    assert resumed(tmp_path / "run", [10], 1, **choices) == straight(**choices)


def test_one_epoch_and_then_two_more_are_three(tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = {**parts(), "epochs": 1}
    first["callbacks"].append(nn.Checkpoint(path))
    nn.fit(**first)
    made = {**parts(), "epochs": 3}
    history = nn.fit(**made, resume_from=path)
    whole = {**parts(), "epochs": 3}
    assert everything(made, history) == everything(whole, nn.fit(**whole))


def test_resuming_what_had_ended_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = parts()
    first["callbacks"].append(nn.Checkpoint(path))
    history = nn.fit(**first)
    made = parts()
    assert nn.fit(**made, resume_from=path) == history
    assert everything(made, history) == everything(first, history)


def test_batches_in_a_list_are_counted_off(tmp_path: Path) -> None:
    path = tmp_path / "run"
    batches = [(X[k : k + 8], Y[k : k + 8]) for k in range(0, 30, 8)]
    whole = {**parts(), "loader": batches}
    history = nn.fit(**whole)
    first, made = {**parts(), "loader": batches}, {**parts(), "loader": batches}
    first["callbacks"] += [nn.Checkpoint(path, every_batches=1), Crash(6)]
    with pytest.raises(CrashError):
        nn.fit(**first)
    again = nn.fit(**made, resume_from=path)
    assert again == history
    assert str(made["model"].state_dict()) == str(whole["model"].state_dict())


def test_resuming_something_else_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = parts()
    first["callbacks"].append(nn.Checkpoint(path))
    nn.fit(**{**first, "epochs": 1})
    for change, said in [
        ({"metrics": []}, r"does not fit the run: its metrics are \['accuracy'\], not \[\]"),
        ({"model": nn.MLP([3, 2]), "callbacks": []}, "does not fit the model: its random"),
        ({"callbacks": [nn.EarlyStopping(), nn.EarlyStopping()]}, "holds no EarlyStopping 2"),
    ]:
        made = {**parts(), **change}
        before = str(made["model"].state_dict())
        with pytest.raises(nn.CheckpointError, match=said):
            nn.fit(**made, resume_from=path)
        assert str(made["model"].state_dict()) == before
    with pytest.raises(FileNotFoundError):
        nn.fit(**parts(), resume_from=tmp_path / "nowhere")


# By themselves ------------------------------------------------------------------------------------


def test_a_loop_of_one_s_own_goes_on_to_the_bit(tmp_path: Path) -> None:
    path = tmp_path / "run"

    def train(made: dict[str, Any], batches: int, done: int = 0) -> list[np.ndarray[Any, Any]]:
        """Train with a recurrent state that is cut off at every batch and checkpointed."""
        state = np.zeros(2, np.float32)
        if done:
            state = nn.load_checkpoint(path, **made)["state"]
        losses = []
        while done < batches:
            for x, _ in made["loader"]:
                made["optimizer"].zero_grad()
                output = made["model"](x.astype(np.float32)) + state
                loss = np.mean(output**2)
                loss.backward()
                made["optimizer"].step()
                state = np.mean(output.detach().data, axis=0)
                losses.append(loss.data)
                done += 1
                nn.save_checkpoint(path, **made, state=state, batch=done)
                if done == batches:
                    break
        return losses

    def fresh() -> dict[str, Any]:
        made = parts()
        return {name: made[name] for name in ("model", "optimizer", "loader")}

    whole, first, second = fresh(), fresh(), fresh()
    losses = train(whole, 14)
    assert train(first, 6) + train(second, 14, done=6) == losses
    for name, value in whole["model"].state_dict().items():
        np.testing.assert_array_equal(second["model"].state_dict()[name], value)


def test_plain_data_come_back_as_they_were(tmp_path: Path) -> None:
    data = {
        "nothing": None,
        "flags": [True, False],
        "numbers": (1, -0.0, 1e-323, 2**127, float("inf")),
        "text": 'a "quote"\n∂',
        "nested": {"a/b": np.arange(3), "a": {"b": np.arange(4.0)}, 3: "three", (1, 2): []},
        "scalar": np.float32(0.1),
        "zero-dimensional": np.array(2),
        "empty": np.zeros((0, 2)),
    }
    nn.save_checkpoint(tmp_path / "run", **data)
    back = nn.load_checkpoint(tmp_path / "run")
    assert repr(back) == repr(data)
    assert np.isnan(roundtrip(tmp_path, float("nan")))


def roundtrip(folder: Path, value: Any) -> Any:
    nn.save_checkpoint(folder / "one", value=value)
    return nn.load_checkpoint(folder / "one")["value"]


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_any_random_generator_goes_on(tmp_path: Path, kind: str) -> None:
    generator, other = (np.random.Generator(getattr(np.random, kind)(seed)) for seed in (0, 1))
    generator.random(7)
    generator.integers(5, dtype=np.int32)
    nn.save_checkpoint(tmp_path / "run", generator=generator)
    assert nn.load_checkpoint(tmp_path / "run", generator=other) == {}
    assert generator.integers(99, size=50).tolist() == other.integers(99, size=50).tolist()


def test_the_model_alone_can_be_read_from_a_training(tmp_path: Path) -> None:
    path = tmp_path / "run"
    made, other = parts(), parts()
    made["model"][0].weight.assign(np.ones((8, 3)))
    nn.save_checkpoint(path, model=made["model"], optimizer=made["optimizer"], epoch=3)
    rest = nn.load_checkpoint(path, model=other["model"])
    assert (rest["epoch"], rest["optimizer"]["param_groups"][0]["lr"]) == (3, 0.02)
    np.testing.assert_array_equal(other["model"][0].weight.data, np.ones((8, 3)))
    with pytest.raises(nn.CheckpointError, match=r"nn.load_checkpoint\(path, model=model\) reads"):
        nn.load(other["model"], path)


def test_what_cannot_be_saved_or_loaded_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with pytest.raises(TypeError, match="notes/1 is of type set, which a checkpoint cannot hold"):
        nn.save_checkpoint(path, notes=[1, {2}])
    with pytest.raises(TypeError, match="names is an array of <U1; a checkpoint holds numbers"):
        nn.save_checkpoint(path, names=np.array(["a"]))
    assert not path.exists()
    nn.save_checkpoint(path, epoch=3)
    with pytest.raises(TypeError, match="epoch is of type int, which has no state to load; leave"):
        nn.load_checkpoint(path, epoch=0)
    with pytest.raises(nn.CheckpointError, match="holds no model, loader; it holds epoch"):
        nn.load_checkpoint(path, model=nn.Linear(1, 1), loader=nn.DataLoader([1]))
    nn.save(nn.Linear(1, 1), path)
    with pytest.raises(nn.CheckpointError, match=r"no training; nn.load\(model, path\) reads"):
        nn.load_checkpoint(path, model=nn.Linear(1, 1))
