"""HIPS autograd, whose import name is ours; Adam is in NumPy, for its own wants one vector."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import autograd.numpy as np
from autograd.scipy.signal import convolve
from peers import formulas, programs
from peers.adam import Adam
from workloads import Inputs

import autograd

VERSION = version("autograd")


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return BUILDERS[kind](inputs)


def train(loss: Callable[[Inputs], Any], inputs: Inputs) -> Callable[[], float]:
    """A step of training."""
    params = inputs["params"]
    slopes = autograd.value_and_grad(loss)
    optimizer = Adam(list(params.values()))

    def step() -> float:
        value, gradients = slopes(params)
        optimizer.step([gradients[name] for name in params])
        return float(value)

    return step


def one_hot(labels: Any) -> Any:
    """A row for each label."""
    return np.eye(10, dtype=np.float32)[labels]


def mlp(inputs: Inputs) -> Callable[[], float]:
    """A multilayer perceptron."""
    x, y = inputs["x"], one_hot(inputs["y"])
    return train(
        lambda params: formulas.cross_entropy(np, formulas.perceptron(np, params, x), y), inputs
    )


def lenet(inputs: Inputs) -> Callable[[], float]:
    """LeNet, the convolutions as in autograd's own example."""
    x, y = np.pad(inputs["x"], ((0, 0), (0, 0), (2, 2), (2, 2))), one_hot(inputs["y"])

    def layer(params: Inputs, name: str, x: Any) -> Any:
        W, b = params[f"{name}.weight"], params[f"{name}.bias"]
        # What is called convolution in networks turns the kernel round.
        z = convolve(
            x, W[:, :, ::-1, ::-1], axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid"
        )
        z = np.maximum(z + b[:, None, None], 0)
        batch, channels, height, width = z.shape
        return np.max(z.reshape(batch, channels, height // 2, 2, width // 2, 2), axis=(3, 5))

    def loss(params: Inputs) -> Any:
        maps = layer(params, "3", layer(params, "0", x))
        z = formulas.perceptron(np, params, maps.reshape(len(x), -1), first=7)
        return formulas.cross_entropy(np, z, y)

    return train(loss, inputs)


def transformer(inputs: Inputs) -> Callable[[], float]:
    """A transformer layer."""
    bias = np.where(inputs["causal"], np.float32(-np.inf), np.float32(0))

    def loss(params: Inputs) -> Any:
        error = formulas.transformer(np, params, inputs["x"], bias) - inputs["y"]
        return np.mean(error * error)

    return train(loss, inputs)


def scalar_mlp(inputs: Inputs) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]
    slopes = autograd.value_and_grad(
        lambda layers: programs.hinge_loss(list(layers), inputs, lambda x: np.maximum(x, 0.0))
    )

    def step() -> float:
        nonlocal layers
        value, gradients = slopes(layers)
        layers = programs.descend(layers, gradients)
        return float(value)

    return step


def chain(inputs: Inputs) -> Callable[[], list[float]]:
    """The chain and its gradients."""
    slopes = autograd.value_and_grad(lambda start: programs.chain(*start, inputs["rounds"]))

    def step() -> list[float]:
        value, gradients = slopes(inputs["start"])
        return [value, *gradients]

    return step


def hessian(inputs: Inputs) -> Callable[[], Any]:
    """The dense Hessian."""
    derivative = autograd.hessian(programs.rosenbrock)
    return lambda: derivative(inputs["x"])


def hvp(inputs: Inputs) -> Callable[[], Any]:
    """The Hessian times a vector."""
    product = autograd.hessian_vector_product(programs.rosenbrock)
    return lambda: product(inputs["x"], inputs["v"])


BUILDERS = {
    "mlp": mlp,
    "lenet": lenet,
    "transformer": transformer,
    "scalar_mlp": scalar_mlp,
    "chain": chain,
    "hessian": hessian,
    "hvp": hvp,
}
