"""Adadelta: steps as long as recent ones were, in the units of the parameters."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import add, multiply, sqrt

from nn.optim.arithmetic import running_mean
from nn.optim.blocks import Array, State
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Optimizer
from nn.optim.settings import Checks, at_least_zero, unit_interval


class Adadelta(Optimizer):
    """Steps from running means v of g^2 and u of the squared changes d^2.

        g     += weight_decay theta
        v      = rho v + (1 - rho) g^2
        d      = sqrt(u + eps) / sqrt(v + eps) g
        u      = rho u + (1 - rho) d^2
        theta -= lr d

    Source: Zeiler, ADADELTA (2012), algorithm 1. Defaults are PyTorch's.

    Raises `ValueError` for negative settings and a rho above 1.

    >>> from autograd import Tensor
    >>> w = Tensor(1.0, requires_grad=True)
    >>> (3 * w).backward()
    >>> Adadelta([w], lr=0.5, rho=0.0, eps=7.0).step()
    >>> round(w.item(), 6)  # 1 - 0.5 sqrt(7) / sqrt(9 + 7) 3
    0.007843
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "rho": unit_interval,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
    }
    arrays: ClassVar[Arrays] = {"square_avg": None, "acc_delta": None}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay})

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        rho, eps = settings["rho"], settings["eps"]
        v = state["square_avg"] = rho * state["square_avg"] + (1 - rho) * g**2
        change = np.sqrt(state["acc_delta"] + eps) / np.sqrt(v + eps) * g
        state["acc_delta"] = rho * state["acc_delta"] + (1 - rho) * change**2
        return theta - settings["lr"] * change

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        rho = settings["rho"]
        return _update, rho, 1 - rho, settings["eps"], settings["lr"]


def _update(
    theta: Array, g: Array, v: Array, u: Array, a: Array, b: Array, *numbers: Array
) -> None:
    rho, rest, eps, lr = numbers
    running_mean(v, multiply(g, g, a), rho, rest, a)
    add(v, eps, a)
    add(u, eps, b)
    # One root of the fraction, since roots are what takes longest.
    b /= a
    sqrt(b, b)
    b *= g
    running_mean(u, multiply(b, b, a), rho, rest, a)
    theta -= multiply(b, lr, b)
