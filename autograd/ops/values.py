"""NumPy functions that look at values alone: to print them, save them or ask about them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant

# Bits ---------------------------------------------------------------------------------------------


def _packbits(a: Any, axis: int | None = None, bitorder: Any = "big") -> Any:
    return np.packbits(a, axis, bitorder)


def _unpackbits(
    a: Any, axis: int | None = None, count: int | None = None, bitorder: Any = "big"
) -> Any:
    return np.unpackbits(a, axis, count, bitorder)


packbits = constant(_packbits, also=[np.packbits])
unpackbits = constant(_unpackbits, also=[np.unpackbits])


# Text, memory and dtypes --------------------------------------------------------------------------


def _value(x: Any) -> Any:
    return x.data if hasattr(x, "requires_grad") else x


def _of_values(function: Callable[..., Any]) -> None:
    """Declare a function whose answer is no array, and so nothing that could be recorded."""

    @composite(function, differentiable=False)
    def of_values(*args: Any, **kwargs: Any) -> Any:
        return function(*map(_value, args), **{k: _value(x) for k, x in kwargs.items()})


for _asker in (
    np.array2string,
    np.array_repr,
    np.array_str,
    np.shares_memory,
    np.may_share_memory,
    np.min_scalar_type,
):
    _of_values(_asker)


# Files --------------------------------------------------------------------------------------------


def _plain(x: Any) -> Any:
    """Return the array of a tensor that is not recorded; of any other a `ConversionError`."""
    return np.asarray(x) if hasattr(x, "requires_grad") else x


def _of_constants(function: Callable[..., Any]) -> None:
    """Declare a function that takes tensors out of the program: for constants only."""

    @composite(function, differentiable=False)
    def of_constants(*args: Any, **kwargs: Any) -> Any:
        return function(*map(_plain, args), **{k: _plain(x) for k, x in kwargs.items()})


for _writer in (np.save, np.savez, np.savez_compressed, np.savetxt):
    _of_constants(_writer)
