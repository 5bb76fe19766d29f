"""Looking at a model without changing it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from nn.modes import evaluating
from nn.module import Module

Array = np.ndarray[Any, Any]
Model = Callable[..., Any]
"""A `Module`, or any other function of tensors."""


@contextmanager
def looking_at(model: Model) -> Iterator[None]:
    """Without recording, and a module in evaluation mode; afterwards in the modes of before."""
    with evaluating(model) if isinstance(model, Module) else nullcontext(), no_grad():
        yield


def numbers(x: Any) -> Array:
    """The numbers of a tensor, an array or a list."""
    values: Array = np.asarray(x.data if type(x) is Tensor else x)
    return values


def for_model(model: Model, x: Any) -> Array:
    """`x`, floating-point numbers in the dtype of the model."""
    values = numbers(x)
    if isinstance(model, Module) and values.dtype.kind == "f":
        for parameter in model.parameters():
            return values.astype(parameter.dtype, copy=False)
    return values
