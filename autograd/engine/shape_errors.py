"""NumPy's errors about operands that do not fit, raised again with names and shapes."""

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
"""Words of a message about shapes, not about the value of an option."""


def reraise(name: str, operands: Sequence[Any], error: ValueError) -> NoReturn:
    """Raise the error that NumPy raised in the operation `name` again, with names and shapes.

    The result is a `ShapeError` where the shapes are at fault, else a `ValueError`. Subclasses of
    `ValueError`, such as `AxisError`, `LinAlgError` and our own, are raised unchanged.
    """
    if type(error) is not ValueError:
        raise error
    message = str(error)
    if operands and "out of bounds" not in message and re.search(_OF_SHAPES, message):
        shapes = " and ".join(map(_shape, operands))
        raise ShapeError(f"{name} of operands of shapes {shapes}: {_advise(message)}") from error
    if name.rpartition(".")[2] in message:
        raise error
    raise ValueError(f"{name}: {message}") from error


def _shape(x: Any) -> str:
    if type(x) is Tensor:
        return f"{x.shape} ({describe(x)})" if x.name else str(x.shape)
    return str(np.shape(x))


def _advise(message: str) -> str:
    """Return NumPy's message about shapes, with advice."""
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
