"""New arrays in the likeness of a tensor, and what NumPy asks of shapes and dtypes."""

from typing import Any

import numpy as np

from autograd.engine.declare import composite, constant
from autograd.engine.facts import Facts

zeros_like = constant(np.zeros_like, facts=Facts(number="0.0"))
ones_like = constant(np.ones_like, facts=Facts(number="1.0"))
_filled = constant(np.full_like, name="full_like")


@composite(np.full_like, adapts=_filled)
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    """`fill_value` everywhere, in the shape and dtype of `a`; it may be a tensor itself."""
    dtype = a.dtype if dtype is None else dtype
    shape = np.shape(a) if shape is None else shape
    if hasattr(fill_value, "requires_grad"):
        return np.broadcast_to(fill_value.astype(dtype, copy=False), shape)
    return _filled(a, fill_value=fill_value, dtype=dtype, shape=shape)


@composite(np.empty_like, differentiable=False)
def empty_like(prototype: Any, *args: Any, **kwargs: Any) -> Any:
    """Zeros: what happens to be in memory would differ from one replay to the next."""
    return np.zeros_like(prototype, *args, **kwargs)


def _dtype_or(x: Any) -> Any:
    """Return the dtype of a tensor; anything else unchanged."""
    return x.dtype if hasattr(x, "requires_grad") else x


@composite(np.result_type, differentiable=False)
def result_type(*arrays_and_dtypes: Any) -> Any:
    """Return the dtype to which NumPy promotes."""
    return np.result_type(*map(_dtype_or, arrays_and_dtypes))


@composite(np.can_cast, differentiable=False)
def can_cast(from_: Any, to: Any, casting: Any = "safe") -> bool:
    """Return whether NumPy converts between dtypes."""
    return np.can_cast(_dtype_or(from_), _dtype_or(to), casting)


@composite(np.common_type, differentiable=False)
def common_type(*arrays: Any) -> Any:
    """Return the floating-point or complex type to which NumPy promotes."""
    return np.common_type(*(np.empty(0, x.dtype) for x in arrays))


composite(np.shape, differentiable=False)(lambda a: a.shape)
composite(np.ndim, differentiable=False)(lambda a: a.ndim)
composite(np.size, differentiable=False)(
    lambda a, axis=None: a.size if axis is None else a.shape[axis]
)
