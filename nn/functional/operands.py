"""What losses have in common: how they take operands, refuse bad ones, and reduce."""

from typing import Any, Literal

import numpy as np

from autograd import ShapeError, Tensor

Reduction = Literal["mean", "sum", "none"]


def as_operand(x: Any) -> Any:
    """A tensor as it is, anything else as an array."""
    return x if type(x) is Tensor else np.asarray(x)


def values(x: Any) -> np.ndarray[Any, Any]:
    """The numbers of a tensor or array, to look at."""
    return np.asarray(x.data if type(x) is Tensor else x)


def in_dtype_of(input: Any, target: Any) -> Any:
    """A constant target in the dtype of a floating-point input; a recorded one as it is."""
    recorded = type(target) is Tensor and (target.requires_grad or target.op is not None)
    if recorded or input.dtype.kind != "f" or target.dtype == input.dtype:
        return target
    return values(target).astype(input.dtype)


def matched(loss: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both operands, which must have one shape: broadcasting would compare all with all."""
    input, target = as_operand(input), as_operand(target)
    if input.shape != target.shape:
        message = (
            f"{loss} needs input and target of one shape, got {input.shape} and {target.shape}"
        )
        if input.size == target.size:
            message += f"; target.reshape({input.shape}) would fit"
        raise ShapeError(message)
    return input, in_dtype_of(input, target)


def require_probabilities(loss: str, role: str, p: Any, advice: str = "") -> None:
    """Raise `ValueError` where `p`, the `role` of a loss, leaves [0, 1]."""
    numbers = values(p)
    outside = (numbers < 0) | (numbers > 1)
    if np.any(outside):
        raise ValueError(f"{loss} needs {role}s in [0, 1], got {numbers[outside].flat[0]}{advice}")


def require_classes(target: np.ndarray[Any, Any], shape: tuple[int, ...], axis: int) -> None:
    """Check the class indices that go with scores of `shape`, whose classes lie along `axis`."""
    wanted = shape[:axis] + shape[axis + 1 :]
    if target.shape != wanted:
        raise ShapeError(
            f"cross_entropy with scores of shape {shape} needs class indices of shape {wanted} "
            f"or probabilities of shape {shape}, got a target of shape {target.shape}"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy needs class indices of an integer dtype, got {target.dtype}; "
            "convert them with target.astype(int)"
        )
    outside = (target < 0) | (target >= shape[axis])
    if np.any(outside):
        raise IndexError(
            f"cross_entropy got the class index {target[outside].flat[0]}, but scores of shape "
            f"{shape} have {shape[axis]} classes, 0 to {shape[axis] - 1}"
        )


def require_reduction(reduction: str) -> None:
    """Raise `ValueError` unless `reduction` is one that losses know."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")


def reduced(loss: Any, reduction: Reduction) -> Any:
    """The losses of single entries as `reduction` wants them."""
    require_reduction(reduction)
    if reduction == "none":
        return loss
    return np.mean(loss) if reduction == "mean" else np.sum(loss)
