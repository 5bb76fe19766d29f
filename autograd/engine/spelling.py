"""Number spellings: how one number of an operation is computed, as a small Python expression.

`Facts.number` holds the expression, of the operands `x`, `y`, `z`. Its meaning is Python's on
floats, with NumPy's results where Python raises. It consists of arithmetic, comparisons, `not`,
conditional expressions, `and` and `or` in conditions and in `bool(...)`, the constant `inf` and the
functions in `FUNCTIONS`. `y is None` asks whether an operand is absent, as a bound of `clip`.

A target (plain Python, JavaScript, native code) supplies one table, from the words of the
vocabulary to templates; everything else about precedence and truth values is decided here.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograd.engine.operation import Operation

CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POWER, ATOM = range(10)
"""How tightly an expression binds; a looser one inside a tighter one gets parentheses."""

OPERANDS = ("x", "y", "z")

_OPERATORS: dict[str, tuple[int, tuple[int, ...]]] = {
    "if": (CHOICE, (OR, OR, CHOICE)),
    "or": (OR, (OR, AND)),
    "and": (AND, (AND, NOT)),
    "not": (NOT, (NOT,)),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), (COMPARISON, (SUM, SUM))),
    **dict.fromkeys("+-", (SUM, (SUM, PRODUCT))),
    **dict.fromkeys(("*", "/", "//", "%"), (PRODUCT, (PRODUCT, UNARY))),
    # JavaScript takes neither `--x` nor `-x ** 2`.
    "negative": (UNARY, (ATOM,)),
    "**": (POWER, (ATOM, ATOM)),
}
"""How tightly each operator binds, and its operands have to."""

_UNARY = (
    "bool float abs exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan "
    "sinh cosh tanh asinh acosh atanh floor ceil trunc rint erf erfc"
)
_BINARY = "atan2 copysign fmod hypot pow"
FUNCTIONS = dict.fromkeys(_UNARY.split(), 1) | dict.fromkeys(_BINARY.split(), 2)
"""Number of operands of each function of the vocabulary."""

VOCABULARY = frozenset({*_OPERATORS, *FUNCTIONS, "inf", "truth", "number"})
"""All words that the table of a target has to have.

`truth` and `number` are the conversions, of a number to a truth value (0 is false) and back.
"""

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "negative",
}


@dataclass(frozen=True, eq=False)
class Language:
    """Templates for all words of `VOCABULARY`, with `{0}`, `{1}`, `{2}` for their operands.

    A template that ends with a parenthesis needs none around its operands. `if` has the condition
    first.
    """

    words: Mapping[str, str]


_WITHOUT_MEANING = {"shape", "axis", "axes", "keepdims", "dtype", "axis1", "axis2"}
"""Parameters that have no influence on a single number."""

_LARGEST_EXPONENT = 64
"""Larger whole exponents are left to the power function."""


@dataclass(frozen=True)
class Expression:
    """A piece of program text, how tightly it binds, and whether it is a truth value there."""

    text: str
    binds: int = ATOM
    is_truth: bool = False


def number_spelling(op: Operation, params: Mapping[str, Any] | None) -> str:
    """Return how one number of `op` is computed; empty where nothing is declared for `params`.

    >>> import numpy as np
    >>> from autograd.ops import REGISTRY
    >>> number_spelling(REGISTRY["multiply"], None), number_spelling(REGISTRY["gelu"], None)
    ('x * y', '')
    """
    return op.facts.number if _WITHOUT_MEANING.issuperset(params or ()) else ""


def parse(spelling: str, operands: tuple[Any, ...] = ()) -> ast.expr:
    """Return the tree of a spelling, simplified for operands that are constants.

    `operands` has a number for each constant operand, `None` for one that is absent, and anything
    else for one that the program computes.

    Raises `ValueError` for words outside the vocabulary.

    >>> ast.unparse(parse("pow(x, y)", (..., 2))), ast.unparse(parse("pow(x, y)", (..., 0.5)))
    ('x * x', 'pow(x, y)')
    """
    known = [
        (name, x)
        for name, x in zip(OPERANDS, operands, strict=False)
        if x is None or type(x) in (int, float, bool)
    ]
    return _parsed(spelling, tuple(known))


@lru_cache(maxsize=2048)
def _parsed(spelling: str, constants: tuple[tuple[str, Any], ...]) -> ast.expr:
    try:
        tree = ast.parse(spelling, mode="eval").body
    except SyntaxError:
        raise ValueError(f"the number spelling {spelling!r} is no Python expression") from None
    _require_vocabulary(tree, spelling)
    found = _Simplifier(dict(constants)).visit(tree)
    assert isinstance(found, ast.expr)
    return found


def _require_vocabulary(tree: ast.expr, spelling: str) -> None:
    called = {
        id(node.func): len(node.args) for node in ast.walk(tree) if isinstance(node, ast.Call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if id(node) in called:
                known = FUNCTIONS.get(node.id) == called[id(node)]
            else:
                known = node.id in (*OPERANDS, "inf")
        else:
            known = type(node) in _SIGNS or isinstance(node, _ALLOWED)
        if isinstance(node, ast.Compare):
            known = len(node.ops) == 1
        if not known:
            word = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            raise ValueError(
                f"the number spelling {spelling!r} contains {word}; it may contain the operands "
                f"x, y, z, operators, conditional expressions and {', '.join(sorted(FUNCTIONS))}"
            )


_ALLOWED = (
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.Constant),
    *(ast.Load, ast.Is, ast.IsNot),
)


class _Simplifier(ast.NodeTransformer):
    """Decides conditions on constants, and spells whole powers as products or with `**`."""

    def __init__(self, constants: Mapping[str, Any]) -> None:
        self.constants = constants

    def _value(self, node: ast.expr) -> Any:
        """Return the value of a constant; `...` for anything else."""
        if isinstance(node, ast.Constant):
            return node.value
        return self.constants.get(node.id, ...) if isinstance(node, ast.Name) else ...

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Decide whether an operand is absent, and compare two constants."""
        self.generic_visit(node)
        left, right = self._value(node.left), self._value(node.comparators[0])
        (sign,) = node.ops
        if isinstance(sign, ast.Is | ast.IsNot):
            return ast.Constant((left is right) == isinstance(sign, ast.Is))
        if left in (None, ...) or right in (None, ...):
            return node
        return ast.Constant(_COMPARISONS[_SIGNS[type(sign)]](left, right))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Leave out operands that decide nothing, and all behind one that decides."""
        self.generic_visit(node)
        decisive = isinstance(node.op, ast.Or)
        left = []
        for x in node.values:
            if not (isinstance(x, ast.Constant) and x.value is not decisive):
                left.append(x)
            if isinstance(x, ast.Constant) and x.value is decisive:
                break
        if len(left) == 1 or (left and isinstance(left[0], ast.Constant)):
            return left[0]
        return ast.BoolOp(node.op, left) if left else ast.Constant(not decisive)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Decide `not` of a decided condition."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant):
            return ast.Constant(not node.operand.value)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Choose a branch where the condition is decided."""
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Spell a power with a small whole exponent."""
        self.generic_visit(node)
        assert isinstance(node.func, ast.Name)
        if node.func.id != "pow":
            return node
        base, n = node.args[0], self._value(node.args[1])
        if type(n) not in (int, float) or not abs(n) <= _LARGEST_EXPONENT or n != int(n):
            return node
        if n == 2:
            return ast.BinOp(base, ast.Mult(), base)
        return ast.BinOp(base, ast.Pow(), ast.Constant(int(n)))


_COMPARISONS = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


def write(tree: ast.expr, operands: Sequence[Expression], language: Language) -> Expression:
    """Return a spelling in a target's language, with these expressions for its operands.

    >>> python = Language({"+": "{0} + {1}", "*": "{0} * {1}", "number": "{0}"})
    >>> operands = [Expression("a + b", SUM), Expression("c")]
    >>> write(parse("x * y + x"), operands, python).text
    '(a + b) * c + (a + b)'
    """
    kinds = tuple((piece.binds, piece.is_truth) for piece in operands)
    form = _form(tree, kinds, language)
    text = form.text.format(*(piece.text for piece in operands))
    return Expression(text, form.binds, form.is_truth)


@lru_cache(maxsize=4096)
def _form(tree: ast.expr, kinds: tuple[tuple[int, bool], ...], language: Language) -> Expression:
    """Return a spelling with `{0}`, `{1}`, `{2}` in the places of operands of these kinds."""
    operands = {
        name: Expression(f"{{{k}}}", *kind)
        for k, (name, kind) in enumerate(zip(OPERANDS, kinds, strict=False))
    }
    words = language.words

    def apply(word: str, *pieces: Expression, is_truth: bool = False) -> Expression:
        template = words[word]
        if template == "{0}":
            return Expression(pieces[0].text, pieces[0].binds, is_truth)
        binds, bounds = _OPERATORS.get(word, (ATOM, ()))
        if template.endswith(")") or not bounds:
            binds, bounds = ATOM, (CHOICE,) * len(pieces)
        texts = [
            piece.text if piece.binds >= bound else f"({piece.text})"
            for piece, bound in zip(pieces, bounds, strict=True)
        ]
        return Expression(template.format(*texts), binds, is_truth)

    def truth(node: ast.expr) -> Expression:
        piece = visit(node)
        if piece.is_truth or words["truth"] == "{0}":
            return piece
        text = piece.text if piece.binds >= SUM else f"({piece.text})"
        return Expression(words["truth"].format(text), COMPARISON, is_truth=True)

    def number(node: ast.expr) -> Expression:
        return as_number(visit(node), language)

    def visit(node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=bool(value)):
                return Expression(str(int(value)))
            case ast.Constant(value=value):
                return Expression(repr(value))
            case ast.Name(id=name):
                return operands[name] if name in OPERANDS else Expression(words[name])
            case ast.BinOp(left=left, op=op, right=right):
                return apply(_SIGNS[type(op)], number(left), number(right))
            case ast.UnaryOp(op=ast.Not(), operand=x):
                return apply("not", truth(x), is_truth=True)
            case ast.UnaryOp(op=op, operand=x):
                return apply(_SIGNS[type(op)], number(x))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return apply(_SIGNS[type(op)], number(left), number(right), is_truth=True)
            case ast.BoolOp(op=op, values=[first, *others]):
                found = truth(first)
                for x in others:
                    piece = truth(x)
                    both = found.is_truth and piece.is_truth
                    found = apply(_SIGNS[type(op)], found, piece, is_truth=both)
                return found
            case ast.IfExp(test=test, body=body, orelse=orelse):
                if visit(body).is_truth and visit(orelse).is_truth:
                    return apply("if", truth(test), visit(body), visit(orelse), is_truth=True)
                return apply("if", truth(test), number(body), number(orelse))
            case ast.Call(func=ast.Name(id="bool"), args=[x]):
                piece = truth(x)
                return piece if piece.is_truth else apply("bool", piece, is_truth=True)
            case ast.Call(func=ast.Name(id=name), args=args):
                return apply(name, *map(number, args))
        raise AssertionError(ast.dump(node))

    return visit(tree)


def as_number(piece: Expression, language: Language) -> Expression:
    """Return an expression as a number, where the language tells truth values from numbers."""
    template = language.words["number"]
    if not piece.is_truth or template == "{0}":
        return piece
    return Expression(template.format(piece.text))


def count_uses(tree: ast.expr, language: Language) -> tuple[int, ...]:
    """Return how many times each operand stands in the text of a spelling.

    >>> python = Language({"+": "{0} + {1}", "*": "{0} * {1}", "number": "{0}"})
    >>> count_uses(parse("x * x + y"), python)
    (2, 1, 0)
    """
    form = _form(tree, ((ATOM, False),) * len(OPERANDS), language)
    return tuple(form.text.count(f"{{{k}}}") for k in range(len(OPERANDS)))


def is_truth_valued(tree: ast.expr, truths: tuple[bool, ...]) -> bool:
    """Return whether a spelling gives a truth value, if the operands in `truths` are some.

    >>> is_truth_valued(parse("x > y"), ()), is_truth_valued(parse("x + y"), (True, True))
    (True, False)
    """
    match tree:
        case ast.Name(id=name):
            k = OPERANDS.index(name) if name in OPERANDS else len(truths)
            return k < len(truths) and truths[k]
        case ast.IfExp(body=body, orelse=orelse):
            return is_truth_valued(body, truths) and is_truth_valued(orelse, truths)
        case ast.Call(func=ast.Name(id="bool")) | ast.Compare() | ast.BoolOp():
            return True
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Constant(value=value):
            return isinstance(value, bool)
    return False
