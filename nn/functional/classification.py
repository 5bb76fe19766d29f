"""Cross-entropy and its kin: how improbable the network held which of several classes came true.

The operands are those of `regression`; class indices are integers and a `weight` is a constant.
"""

from typing import Any, Literal

import numpy as np

import autograd
from autograd import ShapeError
from nn.functional.operands import (
    Reduction,
    as_classes,
    as_operand,
    as_probabilities,
    class_weight,
    insert_axis,
    look_up,
    matched,
    one_hot,
    reduced,
    require_reduction,
    take_class_entry,
    to_dtype_of,
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
    """Return how improbable scores held the true class: `-w_t ln softmax(x)_t` for class indices t.

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
    if label_smoothing:
        as_probabilities(name, "label_smoothing", label_smoothing)
    input, target, axis = _of_classes(name, input, target)
    each = None if weight is None else class_weight(name, weight, input, axis)
    if target.shape == input.shape:
        shares = to_dtype_of(input, as_probabilities(name, "targets", target))
        return reduced(_share_entropy(input, shares, each, axis, label_smoothing), reduction)
    otherwise = f" or probabilities of shape {input.shape}"
    target = as_classes(name, target, input.shape, axis, ignore=ignore_index, otherwise=otherwise)
    kept, rows = _rows(target, each, ignore_index, input.dtype)
    if not label_smoothing:
        return _of_rows(entropy_of_scores, input, target, rows, kept, axis, reduction)
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
    target = as_classes(name, target, input.shape, axis, role=role, ignore=ignore_index)
    each = None if weight is None else class_weight(name, weight, input, axis)
    kept, rows = _rows(target, each, ignore_index, input.dtype)
    return _of_rows(class_entropy, input, target, rows, kept, axis, reduction)


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
        target = as_probabilities("kl_div", "targets", target)
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
    return kept, np.where(kept, look_up(each, target * kept), 0)


def _share_entropy(x: Any, shares: Any, each: Any, axis: int, smoothing: float) -> Any:
    """`-sum_c w_c t_c ln softmax(x)_c` of every row."""
    count = x.shape[axis]
    if smoothing:
        shares = (1 - smoothing) * shares + smoothing / count
    if each is not None:
        shares = shares * each.reshape(count, *(1,) * (x.ndim - 1 - axis))
    return -np.sum(shares * autograd.log_softmax(x, axis=axis), axis=axis)


def _of_rows(
    entropy: Any, x: Any, target: Any, rows: Any, kept: Any, axis: int, reduction: Reduction
) -> Any:
    """`entropy` of every row or of all; a row that is not kept is given a class that there is."""
    classes = target * kept
    if reduction == "mean":
        rows = rows / np.add.reduce(rows, axis=None)
    return entropy.apply((x, classes, rows, kept), {"axis": axis, "total": reduction != "none"})


# Operations ---------------------------------------------------------------------------------------
# Of scores or log-probabilities x, classes t, weights w of the rows, and whether a row is kept. The
# weights of a mean over no rows are nan, which the mask keeps out of gradients. Sums and maxima are
# asked for by `reduce`: on batches of a few rows, np.sum takes longer to get there than to add.


def _at_class(shape: tuple[int, ...], t: Any, axis: int) -> tuple[Any, ...]:
    """Return the index of the entries at the class of every row."""
    rows = shape[:axis] + shape[axis + 1 :]
    grid = [np.arange(n).reshape(-1, *(1,) * (len(rows) - k - 1)) for k, n in enumerate(rows)]
    return (*grid[:axis], t, *grid[axis:])


def _less_at_class(x: Any, t: Any, w: Any, axis: int) -> Any:
    """Return the entries, less w at the class of every row; an array is changed in place."""
    index = _at_class(x.shape, t, axis)
    if isinstance(x, np.ndarray):
        x[index] -= w
        return x
    # To put numbers where others were taken from is what the derivative of taking does.
    _, put = autograd.vjp(lambda z: z[index], np.zeros_like(x))
    return x - put(w)


def _class_entropy(x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool) -> Any:
    """`-w x_t` of every row, 0 where it is not kept, or the total of all rows."""
    losses = w * np.where(kept, -x[_at_class(x.shape, t, axis)], 0)
    return np.add.reduce(losses, axis=None) if total else losses


class_entropy: Any = autograd.primitive(
    _class_entropy,
    vjp=[
        lambda g, y, x, t, w, kept, *, axis, total: _less_at_class(
            np.zeros_like(x), t, np.where(kept, g * w, 0), axis
        ),
        *[None] * 3,
    ],
    jvp=[lambda dx, y, x, t, w, kept, **how: class_entropy(dx, t, w, kept, **how), *[None] * 3],
    facts=autograd.Facts(pure=True),
)


def _exponentials(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """Return the scores less the largest of each row, their exponentials and the sums of these."""
    z = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    e = np.exp(z)
    return z, e, np.add.reduce(e, axis=axis, keepdims=True)


def _entropy_of_scores(x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool) -> Any:
    """`-w ln softmax(x)_t` of every row, 0 where it is not kept, or the total of all rows."""
    z, _, sums = _exponentials(x, axis)
    losses = np.log(sums).reshape(w.shape) - z[_at_class(x.shape, t, axis)]
    losses = w * np.where(kept, losses, 0)
    return np.add.reduce(losses, axis=None) if total else losses


def _softmax_error(x: Any, t: Any, w: Any, *, axis: int) -> Any:
    """`w (softmax(x)_c - (c = t))`, the slope of the entropy of scores."""
    _, e, sums = _exponentials(x, axis)
    return _less_at_class(e * (insert_axis(w, axis) / sums), t, w, axis)


def _softmax_error_rule(g: Any, y: Any, x: Any, t: Any, w: Any, *, axis: int) -> Any:
    """Return the Jacobian, that of the softmax, is symmetric: this is the rule of both modes."""
    shares = autograd.softmax(x, axis=axis)
    mean = np.sum(shares * g, axis=axis, keepdims=True)
    return insert_axis(w, axis) * shares * (g - mean)


def _softmax_error_weight_rule(g: Any, y: Any, x: Any, t: Any, w: Any, *, axis: int) -> Any:
    mean = np.sum(autograd.softmax(x, axis=axis) * g, axis=axis)
    return mean - take_class_entry(g, t, axis)


softmax_error: Any = autograd.primitive(
    _softmax_error,
    vjp=[_softmax_error_rule, None, _softmax_error_weight_rule],
    jvp=[
        _softmax_error_rule,
        None,
        lambda dw, y, x, t, w, *, axis: softmax_error(x, t, dw, axis=axis),
    ],
    facts=autograd.Facts(pure=True),
)


def _pull_entropy(
    g: Any, y: Any, x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool
) -> Any:
    return softmax_error.apply((x, t, np.where(kept, g * w, 0)), {"axis": axis})


def _push_entropy(
    dx: Any, y: Any, x: Any, t: Any, w: Any, kept: Any, *, axis: int, total: bool
) -> Any:
    moved = np.sum(softmax_error(x, t, np.where(kept, w, 0), axis=axis) * dx, axis=axis)
    return np.sum(moved) if total else moved


entropy_of_scores: Any = autograd.primitive(
    _entropy_of_scores,
    vjp=[_pull_entropy, *[None] * 3],
    jvp=[_push_entropy, *[None] * 3],
    facts=autograd.Facts(pure=True),
)
