"""Products, convolutions and pooling, in ONNX."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, operands, param


def _matmul(graph: Graph, y: Tensor) -> str:
    return graph.node("MatMul", *operands(graph, y, y.dtype))


def _einsum(graph: Graph, y: Tensor) -> str:
    """ONNX's is NumPy's, but stretches no axis of length one and lines up no ellipses."""
    subscripts = param(y, "subscripts")
    lengths = dict[str, int]()
    for term, x in zip(subscripts.partition("->")[0].split(","), y.inputs, strict=True):
        letters = term.replace("...", ".")
        rest = np.ndim(x) - len(letters) + 1
        shape = np.shape(x)
        at = letters.find(".")
        if at >= 0:
            shape = (*shape[:at], rest, *shape[at + rest :])
        for letter, n in zip(letters, shape, strict=True):
            if lengths.setdefault(letter, n) != n:
                raise NoTranslationError("with broadcasting")
    return graph.node("Einsum", *operands(graph, y, y.dtype), equation=subscripts)


def _outer(graph: Graph, y: Tensor) -> str:
    a, b = operands(graph, y, y.dtype)
    column = graph.node("Reshape", a, graph.integers([-1, 1]))
    return graph.node("Mul", column, graph.node("Reshape", b, graph.integers([1, -1])))


def window_attributes(over: Any) -> dict[str, list[int]]:
    """The geometry of windows, as ONNX says it."""
    before, after = zip(*over.padding, strict=True)
    return {
        "kernel_shape": list(over.kernel),
        "strides": list(over.stride),
        "dilations": list(over.dilation),
        "pads": [*before, *after],
    }


def _conv(graph: Graph, y: Tensor) -> str:
    attributes = window_attributes(param(y, "over"))
    return graph.node(
        "Conv", *operands(graph, y, y.dtype), group=param(y, "groups", 1), **attributes
    )


def _conv_transpose(graph: Graph, y: Tensor) -> str:
    over = param(y, "over")
    reached = [
        s * (p - 1) + d * (k - 1) + 1
        for s, p, d, k in zip(over.stride, over.positions, over.dilation, over.kernel, strict=True)
    ]
    more = [n - r for n, r in zip(over.padded_size, reached, strict=True)]
    return graph.node(
        "ConvTranspose",
        *operands(graph, y, y.dtype),
        group=param(y, "groups", 1),
        output_padding=more,
        **window_attributes(over),
    )


def _max_pool(graph: Graph, y: Tensor) -> str:
    return graph.node("MaxPool", *operands(graph, y), **window_attributes(param(y, "over")))


def _sum_pool(graph: Graph, y: Tensor) -> str:
    over = param(y, "over")
    mean = graph.node(
        "AveragePool",
        *operands(graph, y, y.dtype),
        count_include_pad=1,
        **window_attributes(over),
    )
    return graph.node("Mul", mean, graph.constant(np.array(math.prod(over.kernel), y.dtype)))


PRODUCTS: dict[str, Translation] = {
    "matmul": _matmul,
    "einsum": _einsum,
    "outer": _outer,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "max_pool": _max_pool,
    "sum_pool": _sum_pool,
}
