"""Adam and AdamW: steps scaled by running moments of the gradient."""

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from nn.optim.arithmetic import running_mean
from nn.optim.optimizer import Array, Arrays, Optimizer, Settings, State, Update
from nn.optim.settings import Checks, at_least_zero, switch, two_fractions


class Adam(Optimizer):
    """Steps of running means m of g and v of g^2, at the t-th step corrected for their start at 0.

        g     += weight_decay theta          (decoupled: instead theta *= 1 - lr weight_decay)
        m      = beta1 m + (1 - beta1) g
        v      = beta2 v + (1 - beta2) g^2
        theta -= lr m' / (sqrt(v') + eps)    with m' = m / (1 - beta1^t), v' = v / (1 - beta2^t)

    Without `bias_correction`, m' = m and v' = v. Source: Kingma and Ba, Adam (2015), algorithm 1.
    Defaults are PyTorch's.

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
    arrays: ClassVar[Arrays] = {"exp_avg": None, "exp_avg_sq": None}

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

    def rule(self, settings: Settings, state: State) -> Update:
        lr, eps, (beta1, beta2) = settings["lr"], settings["eps"], settings["betas"]
        if settings["bias_correction"]:
            # Both sides of the fraction times sqrt(1 - beta2^t), which spares a pass over v.
            t, root = state["step"], math.sqrt(1 - beta2 ** state["step"])
            lr, eps = lr * root / (1 - beta1**t), eps * root

        def update(theta: Array, g: Array, m: Array, v: Array, a: Array, b: Array) -> None:
            running_mean(m, g, beta1, a)
            running_mean(v, np.multiply(g, g, out=a), beta2, a)
            np.sqrt(v, out=a)
            a += eps
            np.divide(m, a, out=a)
            theta -= np.multiply(a, lr, out=a)

        return update


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
