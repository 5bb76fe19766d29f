"""Lower rates when nothing gets better."""

import math
from typing import ClassVar, Literal, SupportsFloat

from nn.optim import Optimizer
from nn.optim.settings import at_least_zero, fraction
from nn.schedules.scheduler import Scheduler, for_each_group


class ReduceLROnPlateau(Scheduler):
    """Multiplies the rates by `factor` after more than `patience` steps without a better number.

    `step(metrics)` takes the number that is watched, usually the validation loss of an epoch. With
    `mode` "min", x is better than the best b if `x < b (1 - threshold)`, with `threshold_mode`
    "abs" if `x < b - threshold`; with "max", if `x > b (1 + threshold)` or `x > b + threshold`.
    After a reduction, `cooldown` steps are not counted. Rates do not fall below `min_lr`, a number
    or one for each group, and changes below `eps` are left out. Defaults are PyTorch's.

    Raises `ValueError` for a factor of 1 or more, an unknown mode and negative settings.

    >>> from nn import SGD, Parameter
    >>> schedule = ReduceLROnPlateau(SGD([Parameter(1.0)], lr=8.0), factor=0.5, patience=1)
    >>> for loss in (1.0, 0.9, 0.9, 0.9):
    ...     schedule.step(loss)
    ...     print(schedule.get_last_lr())
    [8.0]
    [8.0]
    [8.0]
    [4.0]
    """

    per_group: ClassVar[tuple[str, ...]] = ("min_lrs",)

    def __init__(
        self,
        optimizer: Optimizer,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(optimizer)
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}")
        self.mode: str = mode
        self.factor = fraction("factor", factor)
        self.patience = int(at_least_zero("patience", patience))
        self.threshold = at_least_zero("threshold", threshold)
        self.threshold_mode: str = threshold_mode
        self.cooldown = int(at_least_zero("cooldown", cooldown))
        self.min_lrs = for_each_group(optimizer, "min_lr", min_lr)
        self.eps = at_least_zero("eps", eps)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0

    def step(self, metrics: SupportsFloat) -> None:
        """Take note of the number that is watched, and lower the rates if it is time."""
        number = float(metrics)
        self.last_epoch += 1
        self.num_bad_epochs += 1
        if self._is_better(number):
            self.best, self.num_bad_epochs = number, 0
        if self.cooldown_counter > 0:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown_counter - 1, 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            self._reduce()

    def _is_better(self, number: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "rel":
            return sign * number < sign * self.best * (1 - sign * self.threshold)
        return sign * number < sign * self.best - self.threshold

    def _reduce(self) -> None:
        rates = self.get_last_lr()
        lower = [
            max(rate * self.factor, least) for rate, least in zip(rates, self.min_lrs, strict=True)
        ]
        self.set_lr(
            [new if old - new > self.eps else old for old, new in zip(rates, lower, strict=True)]
        )
