"""Batches of arrays."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor
from nn.errors import CheckpointError
from nn.init import Seed

Array = np.ndarray[Any, Any]


class DataLoader:
    """Gives tuples of arrays, `batch_size` rows of each at a time; iterate once for each epoch.

    `batch_size=len(x)` is batch descent, 1 stochastic descent, anything between mini-batches. With
    `shuffle` every epoch has another order, the same for the same `seed` on every run.
    `drop_last` leaves out a last batch of fewer rows, whose few rows batch normalization would take
    for the whole.

    `transform`, if given, gets the arrays of each batch and returns those to use in their place.

    `state_dict` says where in which epoch the loader stands; one that loads it goes on with the
    next batch of that epoch.

    Raises `ValueError` for arrays of different lengths or without rows, and for a batch size that
    is below 1 or leaves no batch; `TypeError` for a data set that gives its rows one by one.

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
        transform: Callable[..., tuple[Any, ...]] | None = None,
    ) -> None:
        self.arrays = tuple(map(_as_array, arrays))
        self.rows = _common_length(self.arrays)
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if drop_last and batch_size > self.rows:
            raise ValueError(
                f"drop_last with batch_size={batch_size} leaves no batch of {self.rows} rows"
            )
        self.batch_size, self.shuffle, self.drop_last = batch_size, shuffle, drop_last
        self.transform = transform
        self._rng = np.random.default_rng(seed)
        self._epoch_start = self._rng.bit_generator.state
        """The random state that the order of the running epoch was drawn from."""
        self._given: int | None = None
        """Number of batches given in the running epoch; `None` between epochs."""
        self._resumed = False

    def __len__(self) -> int:
        """Return the number of batches."""
        full, rest = divmod(self.rows, self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[Array, ...]]:
        # Drawn at the call and not at the first batch: the n-th call has the n-th order.
        self._epoch_start = self._rng.bit_generator.state
        order = self._rng.permutation(self.rows) if self.shuffle else None
        first = (self._resumed and self._given) or 0
        self._given, self._resumed = first, False
        return self._batches(order, first)

    def _batches(self, order: Array | None, first: int) -> Iterator[tuple[Array, ...]]:
        for k in range(first, len(self)):
            rows: Any = slice(k * self.batch_size, (k + 1) * self.batch_size)
            if order is not None:
                rows = order[rows]
            # A copy also without `order`: what is done to a batch is not done to the data.
            batch = tuple(np.array(array[rows]) for array in self.arrays)
            self._given = k + 1
            yield batch if self.transform is None else self.transform(*batch)
        self._given = None

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands: in which order, and how many of its batches have been given."""
        between = self._given is None
        return {
            "generator": self._rng.bit_generator.state if between else self._epoch_start,
            "given": self._given or 0,
            "sizes": (self.rows, self.batch_size),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Let the next epoch be the rest of the one in which `state_dict` was taken.

        Raises `CheckpointError` for the middle of an epoch of other sizes, and for the state of
        another kind of generator.
        """
        given, sizes = state_dict["given"], (self.rows, self.batch_size)
        if given and (state_dict["sizes"] != sizes or not 0 < given <= len(self)):
            raise CheckpointError(
                f"{given} batches of an epoch are done, of {state_dict['sizes']} rows and batch "
                f"size, and this loader has {sizes}"
            )
        try:
            self._rng.bit_generator.state = state_dict["generator"]
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"the state of the loader's generator: {error}") from None
        self._epoch_start = self._rng.bit_generator.state
        self._given, self._resumed = given, True

    def __repr__(self) -> str:
        shapes = ", ".join(str(array.shape) for array in self.arrays)
        return f"DataLoader({shapes}, batch_size={self.batch_size}, shuffle={self.shuffle})"


def _as_array(given: Any) -> Array:
    if type(given) is Tensor:
        return np.asarray(given.data)
    sequence = isinstance(given, list | tuple | range | str)
    if not sequence and hasattr(given, "__getitem__") and not hasattr(given, "__array__"):
        # NumPy would ask it for rows until it raises an IndexError, which it may never do.
        raise TypeError(
            f"DataLoader takes arrays, got a {type(given).__name__}; of a data set with "
            "data[i] = (x, y) write DataLoader(*map(np.array, zip(*(data[i] for i in "
            "range(len(data))))))"
        )
    return np.asarray(given)


def _common_length(arrays: tuple[Array, ...]) -> int:
    shapes = " and ".join(str(array.shape) for array in arrays)
    if not arrays or any(not array.shape or not len(array) for array in arrays):
        raise ValueError(f"DataLoader needs arrays with rows, got {shapes or 'none'}")
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"DataLoader needs arrays with equally many rows, got shapes {shapes}")
    return len(arrays[0])
