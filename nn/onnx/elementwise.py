"""Operations that work entry by entry, in ONNX."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn.onnx.graph import Graph
from nn.onnx.steps import Translation, operands, param


def arithmetic(kind: str, **attributes: Any) -> Translation:
    """Operands and result of one dtype."""
    return lambda graph, y: graph.node(kind, *operands(graph, y, y.dtype), **attributes)


def comparison(kind: str) -> Translation:
    """Operands of one dtype, the result boolean."""

    def translate(graph: Graph, y: Tensor) -> str:
        known = [x.dtype for x in y.inputs if hasattr(x, "dtype")]
        return graph.node(kind, *operands(graph, y, np.result_type(*known)))

    return translate


def with_attribute(kind: str, attribute: str, parameter: str, default: float) -> Translation:
    """An operation of one operand with a number beside it."""

    def translate(graph: Graph, y: Tensor) -> str:
        number = float(param(y, parameter, default))
        return graph.node(kind, *operands(graph, y, y.dtype), **{attribute: number})

    return translate


def scaled(kind: str, factor: float) -> Translation:
    """An operation whose result is multiplied by a number."""

    def translate(graph: Graph, y: Tensor) -> str:
        output = graph.node(kind, *operands(graph, y, y.dtype))
        return graph.node("Mul", output, graph.constant(np.array(factor, y.dtype)))

    return translate


def _square(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("Mul", x, x)


def _log1p(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("Log", graph.node("Add", x, graph.constant(np.array(1, y.dtype))))


def _expm1(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("Sub", graph.node("Exp", x), graph.constant(np.array(1, y.dtype)))


def _silu(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("Mul", x, graph.node("Sigmoid", x))


def _log_sigmoid(graph: Graph, y: Tensor) -> str:
    (x,) = operands(graph, y, y.dtype)
    return graph.node("Neg", graph.node("Softplus", graph.node("Neg", x)))


def _clamped(low: float, high: float) -> Translation:
    def translate(graph: Graph, y: Tensor) -> str:
        bounds = (param(y, "min_val", low), param(y, "max_val", high))
        return graph.node(
            "Clip",
            *operands(graph, y, y.dtype),
            *(graph.constant(np.array(bound, y.dtype)) for bound in bounds),
        )

    return translate


def _clip(graph: Graph, y: Tensor) -> str:
    """Bounds may be arrays here, or missing; in ONNX `Clip` they are two numbers."""
    output = graph.name_of(y.inputs[0], y.dtype)
    for bound, kind in zip(y.inputs[1:], ("Max", "Min"), strict=False):
        if bound is not None:
            output = graph.node(kind, output, graph.name_of(bound, y.dtype))
    return output


def _where(graph: Graph, y: Tensor) -> str:
    condition, *branches = y.inputs
    chosen = [graph.name_of(x, y.dtype) for x in branches]
    return graph.node("Where", graph.name_of(condition, np.bool_), *chosen)


def _gelu(graph: Graph, y: Tensor) -> str:
    form = param(y, "approximate", "none")
    return graph.node("Gelu", *operands(graph, y, y.dtype), approximate=form)


def _heaviside(graph: Graph, y: Tensor) -> str:
    """0, the given value or 1, for x below, at or above 0."""
    x, at_zero = operands(graph, y, y.dtype)
    zero, one = (graph.constant(np.array(number, y.dtype)) for number in (0, 1))
    below_or_at = graph.node("Where", graph.node("Less", x, zero), zero, at_zero)
    return graph.node("Where", graph.node("Greater", x, zero), one, below_or_at)


def _astype(graph: Graph, y: Tensor) -> str:
    return graph.cast(graph.name_of(y.inputs[0]), y.dtype)


def _same(graph: Graph, y: Tensor) -> str:
    return graph.name_of(y.inputs[0])


ELEMENTWISE: dict[str, Translation] = {
    "add": arithmetic("Add"),
    "subtract": arithmetic("Sub"),
    "multiply": arithmetic("Mul"),
    "divide": arithmetic("Div"),
    "negative": arithmetic("Neg"),
    "reciprocal": arithmetic("Reciprocal"),
    "absolute": arithmetic("Abs"),
    "power": arithmetic("Pow"),
    "square": _square,
    "sqrt": arithmetic("Sqrt"),
    "exp": arithmetic("Exp"),
    "expm1": _expm1,
    "log": arithmetic("Log"),
    "log2": scaled("Log", 1 / math.log(2)),
    "log10": scaled("Log", 1 / math.log(10)),
    "log1p": _log1p,
    "sin": arithmetic("Sin"),
    "cos": arithmetic("Cos"),
    "tan": arithmetic("Tan"),
    "tanh": arithmetic("Tanh"),
    "arctan": arithmetic("Atan"),
    "floor": arithmetic("Floor"),
    "ceil": arithmetic("Ceil"),
    "rint": arithmetic("Round"),
    "sign": arithmetic("Sign"),
    "heaviside": _heaviside,
    "maximum": arithmetic("Max"),
    "minimum": arithmetic("Min"),
    "clip": _clip,
    "where": _where,
    "erf": arithmetic("Erf"),
    "sigmoid": arithmetic("Sigmoid"),
    "log_sigmoid": _log_sigmoid,
    "relu": arithmetic("Relu"),
    "relu6": _clamped(0, 6),
    "hardtanh": _clamped(-1, 1),
    "leaky_relu": with_attribute("LeakyRelu", "alpha", "negative_slope", 0.01),
    "elu": with_attribute("Elu", "alpha", "alpha", 1.0),
    "selu": arithmetic("Selu"),
    "gelu": _gelu,
    "silu": _silu,
    "mish": arithmetic("Mish"),
    "softplus": arithmetic("Softplus"),
    "softsign": arithmetic("Softsign"),
    "greater": comparison("Greater"),
    "greater_equal": comparison("GreaterOrEqual"),
    "less": comparison("Less"),
    "less_equal": comparison("LessOrEqual"),
    "equal": comparison("Equal"),
    "logical_and": arithmetic("And"),
    "logical_or": arithmetic("Or"),
    "logical_not": arithmetic("Not"),
    "astype": _astype,
    "astype_discrete": _astype,
    "copy": _same,
    "positive": _same,
}
