"""RMSprop: gradients over their running root mean square."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import divide, multiply, sqrt, subtract

from nn.optim.arithmetic import running_mean
from nn.optim.blocks import Array, State
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Optimizer
from nn.optim.settings import Checks, at_least_zero, switch, unit_interval


class RMSprop(Optimizer):
    """Divides by the root of a running mean v of g^2; centered, of an estimate of g's variance.

        g     += weight_decay theta
        v      = alpha v + (1 - alpha) g^2
        m      = alpha m + (1 - alpha) g         (if centered; otherwise m = 0)
        d      = g / (sqrt(v - m^2) + eps)
        w      = momentum w + d
        theta -= lr w

    Source: Tieleman and Hinton, Neural networks for machine learning, lecture 6.5 (2012); centered
    as in Graves, Generating sequences with recurrent neural networks (2013), section 4.2. Defaults
    are PyTorch's.

    Raises `ValueError` for negative settings and an alpha above 1.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> RMSprop([w], lr=0.1, alpha=0.75).step()
    >>> w
    Tensor([ 0.8, -1.8], requires_grad=True)
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "alpha": unit_interval,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "momentum": at_least_zero,
        "centered": switch,
    }
    arrays: ClassVar[Arrays] = {
        "square_avg": None,
        "grad_avg": "centered",
        "momentum_buffer": "momentum",
    }

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
        }
        super().__init__(params, defaults)

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        alpha = settings["alpha"]
        v = state["square_avg"] = alpha * state["square_avg"] + (1 - alpha) * g**2
        if settings["centered"]:
            m = state["grad_avg"] = alpha * state["grad_avg"] + (1 - alpha) * g
            v = v - m**2
        change = g / (np.sqrt(v) + settings["eps"])
        if settings["momentum"]:
            change = settings["momentum"] * state["momentum_buffer"] + change
            state["momentum_buffer"] = change
        return theta - settings["lr"] * change

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        alpha = settings["alpha"]
        return _update, alpha, 1 - alpha, settings["eps"], settings["momentum"], settings["lr"]


def _update(
    theta: Array,
    g: Array,
    v: Array,
    m: Array | None,
    w: Array | None,
    a: Array,
    b: Array,
    *numbers: Array,
) -> None:
    alpha, rest, eps, momentum, lr = numbers
    running_mean(v, multiply(g, g, a), alpha, rest, a)
    if m is None:
        sqrt(v, a)
    else:
        running_mean(m, g, alpha, rest, a)
        subtract(v, multiply(m, m, a), a)
        sqrt(a, a)
    a += eps
    change = divide(g, a, a)
    if w is not None:
        w *= momentum
        w += change
        change = w
    theta -= multiply(change, lr, a)
