"""Adam in NumPy, for those who bring none."""

import math
from typing import Any

import numpy as np
from workloads import RATE

BLOCK = 2**14
"""Entries that are worked on at once, so that they stay in the cache."""


class Adam:
    """Steps in place on `params` (Kingma and Ba 2015, with the settings they give)."""

    def __init__(self, params: list[Any]) -> None:
        self.blocks = [_blocks(p) for p in params]
        self.moments = [[(np.zeros_like(b), np.zeros_like(b)) for b in row] for row in self.blocks]
        self.scratch = np.empty(BLOCK, params[0].dtype), np.empty(BLOCK, params[0].dtype)
        self.t = 0

    def step(self, gradients: list[Any]) -> None:
        """One step."""
        self.t += 1
        root = math.sqrt(1 - 0.999**self.t)
        rate, eps = RATE * root / (1 - 0.9**self.t), 1e-8 * root
        for blocks, moments, gradient in zip(self.blocks, self.moments, gradients, strict=True):
            for theta, (m, v), g in zip(blocks, moments, _blocks(gradient), strict=True):
                a, b = (x[: theta.size] for x in self.scratch)
                m *= 0.9
                m += np.multiply(g, 0.1, out=a)
                v *= 0.999
                v += np.multiply(np.multiply(g, g, out=a), 0.001, out=b)
                np.sqrt(v, out=a)
                a += eps
                np.divide(m, a, out=a)
                theta -= np.multiply(a, rate, out=a)


def _blocks(array: Any) -> list[Any]:
    flat = array.reshape(-1)
    return [flat[i : i + BLOCK] for i in range(0, flat.size, BLOCK)]
