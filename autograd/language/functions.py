"""The functions of the program language, in one table that is also their documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.language.limits import (
    MAX_PADDING,
    Shape,
    broadcast_size,
    conv_size,
    matmul_size,
)
from autograd.ops import activations
from autograd.ops import softmax_family as softmax
from autograd.ops.convolution import conv1d, conv2d
from autograd.ops.shape import numpy_reshape


@dataclass(frozen=True)
class Function:
    """A function of the language: its signature, its meaning, and the function that computes it.

    `operands` are values, those after the first `required` optional. `parameters` are constants of
    the text, given by keyword, or also after the operands if `positional`. The first operand may be
    a condition or a list of values instead of a value. `size` returns the number of entries of the
    largest array that the call needs.
    """

    call: Callable[..., Any]
    operands: tuple[str, ...]
    meaning: str
    parameters: tuple[str, ...] = ()
    positional: bool = False
    optional: int = 0
    first: Literal["value", "condition", "list"] = "value"
    size: Callable[[list[Shape]], int] = broadcast_size

    @property
    def required(self) -> int:
        """The number of required operands."""
        return len(self.operands) - self.optional

    def format_signature(self, name: str) -> str:
        """Format the signature of a call.

        >>> FUNCTIONS["sum"].format_signature("sum")
        'sum(x, axis=..., keepdims=...)'
        """
        return f"{name}({', '.join([*self.operands, *(f'{p}=...' for p in self.parameters)])})"


NUMBER = ((int, float), "a number")
WHOLE = ((int,), "a whole number")
WHOLES = ((int, tuple, type(None)), "a whole number, or several in brackets")
PARAMETERS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "axis": WHOLES,
    "axes": WHOLES,
    "shape": WHOLES,
    "keepdims": ((bool, int), "True or False"),
    "negative_slope": NUMBER,
    "alpha": NUMBER,
    "stride": WHOLE,
    "padding": WHOLE,
}
"""The types that each parameter takes, and the words for them."""


def _max(x: Any, y: Any = None, **kwargs: Any) -> Any:
    return np.max(x, **kwargs) if y is None else np.maximum(x, y)


def _min(x: Any, y: Any = None, **kwargs: Any) -> Any:
    return np.min(x, **kwargs) if y is None else np.minimum(x, y)


def _mse(p: Any, y: Any) -> Any:
    return np.mean((p - y) ** 2)


def _mae(p: Any, y: Any) -> Any:
    return np.mean(np.abs(p - y))


def _bce(p: Any, y: Any) -> Any:
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _cross_entropy(logits: Any, y: Any) -> Any:
    """Compute as PyTorch: logits, not probabilities; classes from 0, or rows of probabilities."""
    shape, classes = np.shape(logits), np.shape(y)
    if not shape:
        raise ValueError("cross_entropy needs a vector of logits, or a row for each sample")
    log_p = softmax.log_softmax(logits)
    if classes == shape:
        return -np.mean(np.sum(y * log_p, axis=-1))
    if classes != shape[:-1]:
        raise ValueError(
            f"cross_entropy of logits of shape {shape} needs classes of shape {shape[:-1]} or "
            f"probabilities of shape {shape}, got {classes}"
        )
    numbers = np.asarray(y.data if type(y) is Tensor else y)
    if not np.all(np.isin(numbers, np.arange(shape[-1]))):
        raise ValueError(f"classes must be whole numbers from 0 to {shape[-1] - 1}, got {numbers}")
    column = np.reshape(y, (*classes, 1)) if classes else y
    chosen = np.where(column == np.arange(shape[-1]), log_p, 0)
    return -np.mean(np.sum(chosen, axis=-1))


def _concat(parts: list[Any], axis: Any = 0) -> Any:
    if not all(map(np.ndim, parts)):
        raise ValueError("concat joins lists; write a single number as a list, [x]")
    return np.concatenate(parts, axis=axis)


def _conv(x: Any, k: Any, stride: Any = 1, padding: Any = 0) -> Any:
    """Convolve one channel as layers of networks do, without reversing the kernel."""
    axes = np.ndim(k)
    if axes not in (1, 2) or np.ndim(x) != axes:
        raise ValueError(
            f"conv takes two vectors or two matrices, got shapes {np.shape(x)} and {np.shape(k)}"
        )
    for name, number, least in (("stride", stride, 1), ("padding", padding, 0)):
        if number not in range(least, MAX_PADDING + 1):
            raise ValueError(
                f"{name} must be a whole number from {least} to {MAX_PADDING}, not {number}"
            )
    layer = conv1d if axes == 1 else conv2d
    image, kernel = (np.reshape(part, (1, 1, *np.shape(part))) for part in (x, k))
    return layer(image, kernel, stride=int(stride), padding=int(padding))[0, 0]


def _entrywise(call: Callable[..., Any], meaning: str) -> Function:
    return Function(call, ("x",), meaning)


def _reduction(call: Callable[..., Any], meaning: str) -> Function:
    return Function(call, ("x",), meaning, ("axis", "keepdims"))


def _loss(call: Callable[..., Any], meaning: str) -> Function:
    return Function(call, ("p", "y"), meaning)


FUNCTIONS: Mapping[str, Function] = {
    "exp": _entrywise(np.exp, "e ** x"),
    "log": _entrywise(np.log, "the natural logarithm"),
    "log2": _entrywise(np.log2, "the logarithm to base 2"),
    "log10": _entrywise(np.log10, "the logarithm to base 10"),
    "sqrt": _entrywise(np.sqrt, "the square root"),
    "sin": _entrywise(np.sin, "the sine, of radians"),
    "cos": _entrywise(np.cos, "the cosine, of radians"),
    "tan": _entrywise(np.tan, "the tangent, of radians"),
    "tanh": _entrywise(np.tanh, "the hyperbolic tangent"),
    "sigmoid": _entrywise(activations.sigmoid, "1 / (1 + exp(-x))"),
    "softplus": _entrywise(activations.softplus, "log(1 + exp(x))"),
    "relu": _entrywise(activations.relu, "maximum(0, x)"),
    "leaky_relu": Function(
        activations.leaky_relu,
        ("x",),
        "x where x > 0, else negative_slope * x (0.01)",
        ("negative_slope",),
        positional=True,
    ),
    "elu": Function(
        activations.elu,
        ("x",),
        "x where x > 0, else alpha * (exp(x) - 1), alpha = 1",
        ("alpha",),
        positional=True,
    ),
    "gelu": _entrywise(activations.gelu, "x P(Z <= x) for a standard normal Z"),
    "abs": _entrywise(np.abs, "the absolute value"),
    "maximum": Function(np.maximum, ("x", "y"), "the larger one, entry by entry"),
    "minimum": Function(np.minimum, ("x", "y"), "the smaller one, entry by entry"),
    "where": Function(
        np.where,
        ("condition", "x", "y"),
        "x where the condition (a comparison, or not 0) holds, else y",
        first="condition",
    ),
    "clip": Function(np.clip, ("x", "low", "high"), "x, kept between low and high"),
    "sum": _reduction(np.sum, "the sum of all entries, or along axis"),
    "mean": _reduction(np.mean, "the mean of all entries, or along axis"),
    "max": Function(
        _max,
        ("x", "y"),
        "the largest entry of x, or along axis; of two operands, their maximum",
        ("axis", "keepdims"),
        optional=1,
    ),
    "min": Function(
        _min,
        ("x", "y"),
        "the smallest entry of x, or along axis; of two operands, their minimum",
        ("axis", "keepdims"),
        optional=1,
    ),
    "dot": Function(
        np.dot, ("x", "y"), "x @ y, and x * y for scalars", size=lambda s: matmul_size(*s)
    ),
    "norm": Function(
        np.linalg.norm, ("x",), "sqrt(sum(x ** 2)), or along axis", ("axis", "keepdims")
    ),
    "softmax": Function(
        softmax.softmax, ("x",), "exp(x) / sum(exp(x)) along axis (the last)", ("axis",)
    ),
    "log_softmax": Function(
        softmax.log_softmax, ("x",), "log(softmax(x)) along axis (the last)", ("axis",)
    ),
    "logsumexp": Function(
        softmax.logsumexp, ("x",), "log(sum(exp(x))), or along axis", ("axis", "keepdims")
    ),
    "reshape": Function(
        # NumPy 2.0 has another name for `shape`.
        numpy_reshape,
        ("x",),
        "the entries of x, row by row, in a new shape",
        ("shape",),
        True,
    ),
    "transpose": Function(
        np.transpose, ("x",), "the axes of x in reverse order, or as axes says", ("axes",), True
    ),
    "concat": Function(
        _concat,
        ("[x, y, ...]",),
        "the values one after the other, along axis (0)",
        ("axis",),
        first="list",
        size=lambda shapes: sum(broadcast_size([s]) for s in shapes),
    ),
    "conv": Function(
        _conv,
        ("x", "k"),
        "the kernel k moved over x, not reversed: sum(x[p : p + n] * k) at each place p; of two "
        "vectors or two matrices, with stride (1) and zeros around (padding, 0)",
        ("stride", "padding"),
        size=conv_size,
    ),
    "mse": _loss(_mse, "mean((p - y) ** 2)"),
    "mae": _loss(_mae, "mean(abs(p - y))"),
    "bce": _loss(_bce, "-mean(y * log(p) + (1 - y) * log(1 - p)), p probabilities"),
    "cross_entropy": Function(
        _cross_entropy,
        ("logits", "y"),
        "-mean(log_softmax(logits)[y]) over the rows, as in PyTorch: logits, not probabilities; y "
        "classes counted from 0, or rows of probabilities like logits",
    ),
}
