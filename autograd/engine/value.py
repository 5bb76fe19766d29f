"""The value of a tensor: its shape and dtype, and its conversions to Python numbers."""

import math
import operator
from typing import Any

import numpy as np

from autograd.engine.dtypes import Value
from autograd.engine.modes import mode


class Valued:
    """Base of a class that holds a value in `_data`: an array, a NumPy scalar or a Python number.

    The conversions to Python numbers take one element, and no gradient flows through them.
    """

    __slots__ = ()

    _data: Value

    @property
    def data(self) -> Value:
        """Value: a NumPy array, or a NumPy scalar where the shape is `()`.

        Raises `TraceError` while `compile` traces the value.
        """
        if mode.trace is not None:
            mode.trace.refuse_to_show(self)
        return self._data

    @data.setter
    def data(self, value: Value) -> None:
        self._data = value

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        try:
            return self._data.shape  # type: ignore[no-any-return]  # a `Value`
        except AttributeError:
            return ()

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the entries."""
        try:
            return self._data.dtype  # type: ignore[no-any-return]  # a `Value`
        except AttributeError:
            return np.dtype(type(self._data))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return math.prod(self.shape)

    def item(self, *index: Any) -> Any:
        """Return the one element, or the element at `index`, as a Python number."""
        return self.data.item(*index)

    def _one(self, conversion: str, instead: str) -> Any:
        """Return the one element; raise `TypeError` for several, as NumPy's arrays do."""
        if self.data.size == 1:
            self._before_conversion(conversion)
            return self._data.item()
        raise TypeError(
            f"{conversion} takes a tensor of one element, got shape {self.data.shape}; "
            f"{instead} converts every entry"
        )

    def _before_conversion(self, conversion: str) -> None:
        """Raise or warn where a gradient would be lost."""

    def __float__(self) -> float:
        return float(self._one("float()", "t.astype(float)"))

    def __int__(self) -> int:
        return int(self._one("int()", "t.astype(int)"))

    def __complex__(self) -> complex:
        return complex(self._one("complex()", "t.astype(complex)"))

    def __trunc__(self) -> int:
        return int(self._one("math.trunc()", "np.trunc(t)"))

    def __round__(self: Any, ndigits: int | None = None) -> Any:
        """Return an int, or with `ndigits` a tensor, as NumPy's scalars do."""
        if ndigits is not None and self.size == 1:
            return np.round(self, ndigits)
        return round(self._one("round()", "np.round(t)"))

    def __index__(self) -> int:
        return operator.index(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)
