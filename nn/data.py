"""Batches of arrays."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Tensor
from nn.init import Seed

Array = np.ndarray[Any, Any]


class DataLoader:
    """Gives tuples of arrays, `batch_size` rows of each at a time; iterate once for each epoch.

    `batch_size=len(x)` is batch descent, 1 stochastic descent, anything between mini-batches. With
    `shuffle` every epoch has another order, the same for the same `seed` on every run.

    Raises `ValueError` for arrays of different lengths or without rows, and for a batch size that
    is below 1 or leaves no batch.

    >>> loader = DataLoader(np.arange(5), np.arange(5) ** 2, batch_size=2)
    >>> len(loader)
    3
    >>> for x, y in loader:
    ...     print(x, y)
    [0 1] [0 1]
    [2 3] [4 9]
    [4] [16]
    """

    def __init__(
        self,
        *arrays: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: Seed = None,
        drop_last: bool = False,
    ) -> None:
        self.arrays = tuple(np.asarray(a.data if type(a) is Tensor else a) for a in arrays)
        self.rows = _common_length(self.arrays)
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if drop_last and batch_size > self.rows:
            raise ValueError(
                f"drop_last with batch_size={batch_size} leaves no batch of {self.rows} rows"
            )
        self.batch_size, self.shuffle, self.drop_last = batch_size, shuffle, drop_last
        self._rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        """The number of batches."""
        full, rest = divmod(self.rows, self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        # Drawn at the call and not at the first batch: the n-th call has the n-th order.
        order = self._rng.permutation(self.rows) if self.shuffle else None
        return self._batches(order)

    def _batches(self, order: Array | None) -> Iterator[tuple[Array, ...]]:
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            rows: Any = slice(start, start + self.batch_size)
            if order is not None:
                rows = order[rows]
            yield tuple(array[rows] for array in self.arrays)

    def __repr__(self) -> str:
        shapes = ", ".join(str(array.shape) for array in self.arrays)
        return f"DataLoader({shapes}, batch_size={self.batch_size}, shuffle={self.shuffle})"


def _common_length(arrays: tuple[Array, ...]) -> int:
    shapes = " and ".join(str(array.shape) for array in arrays)
    if not arrays or any(not array.shape or not len(array) for array in arrays):
        raise ValueError(f"DataLoader needs arrays with rows, got {shapes or 'none'}")
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"DataLoader needs arrays with equally many rows, got shapes {shapes}")
    return len(arrays[0])
