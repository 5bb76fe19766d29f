"""Objective of a training: the loss plus a penalty."""

from collections.abc import Callable
from typing import Any

from autograd import Tensor
from nn.module import Module

LossFunction = Callable[[Any, Any], Any]
Penalty = Callable[[Module], Any]


def objective(
    model: Module, loss: LossFunction, penalty: Penalty | None, inputs: Any, target: Any
) -> tuple[Tensor, dict[str, Any]]:
    """`loss(model(x), y)`, and `penalty(model)` if there is one: the sum, and by name the parts.

    The output of the model is one of the parts. Raises `TypeError` for a sum that is no tensor.
    """
    output = model(*inputs)
    total = value = loss(output, target)
    parts = {"output": output, "loss": value}
    if penalty is not None:
        parts["penalty"] = penalty(model)
        total = total + parts["penalty"]
    if not isinstance(total, Tensor):
        raise TypeError(
            f"the loss is of type {type(total).__name__}, through which no gradient flows; "
            "compute it from the model's output with NumPy or nn.functional"
        )
    return total, parts
