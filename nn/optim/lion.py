"""Lion: steps of one length, with the sign of a running mean."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from nn.optim.arithmetic import running_mean
from nn.optim.optimizer import Array, Arrays, Optimizer, Settings, State, Update
from nn.optim.settings import Checks, at_least_zero, switch, two_fractions


class Lion(Optimizer):
    """Evolved sign momentum: every entry moves by `lr`, up or down.

        c      = beta1 m + (1 - beta1) g
        theta -= lr (sign(c) + weight_decay theta)
        m      = beta2 m + (1 - beta2) g

    Because all steps have one length, `lr` is usually 3 to 10 times smaller than for Adam, and
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
    arrays: ClassVar[Arrays] = {"exp_avg": None}

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

    def rule(self, settings: Settings, state: State) -> Update:
        lr, (beta1, beta2) = settings["lr"], settings["betas"]

        def update(theta: Array, g: Array, m: Array, a: Array, b: Array) -> None:
            np.multiply(m, beta1, out=a)
            a += np.multiply(g, 1 - beta1, out=b)
            # Into another array: NumPy's sign is seven times slower in place.
            np.sign(a, out=b)
            theta -= np.multiply(b, lr, out=b)
            running_mean(m, g, beta2, a)

        return update
