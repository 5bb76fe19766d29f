"""Operations that work entry by entry, in ONNX."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import Translation, get_param, name_operands


def make_arithmetic(kind: str, **attributes: Any) -> Translation:
    """Return the translation of an operation whose operands and result have one dtype."""
    return lambda graph, y: graph.add_node(kind, *name_operands(graph, y, y.dtype), **attributes)


def make_comparison(kind: str) -> Translation:
    """Return the translation of a comparison, whose operands have one dtype."""

    def translate(graph: Graph, y: Tensor) -> str:
        known = [x.dtype for x in y.inputs if hasattr(x, "dtype")]
        return graph.add_node(kind, *name_operands(graph, y, np.result_type(*known)))

    return translate


def make_with_attribute(kind: str, attribute: str, parameter: str, default: float) -> Translation:
    """Return the translation of an operation on one operand with a number as attribute."""

    def translate(graph: Graph, y: Tensor) -> str:
        number = float(get_param(y, parameter, default))
        return graph.add_node(kind, *name_operands(graph, y, y.dtype), **{attribute: number})

    return translate


def make_scaled(kind: str, factor: float) -> Translation:
    """Return the translation of an operation whose result is multiplied by a number."""

    def translate(graph: Graph, y: Tensor) -> str:
        output = graph.add_node(kind, *name_operands(graph, y, y.dtype))
        return graph.add_node("Mul", output, graph.add_constant(np.array(factor, y.dtype)))

    return translate


def _translate_square(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("Mul", x, x)


def _translate_log1p(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("Log", graph.add_node("Add", x, graph.add_constant(np.array(1, y.dtype))))


def _translate_expm1(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("Sub", graph.add_node("Exp", x), graph.add_constant(np.array(1, y.dtype)))


def _translate_silu(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("Mul", x, graph.add_node("Sigmoid", x))


def _translate_log_sigmoid(graph: Graph, y: Tensor) -> str:
    (x,) = name_operands(graph, y, y.dtype)
    return graph.add_node("Neg", graph.add_node("Softplus", graph.add_node("Neg", x)))


def _make_clamp(low: float, high: float) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        bounds = (get_param(y, "min_val", low), get_param(y, "max_val", high))
        return graph.add_node(
            "Clip",
            *name_operands(graph, y, y.dtype),
            *(graph.add_constant(np.array(bound, y.dtype)) for bound in bounds),
        )

    return translate


def _translate_clip(graph: Graph, y: Tensor) -> str:
    """Add Max and Min: bounds may be arrays or missing, those of `Clip` are two numbers."""
    output = graph.get_name(y.inputs[0], y.dtype)
    for bound, kind in zip(y.inputs[1:], ("Max", "Min"), strict=False):
        if bound is not None:
            output = graph.add_node(kind, output, graph.get_name(bound, y.dtype))
    return output


def _translate_where(graph: Graph, y: Tensor) -> str:
    condition, *branches = y.inputs
    chosen = [graph.get_name(x, y.dtype) for x in branches]
    return graph.add_node("Where", graph.get_name(condition, np.bool_), *chosen)


def _translate_gelu(graph: Graph, y: Tensor) -> str:
    form = get_param(y, "approximate", "none")
    return graph.add_node("Gelu", *name_operands(graph, y, y.dtype), approximate=form)


def _translate_heaviside(graph: Graph, y: Tensor) -> str:
    """Select 0, the given value or 1, for x below, at or above 0."""
    x, at_zero = name_operands(graph, y, y.dtype)
    zero, one = (graph.add_constant(np.array(number, y.dtype)) for number in (0, 1))
    below_or_at = graph.add_node("Where", graph.add_node("Less", x, zero), zero, at_zero)
    return graph.add_node("Where", graph.add_node("Greater", x, zero), one, below_or_at)


def _translate_astype(graph: Graph, y: Tensor) -> str:
    return graph.add_cast(graph.get_name(y.inputs[0]), y.dtype)


def _translate_same(graph: Graph, y: Tensor) -> str:
    return graph.get_name(y.inputs[0])


ELEMENTWISE: dict[str, Translation] = {
    "add": make_arithmetic("Add"),
    "subtract": make_arithmetic("Sub"),
    "multiply": make_arithmetic("Mul"),
    "divide": make_arithmetic("Div"),
    "negative": make_arithmetic("Neg"),
    "reciprocal": make_arithmetic("Reciprocal"),
    "absolute": make_arithmetic("Abs"),
    "power": make_arithmetic("Pow"),
    "square": _translate_square,
    "sqrt": make_arithmetic("Sqrt"),
    "exp": make_arithmetic("Exp"),
    "expm1": _translate_expm1,
    "log": make_arithmetic("Log"),
    "log2": make_scaled("Log", 1 / math.log(2)),
    "log10": make_scaled("Log", 1 / math.log(10)),
    "log1p": _translate_log1p,
    "sin": make_arithmetic("Sin"),
    "cos": make_arithmetic("Cos"),
    "tan": make_arithmetic("Tan"),
    "tanh": make_arithmetic("Tanh"),
    "arctan": make_arithmetic("Atan"),
    "floor": make_arithmetic("Floor"),
    "ceil": make_arithmetic("Ceil"),
    "rint": make_arithmetic("Round"),
    "sign": make_arithmetic("Sign"),
    "heaviside": _translate_heaviside,
    "maximum": make_arithmetic("Max"),
    "minimum": make_arithmetic("Min"),
    "clip": _translate_clip,
    "where": _translate_where,
    "erf": make_arithmetic("Erf"),
    "sigmoid": make_arithmetic("Sigmoid"),
    "log_sigmoid": _translate_log_sigmoid,
    "relu": make_arithmetic("Relu"),
    "relu6": _make_clamp(0, 6),
    "hardtanh": _make_clamp(-1, 1),
    "leaky_relu": make_with_attribute("LeakyRelu", "alpha", "negative_slope", 0.01),
    "elu": make_with_attribute("Elu", "alpha", "alpha", 1.0),
    "selu": make_arithmetic("Selu"),
    "gelu": _translate_gelu,
    "silu": _translate_silu,
    "mish": make_arithmetic("Mish"),
    "softplus": make_arithmetic("Softplus"),
    "softsign": make_arithmetic("Softsign"),
    "greater": make_comparison("Greater"),
    "greater_equal": make_comparison("GreaterOrEqual"),
    "less": make_comparison("Less"),
    "less_equal": make_comparison("LessOrEqual"),
    "equal": make_comparison("Equal"),
    "logical_and": make_arithmetic("And"),
    "logical_or": make_arithmetic("Or"),
    "logical_not": make_arithmetic("Not"),
    "astype": _translate_astype,
    "astype_discrete": _translate_astype,
    "copy": _translate_same,
    "positive": _translate_same,
}
