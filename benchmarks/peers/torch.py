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
from workloads import ADAM, NETWORKS, Inputs

VERSION = torch.__version__
torch.set_num_threads(int(environ["OMP_NUM_THREADS"]))


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    if work.kind in NETWORKS:
        return train(work, inputs, mode)
    if work.kind in BUILDERS:
        return BUILDERS[work.kind](work, inputs)
    function, *arguments = DERIVATIVES[work.kind]
    if mode == "compile":
        function = torch.compile(function)
    values = [torch.from_numpy(inputs[name]) for name in arguments]
    return lambda: function(*values).numpy()


def train(work: Any, inputs: Inputs, mode: str) -> Callable[[], float]:
    """Build a step of training."""
    model, loss = programs.network(nn, work)
    model.load_state_dict({k: torch.from_numpy(p) for k, p in inputs["params"].items()})
    optimizer = torch.optim.Adam(model.parameters(), lr=ADAM.rate, fused=mode != "eager")
    x, y = torch.from_numpy(inputs["x"]), torch.from_numpy(inputs["y"])
    options = {}
    if work.kind == "transformer":
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


SCALARS = programs.Backward(
    leaf=lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True),
    relu=torch.relu,
    gradient=lambda leaf: leaf.grad.item(),
)
BUILDERS = {"scalar_mlp": SCALARS.scalar_mlp, "chain": SCALARS.chain}
SLOPE = torch.func.grad(programs.rosenbrock)
DERIVATIVES = {
    "hessian": (torch.func.hessian(programs.rosenbrock), "x"),
    # Forward over reverse.
    "hvp": (lambda x, v: torch.func.jvp(SLOPE, (x,), (v,))[1], "x", "v"),
}
