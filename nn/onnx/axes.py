"""Reductions, shapes and operations that move axes, in ONNX."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, get_first_shape, get_param, name_operands


def find_axes(y: Tensor) -> list[int]:
    """Return the axes of a reduction, counted from the front."""
    ndim, axis = len(get_first_shape(y)), get_param(y, "axis")
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return [int(a) % ndim for a in axes]


def add_reduction(graph: Graph, kind: str, x: str, y: Tensor) -> str:
    """Add a reduction of the value `x` along the axes of the step `y`, if there are any."""
    axes = find_axes(y)
    if not axes:
        return x
    keep = int(bool(get_param(y, "keepdims", False)))
    return graph.add_node(kind, x, graph.add_integers(axes), keepdims=keep)


def make_reduction(kind: str) -> Translation:
    """Return the translation of a sum, mean or extremum."""
    return lambda graph, y: add_reduction(graph, kind, graph.get_name(y.inputs[0], y.dtype), y)


def _translate_variance(graph: Graph, y: Tensor) -> str:
    x = graph.get_name(y.inputs[0], y.dtype)
    axes = find_axes(y)
    if not axes:
        raise NoTranslationError("of a single number")
    centre = graph.add_node("ReduceMean", x, graph.add_integers(axes), keepdims=1)
    away = graph.add_node("Sub", x, centre)
    total = add_reduction(graph, "ReduceSum", graph.add_node("Mul", away, away), y)
    count = math.prod(get_first_shape(y)[a] for a in axes) - get_param(y, "ddof", 0)
    return graph.add_node("Div", total, graph.add_constant(np.array(count, y.dtype)))


def _translate_deviation(graph: Graph, y: Tensor) -> str:
    return graph.add_node("Sqrt", _translate_variance(graph, y))


def make_along(kind: str, default: int) -> Translation:
    """Return the translation of a softmax along one axis."""
    return lambda graph, y: graph.add_node(
        kind, *name_operands(graph, y, y.dtype), axis=int(get_param(y, "axis", default))
    )


def _make_arg(kind: str) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        axis, keep = get_param(y, "axis"), int(bool(get_param(y, "keepdims", False)))
        x = graph.get_name(y.inputs[0])
        if axis is None:
            if keep:
                raise NoTranslationError("over all axes with keepdims=True")
            x, axis = graph.add_node("Reshape", x, graph.add_integers([-1])), 0
        return graph.add_node(kind, x, axis=int(axis), keepdims=keep)

    return translate


def _translate_cumsum(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("CumSum", x, graph.add_constant(np.array(get_param(y, "axis"), np.int64)))


# Shape ------------------------------------------------------------------------------------------


def _translate_reshape(graph: Graph, y: Tensor) -> str:
    if get_param(y, "order", "C") != "C":
        raise NoTranslationError("with order='F'")
    # With allowzero=0, ONNX reads a length of 0 as the old length.
    shape = graph.add_integers(y.shape)
    return graph.add_node("Reshape", graph.get_name(y.inputs[0]), shape, allowzero=1)


def _translate_broadcast_to(graph: Graph, y: Tensor) -> str:
    return graph.add_node("Expand", graph.get_name(y.inputs[0]), graph.add_integers(y.shape))


def make_permutation(order: Callable[[Tensor, Any], Any]) -> Translation:
    """Return the translation of an operation that permutes axes, as `order` does."""

    def translate(graph: Graph, y: Tensor) -> str:
        if not y.ndim:
            return graph.get_name(y.inputs[0])
        # An array whose k-th axis has k + 1 entries shows by its shape where axes go.
        labelled = np.empty(tuple(range(1, len(get_first_shape(y)) + 1)), bool)
        moved = order(y, labelled).shape
        return graph.add_node("Transpose", graph.get_name(y.inputs[0]), perm=[n - 1 for n in moved])

    return translate


def _translate_concatenate(graph: Graph, y: Tensor) -> str:
    axis = get_param(y, "axis", 0)
    if axis is None:
        raise NoTranslationError("with axis=None")
    return graph.add_node("Concat", *name_operands(graph, y, y.dtype), axis=int(axis))


def _translate_stack(graph: Graph, y: Tensor) -> str:
    axis = int(get_param(y, "axis", 0)) % y.ndim
    where = graph.add_integers([axis])
    parts = [graph.add_node("Unsqueeze", name, where) for name in name_operands(graph, y, y.dtype)]
    return graph.add_node("Concat", *parts, axis=axis)


def _translate_pad_zeros(graph: Graph, y: Tensor) -> str:
    if not y.ndim:
        return graph.get_name(y.inputs[0])
    before, after = zip(*get_param(y, "widths"), strict=True)
    return graph.add_node("Pad", graph.get_name(y.inputs[0]), graph.add_integers((*before, *after)))


def _make_triangle(upper: int) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        if len(get_first_shape(y)) < 2:
            raise NoTranslationError("of a vector")
        diagonal = graph.add_constant(np.array(get_param(y, "k", 0), np.int64))
        return graph.add_node("Trilu", graph.get_name(y.inputs[0]), diagonal, upper=upper)

    return translate


AXES: dict[str, Translation] = {
    "sum": make_reduction("ReduceSum"),
    "mean": make_reduction("ReduceMean"),
    "max": make_reduction("ReduceMax"),
    "min": make_reduction("ReduceMin"),
    "prod": make_reduction("ReduceProd"),
    "logsumexp": make_reduction("ReduceLogSumExp"),
    "norm": make_reduction("ReduceL2"),
    "var": _translate_variance,
    "std": _translate_deviation,
    "softmax": make_along("Softmax", -1),
    "log_softmax": make_along("LogSoftmax", -1),
    "argmax": _make_arg("ArgMax"),
    "argmin": _make_arg("ArgMin"),
    "cumsum": _translate_cumsum,
    "reshape": _translate_reshape,
    "broadcast_to": _translate_broadcast_to,
    "transpose": make_permutation(lambda y, x: np.transpose(x, get_param(y, "axes"))),
    "swapaxes": make_permutation(
        lambda y, x: np.swapaxes(x, get_param(y, "axis1"), get_param(y, "axis2"))
    ),
    "moveaxis": make_permutation(
        lambda y, x: np.moveaxis(x, get_param(y, "source"), get_param(y, "destination"))
    ),
    "concatenate": _translate_concatenate,
    "stack": _translate_stack,
    "pad_zeros": _translate_pad_zeros,
    "tril": _make_triangle(0),
    "triu": _make_triangle(1),
}
