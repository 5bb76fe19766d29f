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

SCALARS = programs.Backward(leaf=Value, relu=Value.relu, item=lambda value: value.data)
BUILDERS = {"scalar_mlp": SCALARS.scalar_mlp, "chain": SCALARS.chain}


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return BUILDERS[work.kind](work, inputs)
