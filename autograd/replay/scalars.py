"""A graph of single numbers as plain Python: floats and `math`, many times faster than NumPy's.

Where Python raises or would go wrong, at a division by 0, an overflow or a logarithm of 0, NumPy
gives infinity or NaN, mostly with a warning. So such a program stops when it meets one, and the
NumPy program of the same graph takes over.
"""

import math
from typing import Any

import numpy as np

from autograd.ops import REGISTRY
from autograd.replay.graph import Graph, Node
from autograd.replay.notation import in_parentheses
from autograd.replay.source import Code, Form, Text
from autograd.transforms import enter

_TEMPLATES = {
    "absolute": "abs({})",
    "add": "{} + {}",
    "arctan2": "math.atan2({}, {})",
    "astype": "float({})",
    "divide": "{} / {}",
    "equal": "{} == {}",
    "fabs": "abs({})",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "hypot": "math.hypot({}, {})",
    "isnan": "{0} != {0}",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "logical_and": "bool({} and {})",
    "logical_not": "not {}",
    "logical_or": "bool({} or {})",
    # NaN of either operand is the result.
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "multiply": "{} * {}",
    "negative": "-{}",
    "not_equal": "{} != {}",
    "power": "math.pow({}, {})",
    "reciprocal": "1.0 / {}",
    "square": "{0} * {0}",
    "subtract": "{} - {}",
    "where": "{1} if {0} else {2}",
}
"""How Python writes operations on numbers."""
_MATH = (
    "cos cosh erf erfc exp expm1 log log10 log1p log2 sin sinh sqrt tan tanh "
    "arccos:acos arccosh:acosh arcsin:asin arcsinh:asinh arctan:atan arctanh:atanh"
)
_TEMPLATES.update(
    {
        name: f"math.{in_math or name}({{}})"
        for name, _, in_math in (entry.partition(":") for entry in _MATH.split())
    }
)
_WRITTEN = {REGISTRY[name]: template for name, template in _TEMPLATES.items()}
_WRITTEN[enter] = "float({})"


def is_scalar(graph: Graph, form: Form) -> bool:
    """Whether Python can run a program on its own floats."""
    if any(form.into):
        return False
    steps = all(node.op in _WRITTEN and _is_float(node) for node in graph.steps)
    constants = [x for node in graph.steps for x in node.inputs if not isinstance(x, Node)]
    known = [*graph.inputs(), *graph.results(), *constants]
    return steps and all(_is_float(x) for x in known)


def _is_float(x: Any) -> bool:
    value = x.value if isinstance(x, Node) else x
    return type(value) in (float, int, bool, np.float64, np.bool_)


def emit_scalars(graph: Graph, form: Form) -> Code:
    """The program of a graph for which `is_scalar` holds, in Python's own numbers.

    It raises `ArithmeticError` or `ValueError` where NumPy has to take over.
    """
    text = Text(graph, form)
    text.namer.globals["math"] = math
    for node in graph.inputs():
        if not node.is_weak:
            name = text.names[node]
            kind = type(node.value.item()).__name__
            text.lines.append(f"{name} = {kind}({name})")
    for node in graph.steps:
        operands = [_operand(x, text) for x in node.inputs]
        if node.op is enter and type(node.inputs[0].value) is not int:
            text.names[node] = operands[0]
            continue
        name = text.names[node] = text.fresh("t")
        note = "" if node.name is None else f"  # {node.name}"
        text.add(node, [f"{name} = {_expression(node, operands)}{note}"])
    results = [x for x in graph.results() if isinstance(x, Node) and x.op and not _is_bool(x)]
    if results:
        total = " + ".join(dict.fromkeys(text.names[x] for x in results))
        text.lines += [f"if not math.isfinite({total}):", "    raise ArithmeticError"]
    outputs = [_strong(x, _operand(x, text)) for x in graph.outputs]
    text.returns(outputs, [_operand(x, text) for _, x in graph.assigned])
    return text.code()


def _operand(x: Any, text: Text) -> str:
    return in_parentheses(text.operand(x.item() if isinstance(x, np.generic) else x))


def _expression(node: Node, operands: list[str]) -> str:
    if node.op is REGISTRY["power"]:
        n = node.inputs[1]
        if not isinstance(n, Node):
            if n == 2:
                return f"{operands[0]} * {operands[0]}"
            if n == int(n):
                return f"{operands[0]} ** {int(n)}" if n >= 0 else f"{operands[0]} ** ({int(n)})"
    assert node.op is not None
    return _WRITTEN[node.op].format(*operands)


def _is_bool(x: Node) -> bool:
    return isinstance(x.value, bool | np.bool_)


def _strong(x: Any, text: str) -> str:
    """A result as the number of NumPy's that it is without compiling."""
    value = x.value if isinstance(x, Node) else x
    return f"np.{type(value).__name__}({text})" if isinstance(value, np.generic) else text
