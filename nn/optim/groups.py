"""Groups of parameters: how they are given, and what a step has to know of one."""

from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any

from autograd import Tensor
from nn.optim.blocks import State
from nn.optim.flat import Entries, Flat

Group = dict[str, Any]
"""A list of tensors, "params", and the settings they are learned with."""
Settings = dict[str, Any]


class Learned:
    """A group as it was when last looked at, so that a step sees what has changed in it since."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self._params = list(group["params"])
        alike: dict[Any, list[Tensor]] = {}
        for parameter in self._params:
            alike.setdefault(parameter.dtype, []).append(parameter)
        self.flats = [Flat(parameters) for parameters in alike.values()]
        self.settings: Settings = {}
        self.entries: Entries = {}
        self._seen: list[Any] = []

    def is_of(self, group: Group) -> bool:
        """Return whether it is this group, with the parameters it had."""
        params = group["params"]
        same = group is self.group and len(params) == len(self._params)
        return same and all(map(is_, params, self._params))

    def knows_settings(self, names: Iterable[str]) -> bool:
        """Return whether the settings of the group are those that were taken last."""
        group = self.group
        return bool(self._seen) and all(map(is_, [group[name] for name in names], self._seen))

    def take_settings(self, settings: Settings, entries: Entries) -> None:
        """Go by `settings`, which also take the places of what they were made of in the group."""
        self.group.update(settings)
        self.settings, self.entries, self._seen = settings, entries, list(settings.values())


def collect_flats(learned: Iterable[Learned]) -> list[Flat]:
    """All stretches of memory of some groups."""
    return [flat for group in learned for flat in group.flats]


def put_states(learned: Iterable[Learned], states: Mapping[Tensor, State]) -> None:
    """Take over the state of each parameter that has one in `states`."""
    for flat in collect_flats(learned):
        for parameter, i in flat.position.items():
            if parameter in states:
                flat.put_state(i, states[parameter])


def as_groups(params: Iterable[Any]) -> list[Any]:
    """Return the parameters given to an optimizer as a list of groups."""
    _require_order(params)
    listed = list(params)
    return listed if listed and isinstance(listed[0], Mapping) else [{"params": listed}]


def checked(params: Iterable[Any]) -> list[Tensor]:
    """Return the parameters of a group, checked to be different leaves."""
    _require_order(params)
    listed = list(params)
    if not listed:
        raise ValueError(
            "an optimizer needs at least one parameter; model.parameters() is used up after one "
            "pass over it, and modules in a plain list are not registered"
        )
    for i, parameter in enumerate(listed):
        if type(parameter) is not Tensor:
            raise TypeError(f"parameter {i} is of type {type(parameter).__name__}, not a Tensor")
        if not parameter.is_leaf:
            raise TypeError(
                f"parameter {i} is the result of an operation; only leaves can be learned"
            )
    if len(set(listed)) < len(listed):
        raise ValueError("a parameter is in the list twice and would be changed twice in a step")
    return listed


def _require_order(params: Iterable[Any]) -> None:
    if callable(getattr(params, "parameters", None)):
        raise TypeError("an optimizer takes parameters, got a model; pass model.parameters()")
    if isinstance(params, Tensor | set | frozenset | Mapping):
        raise TypeError(
            f"an optimizer takes its parameters as a list, which has an order, got "
            f"{type(params).__name__}; pass model.parameters() or [w, b]"
        )
