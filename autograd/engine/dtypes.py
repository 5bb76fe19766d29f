"""Values of tensors: conversion to arrays, and the dtypes that can require gradients.

Promotion of operands is NumPy's own; only leaves need rules here.
"""

from typing import Any

import numpy as np

from autograd.engine.masked import require_unmasked

Value = Any
"""A NumPy array, or a NumPy scalar where the shape is `()`."""


def as_value(data: Any, dtype: Any = None) -> Value:
    """Return `data` as an array, or as a NumPy scalar where the shape is `()`.

    Scalars are never 0-d arrays: arithmetic on `np.float64` is ten times faster.

    Raises `TypeError` for data that NumPy could hold only as Python objects, and for masked arrays.
    """
    if type(data) is not np.ndarray:
        require_unmasked("a tensor", data)
    if hasattr(data, "__dlpack__") and not hasattr(data, "__array__"):
        data = np.from_dlpack(data)
    array = np.asarray(data, dtype=dtype)
    if array.dtype.kind == "O":
        raise TypeError(f"a tensor holds numbers, and {type(data).__name__} has no NumPy dtype")
    return array if array.ndim else array[()]


def leaf_value(data: Any, dtype: Any, requires_grad: bool) -> Value:
    """Return the value of a new leaf; Python ints become float64 if it requires gradients.

    Python ints in lists do, too; an integer array does not.

    Raises `TypeError` for an array whose dtype has no derivatives.
    """
    value = as_value(data, dtype)
    if not requires_grad or value.dtype.kind in "fc":
        return value
    written_as_python_ints = not isinstance(data, (np.ndarray, np.generic))
    if value.dtype.kind == "i" and written_as_python_ints and dtype is None:
        return value.astype(np.float64)
    require_differentiable(value.dtype)
    return value


def require_differentiable(dtype: np.dtype[Any]) -> None:
    """Raise `TypeError`, with the fix, unless derivatives exist for values of `dtype`."""
    if dtype.kind in "fc":
        return
    if dtype.kind in "iub":
        fix = "convert it first, for example with array.astype(np.float64)"
    else:
        fix = "give numbers"
    raise TypeError(f"a tensor of dtype {dtype} cannot require gradients; {fix}")


def conjugate(g: Any) -> Any:
    """Return the complex conjugate of an array or tensor; a real one unchanged.

    The sweeps and the rules work with plain transposes, dL/dx. Users give and get the conjugate,
    the direction of steepest ascent, which is PyTorch's convention. So this function is called
    where gradients enter and leave a sweep, and nowhere else.
    """
    return np.conjugate(g) if g.dtype.kind == "c" else g
