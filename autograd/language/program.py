"""Evaluating a program: its statements in order, each of which binds a value to a name."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from autograd.engine.modes import enable_grad
from autograd.engine.tensor import Tensor
from autograd.errors import ProgramError
from autograd.language.expressions import ExpressionEvaluator
from autograd.language.hints import explain_refusal, quote
from autograd.language.limits import MAX_ENTRIES, MAX_TOTAL
from autograd.language.source import Source

RESULT = "result"
"""The name of the value of a last bare expression."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement of a program: the name it binds, its text and its value."""

    name: str
    source_text: str
    line: int
    value: Tensor


@dataclass(frozen=True, eq=False)
class Evaluation:
    """An evaluated program, with its record.

    `names` has the inputs first, then the assigned names in program order; each tensor has its
    name. `program` is the text in a uniform layout, one statement on a line.
    """

    names: dict[str, Tensor]
    inputs: tuple[str, ...]
    result: Tensor
    result_name: str
    statements: tuple[Statement, ...]
    program: str


def run(text: str, inputs: Mapping[str, Any]) -> Evaluation:
    """Evaluate the program `text` at `inputs`: numbers, nested lists or arrays by name.

    The inputs become float64 leaves that require gradients; so do names bound to plain numbers.
    `b = a` gives one tensor a second name. Values may overflow to inf or become nan, as in NumPy,
    without a warning.

    Raises `ProgramError` for everything outside the language, with line, column and a hint.

    >>> evaluation = run("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    >>> list(evaluation.names), evaluation.result_name, evaluation.result.item()
    (['x', 'y', 'z', 'q', 'f'], 'f', -12.0)
    """
    source = Source(text)
    body = source.parse()
    names = _make_leaves(inputs)
    assigned_at = {
        node.targets[0].id: node.lineno
        for node in reversed(body)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    evaluator = ExpressionEvaluator(source, names, assigned_at)
    statements = []
    with enable_grad(), np.errstate(all="ignore"):
        for node in body:
            name, expression = _split(source, node, last=node is body[-1])
            if isinstance(node, ast.Expr) and isinstance(expression, ast.Name):
                # The last line names the result; it computes nothing.
                value = evaluator.evaluate(expression)
            else:
                if name in inputs:
                    raise source.make_error(node, _explain_second_value(name))
                value = _bind(names, name, evaluator.evaluate(expression))
            statements.append(Statement(name, ast.unparse(node), node.lineno, value))
    return Evaluation(
        names=names,
        inputs=tuple(inputs),
        result=statements[-1].value,
        result_name=statements[-1].name,
        statements=tuple(statements),
        program="\n".join(statement.source_text for statement in statements),
    )


def evaluate_constant(text: str) -> Any:
    """Evaluate one expression without names, to a float, or to an array for a list.

    Raises `ProgramError` as `run` does.

    >>> evaluate_constant("1/4"), evaluate_constant("[1, 2]")
    (0.25, array([1., 2.]))
    """
    source = Source(text)
    statement, *more = source.parse()
    if more or not isinstance(statement, ast.Expr):
        raise source.make_error(statement, "expected one number or list, such as -2, 1/3 or [1, 2]")
    with np.errstate(all="ignore"):
        return ExpressionEvaluator(source, {}, {}).evaluate(statement.value)


def _split(source: Source, node: ast.stmt, last: bool) -> tuple[str, ast.expr]:
    """Return the name that a statement binds or asks for, and the expression of its value."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=expression):
            return name, expression
        case ast.Expr(value=ast.Name(id=name) as expression) if last:
            return name, expression
        case ast.Expr(value=expression) if last:
            return RESULT, expression
        case ast.Expr(value=ast.Compare() as expression):
            raise source.make_error(node, explain_refusal(expression))
        case ast.Expr(value=expression):
            raise source.make_error(
                node, f"the value of {quote(expression)} is lost; assign it to a name: q = ..."
            )
        case _:
            raise source.make_error(node, explain_refusal(node))


def _explain_second_value(name: str) -> str:
    return (
        f"{name} is an input; with a second value, the derivative with respect to {name} would be "
        "ambiguous; give the new value another name"
    )


def _bind(names: dict[str, Tensor], name: str, value: Any) -> Tensor:
    """Bind a value to a name; a tensor that has a name keeps it."""
    if type(value) is not Tensor:
        value = Tensor(value, requires_grad=True)
    tensor: Tensor = value
    if tensor.name is None:
        tensor.name = name
    # A name that is assigned again moves to its latest place in program order.
    names.pop(name, None)
    names[name] = tensor
    return tensor


def _make_leaves(inputs: Mapping[str, Any]) -> dict[str, Tensor]:
    leaves = {name: _make_leaf(name, value) for name, value in inputs.items()}
    if sum(leaf.size for leaf in leaves.values()) > MAX_TOTAL:
        raise ProgramError(f"the inputs have more than {MAX_TOTAL} entries in all")
    return leaves


def _make_leaf(name: str, value: Any) -> Tensor:
    if not (isinstance(name, str) and name.isidentifier()):
        raise ProgramError(f"the input name {str(name)[:40]!r} is not a name such as x or w_1")
    try:
        array = np.asarray(value.data if type(value) is Tensor else value)
        # In NumPy, fractions and very long integers are objects.
        if array.dtype.kind not in "biuf" and not all(isinstance(x, Real) for x in array.flat):
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ProgramError(
            f"the input {name} must be a number, or a list of numbers with rows of one length"
        ) from None
    if not 0 < array.size <= MAX_ENTRIES:
        raise ProgramError(
            f"the input {name} has {array.size} entries; between 1 and {MAX_ENTRIES} are allowed"
        )
    return Tensor(array, requires_grad=True, name=name)
