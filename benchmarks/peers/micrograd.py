"""micrograd: scalars only."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from micrograd.engine import Value
from peers import programs
from workloads import Inputs

VERSION = version("micrograd")

# It sorts the graph by a function that calls itself once for each operation.
sys.setrecursionlimit(10_000)


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """A step of the workload."""
    return {"scalar_mlp": scalar_mlp, "chain": chain}[kind](inputs)


def scalar_mlp(inputs: Inputs) -> Callable[[], float]:
    """A step of the perceptron of scalars."""
    layers = inputs["layers"]

    def step() -> float:
        nonlocal layers
        leaves = programs.nested(Value, layers)
        value = programs.hinge_loss(leaves, inputs, Value.relu)
        value.backward()
        layers = programs.descend(layers, programs.nested(lambda p: p.grad, leaves))
        return value.data

    return step


def chain(inputs: Inputs) -> Callable[[], list[float]]:
    """The chain and its gradients."""

    def step() -> list[float]:
        leaves = [Value(value) for value in inputs["start"]]
        result = programs.chain(*leaves, inputs["rounds"])
        result.backward()
        return [result.data, *(x.grad for x in leaves)]

    return step
