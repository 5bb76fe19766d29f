"""PyTorch.

Modes: "eager" with the Adam it has as default, "fused" with its fused Adam, and "compile" with that
and forward and backward compiled.
"""

from collections.abc import Callable
from os import environ
from typing import Any

import torch
from peers import programs
from torch import nn
from workloads import RATE, Inputs

VERSION = torch.__version__
torch.set_num_threads(int(environ["OMP_NUM_THREADS"]))


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return BUILDERS.get(kind, train)(kind, inputs, mode)


def train(kind: str, inputs: Inputs, mode: str) -> Callable[[], float]:
    """A step of training."""
    model, loss = programs.network(nn, kind, inputs["params"])
    model.load_state_dict({k: torch.from_numpy(p) for k, p in inputs["params"].items()})
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=mode != "eager")
    x, y = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["y"])
    options = {}
    if kind == "transformer":
        options = {"src_mask": torch.from_numpy(inputs["causal"]), "is_causal": True}

    def forward() -> Any:
        return loss(model(x, **options), y)

    if mode == "compile":
        forward = torch.compile(forward)

    def step() -> float:
        optimizer.zero_grad()
        value = forward()
        value.backward()
        optimizer.step()
        return value.item()

    return step


def leaf(value: float) -> Any:
    """A variable."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def scalar_mlp(kind: str, inputs: Inputs, mode: str) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]

    def step() -> float:
        nonlocal layers
        leaves = programs.nested(leaf, layers)
        value = programs.hinge_loss(leaves, inputs, torch.relu)
        value.backward()
        layers = programs.descend(layers, programs.nested(lambda p: p.grad, leaves))
        return value.item()

    return step


def chain(kind: str, inputs: Inputs, mode: str) -> Callable[[], list[float]]:
    """The chain and its gradients."""

    def step() -> list[float]:
        leaves = [leaf(value) for value in inputs["start"]]
        result = programs.chain(*leaves, inputs["rounds"])
        result.backward()
        return [result.item(), *(x.grad.item() for x in leaves)]

    return step


def hessian(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """The dense Hessian."""
    x = torch.from_numpy(inputs["x"])
    derivative = compiled(torch.func.hessian(programs.rosenbrock), mode)
    return lambda: derivative(x).numpy()


def hvp(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """The Hessian times a vector, forward over reverse."""
    x, v = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["v"])
    slope = torch.func.grad(programs.rosenbrock)
    derivative = compiled(lambda x, v: torch.func.jvp(slope, (x,), (v,))[1], mode)
    return lambda: derivative(x, v).numpy()


def compiled(function: Callable[..., Any], mode: str) -> Callable[..., Any]:
    """The function, compiled where the mode says so."""
    return torch.compile(function) if mode == "compile" else function


BUILDERS = {"scalar_mlp": scalar_mlp, "chain": chain, "hessian": hessian, "hvp": hvp}
