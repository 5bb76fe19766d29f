"""Layers and losses as functions, with PyTorch's names.

They take tensors or arrays. `input` is what a network gave and `target` what it should have given;
targets are constants, taken in the dtype of `input`, so that float64 data leave a float32 network
float32. Every loss has `reduction="mean"`, `"sum"`, or `"none"` for one number per entry.
"""

import math
from typing import Any, Literal

import numpy as np

import autograd
from autograd import ShapeError, Tensor, elu, gelu, leaky_relu, relu, sigmoid, softplus

__all__ = [
    "Reduction",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "elu",
    "gelu",
    "heaviside",
    "l1_loss",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]

Reduction = Literal["mean", "sum", "none"]


# Layers ------------------------------------------------------------------------------------------


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """Affine map of the last axis, `y = x W^T + b`.

    Shapes: x (..., in), W (out, in), b (out), y (..., out).

    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    product = input @ np.transpose(weight)
    return product if bias is None else product + bias


def tanh(input: Any) -> Any:
    """Hyperbolic tangent, entry by entry; the same as `np.tanh`."""
    return np.tanh(input)


def heaviside(input: Any) -> Any:
    """The step 1 where x >= 0, else 0, entry by entry. Slope: 0, so that nothing learns through it.

    >>> heaviside(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    return np.heaviside(input, 1.0)


def softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """Positive numbers that sum to 1 over `axis`, `exp(x) / sum(exp(x))`.

    `dim` is PyTorch's name for `axis`; without either it is the last one.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    return autograd.softmax(input, axis=_axis(axis, dim))


def log_softmax(input: Any, axis: int | None = None, *, dim: int | None = None) -> Any:
    """The logarithm of `softmax` over `axis`, `x - ln(sum(exp(x)))`, without overflow.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return autograd.log_softmax(input, axis=_axis(axis, dim))


def _axis(axis: int | None, dim: int | None) -> int:
    if axis is not None and dim is not None:
        raise TypeError(f"axis and dim are two names for one thing, got {axis=} and {dim=}")
    named = dim if axis is None else axis
    return -1 if named is None else named


# Losses ------------------------------------------------------------------------------------------


def mse_loss(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """Mean squared error, `(x - t)^2`. Shapes: both the same, any; `ShapeError` otherwise.

    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """
    input, target = _matched("mse_loss", input, target)
    return _reduced((input - target) ** 2, reduction)


def l1_loss(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """Mean absolute error, `|x - t|`. Shapes: both the same, any; `ShapeError` otherwise.

    >>> l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """
    input, target = _matched("l1_loss", input, target)
    return _reduced(np.abs(input - target), reduction)


def binary_cross_entropy(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`-(t ln p + (1 - t) ln(1 - p))` for probabilities p, the logarithms held above -100.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for an input or target
    outside [0, 1]. For raw scores `binary_cross_entropy_with_logits` is exact everywhere.

    >>> binary_cross_entropy(np.array([0.5, 1.0]), np.array([1, 1]), "sum")
    np.float64(0.6931471805599453)
    """
    name = "binary_cross_entropy"
    input, target = _matched(name, input, target)
    advice = "; for raw scores use binary_cross_entropy_with_logits (BCEWithLogitsLoss)"
    _require_probabilities(name, "input", input, advice)
    _require_probabilities(name, "target", target)
    # Clipping before the logarithm rather than after it keeps 1/0 out of the slope.
    ln_p = np.log(np.maximum(input, _LEAST_PROBABILITY))
    ln_q = np.log(np.maximum(1 - input, _LEAST_PROBABILITY))
    return _reduced(-(target * ln_p + (1 - target) * ln_q), reduction)


_LEAST_PROBABILITY = math.exp(-100)


def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`binary_cross_entropy` of `sigmoid(x)`, `t ln(1 + e^-x) + (1 - t) ln(1 + e^x)`, for any x.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for a target outside
    [0, 1]. Slope: `sigmoid(x) - t`.

    >>> binary_cross_entropy_with_logits(np.array([0.0, 800.0]), np.array([1, 0]), "sum")
    np.float64(800.6931471805599)
    """
    name = "binary_cross_entropy_with_logits"
    input, target = _matched(name, input, target)
    _require_probabilities(name, "target", target)
    # Two softplus, where one and a product would cancel for confident scores.
    return _reduced(target * softplus(-input) + (1 - target) * softplus(input), reduction)


def cross_entropy(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`-ln softmax(x)[t]` for class indices t, `-sum_c t_c ln softmax(x)_c` for probabilities t.

    Shapes: x (N, C), (N, C, ...) or (C); indices, of an integer dtype, the same without C;
    probabilities the same as x. The mean is over all but C. x are raw scores: no softmax before.

    Raises `ShapeError`; `TypeError` for indices that are not integers; `IndexError` for those
    outside 0 to C - 1; `ValueError` for probabilities outside [0, 1].

    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]), "sum")
    np.float64(0.6931471805599453)
    """
    input, target = _as_operand(input), _values(target)
    if not input.ndim:
        raise ShapeError("cross_entropy needs scores of shape (N, C), got a single number")
    axis = min(1, input.ndim - 1)
    ln_p = autograd.log_softmax(input, axis=axis)
    if target.shape == input.shape:
        _require_probabilities("cross_entropy", "target", target)
        loss = -np.sum(_in_dtype_of(input, target) * ln_p, axis=axis)
    else:
        _require_classes(target, input.shape, axis)
        index: list[Any] = list(np.indices(target.shape, sparse=True))
        index.insert(axis, target)
        loss = -ln_p[tuple(index)]
    return _reduced(loss, reduction)


# What losses share -------------------------------------------------------------------------------


def _as_operand(x: Any) -> Any:
    return x if type(x) is Tensor else np.asarray(x)


def _values(x: Any) -> np.ndarray[Any, Any]:
    """The numbers of a tensor or array, to look at."""
    return np.asarray(x.data if type(x) is Tensor else x)


def _in_dtype_of(input: Any, target: Any) -> Any:
    """A constant target in the dtype of a floating-point input; a recorded one as it is."""
    recorded = type(target) is Tensor and (target.requires_grad or target.op is not None)
    if recorded or input.dtype.kind != "f" or target.dtype == input.dtype:
        return target
    return _values(target).astype(input.dtype)


def _matched(loss: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Both operands, which must have one shape: broadcasting would compare all with all."""
    input, target = _as_operand(input), _as_operand(target)
    if input.shape != target.shape:
        message = (
            f"{loss} needs input and target of one shape, got {input.shape} and {target.shape}"
        )
        if input.size == target.size:
            message += f"; target.reshape({input.shape}) would fit"
        raise ShapeError(message)
    return input, _in_dtype_of(input, target)


def _require_probabilities(loss: str, role: str, p: Any, advice: str = "") -> None:
    values = _values(p)
    outside = (values < 0) | (values > 1)
    if np.any(outside):
        raise ValueError(f"{loss} needs {role}s in [0, 1], got {values[outside].flat[0]}{advice}")


def _require_classes(target: np.ndarray[Any, Any], shape: tuple[int, ...], axis: int) -> None:
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


def _reduced(loss: Any, reduction: Reduction) -> Any:
    require_reduction(reduction)
    if reduction == "none":
        return loss
    return np.mean(loss) if reduction == "mean" else np.sum(loss)
