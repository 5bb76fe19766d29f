"""Losses as functions.

`input` is what a network gave and `target` what it should have given; targets are constants, taken
in the dtype of `input`, so that float64 data leave a float32 network float32. Every loss has
`reduction="mean"`, `"sum"`, or `"none"` for one number per entry.
"""

import math
from typing import Any

import numpy as np

import autograd
from autograd import ShapeError, softplus
from nn.functional.operands import (
    Reduction,
    as_operand,
    in_dtype_of,
    matched,
    reduced,
    require_classes,
    require_probabilities,
    values,
)


def mse_loss(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """Mean squared error, `(x - t)^2`. Shapes: both the same, any; `ShapeError` otherwise.

    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """
    input, target = matched("mse_loss", input, target)
    return reduced((input - target) ** 2, reduction)


def l1_loss(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """Mean absolute error, `|x - t|`. Shapes: both the same, any; `ShapeError` otherwise.

    >>> l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """
    input, target = matched("l1_loss", input, target)
    return reduced(np.abs(input - target), reduction)


def binary_cross_entropy(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`-(t ln p + (1 - t) ln(1 - p))` for probabilities p, the logarithms held above -100.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for an input or target
    outside [0, 1]. For raw scores `binary_cross_entropy_with_logits` is exact everywhere.

    >>> binary_cross_entropy(np.array([0.5, 1.0]), np.array([1, 1]), "sum")
    np.float64(0.6931471805599453)
    """
    name = "binary_cross_entropy"
    input, target = matched(name, input, target)
    advice = "; for raw scores use binary_cross_entropy_with_logits (BCEWithLogitsLoss)"
    require_probabilities(name, "input", input, advice)
    require_probabilities(name, "target", target)
    # Clipping before the logarithm rather than after it keeps 1/0 out of the slope.
    ln_p = np.log(np.maximum(input, _LEAST_PROBABILITY))
    ln_q = np.log(np.maximum(1 - input, _LEAST_PROBABILITY))
    return reduced(-(target * ln_p + (1 - target) * ln_q), reduction)


_LEAST_PROBABILITY = math.exp(-100)


def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`binary_cross_entropy` of `sigmoid(x)`, `t ln(1 + e^-x) + (1 - t) ln(1 + e^x)`, for any x.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for a target outside
    [0, 1]. Slope: `sigmoid(x) - t`.

    >>> binary_cross_entropy_with_logits(np.array([0.0, 800.0]), np.array([1, 0]), "sum")
    np.float64(800.6931471805599)
    """
    name = "binary_cross_entropy_with_logits"
    input, target = matched(name, input, target)
    require_probabilities(name, "target", target)
    # Two softplus, where one and a product would cancel for confident scores.
    return reduced(target * softplus(-input) + (1 - target) * softplus(input), reduction)


def cross_entropy(input: Any, target: Any, reduction: Reduction = "mean") -> Any:
    """`-ln softmax(x)[t]` for class indices t, `-sum_c t_c ln softmax(x)_c` for probabilities t.

    Shapes: x (N, C), (N, C, ...) or (C); indices, of an integer dtype, the same without C;
    probabilities the same as x. The mean is over all but C. x are raw scores: no softmax before.

    Raises `ShapeError`; `TypeError` for indices that are not integers; `IndexError` for those
    outside 0 to C - 1; `ValueError` for probabilities outside [0, 1].

    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]), "sum")
    np.float64(0.6931471805599453)
    """
    input, target = as_operand(input), values(target)
    if not input.ndim:
        raise ShapeError("cross_entropy needs scores of shape (N, C), got a single number")
    axis = min(1, input.ndim - 1)
    ln_p = autograd.log_softmax(input, axis=axis)
    if target.shape == input.shape:
        require_probabilities("cross_entropy", "target", target)
        loss = -np.sum(in_dtype_of(input, target) * ln_p, axis=axis)
    else:
        require_classes(target, input.shape, axis)
        index: list[Any] = list(np.indices(target.shape, sparse=True))
        index.insert(axis, target)
        loss = -ln_p[tuple(index)]
    return reduced(loss, reduction)
