"""Adam in NumPy, for those who bring none."""

import math
from typing import Any

import numpy as np
from workloads import ADAM

BLOCK = 2**14
"""Number of entries that are worked on at once, so that they stay in the cache."""


class Adam:
    """Steps in place on `params` (Kingma and Ba 2015)."""

    def __init__(self, params: list[Any]) -> None:
        self.blocks = [_blocks(p) for p in params]
        self.moments = [[(np.zeros_like(b), np.zeros_like(b)) for b in row] for row in self.blocks]
        self.scratch = np.empty(BLOCK, params[0].dtype), np.empty(BLOCK, params[0].dtype)
        self.t = 0

    def step(self, gradients: list[Any]) -> None:
        """Take one step."""
        self.t += 1
        beta1, beta2 = ADAM.beta1, ADAM.beta2
        root = math.sqrt(1 - beta2**self.t)
        rate, eps = ADAM.rate * root / (1 - beta1**self.t), ADAM.eps * root
        for blocks, moments, gradient in zip(self.blocks, self.moments, gradients, strict=True):
            for theta, (m, v), g in zip(blocks, moments, _blocks(gradient), strict=True):
                a, b = (x[: theta.size] for x in self.scratch)
                m *= beta1
                m += np.multiply(g, 1 - beta1, out=a)
                v *= beta2
                v += np.multiply(np.multiply(g, g, out=a), 1 - beta2, out=b)
                np.sqrt(v, out=a)
                a += eps
                np.divide(m, a, out=a)
                theta -= np.multiply(a, rate, out=a)


def _blocks(array: Any) -> list[Any]:
    flat = array.reshape(-1)
    return [flat[i : i + BLOCK] for i in range(0, flat.size, BLOCK)]
