"""A graph of single numbers as plain Python: floats and `math`, many times faster than NumPy's.

Python raises at a division by 0, an overflow or a logarithm of 0, where NumPy gives infinity or
NaN, mostly with a warning. The program then stops, and the NumPy program of the same graph takes
over. How one number of an operation is computed is a fact of its declaration
(`engine/spelling.py`).
"""

import ast
import math
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.numpy_target.lines import parenthesize
from autograd.compiler.source import Code, Form, Text
from autograd.engine import spelling
from autograd.engine.spelling import Expression, Language
from autograd.transforms.scope import lift_argument

_IN_MATH = (
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan sinh cosh tanh asinh "
    "acosh atanh erf erfc"
)
_OF_TWO = ("atan2", "copysign", "fmod", "hypot", "pow")
_SIGNS = ("+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or")
_WORDS = {
    **{name: f"math.{name}({{0}})" for name in _IN_MATH.split()},
    **{name: f"math.{name}({{0}}, {{1}})" for name in _OF_TWO},
    **{sign: f"{{0}} {sign} {{1}}" for sign in _SIGNS},
    "not": "not {0}",
    "negative": "-{0}",
    "if": "{1} if {0} else {2}",
    "abs": "abs({0})",
    "bool": "bool({0})",
    "float": "float({0})",
    # Whole numbers of Python's have no negative zero.
    "floor": "math.copysign(math.floor({0}), {0})",
    "ceil": "math.copysign(math.ceil({0}), {0})",
    "trunc": "math.copysign(math.trunc({0}), {0})",
    "rint": "math.copysign(round({0}), {0})",
    "inf": "inf",
    "truth": "{0}",
    "number": "{0}",
}
PYTHON = Language(_WORDS)
"""How Python says each word of the vocabulary of numbers."""
_LONGEST = 80
"""Letters of an expression that goes inside another."""


def is_scalar(graph: Graph, form: Form) -> bool:
    """Return whether Python can run a program on its own floats."""
    if any(form.into):
        return False
    known = [*graph.inputs(), *graph.results()]
    return all(map(_is_float, known)) and all(map(_is_spelled, graph.steps))


def _is_spelled(node: Node) -> bool:
    """Return whether one number of a step can be computed in Python, from numbers."""
    assert node.op is not None
    if not _is_float(node) or not spelling.number_spelling(node.op, node.params):
        return False
    constants = [x for x in node.inputs if not isinstance(x, Node)]
    if not all(x is None or _is_float(x) for x in constants):
        return False
    # The sum of two truth values is a truth value for NumPy and a number for Python.
    return not _is_bool(node) or spelling.is_truth_valued(
        _tree(node), tuple(map(_is_bool, node.inputs))
    )


def _tree(node: Node) -> ast.expr:
    """Return how one number of a step is computed."""
    assert node.op is not None
    constants = (
        ... if isinstance(x, Node) else x.item() if isinstance(x, np.generic) else x
        for x in node.inputs
    )
    return spelling.parse(spelling.number_spelling(node.op, node.params), tuple(constants))


def _is_float(x: Any) -> bool:
    value = x.value if isinstance(x, Node) else x
    return type(value) in (float, int, bool, np.float64, np.bool_)


def _is_bool(x: Any) -> bool:
    return isinstance(x.value if isinstance(x, Node) else x, bool | np.bool_)


def emit_scalars(graph: Graph, form: Form) -> Code:
    """Return the program of a graph for which `is_scalar` holds, in Python's own numbers.

    The program raises `ArithmeticError` or `ValueError` where NumPy has to take over.
    """
    text = Text(graph, form)
    text.namer.globals["math"] = math
    inside: dict[Node, Expression] = {}
    for node in graph.inputs():
        if not node.is_weak:
            name = text.names[node]
            kind = type(node.value.item()).__name__
            text.lines.append(f"{name} = {kind}({name})")
    once = _used_once(graph)
    for node in graph.steps:
        if node.op is lift_argument and type(node.inputs[0].value) is not int:
            text.names[node] = text.operand(node.inputs[0])
            continue
        tree = _tree(node)
        is_choice = isinstance(tree, ast.IfExp) and isinstance(node.value, float)
        pieces = [inside.get(x) or _piece(x, text, is_choice) for x in node.inputs]
        expression = spelling.write(tree, pieces, PYTHON)
        if node in once and len(expression.text) <= _LONGEST:
            # Python puts values into variables and takes them out as slowly as it multiplies.
            inside[node] = expression
            continue
        name = text.names[node] = text.fresh("t")
        note = "" if node.name is None else f"  # {node.name}"
        text.add(node, [f"{name} = {expression.text}{note}"])
    results = [x for x in graph.results() if isinstance(x, Node) and x.op and not _is_bool(x)]
    if results:
        total = " + ".join(dict.fromkeys(text.names[x] for x in results))
        text.lines += [f"if not math.isfinite({total}):", "    raise ArithmeticError"]
    outputs = [_strong(x, _operand(x, text)) for x in graph.outputs]
    text.returns(outputs, [_operand(x, text) for _, x in graph.assigned])
    return text.code()


def _piece(x: Any, text: Text, is_choice: bool) -> Expression:
    """Return an operand; a constant that a choice may give as its result has to be a float."""
    if isinstance(x, np.generic):
        x = x.item()
    if is_choice and type(x) in (int, bool):
        x = float(x)
    operand = text.operand(x)
    binds = spelling.UNARY if operand.startswith("-") else spelling.ATOM
    return Expression(operand, binds, _is_bool(x))


def _operand(x: Any, text: Text) -> str:
    return parenthesize(text.operand(x.item() if isinstance(x, np.generic) else x))


def _used_once(graph: Graph) -> set[Node]:
    """Return the steps that may stand inside the one step that needs them, in the same section."""
    uses = graph.uses()
    found = set()
    for node in graph.steps:
        counts = spelling.count_uses(_tree(node), PYTHON)
        for x, count in zip(node.inputs, counts, strict=False):
            if isinstance(x, Node) and uses[x] == count == 1 and x.section == node.section:
                found.add(x)
    return {node for node in found if node.op is not None and node.name is None}


def _strong(x: Any, text: str) -> str:
    """Return a result as the number of NumPy's that it is without compiling."""
    value = x.value if isinstance(x, Node) else x
    return f"np.{type(value).__name__}({text})" if isinstance(value, np.generic) else text
