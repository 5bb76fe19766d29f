"""Adagrad: steps that shrink where gradients have been large."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import divide, multiply, sqrt

from nn.optim.blocks import Array, State
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Optimizer
from nn.optim.settings import Checks, at_least_zero


class Adagrad(Optimizer):
    """Divides by the root of the sum s of all squared gradients.

        g     += weight_decay theta
        s     += g^2                         (s starts at initial_accumulator_value)
        theta -= lr' g / (sqrt(s) + eps)     with lr' = lr / (1 + (t - 1) lr_decay) at step t

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods (2011). Defaults are PyTorch's.

    Raises `ValueError` for negative settings.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Adagrad([w], lr=0.1).step()
    >>> w
    Tensor([ 0.9, -1.9], requires_grad=True)
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "lr_decay": at_least_zero,
        "weight_decay": at_least_zero,
        "initial_accumulator_value": at_least_zero,
        "eps": at_least_zero,
    }
    arrays: ClassVar[Arrays] = {"sum": None}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
        }
        super().__init__(params, defaults)

    def start(self, name: str, settings: Settings) -> float:
        value: float = settings["initial_accumulator_value"]
        return value

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        lr = settings["lr"] / (1 + (state["step"] - 1) * settings["lr_decay"])
        total = state["sum"] = state["sum"] + g**2
        return theta - lr * g / (np.sqrt(total) + settings["eps"])

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        lr = settings["lr"] / (1 + (state["step"] - 1) * settings["lr_decay"])
        return _update, settings["eps"], lr


def _update(
    theta: Array, g: Array, total: Array, a: Array, b: Array, eps: Array, lr: Array
) -> None:
    total += multiply(g, g, a)
    sqrt(total, a)
    a += eps
    divide(g, a, a)
    theta -= multiply(a, lr, a)
