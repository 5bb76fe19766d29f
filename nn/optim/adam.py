"""Adam and AdamW: steps scaled by running moments of the gradient."""

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import divide, multiply, sqrt

from nn.optim.arithmetic import decay_of_sum
from nn.optim.blocks import Array, State
from nn.optim.flat import Numbers
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Means, Optimizer
from nn.optim.settings import Checks, at_least_zero, switch, two_fractions


class Adam(Optimizer):
    """Steps of running means m of g and v of g^2, at the t-th step corrected for their start at 0.

        g     += weight_decay theta          (decoupled: instead theta *= 1 - lr weight_decay)
        m      = beta1 m + (1 - beta1) g
        v      = beta2 v + (1 - beta2) g^2
        theta -= lr m' / (sqrt(v') + eps)    with m' = m / (1 - beta1^t), v' = v / (1 - beta2^t)

    Without `bias_correction`, m' = m and v' = v. `rule` keeps and saves the sums
    M = m / (1 - beta1) and V = v / (1 - beta2), which take fewer passes over the entries: 10
    instead of 12. Source: Kingma and Ba, Adam (2015), algorithm 1. Defaults are PyTorch's.

    Raises `ValueError` for negative settings and for betas outside [0, 1).

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Adam([w], lr=0.1).step()
    >>> w
    Tensor([ 0.9, -1.9], requires_grad=True)
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "betas": two_fractions,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "decoupled_weight_decay": switch,
        "bias_correction": switch,
    }
    numbers: ClassVar[Numbers] = {"step": 0, "beta1": 0.0, "beta2": 0.0}
    arrays: ClassVar[Arrays] = {"gradient_sum": None, "square_sum": None}
    means: ClassVar[Means] = {
        "exp_avg": ("gradient_sum", "beta1"),
        "exp_avg_sq": ("square_sum", "beta2"),
    }

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        decoupled_weight_decay: bool = False,
        bias_correction: bool = True,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "bias_correction": bias_correction,
        }
        super().__init__(params, defaults)

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        lr, eps, (beta1, beta2) = settings["lr"], settings["eps"], settings["betas"]
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g**2
        if settings["bias_correction"]:
            t = state["step"]
            m, v = m / (1 - beta1**t), v / (1 - beta2**t)
        return theta - lr * m / (np.sqrt(v) + eps)

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        lr, eps, (beta1, beta2) = settings["lr"], settings["eps"], settings["betas"]
        of_sum, root = 1 - beta1, math.sqrt(1 - beta2)
        if settings["bias_correction"]:
            t = state["step"]
            of_sum, root = of_sum / (1 - beta1**t), root / math.sqrt(1 - beta2**t)
        # With m' = of_sum M and sqrt(v') = root sqrt(V), both sides of the fraction over root.
        return (
            _update,
            decay_of_sum(state, "beta1", beta1),
            decay_of_sum(state, "beta2", beta2),
            eps / root,
            lr * of_sum / root,
        )


def _update(
    theta: Array, g: Array, M: Array, V: Array, a: Array, b: Array, *numbers: Array
) -> None:
    beta1, beta2, eps, lr = numbers
    M *= beta1
    M += g
    V *= beta2
    V += multiply(g, g, a)
    sqrt(V, a)
    a += eps
    divide(M, a, a)
    theta -= multiply(a, lr, a)


class AdamW(Adam):
    """Adam with decoupled weight decay: `theta *= 1 - lr weight_decay`, and then Adam's step.

    Unlike decay added to the gradient, it is not scaled by the running moments. Source: Loshchilov
    and Hutter, Decoupled weight decay regularization (2019), algorithm 2. Settings, errors and
    state are those of `Adam`; defaults are PyTorch's.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w
    Tensor([ 0.85, -1.8 ], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        bias_correction: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            decoupled_weight_decay=True,
            bias_correction=bias_correction,
        )
