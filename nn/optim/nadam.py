"""NAdam: Adam with Nesterov's momentum."""

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy import multiply, sqrt

from nn.optim.arithmetic import decay_of_sum
from nn.optim.blocks import Array, State
from nn.optim.flat import Numbers
from nn.optim.groups import Settings
from nn.optim.optimizer import Arrays, Means, Optimizer
from nn.optim.settings import Checks, at_least_zero, switch, two_fractions


class NAdam(Optimizer):
    """Adam that looks ahead: the step already has a share of the gradient at hand.

        g     += weight_decay theta          (decoupled: instead theta *= 1 - lr weight_decay)
        mu(t)  = beta1 (1 - 0.96^(t momentum_decay) / 2),    p = mu(1) mu(2) ... mu(t)
        m      = beta1 m + (1 - beta1) g
        v      = beta2 v + (1 - beta2) g^2
        m'     = mu(t+1) m / (1 - p mu(t+1)) + (1 - mu(t)) g / (1 - p)
        theta -= lr m' / (sqrt(v / (1 - beta2^t)) + eps)

    As in `Adam`, sums are kept in the places of m and v: 12 passes over the entries instead of 16.
    Source: Dozat, Incorporating Nesterov momentum into Adam (2016). Defaults are PyTorch's.

    Raises `ValueError` for negative settings and for betas outside [0, 1).

    >>> from autograd import Tensor
    >>> w = Tensor(1.0, requires_grad=True)
    >>> optimizer = NAdam([w], lr=0.1, betas=(0.0, 0.0))
    >>> (3 * w).backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    settings: ClassVar[Checks] = {
        "lr": at_least_zero,
        "betas": two_fractions,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "momentum_decay": at_least_zero,
        "decoupled_weight_decay": switch,
    }
    numbers: ClassVar[Numbers] = {"step": 0, "mu_product": 1.0, "beta1": 0.0, "beta2": 0.0}
    arrays: ClassVar[Arrays] = {"gradient_sum": None, "square_sum": None}
    means: ClassVar[Means] = {
        "exp_avg": ("gradient_sum", "beta1"),
        "exp_avg_sq": ("square_sum", "beta2"),
    }

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        lr, eps, (beta1, beta2) = settings["lr"], settings["eps"], settings["betas"]
        t, decay = state["step"], settings["momentum_decay"]
        mu, mu_next = (beta1 * (1 - 0.96 ** (k * decay) / 2) for k in (t, t + 1))
        product = state["mu_product"] = state["mu_product"] * mu
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g**2
        m = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
        return theta - lr * m / (np.sqrt(v / (1 - beta2**t)) + eps)

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        lr, eps, (beta1, beta2) = settings["lr"], settings["eps"], settings["betas"]
        t = state["step"]
        mu, mu_next = (
            beta1 * (1 - 0.96 ** (k * settings["momentum_decay"]) / 2) for k in (t, t + 1)
        )
        product = state["mu_product"] = state["mu_product"] * mu
        of_gradient = (1 - mu) / (1 - product)
        of_sum = mu_next / (1 - product * mu_next) * (1 - beta1)
        root = math.sqrt((1 - beta2) / (1 - beta2**t))
        # sqrt(v / (1 - beta2^t)) = root sqrt(V): both sides of the fraction over root.
        return (
            _update,
            decay_of_sum(state, "beta1", beta1),
            decay_of_sum(state, "beta2", beta2),
            eps / root,
            of_sum / of_gradient,
            lr * of_gradient / root,
        )


def _update(
    theta: Array, g: Array, M: Array, V: Array, a: Array, b: Array, *numbers: Array
) -> None:
    beta1, beta2, eps, of_sum, lr = numbers
    M *= beta1
    M += g
    V *= beta2
    V += multiply(g, g, a)
    sqrt(V, a)
    a += eps
    multiply(M, of_sum, b)
    b += g
    b /= a
    theta -= multiply(b, lr, b)
