"""Adam: steps scaled by running moments of the gradient."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Optimizer, State, at_least_zero, fraction


class Adam(Optimizer):
    """`theta -= lr m / (sqrt(v) + eps)`, with running means m of g and v of g^2.

        g += weight_decay theta
        m  = beta1 m + (1 - beta1) g,        at step t with bias_correction m / (1 - beta1^t)
        v  = beta2 v + (1 - beta2) g^2,      at step t with bias_correction v / (1 - beta2^t)

    Source: Kingma and Ba, Adam (2015), algorithm 1. Defaults are PyTorch's.

    Raises `ValueError` for negative settings and for betas outside [0, 1).

    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> Adam([w], lr=0.1).step()
    >>> w
    Tensor([ 0.9, -1.9], requires_grad=True)
    """

    settings = ("lr", "betas", "eps", "weight_decay", "bias_correction")

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        bias_correction: bool = True,
    ) -> None:
        super().__init__(parameters, lr=lr)
        beta1, beta2 = betas
        self.betas = fraction("betas[0]", beta1), fraction("betas[1]", beta2)
        self.eps = at_least_zero("eps", eps)
        self.weight_decay = at_least_zero("weight_decay", weight_decay)
        self.bias_correction = bias_correction

    def change(self, theta: Array, gradient: Array, state: State) -> Array:
        if not state:
            # Arrays also for shape (): NumPy's scalars could not be changed in place.
            state.update(step=0, m=np.zeros_like(theta), v=np.zeros_like(theta))
        if self.weight_decay:
            gradient = gradient + self.weight_decay * theta
        (beta1, beta2), m, v = self.betas, state["m"], state["v"]
        state["step"] += 1
        m *= beta1
        m += (1 - beta1) * gradient
        v *= beta2
        v += (1 - beta2) * gradient * gradient
        if not self.bias_correction:
            return self.lr * m / (np.sqrt(v) + self.eps)
        t = state["step"]
        unbiased_v = v / (1 - beta2**t)
        return self.lr / (1 - beta1**t) * m / (np.sqrt(unbiased_v) + self.eps)
