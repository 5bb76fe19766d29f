"""Metrics: functions of a network's output and the target that return a number.

Of several columns, (N, C) or (N, C, ...), the predicted class is the highest along the second axis,
and the target holds class indices or, in the shape of the output, probabilities. An output of one
column, (N) or (N, 1), is class 1 above `threshold`, which is 1/2 for probabilities; raw scores need
`threshold=0`. All of these raise `ShapeError` for shapes that do not fit, and `ValueError` for an
output of one column that leaves [0, 1] without a threshold.

Accuracy and R² are computed here. The metrics from `confusion_matrix` down need scikit-learn,
which `pip install 'chalkgrad[metrics]'` brings, and raise `ModuleNotFoundError` without it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd import ShapeError, softmax
from nn.functional.operands import values

Array = np.ndarray[Any, Any]
Metric = Callable[[Any, Any], float]


def accuracy(output: Any, target: Any, *, threshold: float | None = None) -> float:
    """Return the share of rows whose class is right.

    >>> accuracy(np.array([[0.1, 2.0], [3.0, 0.2]]), np.array([1, 1]))
    0.5
    """
    predicted, true, _ = _classes("accuracy", output, target, threshold)
    return float(np.mean(predicted == true))


def top_k_accuracy(output: Any, target: Any, *, k: int = 5) -> float:
    """Return the share of rows whose class is among the `k` highest of several columns.

    A tie at the last place counts as a miss unless all that tie are among the k. Raises
    `ShapeError` for an output of one column, and `ValueError` for k below 1.

    >>> top_k_accuracy(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]), np.array([1, 2]), k=2)
    0.5
    """
    output, target = values(output), values(target)
    if not _several_columns(output):
        raise ShapeError(f"top_k_accuracy needs outputs of shape (N, C), got {output.shape}")
    if k < 1:
        raise ValueError(f"top_k_accuracy needs k to be at least 1, got {k}")
    true = np.argmax(target, axis=1) if target.shape == output.shape else target
    _require_one_shape("top_k_accuracy", output[:, 0], true)
    its_score = np.take_along_axis(output, np.expand_dims(true, 1), axis=1)
    rank = np.sum(output >= its_score, axis=1)
    return float(np.mean(rank <= k))


def r2(output: Any, target: Any) -> float:
    """Coefficient of determination, `1 - sum (t - y)^2 / sum (t - mean t)^2`, mean over columns.

    1 is perfect, 0 no better than the mean. A constant column counts as 1 if met exactly, else 0,
    as in scikit-learn. Shapes: both (N) or (N, columns); `ShapeError` otherwise.

    >>> r2(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]))
    0.5
    """
    output, target = values(output), values(target)
    _require_one_shape("r2", output, target)
    missed = np.sum((target - output) ** 2, axis=0)
    spread = np.sum((target - np.mean(target, axis=0)) ** 2, axis=0)
    flat = spread == 0
    score = np.where(flat, missed == 0, 1 - missed / np.where(flat, 1, spread))
    return float(np.mean(score))


# Computed by scikit-learn ------------------------------------------------------------------------


def confusion_matrix(output: Any, target: Any, *, threshold: float | None = None) -> Array:
    """Return how many rows of class i, down, were taken for class j, across.

    >>> confusion_matrix(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0]))
    array([[1, 1],
           [0, 1]])
    """
    compute = _scikit_learn("confusion_matrix").confusion_matrix
    predicted, true, count = _classes("confusion_matrix", output, target, threshold)
    matrix: Array = compute(true.ravel(), predicted.ravel(), labels=range(count))
    return matrix


def precision(
    output: Any, target: Any, *, threshold: float | None = None, average: str | None = None
) -> float:
    """Return the share of rows taken for a class that are of it, `TP / (TP + FP)`.

    Of two classes this is of class 1, of more the mean over the classes; `average` is
    scikit-learn's: "macro", "micro", "weighted". 0 where nothing was taken for the class.

    >>> precision(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0]))
    0.5
    """
    return _score("precision", output, target, threshold, average)


def recall(
    output: Any, target: Any, *, threshold: float | None = None, average: str | None = None
) -> float:
    """Return the share of a class that is found, `TP / (TP + FN)`; `average` as in `precision`.

    >>> recall(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0]))
    1.0
    """
    return _score("recall", output, target, threshold, average)


def f1(
    output: Any, target: Any, *, threshold: float | None = None, average: str | None = None
) -> float:
    """Return the harmonic mean of precision and recall; `average` as in `precision`.

    >>> round(f1(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0])), 4)
    0.6667
    """
    return _score("f1", output, target, threshold, average)


def roc_auc(output: Any, target: Any) -> float:
    """Return the chance that a row of class 1 scores higher than one of class 0; 1/2 is guessing.

    It is the area under the receiver operating characteristic, and needs no threshold. Of several
    classes it is the mean over each against the rest, of probabilities; rows that are none are
    taken for raw scores and go through softmax.

    >>> roc_auc(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0]))
    1.0
    """
    compute = _scikit_learn("roc_auc").roc_auc_score
    # The classes predicted do not matter, so that any threshold will do.
    predicted, true, count = _classes("roc_auc", output, target, threshold=0)
    output = values(output)
    if not _several_columns(output):
        return float(compute(true.ravel(), output.ravel()))
    rows = np.moveaxis(output, 1, -1).reshape(predicted.size, count).astype(float)
    if count == 2:
        return float(compute(true.ravel(), rows[:, 1] - rows[:, 0]))
    if np.any(rows < 0) or not np.allclose(np.sum(rows, axis=1), 1):
        rows = softmax(rows, axis=1)
    return float(compute(true.ravel(), rows, multi_class="ovr", labels=range(count)))


def of_classes(score: Callable[[Any, Any], Any]) -> Metric:
    """Return the metric `score(true classes, predicted classes)`, a function as in scikit-learn.

    >>> from sklearn.metrics import matthews_corrcoef
    >>> metric = of_classes(matthews_corrcoef)
    >>> metric(np.array([0.2, 0.9, 0.6]), np.array([0, 1, 0]))
    0.5
    """
    name = getattr(score, "__name__", type(score).__name__)

    def metric(output: Any, target: Any, *, threshold: float | None = None) -> float:
        predicted, true, _ = _classes(name, output, target, threshold)
        return float(score(true.ravel(), predicted.ravel()))

    metric.__name__ = name
    return metric


def _score(
    name: str, output: Any, target: Any, threshold: float | None, average: str | None
) -> float:
    compute = getattr(_scikit_learn(name), f"{name}_score")
    predicted, true, count = _classes(name, output, target, threshold)
    if average is None:
        average = "binary" if count == 2 else "macro"
    labels = None if average == "binary" else range(count)
    classes = true.ravel(), predicted.ravel()
    return float(compute(*classes, labels=labels, average=average, zero_division=0))


def _scikit_learn(metric: str) -> Any:
    try:
        from sklearn import metrics
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{metric} needs scikit-learn, which is not installed: "
            "pip install 'chalkgrad[metrics]'",
            name=error.name,
        ) from error
    return metrics


# By name -----------------------------------------------------------------------------------------

OF_CLASSES = {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}
BY_NAME: dict[str, Metric] = {
    **OF_CLASSES,
    "r2": r2,
    "roc_auc": roc_auc,
    "top_k_accuracy": top_k_accuracy,
}
"""All metrics that are one number; of each, more is better."""


def find_metric(name: str, decision: float | None = None) -> Metric:
    """Return the metric of that name, which tells classes apart at the output `decision`.

    Losses know theirs: `loss.decision`. Raises `ValueError` with the names there are.

    >>> find_metric("r2").__name__
    'r2'
    >>> find_metric("accuracy", decision=0.0)(np.array([-3.0, 0.2]), np.array([0, 1]))
    1.0
    """
    if name not in BY_NAME:
        raise ValueError(
            f"no metric {name!r}; there are {', '.join(BY_NAME)}, or pass a function of "
            "(output, target)"
        )
    if decision is not None and name in OF_CLASSES:
        return partial(OF_CLASSES[name], threshold=decision)
    return BY_NAME[name]


# Operands ----------------------------------------------------------------------------------------


def _classes(
    metric: str, output: Any, target: Any, threshold: float | None
) -> tuple[Array, Array, int]:
    """Return the classes predicted, the true ones, and how many classes there are."""
    output, target = values(output), values(target)
    if _several_columns(output):
        predicted, count = np.argmax(output, axis=1), output.shape[1]
        true = np.argmax(target, axis=1) if target.shape == output.shape else target
    else:
        if threshold is None:
            if np.any((output < 0) | (output > 1)):
                raise ValueError(
                    f"{metric} of one column needs probabilities, and these outputs leave [0, 1]; "
                    f"for raw scores use {metric}(output, target, threshold=0)"
                )
            threshold = 0.5
        predicted, true, count = (output > threshold).astype(int), (target > 0.5).astype(int), 2
    _require_one_shape(metric, predicted, true)
    return predicted, true, count


def _several_columns(output: Array) -> bool:
    return output.ndim > 1 and output.shape[1] > 1


def _require_one_shape(metric: str, a: Array, b: Array) -> None:
    if a.shape != b.shape:
        raise ShapeError(f"{metric} needs one shape, got {a.shape} and {b.shape}")
