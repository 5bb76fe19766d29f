"""Products, convolutions and pooling, in ONNX."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import NoTranslationError, Translation, get_param, name_operands


def _translate_matmul(graph: Graph, y: Tensor) -> str:
    return graph.add_node("MatMul", *name_operands(graph, y, y.dtype))


def _translate_einsum(graph: Graph, y: Tensor) -> str:
    """Add `Einsum`, which unlike NumPy's broadcasts no axes of length 1 and no ellipses."""
    subscripts = get_param(y, "subscripts")
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
    return graph.add_node("Einsum", *name_operands(graph, y, y.dtype), equation=subscripts)


def _translate_outer(graph: Graph, y: Tensor) -> str:
    a, b = name_operands(graph, y, y.dtype)
    column = graph.add_node("Reshape", a, graph.add_integers([-1, 1]))
    return graph.add_node("Mul", column, graph.add_node("Reshape", b, graph.add_integers([1, -1])))


def make_window_attributes(over: Any) -> dict[str, list[int]]:
    """Return the geometry of windows as attributes of ONNX."""
    before, after = zip(*over.padding, strict=True)
    return {
        "kernel_shape": list(over.kernel),
        "strides": list(over.stride),
        "dilations": list(over.dilation),
        "pads": [*before, *after],
    }


def _translate_conv(graph: Graph, y: Tensor) -> str:
    attributes = make_window_attributes(get_param(y, "over"))
    return graph.add_node(
        "Conv", *name_operands(graph, y, y.dtype), group=get_param(y, "groups", 1), **attributes
    )


def _translate_conv_transpose(graph: Graph, y: Tensor) -> str:
    over = get_param(y, "over")
    reached = [
        s * (p - 1) + d * (k - 1) + 1
        for s, p, d, k in zip(over.stride, over.positions, over.dilation, over.kernel, strict=True)
    ]
    more = [n - r for n, r in zip(over.padded_size, reached, strict=True)]
    return graph.add_node(
        "ConvTranspose",
        *name_operands(graph, y, y.dtype),
        group=get_param(y, "groups", 1),
        output_padding=more,
        **make_window_attributes(over),
    )


def _translate_max_pool(graph: Graph, y: Tensor) -> str:
    return graph.add_node(
        "MaxPool", *name_operands(graph, y), **make_window_attributes(get_param(y, "over"))
    )


def _translate_sum_pool(graph: Graph, y: Tensor) -> str:
    over = get_param(y, "over")
    mean = graph.add_node(
        "AveragePool",
        *name_operands(graph, y, y.dtype),
        count_include_pad=1,
        **make_window_attributes(over),
    )
    return graph.add_node(
        "Mul", mean, graph.add_constant(np.array(math.prod(over.kernel), y.dtype))
    )


PRODUCTS: dict[str, Translation] = {
    "matmul": _translate_matmul,
    "einsum": _translate_einsum,
    "outer": _translate_outer,
    "conv": _translate_conv,
    "conv_transpose": _translate_conv_transpose,
    "max_pool": _translate_max_pool,
    "sum_pool": _translate_sum_pool,
}
