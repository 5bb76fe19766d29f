"""Cross-entropy and its kin: how improbable the network held which of several classes came true.

The operands are those of `regression`; class indices are integers and a `weight` is a constant.
"""

from typing import Any, Literal

import numpy as np

import autograd
from autograd import ShapeError
from nn.functional.operands import (
    Reduction,
    as_operand,
    class_weight,
    entry_of_class,
    in_dtype_of,
    matched,
    one_hot,
    reduced,
    require_classes,
    require_probabilities,
    require_reduction,
    with_axis,
)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """How improbable scores held the true class: `-w_t ln softmax(x)_t` for class indices t.

    For a target of probabilities t_c it is `-sum_c w_c t_c ln softmax(x)_c`.

    Shapes: x (N, C), (N, C, ...) or (C); indices, of an integer dtype, the same without C;
    probabilities the same as x; w (C). x are raw scores: no softmax before.

    Rows whose index is `ignore_index` count nothing. `label_smoothing` s mixes the target with the
    uniform distribution, `(1 - s) t_c + s / C` (Szegedy et al. 2015). The mean is over all rows,
    for class indices weighted, `sum loss / sum w_t`, as in PyTorch; of no rows at all it is nan,
    with NumPy's warning, and its gradient is 0. Slope: `w_t (softmax(x)_c - (c = t))`.

    Raises `ShapeError`; `TypeError` for indices that are not integers; `IndexError` for those
    outside 0 to C - 1; `ValueError` for probabilities, or smoothing, outside [0, 1], and for
    negative weights.

    >>> scores = np.array([[0.0, 0.0], [0.0, 1000.0]])
    >>> cross_entropy(scores, np.array([0, 1]), reduction="sum")
    np.float64(0.6931471805599453)
    """
    name = "cross_entropy"
    require_reduction(reduction)
    require_probabilities(name, "label_smoothing", label_smoothing)
    input, target, axis = _of_classes(name, input, target)
    each = None if weight is None else class_weight(name, weight, input, axis)
    if target.shape == input.shape:
        require_probabilities(name, "targets", target)
        shares = in_dtype_of(input, target)
        return reduced(_share_entropy(input, shares, each, axis, label_smoothing), reduction)
    otherwise = f" or probabilities of shape {input.shape}"
    require_classes(name, target, input.shape, axis, ignore=ignore_index, otherwise=otherwise)
    kept, rows = _rows(target, each, ignore_index, input.dtype)
    if not label_smoothing:
        ln_sum = autograd.logsumexp(input, axis=axis)
        return _class_entropies(ln_sum, input, target, rows, kept, axis, reduction)
    shares = one_hot(target, input.shape, axis).astype(input.dtype)
    losses = np.where(kept, _share_entropy(input, shares, each, axis, label_smoothing), 0)
    return np.sum(losses) / np.sum(rows) if reduction == "mean" else reduced(losses, reduction)


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Any:
    """Negative log-likelihood, `-w_t x_t` for log-probabilities x and class indices t.

    Of `log_softmax(scores)` it is `cross_entropy(scores, t)`; shapes, `ignore_index`, the weighted
    mean and errors are those of that.

    >>> nll_loss(np.log(np.array([[0.5, 0.5], [0.25, 0.75]])), np.array([0, 0]), reduction="sum")
    np.float64(2.0794415416798357)
    """
    name = "nll_loss"
    require_reduction(reduction)
    input, target, axis = _of_classes(name, input, target)
    role = "log-probabilities"
    require_classes(name, target, input.shape, axis, role=role, ignore=ignore_index)
    each = None if weight is None else class_weight(name, weight, input, axis)
    kept, rows = _rows(target, each, ignore_index, input.dtype)
    ln_sum = np.zeros(target.shape, input.dtype)
    return _class_entropies(ln_sum, input, target, rows, kept, axis, reduction)


def kl_div(
    input: Any,
    target: Any,
    *,
    reduction: Reduction | Literal["batchmean"] = "mean",
    log_target: bool = False,
) -> Any:
    """Kullback-Leibler divergence `t (ln t - x)` of probabilities t from log-probabilities x.

    With `log_target`, t too is given by its logarithm: `e^t (t - x)`. `0 ln 0` is 0. As in PyTorch
    the mean is over all entries; "batchmean", the sum over the length of the first axis, is the
    divergence by its definition. Shapes: both the same, any; `ShapeError` otherwise. Raises
    `ValueError` for a target outside [0, 1].

    >>> uniform, sure = np.log(np.array([[0.5, 0.5]])), np.array([[1.0, 0.0]])
    >>> kl_div(uniform, sure, reduction="batchmean")
    np.float64(0.6931471805599453)
    """
    require_reduction(reduction, "batchmean")
    input, target = matched("kl_div", input, target)
    if log_target:
        losses = np.exp(target) * (target - input)
    else:
        require_probabilities("kl_div", "targets", target)
        losses = target * (np.log(np.where(target > 0, target, 1)) - input)
    if reduction == "batchmean":
        return np.sum(losses) / (len(input) if input.ndim else 1)
    return reduced(losses, reduction)


def _of_classes(loss: str, input: Any, target: Any) -> tuple[Any, Any, int]:
    """Both operands, and the axis of the classes: the second, or the only one."""
    input, target = as_operand(input), as_operand(target)
    if not input.ndim:
        raise ShapeError(f"{loss} needs scores of shape (N, C), got a single number")
    return input, target, min(1, input.ndim - 1)


def _rows(target: Any, each: Any, ignore_index: int, dtype: Any) -> tuple[Any, Any]:
    """Which rows count, and with what weight: that of their class, or 1."""
    kept = target != ignore_index
    if each is None:
        return kept, kept.astype(dtype)
    return kept, np.where(kept, np.take(each, target, mode="clip"), 0)


def _share_entropy(x: Any, shares: Any, each: Any, axis: int, smoothing: float) -> Any:
    """`-sum_c w_c t_c ln softmax(x)_c` of every row."""
    count = x.shape[axis]
    if smoothing:
        shares = (1 - smoothing) * shares + smoothing / count
    if each is not None:
        shares = shares * each.reshape(count, *(1,) * (x.ndim - 1 - axis))
    return -np.sum(shares * autograd.log_softmax(x, axis=axis), axis=axis)


def _class_entropies(
    ln_sum: Any, x: Any, target: Any, rows: Any, kept: Any, axis: int, reduction: Reduction
) -> Any:
    if reduction == "mean":
        rows = rows / np.sum(rows)
    return class_entropy(ln_sum, x, target, rows, kept, axis=axis, total=reduction != "none")


def _class_entropy(
    ln_sum: Any, x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool
) -> Any:
    """`w (ln_sum - x_t)` of every row, 0 where it is not `kept`, or the `total` of all rows.

    With `ln_sum = ln(sum_c e^x_c)`, whose slope is the softmax, it is cross-entropy; with 0 it is
    the negative log-likelihood. The difference is taken row by row, because it is small where the
    scores are sure, and its terms are large.
    """
    losses = w * np.where(kept, ln_sum - entry_of_class(x, t, axis), 0)
    return np.sum(losses) if total else losses


def _pull_ln_sum(
    g: Any, y: Any, ln_sum: Any, x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool
) -> Any:
    # The mask keeps out the weights of a mean over no rows, which are nan.
    return np.where(kept, g * w, 0)


def _pull_scores(
    g: Any, y: Any, ln_sum: Any, x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool
) -> Any:
    rows = with_axis(np.where(kept, -g * w, 0), axis)
    return np.where(one_hot(t, x.shape, axis), rows, 0)


class_entropy = autograd.primitive(
    _class_entropy,
    vjp=[_pull_ln_sum, _pull_scores, None, None, None],
    # It is linear in both, so that forward mode is the operation itself.
    jvp=[
        lambda dl, y, ln_sum, x, t, w, kept, **how: _class_entropy(
            dl, np.zeros_like(x), t, w, kept, **how
        ),
        lambda dx, y, ln_sum, x, t, w, kept, **how: _class_entropy(
            np.zeros_like(ln_sum), dx, t, w, kept, **how
        ),
        None,
        None,
        None,
    ],
)
