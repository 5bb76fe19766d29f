"""What translations of recorded steps share.

A translation gets the graph and a recorded step and adds the nodes for it; it gives the name of
their output. Shapes are those of the record.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph

Translation = Callable[[Graph, Tensor], str]


class NoTranslationError(Exception):
    """Raised by a translation for a step that it does not cover; says why."""


def param(y: Tensor, name: str, default: Any = None) -> Any:
    """A static parameter of a step."""
    return (y.params or {}).get(name, default)


def operands(graph: Graph, y: Tensor, dtype: Any = None) -> list[str]:
    """The names of a step's operands, converted to `dtype`."""
    return [graph.name_of(x, dtype) for x in y.inputs]


def first_shape(y: Tensor) -> tuple[int, ...]:
    """The shape of a step's first operand."""
    return np.shape(y.inputs[0])
