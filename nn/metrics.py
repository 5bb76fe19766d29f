"""What to report beside the loss: functions of a network's output and the target, to a float."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor

Metric = Callable[[Any, Any], float]


def accuracy(output: Any, target: Any, *, threshold: float | None = None) -> float:
    """The share of rows whose class is right.

    Of several columns, (N, C) or (N, C, ...), the class is the highest along the second axis, and
    the target holds class indices or, in the shape of the output, probabilities. An output of one
    column, (N) or (N, 1), is class 1 above `threshold`, which is 1/2 for probabilities; raw scores
    need `threshold=0`.

    Raises `ShapeError` for shapes that do not fit, and `ValueError` for an output outside [0, 1]
    without a threshold.

    >>> accuracy(np.array([[0.1, 2.0], [3.0, 0.2]]), np.array([1, 1]))
    0.5
    """
    output, target = _array(output), _array(target)
    if output.ndim > 1 and output.shape[1] > 1:
        classes = np.argmax(output, axis=1)
        if target.shape == output.shape:
            target = np.argmax(target, axis=1)
    else:
        if threshold is None:
            if np.any((output < 0) | (output > 1)):
                raise ValueError(
                    "accuracy of one column needs probabilities, and these outputs leave [0, 1]; "
                    "for raw scores use accuracy(output, target, threshold=0)"
                )
            threshold = 0.5
        classes, target = output > threshold, target > 0.5
    _require_one_shape("accuracy", classes, target)
    return float(np.mean(classes == target))


def r2(output: Any, target: Any) -> float:
    """Coefficient of determination, `1 - sum (t - y)^2 / sum (t - mean t)^2`, mean over columns.

    1 is perfect, 0 no better than the mean. A constant column counts as 1 if met exactly, else 0,
    as in scikit-learn. Shapes: both (N) or (N, columns); `ShapeError` otherwise.

    >>> r2(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]))
    0.5
    """
    output, target = _array(output), _array(target)
    _require_one_shape("r2", output, target)
    missed = np.sum((target - output) ** 2, axis=0)
    spread = np.sum((target - np.mean(target, axis=0)) ** 2, axis=0)
    flat = spread == 0
    score = np.where(flat, missed == 0, 1 - missed / np.where(flat, 1, spread))
    return float(np.mean(score))


BY_NAME: dict[str, Metric] = {"accuracy": accuracy, "r2": r2}


def by_name(name: str) -> Metric:
    """The metric of that name; raises `ValueError` with the names there are.

    >>> by_name("r2").__name__
    'r2'
    """
    if name not in BY_NAME:
        raise ValueError(
            f"no metric {name!r}; there are {', '.join(BY_NAME)}, or pass a function of "
            "(output, target)"
        )
    return BY_NAME[name]


def _array(x: Any) -> np.ndarray[Any, Any]:
    return np.asarray(x.data if type(x) is Tensor else x)


def _require_one_shape(metric: str, a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> None:
    if a.shape != b.shape:
        raise ShapeError(f"{metric} needs one shape, got {a.shape} and {b.shape}")
