"""The value of a tensor, and its form: shape and dtype."""

import math
from typing import Any

import numpy as np

from autograd.dtypes import Value
from autograd.modes import mode


class Valued:
    """What holds a value, `_data`; a Python number in the place of an array is one of form `()`."""

    __slots__ = ()

    _data: Value

    @property
    def data(self) -> Value:
        """The value: a NumPy array, or a NumPy scalar where the shape is `()`.

        Raises `TraceError` for a value that `compile` traces.
        """
        if mode.trace is not None:
            mode.trace.refuse_to_show(self)
        return self._data

    @data.setter
    def data(self, value: Value) -> None:
        self._data = value

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        try:
            return self._data.shape  # type: ignore[no-any-return]  # a `Value`
        except AttributeError:
            return ()

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        try:
            return self._data.dtype  # type: ignore[no-any-return]  # a `Value`
        except AttributeError:
            return np.dtype(type(self._data))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)
