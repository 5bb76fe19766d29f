"""Binary cross-entropy: how improbable the network held which of two classes came true.

The operands are those of `regression`; a `weight` is a constant. Each loss is one declared
operation, entry by entry, that loses no digits where the network is sure.
"""

from typing import Any

import numpy as np

import autograd
from autograd import sigmoid, softplus
from nn.functional.operands import (
    Reduction,
    as_probabilities,
    fitting_weight,
    matched,
    reduced,
)


def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, *, reduction: Reduction = "mean"
) -> Any:
    """`-w (t ln p + (1 - t) ln(1 - p))` for probabilities p, the logarithms held above -100.

    Shapes: p and t both the same, any; w broadcasts to it. `ShapeError` otherwise. Raises
    `ValueError` for an input or target outside [0, 1]. Slope: `(1 - t) / (1 - p) - t / p`, the
    denominators held above 1e-12, as in PyTorch: a wrong certainty has a large finite one. For raw
    scores `binary_cross_entropy_with_logits` is exact everywhere.

    >>> binary_cross_entropy(np.array([0.5, 1.0]), np.array([1, 1]), reduction="sum")
    np.float64(0.6931471805599453)
    """
    name = "binary_cross_entropy"
    input, target = matched(name, input, target)
    advice = "; for raw scores use binary_cross_entropy_with_logits (BCEWithLogitsLoss)"
    input = as_probabilities(name, "inputs", input, advice)
    target = as_probabilities(name, "targets", target)
    loss = binary_entropy(input, target)
    if weight is not None:
        loss = loss * fitting_weight(name, "weight", weight, input)
    return reduced(loss, reduction)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    reduction: Reduction = "mean",
    pos_weight: Any = None,
) -> Any:
    """`binary_cross_entropy` of `sigmoid(x)`, without overflow or cancellation for any x.

        w (v t ln(1 + e^-x) + (1 - t) ln(1 + e^x))

    `pos_weight` v, 1 by default, makes up for rare positives. Shapes: x and t both the same, any;
    w and v broadcast to it. `ShapeError` otherwise. Raises `ValueError` for a target outside
    [0, 1]. Slope: `sigmoid(x) - t`.

    >>> binary_cross_entropy_with_logits(np.array([0.0, 800.0]), np.array([1, 0]), reduction="sum")
    np.float64(800.6931471805599)
    """
    name = "binary_cross_entropy_with_logits"
    input, target = matched(name, input, target)
    target = as_probabilities(name, "targets", target)
    if pos_weight is None:
        loss = binary_entropy_of_scores(input, target)
    else:
        v = fitting_weight(name, "pos_weight", pos_weight, input)
        loss = v * target * softplus(-input) + (1 - target) * softplus(input)
    if weight is not None:
        loss = loss * fitting_weight(name, "weight", weight, input)
    return reduced(loss, reduction)


def _binary_entropy(p: Any, t: Any) -> Any:
    """`-(t ln p + (1 - t) ln(1 - p))`, entry by entry, the logarithms held above -100."""
    with np.errstate(divide="ignore"):
        ln_p, ln_q = np.log(p), np.log1p(-p)
    return -(t * np.maximum(ln_p, -100) + (1 - t) * np.maximum(ln_q, -100))


def _binary_entropy_slope(p: Any, t: Any) -> Any:
    return (1 - t) / np.maximum(1 - p, 1e-12) - t / np.maximum(p, 1e-12)


def _binary_entropy_target_slope(p: Any) -> Any:
    """Return the loss is a straight line in t, so its slope is the difference of its ends."""
    return binary_entropy(p, 1) - binary_entropy(p, 0)


binary_entropy = autograd.primitive(
    _binary_entropy,
    vjp=[
        lambda g, y, p, t: g * _binary_entropy_slope(p, t),
        lambda g, y, p, t: g * _binary_entropy_target_slope(p),
    ],
    jvp=[
        lambda dp, y, p, t: dp * _binary_entropy_slope(p, t),
        lambda dt, y, p, t: dt * _binary_entropy_target_slope(p),
    ],
    facts=autograd.Facts(axes=autograd.Elementwise(), pure=True),
)


def _binary_entropy_of_scores(x: Any, t: Any) -> Any:
    """`t ln(1 + e^-x) + (1 - t) ln(1 + e^x)`, entry by entry.

    As `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`, this is a sum of two numbers above 0.
    """
    size = np.abs(x)
    return size * np.where(x > 0, 1 - t, t) + np.log1p(np.exp(-size))


binary_entropy_of_scores = autograd.primitive(
    _binary_entropy_of_scores,
    vjp=[lambda g, y, x, t: g * (sigmoid(x) - t), lambda g, y, x, t: -g * x],
    jvp=[lambda dx, y, x, t: dx * (sigmoid(x) - t), lambda dt, y, x, t: -dt * x],
    facts=autograd.Facts(axes=autograd.Elementwise(), pure=True),
)
