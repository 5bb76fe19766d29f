"""Schedules in `fit`."""

from collections.abc import Mapping
from typing import Any, Literal

from nn.schedules.plateau import ReduceLROnPlateau
from nn.schedules.scheduler import LRScheduler
from nn.training.callbacks import Callback, Run


class ScheduleCallback(Callback):
    """Calls `scheduler.step()` after every epoch of a `fit`, or after every batch.

    `ReduceLROnPlateau` is given the number `monitor` of the epoch; without a name "val_loss", or
    "loss" where there is no validation.

    Raises `ValueError` for another `every`, a `ReduceLROnPlateau` after every batch, a schedule of
    another optimizer, and a number that is not in the history.

    >>> import nn, numpy as np
    >>> model = nn.Linear(1, 1)
    >>> optimizer = nn.SGD(model.parameters(), lr=1.0)
    >>> schedule = nn.ExponentialLR(optimizer, gamma=0.5)
    >>> x = np.ones((4, 1))
    >>> history = nn.fit(model, nn.DataLoader(x, x), nn.MSELoss(), optimizer, epochs=3,
    ...                  callbacks=[ScheduleCallback(schedule)])
    >>> schedule.get_last_lr()
    [0.125]
    """

    def __init__(
        self,
        scheduler: LRScheduler | ReduceLROnPlateau,
        every: Literal["epoch", "batch"] = "epoch",
        monitor: str | None = None,
    ) -> None:
        if every not in ("epoch", "batch"):
            raise ValueError(f"every must be 'epoch' or 'batch', got {every!r}")
        if every == "batch" and isinstance(scheduler, ReduceLROnPlateau):
            raise ValueError("ReduceLROnPlateau needs the numbers of an epoch: every='epoch'")
        self.scheduler, self.every, self.monitor = scheduler, every, monitor

    def on_fit_start(self, run: Run) -> None:
        if self.scheduler.optimizer is not run.optimizer:
            raise ValueError(
                f"this {type(self.scheduler).__name__} is for another optimizer than this training"
            )

    def on_batch_end(self, run: Run) -> None:
        if self.every == "batch" and isinstance(self.scheduler, LRScheduler):
            self.scheduler.step()

    def on_epoch_end(self, run: Run) -> None:
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(self._watched(run.history.last()))
        elif self.every == "epoch":
            self.scheduler.step()

    def state_dict(self) -> dict[str, Any]:
        return self.scheduler.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        self.scheduler.load_state_dict(state_dict)

    def _watched(self, numbers: dict[str, float]) -> float:
        name = self.monitor or ("val_loss" if "val_loss" in numbers else "loss")
        if name not in numbers:
            raise ValueError(f"the history has no {name!r} to watch; it has {', '.join(numbers)}")
        return numbers[name]
