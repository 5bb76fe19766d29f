"""Stochastic gradient descent."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Optimizer, State, at_least_zero


class SGD(Optimizer):
    """Gradient descent, `theta -= lr v`, with momentum if wanted.

        g += weight_decay theta
        v  = momentum v + (1 - dampening) g        (the first time v = g)
        v  = g + momentum v                        (with nesterov, for this step only)

    Defaults and order of arguments are PyTorch's.

    Raises `ValueError` for negative settings, and for nesterov without momentum or with dampening.

    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.1).step()
    >>> w
    Tensor([0.8, 1.6], requires_grad=True)
    """

    settings = ("lr", "momentum", "dampening", "weight_decay", "nesterov")

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr=lr)
        self.momentum = at_least_zero("momentum", momentum)
        self.dampening = at_least_zero("dampening", dampening)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.nesterov = nesterov
        if nesterov and (not self.momentum or self.dampening):
            raise ValueError(
                f"nesterov needs a momentum above 0 and no dampening, got {momentum=} and "
                f"{dampening=}"
            )

    def change(self, theta: Array, gradient: Array, state: State) -> Array:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * theta
        if not self.momentum:
            return self.lr * gradient
        before: Any = state.get("momentum")
        if before is None:
            # A copy, because the gradient belongs to its parameter.
            velocity = np.array(gradient)
        else:
            velocity = self.momentum * before + (1 - self.dampening) * gradient
        state["momentum"] = velocity
        return self.lr * (gradient + self.momentum * velocity if self.nesterov else velocity)
