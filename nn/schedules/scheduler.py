"""The bases of all schedules: what they hold, and how it is saved."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from nn.errors import CheckpointError
from nn.optim import Optimizer
from nn.optim.saved import INITIAL_LR
from nn.optim.settings import at_least_zero


class Scheduler:
    """Base of everything that changes the learning rates in `optimizer.param_groups`.

    `last_epoch` counts the calls of `step()`, whether they come once an epoch or once a batch. All
    other attributes are numbers, texts and lists of numbers; those named in `per_group` have one
    entry for each of the optimizer's groups.

    Raises `TypeError` for what is not an optimizer.
    """

    per_group: ClassVar[tuple[str, ...]] = ()

    def __init__(self, optimizer: Optimizer) -> None:
        require_optimizer(optimizer)
        self.optimizer = optimizer
        self.last_epoch = 0

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def set_lr(self, rates: list[float]) -> None:
        """Give each group its learning rate."""
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule knows but the optimizer: numbers, texts and lists of numbers."""
        return {
            name: list(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if name != "optimizer"
        } | {"last_lr": self.get_last_lr()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict()` gave, with the learning rates of that time.

        Settings are taken over too. Raises `CheckpointError`, which lists all that does not fit,
        and then changes nothing.
        """
        if problems := self.find_misfits(state_dict):
            raise CheckpointError(
                "\n  ".join([f"the state dict does not fit this {type(self).__name__}:", *problems])
            )
        self.take(state_dict)

    def find_misfits(self, state_dict: Any) -> list[str]:
        """Return in words the parts of a state dict that do not fit."""
        own = self.state_dict()
        if not isinstance(state_dict, Mapping):
            return [f"it is of type {type(state_dict).__name__}, not a dict"]
        problems = [f"it has no {name}" for name in own if name not in state_dict]
        problems += [f"unexpected {name}" for name in state_dict if name not in own]
        for name, value in own.items():
            if name not in state_dict:
                continue
            saved = state_dict[name]
            if not _alike(saved, value):
                problems.append(f"{name} is {saved!r}, where this one has {value!r}")
            elif name in (*self.per_group, "last_lr") and len(saved) != len(value):
                problems.append(f"{name} is for {len(saved)} groups, not {len(value)}")
        return problems

    def take(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state dict that fits."""
        for name, value in state_dict.items():
            if name != "last_lr":
                setattr(self, name, list(value) if isinstance(value, list | tuple) else value)
        self.set_lr(list(state_dict["last_lr"]))

    def __repr__(self) -> str:
        rates = ", ".join(f"{rate:.4g}" for rate in self.get_last_lr())
        return f"{type(self).__name__}(step {self.last_epoch}, lr {rates})"


class LRScheduler(Scheduler, ABC):
    """Base of schedules that are a formula of the number of steps.

    A subclass says by `rate` what the learning rate is after t steps for a group that began with
    `base_lr`. Being a formula, it does not depend on what was in the group: two schedules on one
    optimizer overwrite each other, and `SequentialLR` puts one after the other.

    The rate that a group began with is kept in the group as "initial_lr", so that several
    schedules can be made for one optimizer. `last_epoch` is as in PyTorch: -1 to begin, or the
    number of steps that an optimizer with such groups has taken already.

    Raises `ValueError` for groups without "initial_lr" when `last_epoch` is not -1.
    """

    per_group: ClassVar[tuple[str, ...]] = ("base_lrs",)

    def __init__(
        self, optimizer: Optimizer, last_epoch: int = -1, *, base_lrs: list[float] | None = None
    ) -> None:
        super().__init__(optimizer)
        self.base_lrs = _initial_lrs(optimizer, last_epoch) if base_lrs is None else base_lrs
        self.move_to(last_epoch + 1)

    @abstractmethod
    def rate(self, base_lr: float, t: int) -> float:
        """Return the learning rate after t steps of a group that began with `base_lr`."""

    def step(self) -> None:
        """Set the learning rates of the next epoch, or of the next batch."""
        self.move_to(self.last_epoch + 1)

    def move_to(self, t: int) -> None:
        """Set the learning rates after t steps.

        Raises `ValueError` if the optimizer was given another group meanwhile.
        """
        if len(self.base_lrs) != len(self.optimizer.param_groups):
            raise ValueError(
                f"this {type(self).__name__} was made for {len(self.base_lrs)} groups, and the "
                f"optimizer has {len(self.optimizer.param_groups)}; make a new schedule"
            )
        rates = [self.rate(base_lr, t) for base_lr in self.base_lrs]
        self.set_lr(rates)
        self.last_epoch = t


def require_optimizer(optimizer: Any) -> None:
    """Raise `TypeError` for what is not an optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"a schedule needs an optimizer first, got {type(optimizer).__name__}")


def for_each_group(optimizer: Optimizer, name: str, value: Any) -> list[float]:
    """`value`, a number for all groups of the optimizer or a list with one for each, as a list."""
    require_optimizer(optimizer)
    groups = len(optimizer.param_groups)
    values = value if isinstance(value, list | tuple) else [value] * groups
    if len(values) != groups:
        raise ValueError(f"{name} must be one number or one for each of {groups} groups: {value}")
    return [at_least_zero(name, entry) for entry in values]


def _initial_lrs(optimizer: Optimizer, last_epoch: int) -> list[float]:
    for i, group in enumerate(optimizer.param_groups):
        if last_epoch == -1:
            group.setdefault(INITIAL_LR, group["lr"])
        elif INITIAL_LR not in group:
            raise ValueError(
                f"with {last_epoch=} group {i} needs {INITIAL_LR!r}: load the optimizer's "
                "state dict first, or leave last_epoch out"
            )
    return [group[INITIAL_LR] for group in optimizer.param_groups]


def _alike(saved: Any, own: Any) -> bool:
    """Return whether both are numbers, both texts, or both lists of numbers."""
    if isinstance(own, list):
        return isinstance(saved, list | tuple) and all(map(_is_number, saved))
    if isinstance(own, bool | str):
        return type(saved) is type(own)
    return _is_number(saved)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def positive_integer(name: str, value: Any) -> int:
    """`value`; raises `ValueError` unless it is an integer above 0.

    >>> positive_integer("step_size", 3)
    3
    """
    if not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")
    return int(value)
