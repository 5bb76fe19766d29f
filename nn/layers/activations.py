"""Activation functions as modules; formulas in `functional`."""

from collections.abc import Callable
from typing import Any

from nn import functional
from nn.module import Module


class Heaviside(Module):
    """The step 1 where x >= 0, else 0; its slope is 0, so that nothing learns through it."""

    def forward(self, input: Any) -> Any:
        return functional.heaviside(input)


class Sigmoid(Module):
    """Logistic function, `1 / (1 + exp(-x))`."""

    def forward(self, input: Any) -> Any:
        return functional.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent."""

    def forward(self, input: Any) -> Any:
        return functional.tanh(input)


class ReLU(Module):
    """Rectified linear unit, `max(0, x)`."""

    def forward(self, input: Any) -> Any:
        return functional.relu(input)


class LeakyReLU(Module):
    """`x` where x > 0, else `negative_slope x`."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: Any) -> Any:
        return functional.leaky_relu(input, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """`x` where x > 0, else `alpha (exp(x) - 1)`."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, input: Any) -> Any:
        return functional.elu(input, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class GELU(Module):
    """`x P(Z <= x)` for a standard normal Z; `approximate="tanh"` for the quicker formula."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        return functional.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """`ln(1 + exp(beta x)) / beta`, a smooth ReLU."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def forward(self, input: Any) -> Any:
        return functional.softplus(self.beta * input) / self.beta

    def extra_repr(self) -> str:
        return f"beta={self.beta}"


class Softmax(Module):
    """Positive numbers that sum to 1 over the axis `dim`, `exp(x) / sum(exp(x))`.

    >>> import numpy as np
    >>> Softmax(dim=0)(np.zeros((2, 1)))
    array([[0.5],
           [0.5]])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Any:
        return functional.softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of `Softmax`, without overflow."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Any:
        return functional.log_softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


BY_NAME: dict[str, type[Module]] = {
    "heaviside": Heaviside,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "softplus": Softplus,
}


def activation_factory(activation: str | Callable[[], Module]) -> Callable[[], Module]:
    """What makes a fresh activation layer, from a name or from a class or function that makes one.

    Raises `ValueError` for a name that is not known, and `TypeError` for a layer: one per place is
    needed.

    >>> activation_factory("relu")()
    ReLU()
    """
    if isinstance(activation, Module):
        raise TypeError(
            f"activation must be a name or make a new layer at each call, got the layer "
            f"{activation}; pass lambda: {activation}"
        )
    if not isinstance(activation, str):
        return activation
    if activation not in BY_NAME:
        raise ValueError(f"no activation {activation!r}; there are {', '.join(BY_NAME)}")
    return BY_NAME[activation]
