"""Fill parameters with random or constant numbers.

PyTorch's names, and like there each function changes the tensor it is given and returns it. The
numbers come from `seed`, an int or a `numpy.random.Generator`, never from NumPy's global state,
and are drawn in float64: one seed gives the same network, up to rounding, in every dtype.
"""

import math
from typing import Any, Literal

import numpy as np

from autograd import Tensor

Seed = int | np.random.Generator | None
"""What makes random numbers: `None` stands for fresh ones on every run."""

Fan = Literal["fan_in", "fan_out"]

_GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the variance of activations level behind `nonlinearity`.

    1 for linear and sigmoid, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + slope^2)) for
    leaky_relu with `param` as its negative slope, 3/4 for selu. Raises `ValueError` for others.

    >>> calculate_gain("relu")
    1.4142135623730951
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        names = ", ".join(sorted([*_GAINS, "leaky_relu"]))
        raise ValueError(f"no gain is known for {nonlinearity!r}; known are {names}")
    return _GAINS[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output of a weight depends on, and the other way round.

    Of shape (out, in, ...): `in` and `out`, each times the entries of a kernel. Raises `ValueError`
    for fewer than two axes.

    >>> fans(Tensor(np.zeros((8, 3, 5, 5))))
    (75, 200)
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need a weight of at least 2 axes, got shape {tensor.shape}; "
            "fill biases with zeros_ or uniform_"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> constant_(Tensor([1.0, 2.0]), 0.5)
    Tensor([0.5, 0.5])
    """
    return _filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return constant_(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return constant_(tensor, 1)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill from the uniform distribution on [a, b)."""
    return _filled(tensor, np.random.default_rng(seed).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill from the normal distribution with this mean and standard deviation."""
    return _filled(tensor, np.random.default_rng(seed).normal(mean, std, tensor.shape))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill uniformly on ±gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    bound = gain * math.sqrt(6 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, seed=seed)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, *, seed: Seed = None) -> Tensor:
    """Fill normally, std = gain sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fans(tensor))), seed=seed)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    seed: Seed = None,
) -> Tensor:
    """Fill uniformly on ±gain sqrt(3 / fan) (He et al. 2015); `a` is leaky_relu's negative slope.

    >>> w = kaiming_uniform_(Tensor(np.zeros((50, 12))), nonlinearity="relu", seed=0)
    >>> bool(np.all(np.abs(w.data) <= np.sqrt(6 / 12)))
    True
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, seed=seed)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: Fan = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    seed: Seed = None,
) -> Tensor:
    """Fill normally, std = gain / sqrt(fan) (He et al. 2015); `a` as in `kaiming_uniform_`."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), seed=seed)


def _kaiming_std(tensor: Tensor, a: float, mode: Fan, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _filled(tensor: Tensor, values: Any) -> Tensor:
    tensor.assign(values)
    return tensor
