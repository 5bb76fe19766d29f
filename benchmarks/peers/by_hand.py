"""The limit: forward and backward written by hand, in NumPy or, for scalars, in plain Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
from peers import by_hand_networks as networks
from peers import by_hand_numbers as numbers
from workloads import Inputs

VERSION = np.__version__

BUILDERS: dict[str, Callable[[Any, Inputs], Callable[[], Any]]] = {
    "mlp": networks.mlp,
    "lenet": networks.lenet,
    "transformer": networks.transformer,
    "scalar_mlp": numbers.scalar_mlp,
    "chain": numbers.chain,
    "hessian": numbers.hessian,
    "hvp": numbers.hvp,
}


def build(work: Any, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step of the workload."""
    return BUILDERS[work.kind](work, inputs)
