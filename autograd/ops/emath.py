"""`np.emath`: elementary functions that go on with complex numbers where real ones end."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite


def _negative(x: Any) -> Any:
    return x < 0


def _beyond_one(x: Any) -> Any:
    return np.abs(x) > 1


def _array(x: Any) -> Any:
    """Return Python numbers as the arrays NumPy makes of them, whose dtype is not weak."""
    return x if hasattr(x, "dtype") else np.asarray(x)


def _extended(x: Any, outside: Callable[[Any], Any]) -> Any:
    """x, as complex numbers if any entry lies outside the function's real domain."""
    x = _array(x)
    return x + 0j if x.dtype.kind != "c" and np.any(outside(x)) else x


def _register(name: str, outside: Callable[[Any], Any]) -> None:
    function = getattr(np, name)

    @composite(getattr(np.emath, name))
    def extended(x: Any) -> Any:
        return function(_extended(x, outside))


for _name in ("sqrt", "log", "log2", "log10"):
    _register(_name, _negative)
for _name in ("arccos", "arcsin", "arctanh"):
    _register(_name, _beyond_one)


@composite(np.emath.power)
def power(x: Any, p: Any) -> Any:
    """`x ** p`; negative whole exponents of whole numbers are allowed."""
    x, p = _extended(x, _negative), _array(p)
    return np.power(x, p * 1.0 if p.dtype.kind == "i" and np.any(p < 0) else p)


@composite(np.emath.logn)
def logn(n: Any, x: Any) -> Any:
    """Return the logarithm to base n."""
    return np.log(_extended(x, _negative)) / np.log(_extended(n, _negative))
