"""chalkgrad; mode "compiled" with derivatives that `compile` has made a program of."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from peers import formulas, programs
from workloads import RATE, Inputs

import autograd
import nn
from autograd import Tensor
from nn import functional

try:
    VERSION = version("chalkgrad")
except PackageNotFoundError:
    VERSION = "from its folder"


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return (COMPILED if mode == "compiled" else EAGER)[kind](kind, inputs)


def train(kind: str, inputs: Inputs) -> Callable[[], float]:
    """A step of training."""
    model, loss = programs.network(nn, kind, inputs["params"])
    model.load_state_dict(inputs["params"])
    optimizer = nn.Adam(model.parameters(), lr=RATE)
    options = {"is_causal": True} if kind == "transformer" else {}

    def step() -> float:
        optimizer.zero_grad()
        value = loss(model(inputs["x"], **options), inputs["y"])
        value.backward(retain_graph=False)
        optimizer.step()
        return value.item()

    return step


def leaf(value: float) -> Tensor:
    """A variable."""
    return Tensor(value, requires_grad=True)


def scalar_mlp(kind: str, inputs: Inputs) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]

    def step() -> float:
        nonlocal layers
        leaves = programs.nested(leaf, layers)
        value = programs.hinge_loss(leaves, inputs, autograd.relu)
        value.backward(retain_graph=False)
        layers = programs.descend(layers, programs.nested(lambda p: p.grad, leaves))
        return value.item()

    return step


def chain(kind: str, inputs: Inputs) -> Callable[[], list[float]]:
    """The chain and its gradients."""

    def step() -> list[float]:
        leaves = [leaf(value) for value in inputs["start"]]
        result = programs.chain(*leaves, inputs["rounds"])
        result.backward(retain_graph=False)
        return [result.data, *(x.grad for x in leaves)]

    return step


def hessian(kind: str, inputs: Inputs) -> Callable[[], Any]:
    """The dense Hessian."""
    return lambda: autograd.hessian(programs.rosenbrock)(inputs["x"])


def hvp(kind: str, inputs: Inputs) -> Callable[[], Any]:
    """The Hessian times a vector."""
    return lambda: autograd.hvp(programs.rosenbrock, inputs["x"], inputs["v"])


def compiled_train(kind: str, inputs: Inputs) -> Callable[[], float]:
    """A step of training: the gradients compiled, Adam's step as ever."""
    losses = {"mlp": perceptron_loss, "lenet": lenet_loss, "transformer": transformer_loss}
    params = {name: nn.Parameter(value) for name, value in inputs["params"].items()}
    slopes = autograd.compile(
        autograd.value_and_grad(lambda params: losses[kind](params, inputs)), copy=False
    )
    optimizer = nn.Adam(params.values(), lr=RATE)

    def step() -> float:
        value, gradients = slopes({name: p.data for name, p in params.items()})
        for name, p in params.items():
            p.grad = gradients[name]
        optimizer.step()
        return float(value)

    return step


def perceptron_loss(params: Inputs, inputs: Inputs) -> Any:
    """Cross-entropy of a multilayer perceptron."""
    return functional.cross_entropy(formulas.perceptron(np, params, inputs["x"]), inputs["y"])


def lenet_loss(params: Inputs, inputs: Inputs) -> Any:
    """Cross-entropy of LeNet."""
    x = inputs["x"]
    for name, padding in (("0", 2), ("3", 0)):
        W, b = params[f"{name}.weight"], params[f"{name}.bias"]
        x = functional.max_pool2d(autograd.relu(functional.conv2d(x, W, b, padding=padding)), 2)
    x = formulas.perceptron(np, params, np.reshape(x, (len(x), -1)), first=7)
    return functional.cross_entropy(x, inputs["y"])


def transformer_loss(params: Inputs, inputs: Inputs) -> Any:
    """Squared error of a transformer layer."""
    bias = np.where(inputs["causal"], np.float32(-np.inf), np.float32(0))
    return functional.mse_loss(formulas.transformer(np, params, inputs["x"], bias), inputs["y"])


def compiled_scalar_mlp(kind: str, inputs: Inputs) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]
    slopes = autograd.compile(
        autograd.value_and_grad(lambda layers: programs.hinge_loss(layers, inputs, autograd.relu))
    )

    def step() -> float:
        nonlocal layers
        value, gradients = slopes(layers)
        layers = programs.descend(layers, gradients)
        return float(value)

    return step


def compiled_chain(kind: str, inputs: Inputs) -> Callable[[], list[float]]:
    """The chain and its gradients."""
    slopes = autograd.compile(
        autograd.value_and_grad(lambda start: programs.chain(*start, inputs["rounds"]))
    )

    def step() -> list[float]:
        value, gradients = slopes(inputs["start"])
        return [value, *gradients]

    return step


def compiled_hessian(kind: str, inputs: Inputs) -> Callable[[], Any]:
    """The dense Hessian."""
    derivative = autograd.compile(autograd.hessian(programs.rosenbrock))
    return lambda: derivative(inputs["x"])


def compiled_hvp(kind: str, inputs: Inputs) -> Callable[[], Any]:
    """The Hessian times a vector."""
    product = autograd.compile(lambda x, v: autograd.hvp(programs.rosenbrock, x, v))
    return lambda: product(inputs["x"], inputs["v"])


EAGER = {
    **dict.fromkeys(("mlp", "lenet", "transformer"), train),
    "scalar_mlp": scalar_mlp,
    "chain": chain,
    "hessian": hessian,
    "hvp": hvp,
}
COMPILED = {
    **dict.fromkeys(("mlp", "lenet", "transformer"), compiled_train),
    "scalar_mlp": compiled_scalar_mlp,
    "chain": compiled_chain,
    "hessian": compiled_hessian,
    "hvp": compiled_hvp,
}
