"""One schedule after another."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from nn.optim import Optimizer
from nn.schedules.scheduler import LRScheduler


class SequentialLR(LRScheduler):
    """Follows the first schedule until the first milestone, then the second, and so on.

    Each begins anew, with its own first step, at its milestone. Raises `ValueError` unless there
    is one milestone less than schedules, milestones rise, and all schedules are formulas (no
    `ReduceLROnPlateau`) for the same optimizer.

    >>> from nn import SGD, Parameter
    >>> from nn.schedules import CosineAnnealingLR, LinearLR
    >>> optimizer = SGD([Parameter(1.0)], lr=8.0)
    >>> warm_up = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> fall = CosineAnnealingLR(optimizer, T_max=2)
    >>> schedule = SequentialLR(optimizer, [warm_up, fall], milestones=[2])
    >>> for _ in range(5):
    ...     print(round(schedule.get_last_lr()[0], 6), end=" ")
    ...     schedule.step()
    4.0 6.0 8.0 4.0 0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        if len(self.schedulers) != len(self.milestones) + 1:
            raise ValueError(
                f"SequentialLR needs one milestone less than schedules, got "
                f"{len(self.milestones)} for {len(self.schedulers)}"
            )
        if self.milestones != sorted(self.milestones):
            raise ValueError(f"milestones must rise, got {self.milestones}")
        for i, scheduler in enumerate(self.schedulers):
            if not isinstance(scheduler, LRScheduler):
                raise ValueError(
                    f"schedule {i} is a {type(scheduler).__name__}; SequentialLR takes those that "
                    "are a formula of the number of steps"
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"schedule {i} is for another optimizer")
        super().__init__(optimizer, last_epoch)

    def rate(self, base_lr: float, t: int) -> float:
        scheduler, since = self._at(t)
        return scheduler.rate(base_lr, since)

    def move_to(self, t: int) -> None:
        scheduler, since = self._at(t)
        scheduler.move_to(since)
        self.last_epoch = t

    def _at(self, t: int) -> tuple[LRScheduler, int]:
        """Return the schedule that is followed after t steps, and how many steps it has been."""
        i = bisect_right(self.milestones, t)
        return self.schedulers[i], t - (self.milestones[i - 1] if i else 0)

    def state_dict(self) -> dict[str, Any]:
        states = [scheduler.state_dict() for scheduler in self.schedulers]
        return super().state_dict() | {"schedulers": states}

    def find_misfits(self, state_dict: Any) -> list[str]:
        states = state_dict.get("schedulers") if isinstance(state_dict, Mapping) else None
        if not isinstance(states, list | tuple) or len(states) != len(self.schedulers):
            return [f"it has no list 'schedulers' of {len(self.schedulers)} states"]
        # Instead of the states an empty list, which is as good as any other.
        problems = super().find_misfits({**state_dict, "schedulers": []})
        for i, (scheduler, state) in enumerate(zip(self.schedulers, states, strict=True)):
            problems += [f"schedule {i}: {problem}" for problem in scheduler.find_misfits(state)]
        return problems

    def take(self, state_dict: Mapping[str, Any]) -> None:
        for scheduler, state in zip(self.schedulers, state_dict["schedulers"], strict=True):
            scheduler.take(state)
        super().take({k: v for k, v in state_dict.items() if k != "schedulers"})
