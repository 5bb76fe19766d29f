"""HIPS autograd, whose import name is ours; Adam is in NumPy, since its own wants one vector."""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

import autograd.numpy as np
from autograd.scipy.signal import convolve
from peers import formulas, programs
from peers.adam import Adam
from workloads import NETWORKS, Convolution, Inputs

import autograd

VERSION = version("autograd")


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return BUILDERS[work.kind](work, inputs)


def train(work: Any, inputs: Inputs) -> Callable[[], float]:
    """Build a step of training."""
    params, data = inputs["params"], {**inputs}
    if work.convolutions:
        pad = work.convolutions[0].padding
        data["x"] = np.pad(inputs["x"], ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if work.sizes:
        data["y"] = formulas.one_hot(work, inputs["y"])
    loss = formulas.build_loss(np, work, data, convolution, partial(formulas.cross_entropy, np))
    slopes = autograd.value_and_grad(loss)
    optimizer = Adam(list(params.values()))

    def step() -> float:
        value, gradients = slopes(params)
        optimizer.step([gradients[name] for name in params])
        return float(value)

    return step


def convolution(convolution: Convolution, params: Inputs, x: Any) -> Any:
    """Return a layer of LeNet, as in autograd's own example; x is padded already."""
    W, b = params[f"{convolution.name}.weight"], params[f"{convolution.name}.bias"]
    # The convolution of networks does not turn the kernel round.
    z = convolve(x, W[:, :, ::-1, ::-1], axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid")
    z = np.maximum(z + b[:, None, None], 0)
    batch, channels, height, width = z.shape
    return np.max(z.reshape(batch, channels, height // 2, 2, width // 2, 2), axis=(3, 5))


def hessian(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the dense Hessian."""
    derivative = autograd.hessian(programs.rosenbrock)
    return lambda: derivative(inputs["x"])


def hvp(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the Hessian times a vector."""
    product = autograd.hessian_vector_product(programs.rosenbrock)
    return lambda: product(inputs["x"], inputs["v"])


SCALARS = programs.Transforms(autograd.value_and_grad, lambda x: np.maximum(x, 0.0))
BUILDERS = {
    **dict.fromkeys(NETWORKS, train),
    "scalar_mlp": SCALARS.scalar_mlp,
    "chain": SCALARS.chain,
    "hessian": hessian,
    "hvp": hvp,
}
