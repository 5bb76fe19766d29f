"""Gradients by central differences, an oracle that shares nothing with the engine."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor


def central_differences(
    fn: Callable[[], Any], tensor: Tensor, step: float = 1e-6
) -> np.ndarray[Any, Any]:
    """Return the gradient of the number `fn()` by a float64 `tensor`, entry by entry."""
    before = np.array(tensor.data)
    gradient = np.zeros(tensor.shape)
    for index in np.ndindex(tensor.shape):
        ends = []
        for sign in (1, -1):
            moved = before.copy()
            moved[index] += sign * step
            tensor.assign(moved)
            value = fn()
            ends.append(value.item() if isinstance(value, Tensor) else float(value))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    tensor.assign(before)
    return gradient
