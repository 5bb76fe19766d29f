"""Lion: steps of one length, with the sign of a running mean."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import multiply, sign

from nn.optim.arithmetic import decay_of_sum
from nn.optim.blocks import Array, State
from nn.optim.flat import Numbers
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Means, Optimizer
from nn.optim.settings import Checks, at_least_zero, switch, two_fractions


class Lion(Optimizer):
    """Evolved sign momentum: every entry moves by `lr`, up or down.

        c      = beta1 m + (1 - beta1) g
        theta -= lr (sign(c) + weight_decay theta)
        m      = beta2 m + (1 - beta2) g

    What is kept is the sum M = m / (1 - beta2), as in `Adam`: 7 passes over the entries instead of
    9. Because all steps have one length, `lr` is usually 3 to 10 times smaller than for Adam, and
    `weight_decay` as many times larger. Source: Chen et al., Symbolic discovery of optimization
    algorithms (2023), algorithm 2 and its defaults.

    Raises `ValueError` for negative settings and for betas outside [0, 1).

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0, 0.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Lion([w], lr=0.1).step()
    >>> w
    Tensor([ 0.9, -1.9,  0. ], requires_grad=True)
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "betas": two_fractions,
        "weight_decay": at_least_zero,
        "decoupled_weight_decay": switch,
    }
    numbers: ClassVar[Numbers] = {"step": 0, "beta2": 0.0}
    arrays: ClassVar[Arrays] = {"gradient_sum": None}
    means: ClassVar[Means] = {"exp_avg": ("gradient_sum", "beta2")}

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": True,
        }
        super().__init__(params, defaults)

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        beta1, beta2 = settings["betas"]
        m = state["exp_avg"]
        state["exp_avg"] = beta2 * m + (1 - beta2) * g
        return theta - settings["lr"] * np.sign(beta1 * m + (1 - beta1) * g)

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        beta1, beta2 = settings["betas"]
        before = 1 - state["beta2"]
        # c / (1 - beta1), which has the sign of c.
        of_sum = beta1 * before / (1 - beta1)
        return _update, of_sum, decay_of_sum(state, "beta2", beta2), settings["lr"]


def _update(
    theta: Array, g: Array, M: Array, a: Array, b: Array, of_sum: Array, beta2: Array, lr: Array
) -> None:
    multiply(M, of_sum, a)
    a += g
    # Into another array: NumPy's sign is seven times slower in place.
    sign(a, b)
    theta -= multiply(b, lr, b)
    M *= beta2
    M += g
