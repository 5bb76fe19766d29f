"""What Python makes of the value of a tensor: numbers, truth values and indices."""

import operator
from typing import Any

import numpy as np

from autograd.valued import Valued


class Conversions(Valued):
    """The conversions of a tensor that has one element; no gradient flows through them."""

    __slots__ = ()

    def item(self, *index: Any) -> Any:
        """The one element as a Python number, or of several the one at `index`."""
        return self.data.item(*index)

    def _one(self, conversion: str, instead: str) -> Any:
        """The one element; `TypeError` for several, as of NumPy's arrays."""
        if self.data.size == 1:
            return self.data.item()
        raise TypeError(
            f"{conversion} takes a tensor of one element, got shape {self.data.shape}; "
            f"{instead} converts every entry"
        )

    def __float__(self) -> float:
        return float(self._one("float()", "t.astype(float)"))

    def __int__(self) -> int:
        return int(self._one("int()", "t.astype(int)"))

    def __complex__(self) -> complex:
        return complex(self._one("complex()", "t.astype(complex)"))

    def __trunc__(self) -> int:
        return int(self._one("math.trunc()", "np.trunc(t)"))

    def __round__(self: Any, ndigits: int | None = None) -> Any:
        """An int, or with `ndigits`, as of NumPy's numbers, a number of the same kind: a tensor."""
        number = self._one("round()", "np.round(t)")
        return round(number) if ndigits is None else np.round(self, ndigits)

    def __index__(self) -> int:
        return operator.index(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)
