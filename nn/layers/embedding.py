"""The embedding layer, a table of learned vectors."""

from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional, init
from nn.init import Seed
from nn.layers.checks import require_positive
from nn.module import Module, Parameter


class Embedding(Module):
    """Learned vectors, looked up by their numbers: `y[...] = W[i[...]]`.

    Shapes: i any, of an integer dtype, W `weight` (num_embeddings, embedding_dim), y (*i's shape,
    embedding_dim). W starts standard normal. The row `padding_idx`, which stands for no word,
    starts at 0 and gets no gradient; a negative one counts from the end.

    Raises `ValueError` for sizes below 1 or a `padding_idx` that is no row; `TypeError` for indices
    that are not integers, `IndexError` for those outside 0 to num_embeddings - 1.

    >>> words = Embedding(10, 3, padding_idx=0, seed=0)
    >>> words
    Embedding(10, 3, padding_idx=0)
    >>> words(np.array([[1, 4, 0], [7, 7, 2]])).shape
    (2, 3, 3)
    """

    weight: Tensor

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        require_positive("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        start = Tensor(np.empty((num_embeddings, embedding_dim), dtype))
        values = init.normal_(start, seed=seed).data
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(
                    f"Embedding has rows 0 to {num_embeddings - 1}, got {padding_idx=}"
                )
            padding_idx %= num_embeddings
            values[padding_idx] = 0
        self.padding_idx = padding_idx
        self.weight = Parameter(values)

    def forward(self, input: Any) -> Any:
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
