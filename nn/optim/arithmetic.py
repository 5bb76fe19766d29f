"""What several update rules do with blocks of entries, in place."""

from typing import Any

import numpy as np

Array = Any


def running_mean(mean: Array, x: Array, beta: float, a: Array) -> None:
    """`mean = beta mean + (1 - beta) x`; `a` is scratch space, and may be `x` itself."""
    mean *= beta
    mean += np.multiply(x, 1 - beta, out=a)
