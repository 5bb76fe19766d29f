"""Indexing: `x[index]`, and its transpose, which adds entries up where they came from."""

from typing import Any

import numpy as np

from autograd.primitive import Primitive, linear


class Slot:
    """Stands in an index for a tensor, which is an operand of the step and not a part of it."""

    def __init__(self, k: int) -> None:
        self.k = k

    def __repr__(self) -> str:
        return f"operand {self.k + 2}"


def _filled(index: Any, arrays: tuple[Any, ...]) -> Any:
    """The index that NumPy is to see, the operands put back in their places."""
    if isinstance(index, tuple):
        return tuple(_filled(part, arrays) for part in index)
    return arrays[index.k] if isinstance(index, Slot) else index


def _picks_twice(index: Any) -> bool:
    """Whether an index could name one entry several times: only integer arrays can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(
        isinstance(p, list) or (isinstance(p, np.ndarray) and p.dtype != bool) for p in parts
    )


def _getitem(x: Any, *arrays: Any, index: Any) -> Any:
    return x[_filled(index, arrays)]


def _scatter(g: Any, *arrays: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape`, to which `g` is added at `index`; repeated indices add up."""
    out = np.zeros(shape, g.dtype)
    index = _filled(index, arrays)
    if _picks_twice(index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out


getitem = linear(
    _getitem,
    lambda k, g, y, x, *arrays, index: scatter([g, *arrays], index=index, shape=x.shape),
    variadic=True,
    parameters=["index"],
)
scatter: Primitive = linear(
    _scatter,
    lambda k, g, y, x, *arrays, index, shape: getitem([g, *arrays], index=index),
    variadic=True,
    parameters=["index", "shape"],
)
