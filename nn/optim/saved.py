"""The state dict of an optimizer: how it is made, checked and taken in again."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np

from autograd import Tensor
from nn.errors import CheckpointError
from nn.optim.blocks import State
from nn.optim.groups import Group, Settings, put_states
from nn.optim.settings import at_least_zero

INITIAL_LR = "initial_lr"
"""Key of a group under which schedules keep its initial learning rate."""


class HasState(Protocol):
    """The part of an `Optimizer` that its state dict is made of."""

    settings: ClassVar[Any]
    numbers: ClassVar[Any]
    arrays: ClassVar[Any]
    means: ClassVar[Any]
    param_groups: list[Group]
    _learned: Any

    @property
    def parameters(self) -> list[Tensor]:
        """All parameters, in the order of the groups."""

    def check(self, settings: Mapping[str, Any]) -> Settings:
        """Return checked settings."""

    def _states(self) -> dict[Tensor, State]:
        """Return the state of each parameter."""

    def _notice_groups(self) -> None:
        """Take over changes of `param_groups`."""


class States(Mapping[Tensor, State]):
    """The states of an optimizer's parameters, with running means in the places of sums."""

    def __init__(self, optimizer: HasState) -> None:
        self._means, self._kept = optimizer.means, optimizer._states()

    def __getitem__(self, parameter: Tensor) -> State:
        state = self._kept[parameter].copy()
        for mean, (total, beta) in self._means.items():
            if total in state:
                state[mean] = (1 - state.pop(beta)) * state.pop(total)
        return state

    def __iter__(self) -> Iterator[Tensor]:
        return (parameter for parameter, state in self._kept.items() if state)

    def __len__(self) -> int:
        return sum(map(bool, self._kept.values()))


def state_dict(optimizer: HasState) -> dict[str, Any]:
    """Return copies of the settings of each group and of the state of each parameter."""
    position = {parameter: i for i, parameter in enumerate(optimizer.parameters)}
    states = optimizer._states()
    return {
        "state": [
            {name: _copy(value) for name, value in states.get(parameter, {}).items()}
            for parameter in position
        ],
        "param_groups": [
            {name: _copy(value) for name, value in group.items()}
            | {"params": [position[parameter] for parameter in group["params"]]}
            for group in optimizer.param_groups
        ],
    }


def load_state_dict(optimizer: HasState, saved: Any) -> None:
    """Put `saved` into `optimizer`, or raise `CheckpointError` with all that does not fit."""
    reading = _Reading(optimizer)
    groups = [
        reading.group(f"group {i}", *pair)
        for i, pair in reading.pairs(saved, "param_groups", optimizer.param_groups)
    ]
    states = {
        parameter: reading.state(f"parameter {i}", state, parameter)
        for i, (state, parameter) in reading.pairs(saved, "state", optimizer.parameters)
    }
    if reading.problems:
        raise CheckpointError(
            "\n  ".join(
                [f"the state dict does not fit this {type(optimizer).__name__}:", *reading.problems]
            )
        )
    for own, group in zip(optimizer.param_groups, groups, strict=True):
        own.update(group)
    optimizer._notice_groups()
    put_states(optimizer._learned, states)


class _Reading:
    """Goes through a state dict that may hold anything, and notes all that is wrong with it."""

    def __init__(self, optimizer: HasState) -> None:
        self.optimizer = optimizer
        self.problems: list[str] = []

    def pairs(
        self, saved: Any, name: str, own: Sequence[Any]
    ) -> Iterable[tuple[int, tuple[Any, Any]]]:
        """Return the entries of the list `name`, numbered and each with what it is for."""
        listed = saved.get(name) if isinstance(saved, Mapping) else None
        if not isinstance(listed, list | tuple):
            self.problems.append(f"it has no list {name!r}")
        elif len(listed) != len(own):
            self.problems.append(f"{name!r} has {len(listed)} entries, not {len(own)}")
        else:
            return enumerate(zip(listed, own, strict=True))
        return ()

    def names(self, where: str, found: Any, needed: set[str], allowed: set[str]) -> bool:
        """Return whether `found` is a dict with all names `needed`; others must be `allowed`."""
        if not isinstance(found, Mapping):
            self.problems.append(f"{where} is of type {type(found).__name__}, not a dict")
            return False
        missing, unexpected = needed - found.keys(), found.keys() - needed - allowed
        if missing:
            self.problems.append(f"{where} has no {', '.join(sorted(missing))}")
        if unexpected:
            self.problems.append(
                f"{where} has unexpected {', '.join(sorted(map(str, unexpected)))}"
            )
        return not missing

    def group(self, where: str, saved: Any, own: Group) -> Settings:
        """Return the settings of one group."""
        if not self.names(where, saved, {"params", *self.optimizer.settings}, {INITIAL_LR}):
            return {}
        params = saved["params"]
        if not isinstance(params, list | tuple) or len(params) != len(own["params"]):
            self.problems.append(f"{where} is not of {len(own['params'])} parameters")
        try:
            settings = self.optimizer.check(saved)
            if INITIAL_LR in saved:
                settings[INITIAL_LR] = at_least_zero(INITIAL_LR, saved[INITIAL_LR])
        except (TypeError, ValueError) as error:
            self.problems.append(f"{where}: {error}")
            return {}
        return settings

    def state(self, where: str, saved: Any, parameter: Tensor) -> State:
        """Numbers and arrays of one parameter; empty before its first step."""
        if saved == {}:
            return {}
        if isinstance(saved, Mapping):
            saved = self.with_sums(saved)
        numbers, arrays = self.optimizer.numbers, self.optimizer.arrays
        always = {name for name, switched_on_by in arrays.items() if switched_on_by is None}
        if not self.names(where, saved, {*numbers, *always}, {*arrays}):
            return {}
        state: State = {}
        for name, start in numbers.items():
            value = saved[name]
            if not isinstance(value, int | float | np.number) or not math.isfinite(value):
                self.problems.append(f"{name} of {where} is {value!r}, not a number")
            else:
                state[name] = type(start)(value)
        for name in [name for name in arrays if name in saved]:
            value = saved[name]
            if not isinstance(value, np.ndarray | np.generic):
                self.problems.append(f"{name} of {where} is a {type(value).__name__}, not an array")
            elif value.shape != parameter.shape:
                self.problems.append(f"{name} of {where} is {value.shape}, not {parameter.shape}")
            elif not np.can_cast(value.dtype, parameter.dtype, "same_kind"):
                self.problems.append(f"{name} of {where} is {value.dtype}, not {parameter.dtype}")
            else:
                state[name] = np.array(value, dtype=parameter.dtype, order="C")
        return state

    def with_sums(self, saved: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a state with sums for its running means: with the beta 0 these are the same."""
        state = dict(saved)
        for mean, (total, beta) in self.optimizer.means.items():
            if mean in state:
                state |= {total: state.pop(mean), beta: 0.0}
        return state


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    return list(value) if isinstance(value, tuple) else value
