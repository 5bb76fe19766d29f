"""The base of all optimizers: which parameters, which state, and how a step is taken."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from nn.errors import CheckpointError

Array = Any
"""A NumPy array, or a NumPy scalar where the shape is `()`."""
State = dict[str, Any]


class Optimizer:
    """Takes steps down the gradients of `parameters`, a list of leaf tensors.

    A subclass says by `change` what is to be subtracted from one parameter, and lists the names of
    its settings in `settings`; they are attributes, which may be set between steps, and together
    with `state`, one dict for each parameter, they are all that an optimizer knows.

    Raises `ValueError` for no parameters or the same one twice, and `TypeError` for what cannot be
    learned.
    """

    settings: ClassVar[tuple[str, ...]] = ("lr",)

    def __init__(self, parameters: Iterable[Tensor], *, lr: float) -> None:
        self.parameters = _checked(parameters)
        self.state: list[State] = [{} for _ in self.parameters]
        self.lr = at_least_zero("lr", lr)

    def change(self, theta: Array, gradient: Array, state: State) -> Array:
        """What one step subtracts from a parameter of value `theta`; `state` is kept for it."""
        raise NotImplementedError

    def step(self) -> None:
        """Change every parameter that has a gradient.

        The new value is a new array, so that values and `detach()`ed tensors taken before the step
        keep what they showed. Each parameter keeps its dtype.
        """
        for parameter, state in zip(self.parameters, self.state, strict=True):
            gradient = parameter.grad
            if gradient is not None:
                theta = parameter.data
                parameter.assign(theta - self.change(theta, gradient, state))

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Copies of the settings and of each parameter's state, in the order of the parameters."""
        return {
            "settings": {name: getattr(self, name) for name in self.settings},
            "state": [
                {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in state.items()}
                for state in self.state
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict()` of an optimizer of the same kind and parameters gave.

        Raises `CheckpointError` for other settings, parameters or shapes, and then changes nothing.
        """
        if not {"settings", "state"} <= state_dict.keys():
            raise CheckpointError(
                f"an optimizer's state dict has 'settings' and 'state', got {list(state_dict)}"
            )
        settings, states = dict(state_dict["settings"]), list(state_dict["state"])
        problems = []
        if settings.keys() != set(self.settings):
            problems.append(f"its settings are {sorted(settings)}, not {sorted(self.settings)}")
        if len(states) != len(self.parameters):
            problems.append(f"it has {len(states)} parameters, not {len(self.parameters)}")
        else:
            problems += [
                f"{name} of parameter {i} is {value.shape}, not {parameter.shape}"
                for i, (parameter, state) in enumerate(zip(self.parameters, states, strict=True))
                for name, value in state.items()
                if isinstance(value, np.ndarray) and value.shape != parameter.shape
            ]
        if problems:
            raise CheckpointError(
                f"the state dict does not fit this {type(self).__name__}: {'; '.join(problems)}"
            )
        for name, value in settings.items():
            setattr(self, name, value)
        self.state = [
            {
                k: np.array(v, dtype=parameter.dtype) if isinstance(v, np.ndarray) else v
                for k, v in state.items()
            }
            for parameter, state in zip(self.parameters, states, strict=True)
        ]

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)}" for name in self.settings)
        return f"{type(self).__name__}({len(self.parameters)} parameters, {settings})"


def at_least_zero(name: str, value: float) -> float:
    """`value` as a Python float, which leaves a float32 network float32 where NumPy's would not.

    Raises `ValueError` for a number that is negative or not finite.

    >>> at_least_zero("lr", 1)
    1.0
    """
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be a finite number of at least 0, got {value}")
    return float(value)


def fraction(name: str, value: float) -> float:
    """`value` as a Python float; raises `ValueError` unless `0 <= value < 1`."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and less than 1, got {value}")
    return float(value)


def _checked(parameters: Iterable[Tensor]) -> list[Tensor]:
    if isinstance(parameters, Tensor | set | frozenset | Mapping):
        raise TypeError(
            f"an optimizer takes its parameters as a list, which has an order, got "
            f"{type(parameters).__name__}; pass model.parameters() or [w, b]"
        )
    checked = list(parameters)
    if not checked:
        raise ValueError(
            "an optimizer needs at least one parameter; model.parameters() is used up after one "
            "pass over it, and modules in a plain list are not registered"
        )
    for i, parameter in enumerate(checked):
        if type(parameter) is not Tensor:
            raise TypeError(f"parameter {i} is of type {type(parameter).__name__}, not a Tensor")
        if not parameter.is_leaf:
            raise TypeError(
                f"parameter {i} is the result of an operation; only leaves can be learned"
            )
    if len(set(checked)) < len(checked):
        raise ValueError("a parameter is in the list twice and would be changed twice in a step")
    return checked
