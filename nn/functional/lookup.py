"""Embedding: vectors looked up in a table."""

from typing import Any

import numpy as np

from autograd import Elementwise, Facts, checked, primitive
from nn.functional.operands import as_operand, look_up, outside

learning_where = primitive(
    lambda x, mask: x,
    vjp=[lambda g, y, x, mask: g * mask, None],
    jvp=[lambda t, y, x, mask: t * mask, None],
    name="learning_where",
    facts=Facts(axes=Elementwise(), view=True, pure=True),
)
"""The identity, through which gradients pass only where the mask is true."""


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """Rows of a table, `y[...] = W[i[...]]`; gradients of repeated indices add up.

    Shapes: i any, of an integer dtype, W (rows, features), y (*i's shape, features). The row
    `padding_idx` gets no gradient.

    Raises `TypeError` for indices that are not integers, `IndexError` for those outside 0 to
    rows - 1.

    >>> embedding(np.array([2, 0]), np.array([[0.0, 0.1], [1.0, 1.1], [2.0, 2.1]]))
    array([[2. , 2.1],
           [0. , 0.1]])
    """
    rows = np.shape(weight)[0]
    index = as_indices(input, rows)
    vectors = look_up(as_operand(weight), index)
    if padding_idx is None:
        return vectors
    return learning_where(vectors, np.expand_dims(index != padding_idx % rows, -1))


def as_indices(input: Any, rows: int) -> Any:
    """Return checked indices of the rows of a table; compiled programs check them too."""
    index = as_operand(input)
    if index.dtype.kind not in "iu":
        raise TypeError(
            f"embedding needs indices of an integer dtype, got {index.dtype}; "
            "convert them with index.astype(int)"
        )

    def check(numbers: np.ndarray[Any, Any]) -> None:
        wrong = outside(numbers, rows)
        if wrong.size:
            raise IndexError(
                f"embedding got the index {wrong.flat[0]}, but its table has {rows} rows, "
                f"0 to {rows - 1}"
            )

    return checked(index, check)
