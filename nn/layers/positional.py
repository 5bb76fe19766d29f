"""Positions, for layers that would not know the order of what they are given."""

from typing import Any

import numpy as np

from autograd import ShapeError
from nn.functional.operands import as_operand
from nn.init import Seed
from nn.layers.checks import require_positive, require_shape
from nn.layers.dropout import Dropout
from nn.module import Module


class PositionalEncoding(Module):
    """Adds to every position its sines and cosines (Vaswani et al. 2017, section 3.5), then drops.

        PE(p, 2i) = sin(p / 10000^(2i / d_model)),    PE(p, 2i + 1) = cos(p / 10000^(2i / d_model))

    Shapes: x and the result (T, N, d_model), with `batch_first` (N, T, d_model), or (T, d_model).
    The table is no part of the state.

    Raises `ValueError` for sizes below 1, `ShapeError` for other inputs and more than `max_len`
    positions.

    >>> encoding = PositionalEncoding(d_model=4, dropout=0.0)
    >>> encoding(np.zeros((2, 4))).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """

    def __init__(
        self,
        d_model: int,
        dropout: float = 0.1,
        max_len: int = 5000,
        *,
        batch_first: bool = False,
        seed: Seed = None,
    ) -> None:
        require_positive("PositionalEncoding", d_model=d_model, max_len=max_len)
        self.d_model, self.max_len, self.batch_first = d_model, max_len, batch_first
        self.dropout = Dropout(dropout, seed=seed)
        self.table = sinusoids(max_len, d_model)

    def forward(self, input: Any) -> Any:
        input = as_operand(input)
        axes = "N, T" if self.batch_first else "T, N"
        require_shape(self, input, f"{axes}, {self.d_model}", f"T, {self.d_model}")
        time_last = self.batch_first or input.ndim == 2
        length = input.shape[-2 if time_last else 0]
        if length > self.max_len:
            raise ShapeError(
                f"PositionalEncoding knows {self.max_len} positions (max_len), got {length} in an "
                f"input of shape {input.shape}"
            )
        encoding = self.table[:length].astype(input.dtype)
        return self.dropout(input + (encoding if time_last else encoding[:, None]))

    def extra_repr(self) -> str:
        return f"d_model={self.d_model}, max_len={self.max_len}"


def sinusoids(length: int, d_model: int) -> np.ndarray[Any, Any]:
    """Return the sines and cosines of positions 0 to length - 1, (length, d_model)."""
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, d_model, 2) / d_model)
    table = np.empty((length, d_model))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : d_model // 2])
    return table
