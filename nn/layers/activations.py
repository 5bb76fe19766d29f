"""Activation functions as modules, for inputs of any shape.

All but `Softmax` and `LogSoftmax`, which look along an axis, work entry by entry.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional
from nn.functional.activations import choose_axis
from nn.module import Module, Parameter

# Steps -------------------------------------------------------------------------------------------


class Heaviside(Module):
    """The step 1 where x >= 0, else 0; its slope is 0, so that nothing learns through it.

    >>> Heaviside()(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """

    def forward(self, input: Any) -> Any:
        return functional.heaviside(input)


class Sigmoid(Module):
    """Logistic function, `1 / (1 + exp(-x))`. Slope: `y (1 - y)`.

    >>> Sigmoid()(np.array([-800.0, 0.0]))
    array([0. , 0.5])
    """

    def forward(self, input: Any) -> Any:
        return functional.sigmoid(input)


class LogSigmoid(Module):
    """The logarithm of `Sigmoid`, `-ln(1 + exp(-x))`, without overflow. Slope: `sigmoid(-x)`.

    >>> LogSigmoid()(np.array([-5.0, 0.0]))
    array([-5.00671535, -0.69314718])
    """

    def forward(self, input: Any) -> Any:
        return functional.logsigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent. Slope: `1 - y^2`.

    >>> Tanh()(np.array([0.0, 1.0]))
    array([0.        , 0.76159416])
    """

    def forward(self, input: Any) -> Any:
        return functional.tanh(input)


class Softsign(Module):
    """`x / (1 + |x|)`. Slope: `1 / (1 + |x|)^2`.

    >>> Softsign()(np.array([-1.0, 3.0]))
    array([-0.5 ,  0.75])
    """

    def forward(self, input: Any) -> Any:
        return functional.softsign(input)


class Hardtanh(Module):
    """The entries, kept from `min_val` to `max_val`. Slope: 1 strictly between, else 0.

    Raises `ValueError` unless `min_val < max_val`.

    >>> Hardtanh()(np.array([-2.0, 0.5, 3.0]))
    array([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        if not min_val < max_val:
            raise ValueError(f"Hardtanh needs min_val < max_val, got {min_val=} and {max_val=}")
        self.min_val, self.max_val = min_val, max_val

    def forward(self, input: Any) -> Any:
        return functional.hardtanh(input, min_val=self.min_val, max_val=self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


# Rectifiers --------------------------------------------------------------------------------------


class ReLU(Module):
    """Rectified linear unit, `max(0, x)`. Slope: 1 where x > 0, else 0.

    >>> ReLU()(np.array([-2.0, 3.0]))
    array([0., 3.])
    """

    def forward(self, input: Any) -> Any:
        return functional.relu(input)


class ReLU6(Module):
    """`min(max(0, x), 6)`. Slope: 1 where 0 < x < 6, else 0.

    >>> ReLU6()(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """

    def forward(self, input: Any) -> Any:
        return functional.relu6(input)


class LeakyReLU(Module):
    """`x` where x > 0, else `negative_slope x` (Maas et al. 2013).

    >>> LeakyReLU(0.1)(np.array([-2.0, 3.0]))
    array([-0.2,  3. ])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: Any) -> Any:
        return functional.leaky_relu(input, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """`x` where x > 0, else `w x`, with a learned slope w (He et al. 2015).

    Shapes: w `weight` (num_parameters); inputs of any shape for one slope, which is the default,
    (N, num_parameters, ...) for one slope per channel.

    Raises `ValueError` for less than one slope, and `ShapeError` for other channels.

    >>> PReLU(dtype=np.float64)(np.array([-2.0, 3.0]))
    Tensor([-0.5,  3. ], op=where)
    """

    weight: Tensor

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32
    ) -> None:
        if num_parameters < 1:
            raise ValueError(f"PReLU needs at least one slope, got {num_parameters=}")
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype))

    def forward(self, input: Any) -> Any:
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(Module):
    """`x` where x > 0, else `alpha (exp(x) - 1)` (Clevert et al. 2015).

    >>> ELU()(np.array([-800.0, 3.0]))
    array([-1.,  3.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, input: Any) -> Any:
        return functional.elu(input, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """`1.0507 ELU(x)` with alpha = 1.6733: keeps mean 0 and variance 1 (Klambauer et al. 2017).

    >>> SELU()(np.array([-800.0, 1.0]))
    array([-1.75809934,  1.05070099])
    """

    def forward(self, input: Any) -> Any:
        return functional.selu(input)


# Smooth rectifiers -------------------------------------------------------------------------------


class GELU(Module):
    """`x P(Z <= x)` for a standard normal Z (Hendrycks, Gimpel 2016).

    `approximate="tanh"` is the quicker `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`. Raises
    `ValueError` for another word than that and "none".

    >>> GELU()(np.array([-1.0, 0.0, 1.0]))
    array([-0.15865525,  0.        ,  0.84134475])
    """

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        return functional.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """Sigmoid linear unit or swish, `x sigmoid(x)` (Elfwing et al. 2017).

    >>> SiLU()(np.array([0.0, 1.0]))
    array([0.        , 0.73105858])
    """

    def forward(self, input: Any) -> Any:
        return functional.silu(input)


class Mish(Module):
    """`x tanh(softplus(x))` (Misra 2019).

    >>> Mish()(np.array([0.0, 1.0]))
    array([0.        , 0.86509839])
    """

    def forward(self, input: Any) -> Any:
        return functional.mish(input)


class Softplus(Module):
    """`ln(1 + exp(beta x)) / beta`, a smooth ReLU. Slope: `sigmoid(beta x)`.

    Where `beta x > threshold` the result is x. Unlike PyTorch's, whose formula would overflow and
    has a threshold of 20, this one is exact everywhere and has none unless it is given.

    Raises `ValueError` unless beta is positive.

    >>> Softplus()(np.array([-800.0, 0.0, 8.0]))
    array([0.        , 0.69314718, 8.00033541])
    """

    def __init__(self, beta: float = 1.0, threshold: float = math.inf) -> None:
        if not beta > 0:
            raise ValueError(f"Softplus needs a positive beta, got {beta=}")
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Any) -> Any:
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        threshold = "" if self.threshold == math.inf else f", threshold={self.threshold}"
        return f"beta={self.beta}{threshold}"


# Normalized over an axis -------------------------------------------------------------------------


class Softmax(Module):
    """Positive numbers that sum to 1 over the axis `dim`, `exp(x) / sum(exp(x))`.

    `axis` is NumPy's name for `dim`; without either it is the last one.

    >>> Softmax(dim=0)(np.zeros((2, 1)))
    array([[0.5],
           [0.5]])
    """

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        self.dim = choose_axis(axis, dim)

    def forward(self, input: Any) -> Any:
        return functional.softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of `Softmax` over the axis `dim`, `x - ln(sum(exp(x)))`, without overflow.

    >>> LogSoftmax()(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        self.dim = choose_axis(axis, dim)

    def forward(self, input: Any) -> Any:
        return functional.log_softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


# By name -----------------------------------------------------------------------------------------

BY_NAME: dict[str, type[Module]] = {
    "heaviside": Heaviside,
    "sigmoid": Sigmoid,
    "log_sigmoid": LogSigmoid,
    "tanh": Tanh,
    "softsign": Softsign,
    "hardtanh": Hardtanh,
    "relu": ReLU,
    "relu6": ReLU6,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "mish": Mish,
    "softplus": Softplus,
}


def activation_factory(activation: str | Callable[[], Module]) -> Callable[[], Module]:
    """Return a function that makes a new activation layer, from a name, a class or a function.

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
