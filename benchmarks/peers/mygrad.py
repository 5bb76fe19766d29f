"""MyGrad, with Adam in NumPy, since it brings no optimizer."""

from collections.abc import Callable
from typing import Any

import mygrad as np
from mygrad.nnet.activations import relu
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy
from peers import formulas, programs
from peers.adam import Adam
from workloads import Inputs

VERSION = np.__version__


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return BUILDERS[kind](inputs)


def train(loss: Callable[[Inputs], Any], inputs: Inputs) -> Callable[[], float]:
    """A step of training."""
    params = {name: np.tensor(value, copy=False) for name, value in inputs["params"].items()}
    optimizer = Adam([p.data for p in params.values()])

    def step() -> float:
        value = loss(params)
        value.backward()
        optimizer.step([p.grad for p in params.values()])
        return value.item()

    return step


def mlp(inputs: Inputs) -> Callable[[], float]:
    """A multilayer perceptron."""
    x, y = inputs["x"], inputs["y"]
    return train(lambda params: softmax_crossentropy(formulas.perceptron(np, params, x), y), inputs)


def lenet(inputs: Inputs) -> Callable[[], float]:
    """LeNet."""
    x, y = inputs["x"], inputs["y"]

    def layer(params: Inputs, name: str, x: Any, pad: int) -> Any:
        z = conv_nd(x, params[f"{name}.weight"], stride=1, padding=pad)
        z = relu(z + params[f"{name}.bias"][:, None, None])
        return max_pool(z, (2, 2), 2)

    def loss(params: Inputs) -> Any:
        maps = layer(params, "3", layer(params, "0", x, 2), 0)
        z = formulas.perceptron(np, params, maps.reshape(len(x), -1), first=7)
        return softmax_crossentropy(z, y)

    return train(loss, inputs)


def transformer(inputs: Inputs) -> Callable[[], float]:
    """A transformer layer."""
    # exp makes 0 of it; an infinity would make NaN of MyGrad's gradients.
    bias = inputs["causal"] * np.float32(-1e9)

    def loss(params: Inputs) -> Any:
        error = formulas.transformer(np, params, inputs["x"], bias) - inputs["y"]
        return np.mean(error * error)

    return train(loss, inputs)


def scalar_mlp(inputs: Inputs) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]

    def step() -> float:
        nonlocal layers
        leaves = programs.nested(np.tensor, layers)
        value = programs.hinge_loss(leaves, inputs, lambda x: np.maximum(x, 0.0))
        value.backward()
        layers = programs.descend(layers, programs.nested(lambda p: p.grad, leaves))
        return value.item()

    return step


def chain(inputs: Inputs) -> Callable[[], list[float]]:
    """The chain and its gradients."""

    def step() -> list[float]:
        leaves = [np.tensor(value) for value in inputs["start"]]
        result = programs.chain(*leaves, inputs["rounds"])
        result.backward()
        return [result.item(), *(x.grad.item() for x in leaves)]

    return step


BUILDERS = {
    "mlp": mlp,
    "lenet": lenet,
    "transformer": transformer,
    "scalar_mlp": scalar_mlp,
    "chain": chain,
}
