"""chalkgrad; mode "compiled" with steps that are programs."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from peers import programs
from workloads import RATE, Inputs

import autograd
import nn
from autograd import Tensor

try:
    VERSION = version("chalkgrad")
except PackageNotFoundError:
    VERSION = "from its folder"


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return (COMPILED if mode == "compiled" else EAGER)[kind](kind, inputs)


class Causal(nn.Module):
    """A transformer layer that looks at earlier tokens only."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def forward(self, x: Any) -> Any:
        return self.layer(x, is_causal=True)


def network(kind: str, inputs: Inputs) -> tuple[nn.Module, Any]:
    """The model with the given parameters, and its loss."""
    model, loss = programs.network(nn, kind, inputs["params"])
    model.load_state_dict(inputs["params"])
    return Causal(model) if kind == "transformer" else model, loss


def train(kind: str, inputs: Inputs) -> Callable[[], float]:
    """A step of training."""
    model, loss = network(kind, inputs)
    optimizer = nn.Adam(model.parameters(), lr=RATE)

    def step() -> float:
        optimizer.zero_grad()
        value = loss(model(inputs["x"]), inputs["y"])
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
    """A step of training."""
    model, loss = network(kind, inputs)
    step = nn.compile_step(model, loss, nn.Adam(model.parameters(), lr=RATE))
    return lambda: float(step(inputs["x"], inputs["y"])["loss"])


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
