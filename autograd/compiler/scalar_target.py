"""A graph of single numbers as plain Python: floats and `math`, many times faster than NumPy's.

Where Python raises or would go wrong, at a division by 0, an overflow or a logarithm of 0, NumPy
gives infinity or NaN, mostly with a warning. So such a program stops when it meets one, and the
NumPy program of the same graph takes over.
"""

import math
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.numpy_target.lines import parenthesize
from autograd.compiler.source import Code, Form, Text
from autograd.ops import REGISTRY
from autograd.transforms.derivatives import enter

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
_WRITTEN: dict[Any, str] = {REGISTRY[name]: template for name, template in _TEMPLATES.items()}
_WRITTEN[enter] = "float({})"
_BINDING = {"{} + {}": 1, "{} - {}": 1, "{} * {}": 2, "{} / {}": 2, "1.0 / {}": 2, "-{}": 3}
_CALL = 4
_BINDING |= {template: _CALL for template in _WRITTEN.values() if template.endswith(")")}
"""How strongly an expression holds together; others than these only in parentheses."""
_LONGEST = 80
"""Letters of an expression that goes inside another."""


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
    inside: dict[Node, tuple[str, int]] = {}
    for node in graph.inputs():
        if not node.is_weak:
            name = text.names[node]
            kind = type(node.value.item()).__name__
            text.lines.append(f"{name} = {kind}({name})")
    once = _used_once(graph)
    for node in graph.steps:
        if node.op is enter and type(node.inputs[0].value) is not int:
            text.names[node] = text.operand(node.inputs[0])
            continue
        template = _template(node)
        expression = template.format(*_operands(node, template, inside, text))
        if node in once and len(expression) <= _LONGEST:
            # Python puts values into variables and takes them out as slowly as it multiplies.
            inside[node] = expression, _BINDING.get(template, 0)
            continue
        name = text.names[node] = text.fresh("t")
        note = "" if node.name is None else f"  # {node.name}"
        text.add(node, [f"{name} = {expression}{note}"])
    results = [x for x in graph.results() if isinstance(x, Node) and x.op and not _is_bool(x)]
    if results:
        total = " + ".join(dict.fromkeys(text.names[x] for x in results))
        text.lines += [f"if not math.isfinite({total}):", "    raise ArithmeticError"]
    outputs = [_strong(x, _operand(x, text)) for x in graph.outputs]
    text.returns(outputs, [_operand(x, text) for _, x in graph.assigned])
    return text.code()


def _operand(x: Any, text: Text) -> str:
    return parenthesize(text.operand(x.item() if isinstance(x, np.generic) else x))


def _template(node: Node) -> str:
    """How Python writes a step, with braces in the places of its operands."""
    assert node.op is not None
    if node.op is REGISTRY["power"] and not isinstance(node.inputs[1], Node):
        n = node.inputs[1]
        if n == 2:
            return "{0} * {0}"
        if n == int(n):
            return f"{{}} ** {int(n)}" if n >= 0 else f"{{}} ** ({int(n)})"
    return _WRITTEN[node.op]


def _used_once(graph: Graph) -> set[Node]:
    """The steps that may stand inside the one step that needs them, in the same section."""
    uses = graph.uses()
    found = set()
    for node in graph.steps:
        if "{0}" not in _template(node):
            for x in node.inputs:
                if isinstance(x, Node) and uses[x] == 1 and x.section == node.section:
                    found.add(x)
    return {node for node in found if node.op is not None and node.name is None}


def _operands(
    node: Node, template: str, inside: dict[Node, tuple[str, int]], text: Text
) -> list[str]:
    """How the operands stand in the expression of a step."""
    binding = _BINDING.get(template, _CALL)
    found = []
    for k, x in enumerate(node.inputs):
        if not isinstance(x, Node) or x not in inside:
            found.append(_operand(x, text))
            continue
        expression, own = inside[x]
        if binding == _CALL and template in _BINDING:
            # A call has parentheses of its own.
            needed = 1
        else:
            # a - (b - c), but a - b - c for (a - b) - c.
            needed = min(binding + (k > 0 or not template.startswith("{")), _CALL)
        found.append(expression if own >= needed else f"({expression})")
    return found


def _is_bool(x: Node) -> bool:
    return isinstance(x.value, bool | np.bool_)


def _strong(x: Any, text: str) -> str:
    """A result as the number of NumPy's that it is without compiling."""
    value = x.value if isinstance(x, Node) else x
    return f"np.{type(value).__name__}({text})" if isinstance(value, np.generic) else text
