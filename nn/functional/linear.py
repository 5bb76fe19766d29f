"""Affine maps."""

from typing import Any

import numpy as np


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """Affine map of the last axis, `y = x W^T + b`.

    Shapes: x (..., in), W (out, in), b (out), y (..., out).

    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    product = input @ np.transpose(weight)
    return product if bias is None else product + bias
