"""Schedules with a short formula: eta is the learning rate after t steps, eta0 the first one."""

import math
from bisect import bisect_right
from collections.abc import Iterable

from nn.optim import Optimizer
from nn.optim.settings import at_least_zero
from nn.schedules.scheduler import LRScheduler, positive_integer


class StepLR(LRScheduler):
    """Multiplies by gamma every `step_size` steps: `eta = eta0 gamma^floor(t / step_size)`.

    Raises `ValueError` for a `step_size` below 1 and a negative `gamma`.

    >>> from nn import SGD, Parameter
    >>> optimizer = SGD([Parameter(1.0)], lr=8.0)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     schedule.step()
    ...     print(schedule.get_last_lr())
    [8.0]
    [4.0]
    [4.0]
    [2.0]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size = positive_integer("step_size", step_size)
        self.gamma = at_least_zero("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        return base_lr * float(self.gamma ** (t // self.step_size))


class MultiStepLR(LRScheduler):
    """Multiplies by gamma at every milestone, `eta = eta0 gamma^(number of milestones <= t)`.

    A milestone that is given twice counts twice. Raises `ValueError` for a negative `gamma`.

    >>> from nn import SGD, Parameter
    >>> schedule = MultiStepLR(SGD([Parameter(1.0)], lr=8.0), milestones=[1, 3], gamma=0.5)
    >>> [schedule.rate(8.0, t) for t in range(5)]
    [8.0, 4.0, 4.0, 2.0, 2.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = at_least_zero("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        return base_lr * float(self.gamma ** bisect_right(self.milestones, t))


class ExponentialLR(LRScheduler):
    """Multiplies by gamma at every step: `eta = eta0 gamma^t`.

    Raises `ValueError` for a negative `gamma`.

    >>> from nn import SGD, Parameter
    >>> schedule = ExponentialLR(SGD([Parameter(1.0)], lr=8.0), gamma=0.5)
    >>> [schedule.rate(8.0, t) for t in range(4)]
    [8.0, 4.0, 2.0, 1.0]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = at_least_zero("gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        return base_lr * float(self.gamma**t)


class LinearLR(LRScheduler):
    """Goes on a line from `start_factor eta0` to `end_factor eta0` in `total_iters` steps.

        eta = eta0 (start_factor + (end_factor - start_factor) min(t, total_iters) / total_iters)

    With the defaults a warm-up. Raises `ValueError` for factors above 1 or below 0, a
    `start_factor` of 0, and less than one step.

    >>> from nn import SGD, Parameter
    >>> schedule = LinearLR(SGD([Parameter(1.0)], lr=8.0), start_factor=0.25, total_iters=3)
    >>> [schedule.rate(8.0, t) for t in range(5)]
    [2.0, 4.0, 6.0, 8.0, 8.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be above 0 and at most 1, got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor must be at least 0 and at most 1, got {end_factor}")
        self.start_factor, self.end_factor = float(start_factor), float(end_factor)
        self.total_iters = positive_integer("total_iters", total_iters)
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        share = min(t, self.total_iters) / self.total_iters
        return base_lr * (self.start_factor + (self.end_factor - self.start_factor) * share)


class CosineAnnealingLR(LRScheduler):
    """Falls to `eta_min` in `T_max` steps along a cosine, and after that rises again.

        eta = eta_min + (eta0 - eta_min) (1 + cos(pi t / T_max)) / 2

    Source: Loshchilov and Hutter, SGDR (2017), equation 5, without its restarts. Raises
    `ValueError` for a `T_max` below 1 and a negative `eta_min`.

    >>> from nn import SGD, Parameter
    >>> schedule = CosineAnnealingLR(SGD([Parameter(1.0)], lr=8.0), T_max=4)
    >>> [round(schedule.rate(8.0, t), 4) for t in range(6)]
    [8.0, 6.8284, 4.0, 1.1716, 0.0, 1.1716]
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_max = positive_integer("T_max", T_max)
        self.eta_min = at_least_zero("eta_min", eta_min)
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        share = (1 + math.cos(math.pi * t / self.T_max)) / 2
        return self.eta_min + (base_lr - self.eta_min) * share
