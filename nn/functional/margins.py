"""Losses with a margin: what is on the right side by more than that much costs nothing.

The kinks have slope 0, as that of `relu`. The operands are those of `regression`; labels are 1 or
-1, or class indices.
"""

from typing import Any

import numpy as np

from autograd import ShapeError, relu
from nn.functional.activations import choose_axis
from nn.functional.operands import (
    Reduction,
    as_classes,
    as_operand,
    as_signs,
    class_weight,
    insert_axis,
    look_up,
    matched,
    one_hot,
    reduced,
    take_class_entry,
    to_dtype_of,
)


def hinge_loss(
    input: Any, target: Any, margin: float = 1.0, *, reduction: Reduction = "mean"
) -> Any:
    """`max(0, margin - t x)` for scores x and labels t of 1 or -1: a support-vector machine's.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for other labels. Of
    several classes it is `multi_margin_loss`.

    >>> hinge_loss(np.array([3.0, 0.5, 1.0]), np.array([1, 1, -1]), reduction="none")
    array([0. , 0.5, 2. ])
    """
    input, target = matched("hinge_loss", input, as_signs("hinge_loss", target))
    return reduced(relu(margin - target * input), reduction)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, *, reduction: Reduction = "mean"
) -> Any:
    """For distances x of pairs: `x` of like ones, t = 1, `max(0, margin - x)` of unlike, t = -1.

    Shapes: both the same, any; `ShapeError` otherwise. Raises `ValueError` for other labels.

    >>> hinge_embedding_loss(np.array([0.2, 0.2, 3.0]), np.array([1, -1, -1]), reduction="none")
    array([0.2, 0.8, 0. ])
    """
    name = "hinge_embedding_loss"
    input, target = matched(name, input, as_signs(name, target))
    return reduced(np.where(target > 0, input, relu(margin - input)), reduction)


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    *,
    reduction: Reduction = "mean",
) -> Any:
    """Hinge loss of several classes, `w_t / C sum_(c != t) max(0, margin - x_t + x_c)^p`.

    Shapes: scores x (N, C) or (C); class indices t, of an integer dtype, (N) or (); w (C). The
    mean is over rows, whatever their weights, as in PyTorch.

    Raises `ShapeError`; `TypeError` for indices that are not integers; `IndexError` for those
    outside 0 to C - 1; `ValueError` for p other than 1 and 2 and for negative weights.

    >>> multi_margin_loss(np.array([[0.0, 0.5, 3.0]]), np.array([0]))
    np.float64(1.8333333333333333)
    """
    name = "multi_margin_loss"
    if p not in (1, 2):
        raise ValueError(f"{name} needs p to be 1 or 2, got {p}")
    input, target = as_operand(input), as_operand(target)
    if input.ndim not in (1, 2):
        raise ShapeError(f"{name} needs scores of shape (N, C) or (C), got {input.shape}")
    axis = input.ndim - 1
    target = as_classes(name, target, input.shape, axis)
    right = insert_axis(take_class_entry(input, target, axis), axis)
    excess = relu(margin - right + input) ** p
    others = np.where(one_hot(target, input.shape, axis), 0, excess)
    losses = np.sum(others, axis=axis) / input.shape[axis]
    if weight is not None:
        losses = losses * look_up(class_weight(name, weight, input, axis), target)
    return reduced(losses, reduction)


def cosine_similarity(
    x1: Any, x2: Any, axis: int | None = None, eps: float = 1e-8, *, dim: int | None = None
) -> Any:
    """Return the cosine of the angle between vectors along `axis`, `x1 . x2 / (|x1| |x2|)`.

    Lengths are held above `eps`, so that a vector of zeros is at right angles to all. `dim` is
    PyTorch's name for `axis`; without either it is 1, as there. Shapes broadcast, and lose `axis`.

    >>> cosine_similarity(np.array([[1.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 2.0], [-3.0, 0.0]]))
    array([ 0.70710678,  0.        , -1.        ])
    """
    along = 1 if axis is None and dim is None else choose_axis(axis, dim)
    x1, x2 = as_operand(x1), as_operand(x2)
    lengths = [np.maximum(np.linalg.norm(x, axis=along), eps) for x in (x1, x2)]
    return np.sum(x1 * x2, axis=along) / (lengths[0] * lengths[1])


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, *, reduction: Reduction = "mean"
) -> Any:
    """`1 - cos` of the angle of like pairs, t = 1, `max(0, cos - margin)` of unlike ones, t = -1.

    Shapes: x1 and x2 both (N, D) or (D); t (N) or (); `ShapeError` otherwise. Raises `ValueError`
    for other labels and for a margin outside [-1, 1].

    >>> x1, x2 = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [2.0, 0.0]])
    >>> cosine_embedding_loss(x1, x2, np.array([1, -1]), reduction="none")
    array([1., 1.])
    """
    name = "cosine_embedding_loss"
    if not -1 <= margin <= 1:
        raise ValueError(f"{name} needs a margin from -1 to 1, got {margin}")
    target = as_signs(name, as_operand(target))
    input1, input2 = matched(name, input1, input2)
    target = to_dtype_of(input1, target)
    if input1.ndim not in (1, 2) or target.shape != input1.shape[:-1]:
        raise ShapeError(
            f"{name} needs inputs of shape (N, D) and a target of shape (N), or (D) and (), got "
            f"{input1.shape} and {target.shape}"
        )
    cosine = cosine_similarity(input1, input2, axis=-1)
    return reduced(np.where(target > 0, 1 - cosine, relu(cosine - margin)), reduction)
