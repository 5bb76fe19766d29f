"""Derivatives of a function of one number, by each of the transforms that give one."""

from collections.abc import Callable
from typing import Any

import pytest

from autograd import grad, jvp, vjp


def derivative_by_grad(fn: Callable[[Any], Any], at: Any) -> Any:
    return grad(fn)(at)


def derivative_by_vjp(fn: Callable[[Any], Any], at: Any) -> Any:
    return vjp(fn, at)[1](1.0)


def derivative_by_jvp(fn: Callable[[Any], Any], at: Any) -> Any:
    return jvp(fn, at, 1.0)[1]


Derivative = Callable[[Callable[[Any], Any], Any], Any]
MODES: list[Derivative] = [derivative_by_grad, derivative_by_vjp, derivative_by_jvp]
each_mode = pytest.mark.parametrize("d", MODES)
each_pair = pytest.mark.parametrize(
    ("outer", "inner"), [(outer, inner) for outer in MODES for inner in MODES]
)
