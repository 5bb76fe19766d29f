"""Choices between several arrays, entry by entry."""

from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant


def _choice(a: Any, n: int, mode: Any = "raise") -> Any:
    """Which of n choices every entry of `a` names; NumPy's error where there is none."""
    return np.choose(a, list(range(n)), mode=mode)


choice = constant(_choice)


@composite(np.choose)
def choose(a: Any, choices: Any, *, mode: str = "raise") -> Any:
    """At every place the entry that choice number `a` has there."""
    number = choice(a, n=len(choices), mode=mode)
    shape = np.broadcast_shapes(np.shape(a), *map(np.shape, choices))
    result = choices[0]
    for k in range(1, len(choices)):
        result = np.where(np.equal(number, k), choices[k], result)
    return np.broadcast_to(result, shape)


@composite(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """At every place the first choice whose condition holds there."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if not len(condlist):
        raise ValueError("select with an empty condition list is not possible")
    result = default
    pairs = list(zip(condlist, choicelist, strict=True))
    for k, (condition, chosen) in reversed(list(enumerate(pairs))):
        if not hasattr(condition, "dtype"):
            condition = np.asarray(condition)
        if condition.dtype != bool:
            raise TypeError(f"invalid entry {k} in condlist: should be boolean ndarray")
        result = np.where(condition, chosen, result)
    return result
