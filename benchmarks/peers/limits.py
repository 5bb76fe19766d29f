"""What the machine can do at most: one thing at a time, on arrays that are made before."""

from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Inputs

VERSION = np.__version__


def build(kind: str, inputs: Inputs, mode: str) -> Callable[[], None]:
    """A step that is one call of NumPy."""
    size = inputs["size"]
    arrays = [np.ones(size, "f4") for _ in range(3)]
    call: Callable[..., Any] = np.matmul if len(size) == 2 else np.add

    def step() -> None:
        call(*arrays)

    return step
