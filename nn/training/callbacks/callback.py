"""A training as callbacks see it, and the base of callbacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nn.errors import CheckpointError
from nn.files.checkpoints import load_checkpoint, save_checkpoint
from nn.files.weights import FilePath
from nn.module import Module
from nn.training.history import History
from nn.training.tally import Tally

if TYPE_CHECKING:
    from nn.optim import Optimizer


@dataclass
class Run:
    """A training as callbacks see it. `epoch` and `batch` count from 1; setting `stop` ends it."""

    model: Module
    optimizer: "Optimizer"
    epochs: int
    batches: int | None
    """The number of batches of an epoch, where the loader can tell."""
    history: History = field(default_factory=History)
    epoch: int = 0
    batch: int = 0
    """Number of batches learned in this epoch."""
    tally: Tally = field(default_factory=Tally)
    stop: bool = False
    parts: dict[str, Any] = field(default_factory=dict)
    """Other objects that a training changes: model, optimizer, loader, callbacks, ..."""

    @property
    def samples(self) -> int:
        """Number of rows seen in this epoch."""
        return self.tally.rows

    @property
    def loss(self) -> float:
        """The mean loss of the epoch so far."""
        return self.tally.loss

    @property
    def between_epochs(self) -> bool:
        """Whether the last epoch that began has also come to its end."""
        return self.history.epochs == self.epoch

    def save_checkpoint(self, path: FilePath) -> None:
        """Write all that `fit(resume_from=path)` needs to go on from here, bit for bit."""
        save_checkpoint(path, run=self, **self.parts)

    def resume(self, path: FilePath) -> None:
        """Go on from a checkpoint of a training with the same parts."""
        load_checkpoint(path, run=self, **self.parts)

    def state_dict(self) -> dict[str, Any]:
        """Return the position in the training and its numbers so far."""
        return {
            "epoch": self.epoch,
            "batch": self.batch,
            "stop": self.stop,
            "history": dict(self.history),
            "metrics": list(self.tally.metrics),
            "tally": None if self.between_epochs else self.tally.state_dict(),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; raises `CheckpointError` for other metrics."""
        if state_dict["metrics"] != list(self.tally.metrics):
            raise CheckpointError(
                f"its metrics are {state_dict['metrics']}, not {list(self.tally.metrics)}"
            )
        history = History(state_dict["history"])
        if state_dict["tally"] is not None:
            self.tally.load_state_dict(state_dict["tally"])
        self.history.clear()
        self.history.update(history)
        self.epoch, self.batch = state_dict["epoch"], state_dict["batch"]
        self.stop = state_dict["stop"]


class Callback:
    """Base of callbacks: override what is of interest; `run` is the state of the training.

    One that remembers things from epoch to epoch and shall be resumed bit for bit also overrides
    `state_dict` and `load_state_dict`.
    """

    def on_fit_start(self, run: Run) -> None:
        """Before the first epoch, and before the state is loaded that a training resumes from."""

    def on_epoch_start(self, run: Run) -> None:
        """Before the first batch of an epoch, or the first that a resumed one has left."""

    def on_backward_end(self, run: Run) -> None:
        """Between the gradients and the step: the place to look at gradients or change them."""

    def on_batch_end(self, run: Run) -> None:
        """After each step of the optimizer."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch, whose numbers are the last of `run.history`."""

    def on_checkpoint(self, run: Run) -> None:
        """After every batch and epoch, when all callbacks have noted it: the moment to save."""

    def on_fit_end(self, run: Run) -> None:
        """When the training is over, also by an error or Ctrl-C; last started, first ended."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the callback, for checkpoints."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
