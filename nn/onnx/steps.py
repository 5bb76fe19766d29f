"""Helpers that translations of recorded steps share.

A translation takes the graph and a recorded step, adds the nodes for it and returns the name of
their output. Shapes are those of the record.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph

Translation = Callable[[Graph, Tensor], str]


class NoTranslationError(Exception):
    """The reason why a translation does not cover a step."""


def get_param(y: Tensor, name: str, default: Any = None) -> Any:
    """Return a static parameter of a step."""
    return (y.params or {}).get(name, default)


def name_operands(graph: Graph, y: Tensor, dtype: Any = None) -> list[str]:
    """Return the names of the operands of a step, converted to `dtype`."""
    return [graph.get_name(x, dtype) for x in y.inputs]


def get_first_shape(y: Tensor) -> tuple[int, ...]:
    """Return the shape of the first operand of a step."""
    return np.shape(y.inputs[0])
