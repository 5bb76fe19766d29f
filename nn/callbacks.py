"""What may look on, and step in, while `fit` trains."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nn.history import History
from nn.module import Module

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
    samples: int = 0
    """How many rows the epoch has seen so far."""
    loss: float = float("nan")
    """The mean loss of the epoch so far."""
    stop: bool = False


class Callback:
    """Base of callbacks: override what is of interest; `run` is the state of the training."""

    def on_fit_start(self, run: Run) -> None:
        """Before the first epoch."""

    def on_epoch_start(self, run: Run) -> None:
        """Before the first batch of an epoch."""

    def on_batch_end(self, run: Run) -> None:
        """After each step of the optimizer."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch, whose numbers are the last of `run.history`."""

    def on_fit_end(self, run: Run) -> None:
        """When the training is over, also by an error or Ctrl-C; last started, first ended."""
