"""Reductions, shapes and what moves axes, in ONNX."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, first_shape, operands, param


def axes_of(y: Tensor) -> list[int]:
    """The axes of a reduction, counted from the front."""
    ndim, axis = len(first_shape(y)), param(y, "axis")
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return [int(a) % ndim for a in axes]


def reduced(graph: Graph, kind: str, x: str, y: Tensor) -> str:
    """A reduction of the value `x` along the axes of the step `y`; of no axes, the value itself."""
    axes = axes_of(y)
    if not axes:
        return x
    keep = int(bool(param(y, "keepdims", False)))
    return graph.node(kind, x, graph.integers(axes), keepdims=keep)


def reduction(kind: str) -> Translation:
    """A sum, mean or extremum."""
    return lambda graph, y: reduced(graph, kind, graph.name_of(y.inputs[0], y.dtype), y)


def _variance(graph: Graph, y: Tensor) -> str:
    x = graph.name_of(y.inputs[0], y.dtype)
    axes = axes_of(y)
    if not axes:
        raise NoTranslationError("of a single number")
    centre = graph.node("ReduceMean", x, graph.integers(axes), keepdims=1)
    away = graph.node("Sub", x, centre)
    total = reduced(graph, "ReduceSum", graph.node("Mul", away, away), y)
    count = math.prod(first_shape(y)[a] for a in axes) - param(y, "ddof", 0)
    return graph.node("Div", total, graph.constant(np.array(count, y.dtype)))


def _deviation(graph: Graph, y: Tensor) -> str:
    return graph.node("Sqrt", _variance(graph, y))


def along(kind: str, default: int) -> Translation:
    """A softmax: along one axis."""
    return lambda graph, y: graph.node(
        kind, *operands(graph, y, y.dtype), axis=int(param(y, "axis", default))
    )


def _arg(kind: str) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        axis, keep = param(y, "axis"), int(bool(param(y, "keepdims", False)))
        x = graph.name_of(y.inputs[0])
        if axis is None:
            if keep:
                raise NoTranslationError("over all axes with keepdims=True")
            x, axis = graph.node("Reshape", x, graph.integers([-1])), 0
        return graph.node(kind, x, axis=int(axis), keepdims=keep)

    return translate


def _cumsum(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("CumSum", x, graph.constant(np.array(param(y, "axis"), np.int64)))


# Shape ------------------------------------------------------------------------------------------


def _reshape(graph: Graph, y: Tensor) -> str:
    if param(y, "order", "C") != "C":
        raise NoTranslationError("with order='F'")
    # Zero is a length here; ONNX's own reading of it is "as before".
    shape = graph.integers(y.shape)
    return graph.node("Reshape", graph.name_of(y.inputs[0]), shape, allowzero=1)


def _broadcast_to(graph: Graph, y: Tensor) -> str:
    return graph.node("Expand", graph.name_of(y.inputs[0]), graph.integers(y.shape))


def permuted(order: Callable[[Tensor, Any], Any]) -> Translation:
    """An operation that moves axes: what NumPy does with the numbers of the axes themselves."""

    def translate(graph: Graph, y: Tensor) -> str:
        if not y.ndim:
            return graph.name_of(y.inputs[0])
        # An array whose k-th axis has k + 1 entries shows by its shape where its axes went.
        labelled = np.empty(tuple(range(1, len(first_shape(y)) + 1)), bool)
        moved = order(y, labelled).shape
        return graph.node("Transpose", graph.name_of(y.inputs[0]), perm=[n - 1 for n in moved])

    return translate


def _concatenate(graph: Graph, y: Tensor) -> str:
    axis = param(y, "axis", 0)
    if axis is None:
        raise NoTranslationError("with axis=None")
    return graph.node("Concat", *operands(graph, y, y.dtype), axis=int(axis))


def _stack(graph: Graph, y: Tensor) -> str:
    axis = int(param(y, "axis", 0)) % y.ndim
    where = graph.integers([axis])
    parts = [graph.node("Unsqueeze", name, where) for name in operands(graph, y, y.dtype)]
    return graph.node("Concat", *parts, axis=axis)


def _pad_zeros(graph: Graph, y: Tensor) -> str:
    if not y.ndim:
        return graph.name_of(y.inputs[0])
    before, after = zip(*param(y, "widths"), strict=True)
    return graph.node("Pad", graph.name_of(y.inputs[0]), graph.integers((*before, *after)))


def _triangle(upper: int) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        if len(first_shape(y)) < 2:
            raise NoTranslationError("of a vector")
        diagonal = graph.constant(np.array(param(y, "k", 0), np.int64))
        return graph.node("Trilu", graph.name_of(y.inputs[0]), diagonal, upper=upper)

    return translate


AXES: dict[str, Translation] = {
    "sum": reduction("ReduceSum"),
    "mean": reduction("ReduceMean"),
    "max": reduction("ReduceMax"),
    "min": reduction("ReduceMin"),
    "prod": reduction("ReduceProd"),
    "logsumexp": reduction("ReduceLogSumExp"),
    "norm": reduction("ReduceL2"),
    "var": _variance,
    "std": _deviation,
    "softmax": along("Softmax", -1),
    "log_softmax": along("LogSoftmax", -1),
    "argmax": _arg("ArgMax"),
    "argmin": _arg("ArgMin"),
    "cumsum": _cumsum,
    "reshape": _reshape,
    "broadcast_to": _broadcast_to,
    "transpose": permuted(lambda y, x: np.transpose(x, param(y, "axes"))),
    "swapaxes": permuted(lambda y, x: np.swapaxes(x, param(y, "axis1"), param(y, "axis2"))),
    "moveaxis": permuted(lambda y, x: np.moveaxis(x, param(y, "source"), param(y, "destination"))),
    "concatenate": _concatenate,
    "stack": _stack,
    "pad_zeros": _pad_zeros,
    "tril": _triangle(0),
    "triu": _triangle(1),
}
