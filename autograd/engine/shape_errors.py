"""What NumPy says of operands that do not fit, said again of tensors by name."""

import re
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from autograd.engine.tensor import Tensor, describe
from autograd.errors import ShapeError

_OF_SHAPES = (
    r"(?i)\bshape|dimension|broadcast|\bax[ei]s\b|align|\bsize|length|square|empty|\b[0-3]-?d\b"
    r"|rank|too deep|subscript|equal division"
)
"""The words of a message that is about shapes and not about the value of an option."""


def reraise(name: str, operands: Sequence[Any], error: ValueError) -> NoReturn:
    """Raise what NumPy raised in the operation `name`, with the name, shapes and tensors in it.

    That is a `ShapeError` where the shapes are at fault, else a `ValueError`. Errors of NumPy's own
    types, such as `AxisError` and `LinAlgError`, and ours are raised as they are.
    """
    if type(error) is not ValueError:
        raise error
    message = str(error)
    if operands and "out of bounds" not in message and re.search(_OF_SHAPES, message):
        shapes = " and ".join(map(_shape, operands))
        raise ShapeError(f"{name} of operands of shapes {shapes}: {_lesson(message)}") from error
    if name.rpartition(".")[2] in message:
        raise error
    raise ValueError(f"{name}: {message}") from error


def _shape(x: Any) -> str:
    if type(x) is Tensor:
        return f"{x.shape} ({describe(x)})" if x.name else str(x.shape)
    return str(np.shape(x))


def _lesson(message: str) -> str:
    """What NumPy says of shapes, and what it leaves unsaid."""
    if "broadcast together" in message and "remapped" not in message:
        return (
            f"{message.strip()}; counted from the last axis, lengths have to be equal or 1 "
            "(x[:, None] puts an axis in)"
        )
    if "mismatch in its core dimension" in message:
        return (
            "the last axis of the first has to be as long as the last but one of the second, or "
            "the only one of a vector (x.T swaps axes)"
        )
    if "does not have enough dimensions" in message:
        return "a scalar is not a matrix; * multiplies by it"
    return message
