"""Initial weights of layers."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn import init
from nn.module import Parameter


def uniform_parameter(
    shape: tuple[int, ...], fan_in: int, dtype: Any, rng: "np.random.Generator"
) -> Tensor:
    """Return a parameter that starts uniform on ±1 / sqrt(fan_in), as PyTorch's weights do."""
    bound = 1 / math.sqrt(fan_in)
    return init.uniform_(Parameter(np.empty(shape, dtype)), -bound, bound, seed=rng)
