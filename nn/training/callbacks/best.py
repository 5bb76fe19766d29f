"""Which epoch was the best."""

import math
from typing import Literal, get_args

from nn.metrics import BY_NAME
from nn.training.callbacks.callback import Run

Mode = Literal["min", "max"]

MODES: dict[str, Mode] = {
    "loss": "min",
    "penalty": "min",
    **dict.fromkeys(BY_NAME, "max"),
}
"""Which way the numbers go whose names tell it."""


class Best:
    """Watches one number of the epochs: whether it is better than ever, by more than `min_delta`.

    A number that is NaN is never better. Raises `ValueError` for an unknown mode, for a number
    whose name does not say which way it goes, and for one that the epochs do not have.
    """

    def __init__(self, monitor: str, mode: Mode | None, min_delta: float = 0.0) -> None:
        mode = mode or MODES.get(monitor.removeprefix("val_"))
        if mode not in get_args(Mode):
            raise ValueError(
                f"is a high {monitor!r} good or bad? say mode='max' or mode='min', got {mode!r}"
            )
        if not min_delta >= 0:
            raise ValueError(f"min_delta must be at least 0, got {min_delta}")
        self.monitor, self.mode, self.min_delta = monitor, mode, min_delta
        self.number: float | None = None

    def improved(self, run: Run) -> bool:
        """Return whether the epoch that has just ended is the best so far, which is then noted."""
        numbers = run.history.last()
        if self.monitor not in numbers:
            raise ValueError(
                f"there is no {self.monitor!r} to monitor: the numbers of an epoch are "
                f"{', '.join(numbers)}; pass validation= or metrics= to fit, or another monitor="
            )
        number = numbers[self.monitor]
        if math.isnan(number):
            return False
        if self.number is not None:
            gain = self.number - number if self.mode == "min" else number - self.number
            if not gain > self.min_delta:
                return False
        self.number = number
        return True
