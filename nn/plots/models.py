"""Looking at a model without changing it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from autograd import no_grad
from nn.functional.operands import values
from nn.modes import evaluating
from nn.module import Module
from nn.training.evaluation import to_dtype_of

Array = np.ndarray[Any, Any]
Model = Callable[..., Any]
"""A `Module`, or any other function of tensors."""


@contextmanager
def evaluate_only(model: Model) -> Iterator[None]:
    """Without recording, and a module in evaluation mode; afterwards in the modes of before."""
    with evaluating(model) if isinstance(model, Module) else nullcontext(), no_grad():
        yield


def to_model_input(model: Model, x: Any) -> Array:
    """`x`, floating-point numbers in the dtype of the model."""
    return to_dtype_of(model, x) if isinstance(model, Module) else values(x)
