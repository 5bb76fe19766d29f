"""Hints for text that is Python or mathematics but outside the language: what to write instead."""

import ast
import difflib
import keyword
import re
from collections.abc import Mapping

from autograd.language.functions import FUNCTIONS

SIGNS: Mapping[str, str] = {
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "⊙": "*",
    "÷": "/",
    "²": "**2",
    "³": "**3",
    "√": "sqrt(...)",
    "Σ": "sum(...)",
    "∑": "sum(...)",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "ᵀ": ".T",
}
"""Printed signs, and their spelling in the language."""

_UNREADABLE = (
    (r"(?<![\w.])(\d[\d.]*)\s*([A-Za-z_]\w*)", r"a product needs its sign: write \1*\2"),
    (r"(?<!\w)\|[^|]*\|", "for an absolute value write abs(...)"),
    (r"[\w)\]]\s+[\w(\[]", "between two values an operator is missing; a product is written a * b"),
    (r"['\"]", "the language has no text, only numbers"),
    (r"!", "the language has no factorial; write the number"),
)
"""Patterns of lines that do not parse, with hints."""

_NO_DEFINITIONS = "functions cannot be defined; write the expression"
_NO_IMPORTS = "nothing needs importing; write the functions directly: exp(x), sum(x), ..."
_NO_LOOPS = "there are no loops; write the steps out, or use vectors"
_NO_TEXT = "the language has no text, only numbers"
_CHOICE = "write where(condition, a, b)"
_VECTOR = "a vector is written in square brackets: [1, 2]"

_REFUSED: Mapping[type[ast.AST], str] = {
    ast.BitXor: "^ is not a power here; use **",
    ast.BitOr: "for an absolute value write abs(...)",
    ast.FloorDiv: "// has no derivative; use /",
    ast.Mod: "% is not part of the language",
    ast.Not: "for not, swap the two values of where(condition, a, b)",
    ast.Compare: "a comparison belongs in where(condition, a, b); an assignment has one =",
    ast.BoolOp: "for and/or, put one where(...) into the other",
    ast.IfExp: _CHOICE,
    ast.If: _CHOICE,
    ast.Tuple: _VECTOR,
    ast.Set: _VECTOR,
    ast.Dict: _VECTOR,
    ast.JoinedStr: _NO_TEXT,
    ast.Lambda: _NO_DEFINITIONS,
    ast.FunctionDef: _NO_DEFINITIONS,
    ast.Import: _NO_IMPORTS,
    ast.ImportFrom: _NO_IMPORTS,
    ast.For: _NO_LOOPS,
    ast.While: _NO_LOOPS,
    ast.ListComp: _NO_LOOPS,
    ast.GeneratorExp: _NO_LOOPS,
    ast.NamedExpr: "write an assignment on a separate line, with one =",
    ast.AugAssign: "write it out, with a new name on the left: y = x + 1",
    ast.AnnAssign: "write the assignment without a type: q = x + y",
    ast.Assign: "an assignment has one name on its left: q = x + y",
}
"""Constructs of Python outside the language, with hints."""

_INSTEAD: Mapping[str, str] = {
    "ln": "log(x)",
    "lg": "log10(x)",
    "sigma": "sigmoid(x)",
    "logistic": "sigmoid(x)",
    "concatenate": "concat([x, y])",
    "stack": "a list: [x, y]",
    "array": "a list: [1, 2]",
    "matmul": "x @ y",
    "pow": "x ** y",
    "power": "x ** y",
    "square": "x ** 2",
    "average": "mean(x)",
}
"""Names of functions elsewhere, and their spelling in the language."""


def quote(node: ast.AST) -> str:
    """Quote a piece of a program for a message, shortened.

    >>> quote(ast.parse("(x+y)*z", mode="eval"))
    '`(x + y) * z`'
    """
    text = ast.unparse(node)
    return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}...`"


def explain_syntax(line: str) -> str | None:
    """Return a hint on the probable error in a line that does not parse.

    >>> explain_syntax("f = 2x")
    'a product needs its sign: write 2*x'
    """
    for word in re.findall(r"\w+", line):
        if keyword.iskeyword(word):
            return f"{word} is a keyword of Python; as a name, write {word}_"
    for pattern, hint in _UNREADABLE:
        if found := re.search(pattern, line):
            return found.expand(hint)
    return None


def explain_refusal(node: ast.expr | ast.stmt) -> str:
    """Return a hint on what to write instead of a construct outside the language."""
    match node:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op) if type(op) in _REFUSED:
            return _REFUSED[type(op)]
        case ast.Attribute(attr=name):
            return _explain_attribute(node, name)
        case _:
            return _REFUSED.get(type(node), f"{quote(node)} is not part of the language")


def explain_not_callable(node: ast.expr, names: Mapping[str, object]) -> str:
    """Return the reason why `node` cannot be called, with a hint."""
    match node:
        case ast.Attribute(attr=name):
            return _explain_attribute(node, name)
        case ast.Name(id=name) if name in names:
            return f"{name} is a value, not a function; a product is written {name} * (...)"
        case ast.Name(id=name) if name in _INSTEAD:
            return f"there is no function {name}; write {_INSTEAD[name]}"
        case ast.Name(id=name):
            # In lower case: many write ReLU.
            near = difflib.get_close_matches(name.lower(), FUNCTIONS, 1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(FUNCTIONS)}"
            return f"there is no function {name}; {meant}"
        case _:
            return f"a product needs its sign: write {quote(node).strip('`')} * (...)"


def explain_missing_value(
    name: str, names: Mapping[str, object], assigned_at: Mapping[str, int]
) -> str:
    """Return the reason why a name has no value, with a hint."""
    if name in FUNCTIONS:
        return f"{name} is a function: write {FUNCTIONS[name].format_signature(name)}"
    if name in assigned_at:
        return f"{name} gets its value later, on line {assigned_at[name]}"
    near = difflib.get_close_matches(name, names, 1)
    meant = f"did you mean {near[0]}? Otherwise " if near else ""
    return f"{name} has no value: {meant}give it one as an input, {name} = ..."


def _explain_attribute(node: ast.expr, name: str) -> str:
    if name in FUNCTIONS:
        instead = FUNCTIONS[name].format_signature(name)
    else:
        instead = _INSTEAD.get(name, "functions as f(x); the only attribute is .T")
    return f"{quote(node)}: write {instead}"
