"""The matrix products that no perceptron of these sizes can do without, into arrays made before.

They make no loss, and so have no result that could be compared.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from workloads import Inputs, Perceptron

VERSION = np.__version__


def build(work: Perceptron, inputs: Inputs, mode: str) -> Callable[[], None]:
    """Build the products of one step: x W^T of every layer, g^T x, and but for the first, g W."""
    rng = np.random.default_rng(work.seed)
    x, products = inputs["x"], []
    for name in work.linear_names:
        W = inputs["params"][f"{name}.weight"]
        z = np.empty((len(x), len(W)), W.dtype)
        g = rng.normal(size=z.shape).astype(W.dtype)
        products += [partial(np.matmul, x, W.T, out=z)]
        products += [partial(np.matmul, g.T, x, out=np.empty_like(W))]
        if x is not inputs["x"]:
            products += [partial(np.matmul, g, W, out=np.empty_like(x))]
        x = rng.normal(size=z.shape).astype(W.dtype)

    def step() -> None:
        for product in products:
            product()

    return step
