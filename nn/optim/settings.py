"""Checks of settings of optimizers: each returns the value that is used, or raises.

Numbers come back as Python's own, which leave a float32 network float32 where NumPy's would not.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Check = Callable[[str, Any], Any]
Checks = Mapping[str, Check]
"""The names of an optimizer's settings, and what each may be."""


def at_least_zero(name: str, value: Any) -> float:
    """`value` as a float; raises `ValueError` for a number that is negative or not finite.

    >>> at_least_zero("lr", 1)
    1.0
    """
    if not (_is_finite(name, value) and value >= 0):
        raise ValueError(f"{name} must be a finite number of at least 0, got {value}")
    return float(value)


def above_zero(name: str, value: Any) -> float:
    """`value` as a float; raises `ValueError` for a number that is not above 0, or not finite."""
    if not (_is_finite(name, value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, got {value}")
    return float(value)


def unit_interval(name: str, value: Any) -> float:
    """`value` as a float; raises `ValueError` unless `0 <= value <= 1`."""
    if not (_is_finite(name, value) and 0 <= value <= 1):
        raise ValueError(f"{name} must be at least 0 and at most 1, got {value}")
    return float(value)


def fraction(name: str, value: Any) -> float:
    """`value` as a float; raises `ValueError` unless `0 <= value < 1`."""
    if not (_is_finite(name, value) and 0 <= value < 1):
        raise ValueError(f"{name} must be at least 0 and less than 1, got {value}")
    return float(value)


def two_fractions(name: str, value: Any) -> tuple[float, float]:
    """`value` as a pair of floats; raises `ValueError` unless both are in [0, 1)."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError(f"{name} must be two numbers, as in (0.9, 0.999), got {value!r}")
    return fraction(f"{name}[0]", value[0]), fraction(f"{name}[1]", value[1])


def count(name: str, value: Any) -> int:
    """`value` as an int; raises `ValueError` or `TypeError` for what is not a number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value}")
    return int(value)


def switch(name: str, value: Any) -> bool:
    """`value` as a bool; raises `TypeError` for anything else."""
    if not isinstance(value, bool | np.bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def _is_finite(name: str, value: Any) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        raise TypeError(f"{name} must be a number, got {value!r}") from None
