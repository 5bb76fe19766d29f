"""Code that losses share: checking and converting operands, weighting and reducing."""

import math
from typing import Any, Literal

import numpy as np

from autograd import ShapeError, Tensor, checked, concrete

Reduction = Literal["mean", "sum", "none"]


def as_operand(x: Any) -> Any:
    """Return a tensor unchanged, anything else as an array."""
    return x if type(x) is Tensor else np.asarray(x)


def values(x: Any) -> np.ndarray[Any, Any]:
    """Return the numbers of a tensor or array, to look at in a check."""
    numbers: np.ndarray[Any, Any] = concrete(x)
    return numbers


def look_up(table: Any, index: Any) -> Any:
    """`table[index]`, where only one may be a tensor: NumPy asks arrays for no rule of an index."""
    if type(index) is Tensor and type(table) is not Tensor:
        table = Tensor(table)
    return table[index]


def to_dtype_of(input: Any, target: Any) -> Any:
    """Return a constant operand in the dtype of a floating-point input; a learned one unchanged."""
    learned = type(target) is Tensor and target.requires_grad
    if learned or input.dtype.kind != "f" or target.dtype == input.dtype:
        return target
    return target.astype(input.dtype)


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
    return input, to_dtype_of(input, target)


# Refusals: operands whose numbers are looked at, in a compiled program at every call -------------


def as_probabilities(loss: str, role: str, p: Any, advice: str = "") -> Any:
    """`p`, the `role` in a loss; `ValueError` where it leaves [0, 1]."""

    def check(numbers: np.ndarray[Any, Any]) -> None:
        # Two passes that make no array, for the usual case.
        if numbers.size and (numbers.min() < 0 or numbers.max() > 1):
            wrong = numbers[(numbers < 0) | (numbers > 1)].flat[0]
            raise ValueError(f"{loss} needs {role} in [0, 1], got {wrong}{advice}")

    return checked(p, check)


def as_signs(loss: str, target: Any) -> Any:
    """Labels; `ValueError` unless all are 1 or -1."""

    def check(labels: np.ndarray[Any, Any]) -> None:
        wrong = labels[np.abs(labels) != 1]
        if wrong.size:
            raise ValueError(
                f"{loss} needs labels 1 and -1, got {wrong.flat[0]}; 2 * t - 1 makes them of 0 "
                "and 1"
            )

    return checked(target, check)


def as_classes(
    loss: str,
    target: Any,
    shape: tuple[int, ...],
    axis: int,
    *,
    role: str = "scores",
    ignore: int | None = None,
    otherwise: str = "",
) -> Any:
    """Return the class indices that go with an input of `shape`, whose classes lie along `axis`.

    Raises `ShapeError`, `TypeError` unless they are integers, and `IndexError` where there is no
    such class and they are not `ignore`.
    """
    wanted, count = shape[:axis] + shape[axis + 1 :], shape[axis]
    if target.shape != wanted:
        raise ShapeError(
            f"{loss} with {role} of shape {shape} needs class indices of shape {wanted}"
            f"{otherwise}, got a target of shape {target.shape}"
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{loss} needs class indices of an integer dtype, got {target.dtype}; "
            "convert them with target.astype(int)"
        )

    def check(classes: np.ndarray[Any, Any]) -> None:
        wrong = outside(classes, count)
        if wrong.size and ignore is not None:
            wrong = wrong[wrong != ignore]
        if wrong.size:
            raise IndexError(
                f"{loss} got the class index {wrong.flat[0]}, but {role} of shape {shape} "
                f"have {count} classes, 0 to {count - 1}"
            )

    return checked(target, check)


def outside(index: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    """Those of some indices that are none of 0 to `count` - 1."""
    # As numbers without a sign, negative ones are the largest: one pass instead of two.
    if index.size and np.maximum.reduce(index.astype(np.uintp), axis=None) >= count:
        return index[(index < 0) | (index >= count)]
    return np.empty(0, index.dtype)


def require_setting(loss: str, name: str, value: float, least: float, *, above: bool) -> None:
    """Raise `ValueError` unless a number is finite and at least, or with `above` above, `least`."""
    if not (value > least if above else value >= least) or math.isinf(value):
        bound = "above" if above else "of at least"
        raise ValueError(f"{loss} needs a finite {name} {bound} {least}, got {value}")


def require_reduction(reduction: str, *more: str) -> None:
    """Raise `ValueError` unless `reduction` is one that losses know, or one of `more`."""
    known = ("mean", "sum", "none", *more)
    if reduction not in known:
        names = ", ".join(map(repr, known[:-1]))
        raise ValueError(f"reduction must be {names} or {known[-1]!r}, got {reduction!r}")


# Weights -----------------------------------------------------------------------------------------


def as_weight(loss: str, name: str, weight: Any, input: Any) -> Any:
    """Weights in the dtype of `input`; raises `ValueError` for a negative one."""

    def check(numbers: np.ndarray[Any, Any]) -> None:
        if numbers.size and numbers.min() < 0:
            raise ValueError(f"{loss} needs a {name} without negative numbers, got {numbers.min()}")

    return to_dtype_of(input, checked(as_operand(weight), check))


def fitting_weight(loss: str, name: str, weight: Any, input: Any) -> Any:
    """Weights that broadcast to the shape of `input`; raises `ShapeError` for others."""
    weight = as_weight(loss, name, weight, input)
    try:
        fits = np.broadcast_shapes(weight.shape, input.shape) == input.shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            f"{loss} needs a {name} that broadcasts to the shape {input.shape} of the input, "
            f"got shape {weight.shape}"
        )
    return weight


def class_weight(loss: str, weight: Any, input: Any, axis: int) -> Any:
    """One weight for each class; raises `ShapeError` for another number of them."""
    weight, count = as_weight(loss, "weight", weight, input), input.shape[axis]
    if weight.shape != (count,):
        raise ShapeError(
            f"{loss} needs one weight for each of the {count} classes, got shape {weight.shape}"
        )
    return weight


# Classes -----------------------------------------------------------------------------------------


def one_hot(target: Any, shape: tuple[int, ...], axis: int) -> Any:
    """Of `shape`: true at the class of every row; in a row without such a class nowhere."""
    classes = np.arange(shape[axis]).reshape(-1, *(1,) * (len(shape) - 1 - axis))
    return classes == insert_axis(target, axis)


def take_class_entry(input: Any, target: Any, axis: int) -> Any:
    """Return the entry at the class of every row along `axis`; any one without such a class."""
    classes = np.minimum(np.maximum(target, 0), input.shape[axis] - 1)
    entries = np.take_along_axis(input, insert_axis(classes, axis), axis)
    return entries.reshape(target.shape)


def insert_axis(rows: Any, axis: int) -> Any:
    """`rows` with an axis of length 1 for the classes."""
    return rows.reshape(*rows.shape[:axis], 1, *rows.shape[axis:])


# Reduction ---------------------------------------------------------------------------------------


def reduced(loss: Any, reduction: Reduction) -> Any:
    """Return the losses of single entries as `reduction` wants them."""
    require_reduction(reduction)
    if reduction == "none":
        return loss
    return np.mean(loss) if reduction == "mean" else np.sum(loss)
