"""End a training that no longer gets better."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.training.callbacks.best import Best, Mode
from nn.training.callbacks.callback import Callback, Run


class EarlyStopping(Callback):
    """Ends the training after `patience` epochs without a better `monitor`; keeps the best weights.

    Better is lower for losses, higher for scores; for other numbers say `mode="min"` or "max".
    An epoch counts as better only by more than `min_delta`. When the training is over, for
    whatever reason, the model has the weights and buffers of its best epoch, unless
    `restore_best=False`. `best` is the best number, `best_epoch` its epoch.

    Raises `ValueError` for a patience below 1 and for a number that there is not.

    >>> from nn import SGD, DataLoader, Linear, MSELoss, fit
    >>> x = np.linspace(-1, 1, 8)[:, None]
    >>> model = Linear(1, 1, seed=0)
    >>> stopping = EarlyStopping(monitor="loss", patience=2, min_delta=0.01)
    >>> history = fit(
    ...     model, DataLoader(x, 2 * x), MSELoss(), SGD(model.parameters(), lr=0.5), epochs=100,
    ...     callbacks=[stopping],
    ... )
    >>> history.epochs, stopping.best_epoch
    (9, 7)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        *,
        patience: int = 5,
        min_delta: float = 0.0,
        mode: Mode | None = None,
        restore_best: bool = True,
    ) -> None:
        if patience < 1:
            raise ValueError(f"patience must be at least 1 epoch, got {patience}")
        self.patience, self.restore_best = patience, restore_best
        self._best = Best(monitor, mode, min_delta)
        self._forget()

    def _forget(self) -> None:
        self._best.number = None
        self.best_epoch = 0
        self._waited = 0
        self._weights: dict[str, np.ndarray[Any, Any]] | None = None

    @property
    def best(self) -> float | None:
        """The best number so far, `None` before the first epoch has ended."""
        return self._best.number

    def on_fit_start(self, run: Run) -> None:
        self._forget()

    def on_epoch_end(self, run: Run) -> None:
        if self._best.improved(run):
            self.best_epoch, self._waited = run.epoch, 0
            if self.restore_best:
                self._weights = run.model.state_dict()
        else:
            self._waited += 1
            run.stop = run.stop or self._waited >= self.patience

    def on_fit_end(self, run: Run) -> None:
        if self._weights is not None:
            run.model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        return {
            "best": self._best.number,
            "best_epoch": self.best_epoch,
            "waited": self._waited,
            "weights": self._weights,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        self._best.number = state_dict["best"]
        self.best_epoch = state_dict["best_epoch"]
        self._waited = state_dict["waited"]
        self._weights = state_dict["weights"]
