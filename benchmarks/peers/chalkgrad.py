"""chalkgrad; mode "compiled" with steps that are programs."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from peers import programs
from workloads import ADAM, NETWORKS, Inputs

import autograd
import nn
from autograd import Tensor

try:
    VERSION = version("chalkgrad")
except PackageNotFoundError:
    VERSION = "from its folder"


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return (COMPILED if mode == "compiled" else EAGER)[work.kind](work, inputs)


class Causal(nn.Module):
    """A transformer layer that looks at earlier tokens only."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def forward(self, x: Any) -> Any:
        return self.layer(x, is_causal=True)


def network(work: Any, inputs: Inputs) -> tuple[nn.Module, Any, nn.Optimizer]:
    """Return the model with the given parameters, its loss and its optimizer."""
    model, loss = programs.network(nn, work)
    model.load_state_dict(inputs["params"])
    if work.kind == "transformer":
        model = Causal(model)
    return model, loss, nn.Adam(model.parameters(), lr=ADAM.rate)


def train(work: Any, inputs: Inputs) -> Callable[[], float]:
    """Build a step of training."""
    model, loss, optimizer = network(work, inputs)

    def step() -> float:
        optimizer.zero_grad()
        value = loss(model(inputs["x"]), inputs["y"])
        value.backward(retain_graph=False)
        optimizer.step()
        return value.item()

    return step


def hessian(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the dense Hessian."""
    return lambda: autograd.hessian(programs.rosenbrock)(inputs["x"])


def hvp(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the Hessian times a vector."""
    return lambda: autograd.hvp(programs.rosenbrock, inputs["x"], inputs["v"])


def compiled_train(work: Any, inputs: Inputs) -> Callable[[], float]:
    """Build a step of training."""
    step = nn.compile_step(*network(work, inputs))
    return lambda: float(step(inputs["x"], inputs["y"])["loss"])


def compiled_hessian(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the dense Hessian."""
    derivative = autograd.compile(autograd.hessian(programs.rosenbrock))
    return lambda: derivative(inputs["x"])


def compiled_hvp(work: Any, inputs: Inputs) -> Callable[[], Any]:
    """Build the Hessian times a vector."""
    product = autograd.compile(lambda x, v: autograd.hvp(programs.rosenbrock, x, v))
    return lambda: product(inputs["x"], inputs["v"])


EAGER_SCALARS = programs.Backward(
    leaf=lambda value: Tensor(value, requires_grad=True),
    relu=autograd.relu,
    backward=lambda value: value.backward(retain_graph=False),
)
COMPILED_SCALARS = programs.Transforms(
    lambda fn: autograd.compile(autograd.value_and_grad(fn)), autograd.relu
)
EAGER = {
    **dict.fromkeys(NETWORKS, train),
    "scalar_mlp": EAGER_SCALARS.scalar_mlp,
    "chain": EAGER_SCALARS.chain,
    "hessian": hessian,
    "hvp": hvp,
}
COMPILED = {
    **dict.fromkeys(NETWORKS, compiled_train),
    "scalar_mlp": COMPILED_SCALARS.scalar_mlp,
    "chain": COMPILED_SCALARS.chain,
    "hessian": compiled_hessian,
    "hvp": compiled_hvp,
}
