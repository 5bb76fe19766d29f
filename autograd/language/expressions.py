"""Evaluating expressions: a walk over the syntax tree that computes each step on tensors.

Only the kinds of nodes named here are evaluated; all others are refused with a hint.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError
from autograd.language.functions import FUNCTIONS, PARAMETERS, Function
from autograd.language.hints import (
    explain_missing_value,
    explain_not_callable,
    explain_refusal,
    quote,
)
from autograd.language.limits import MAX_ENTRIES, MAX_TOTAL, broadcast_size, matmul_size
from autograd.language.source import Source

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FAILURES = (ValueError, TypeError, IndexError, ArithmeticError, MemoryError, AutogradError)
"""The errors of NumPy and the operations for operands that do not fit."""


class ExpressionEvaluator:
    """Evaluates the expressions of one program, and counts the entries that they compute.

    `names` are the values so far, `assigned_at` the lines of later assignments, and `total` the
    number of entries computed so far.
    """

    def __init__(
        self, source: Source, names: Mapping[str, Tensor], assigned_at: Mapping[str, int]
    ) -> None:
        self.source = source
        self.names = names
        self.assigned_at = assigned_at
        self.total = sum(value.size for value in names.values())

    def evaluate(self, node: ast.expr) -> Any:
        """Evaluate an expression to a float, an array, or a tensor if it depends on a name."""
        match node:
            case ast.Constant():
                return self._read_number(node)
            case ast.Name(id=name):
                if name not in self.names:
                    raise self.source.make_error(
                        node, explain_missing_value(name, self.names, self.assigned_at)
                    )
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                x = self.evaluate(operand)
                return self._compute(node, np.size(x), lambda: -x)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.evaluate(operand)
            case ast.BinOp(op=op) if type(op) in _OPERATORS:
                return self._evaluate_binary(node, _OPERATORS[type(op)])
            case ast.List(elts=entries):
                return self._evaluate_list(node, entries)
            case ast.Call():
                return self._evaluate_call(node)
            case ast.Subscript():
                return self._evaluate_entry(node)
            case ast.Attribute(value=operand, attr="T"):
                x = self.evaluate(operand)
                return self._compute(node, np.size(x), lambda: np.transpose(x))
            case _:
                raise self.source.make_error(node, explain_refusal(node))

    def _compute(self, node: ast.expr, size: int, compute: Callable[[], Any]) -> Any:
        """Compute one step, unless its largest array, of `size` entries, exceeds the limits."""
        if size > MAX_ENTRIES:
            raise self.source.make_error(
                node, f"{quote(node)} needs {size} entries; at most {MAX_ENTRIES} are allowed"
            )
        self.total += size
        if self.total > MAX_TOTAL:
            raise self.source.make_error(
                node, f"the steps of the program work on more than {MAX_TOTAL} entries in all"
            )
        try:
            value = compute()
        except _FAILURES as error:
            raise self.source.make_error(node, f"{quote(node)}: {error}") from error
        return float(value) if isinstance(value, np.floating) else value

    def _read_number(self, node: ast.Constant) -> float:
        if type(node.value) is not int and type(node.value) is not float:
            raise self.source.make_error(node, f"{quote(node)} is not a number")
        try:
            number = float(node.value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise self.source.make_error(node, "the number is too large")
        return number

    def _evaluate_binary(self, node: ast.BinOp, compute: Callable[[Any, Any], Any]) -> Any:
        x, y = self.evaluate(node.left), self.evaluate(node.right)
        if compute is operator.matmul:
            size = matmul_size(np.shape(x), np.shape(y))
        else:
            size = broadcast_size([np.shape(x), np.shape(y)])
        if type(x) is type(y) is float:
            # NumPy's numbers overflow to inf where Python's raise, and never become complex.
            x = np.float64(x)
        return self._compute(node, size, lambda: compute(x, y))

    def _evaluate_list(self, node: ast.expr, nodes: list[ast.expr]) -> Any:
        entries = [self.evaluate(entry) for entry in nodes]
        shapes = {np.shape(entry) for entry in entries}
        if not shapes:
            raise self.source.make_error(node, "a list needs an entry, as in [1, 2]")
        if len(shapes) > 1:
            found = " and ".join(map(str, sorted(shapes)))
            raise self.source.make_error(
                node, f"the entries of a list must have one shape, got {found}"
            )
        return self._compute(node, sum(map(np.size, entries)), lambda: np.stack(entries))

    # Entries ---------------------------------------------------------------------------------

    def _evaluate_entry(self, node: ast.Subscript) -> Any:
        x, index = self.evaluate(node.value), self._read_index(node.slice)
        if not np.shape(x):
            raise self.source.make_error(
                node, f"{quote(node.value)} is one number and has no entries"
            )
        entry = self._compute(node, np.size(x), lambda: x[index])
        if not np.size(entry):
            raise self.source.make_error(node, f"{quote(node)} selects no entry")
        return entry

    def _read_index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self._read_index(part) for part in parts)
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(part and self._read_integer(part) for part in (lower, upper, step)))
            case _:
                return self._read_integer(node)

    def _read_integer(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int() as number) if type(number) is int:
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
        raise self.source.make_error(node, f"{quote(node)} must be a whole number, written out")

    # Calls -----------------------------------------------------------------------------------

    def _evaluate_call(self, node: ast.Call) -> Any:
        if not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            raise self.source.make_error(node, explain_not_callable(node.func, self.names))
        name = node.func.id
        function = FUNCTIONS[name]
        operands, parameters = self._evaluate_arguments(
            node, function, function.format_signature(name)
        )
        # Operations ask numbers for their shape, too.
        operands = [np.float64(x) if type(x) is float else x for x in operands]
        shapes = [np.shape(x) for x in (operands[0] if function.first == "list" else operands)]
        return self._compute(
            node, function.size(shapes), lambda: function.call(*operands, **parameters)
        )

    def _evaluate_arguments(
        self, node: ast.Call, function: Function, signature: str
    ) -> tuple[list[Any], dict[str, Any]]:
        """Evaluate the operands, and read the parameters, which are constants of the text."""
        last = len(function.operands)
        operands, fixed = node.args[:last], node.args[last:]
        parameters = {}
        if fixed and function.positional:
            # `reshape` takes a shape as one tuple or as several numbers, as NumPy's method does.
            name = function.parameters[0]
            numbers = [self._read_parameter(p, name) for p in fixed]
            parameters[name] = numbers[0] if len(numbers) == 1 else numbers
        elif fixed or len(operands) < function.required:
            raise self.source.make_error(node, f"{quote(node)}: write {signature}")
        for given in node.keywords:
            if given.arg not in function.parameters or given.arg in parameters:
                raise self.source.make_error(given, f"{quote(node)}: write {signature}")
            parameters[given.arg] = self._read_parameter(given.value, given.arg)
        first = self._evaluate_first(operands[0], function, signature)
        return [first, *map(self.evaluate, operands[1:])], parameters

    def _evaluate_first(self, node: ast.expr, function: Function, signature: str) -> Any:
        if function.first == "condition":
            return self._evaluate_condition(node)
        if function.first == "list":
            if not isinstance(node, ast.List) or not node.elts:
                raise self.source.make_error(node, f"write {signature}")
            return [self.evaluate(entry) for entry in node.elts]
        return self.evaluate(node)

    def _evaluate_condition(self, node: ast.expr) -> Any:
        """Evaluate one comparison, or a value that is true where it is not 0."""
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                x, y, compare = self.evaluate(left), self.evaluate(right), _COMPARISONS[type(op)]
            case ast.Compare():
                raise self.source.make_error(
                    node, "one comparison at a time: where(a < x, where(x < b, ..., ...), ...)"
                )
            case _:
                x, y, compare = self.evaluate(node), 0.0, operator.ne
        size = broadcast_size([np.shape(x), np.shape(y)])
        return self._compute(node, size, lambda: compare(x, y))

    def _read_parameter(self, node: ast.expr, name: str) -> Any:
        """Read the value of the parameter `name`: a number, whole numbers, a bool or `None`."""
        value: Any
        match node:
            case ast.Constant(value=bool() | None as value):
                pass
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                value = tuple(self._read_integer(part) for part in parts)
            case _:
                value = self.evaluate(node)
                if type(value) is float and value.is_integer():
                    value = int(value)
        types, wanted = PARAMETERS[name]
        if type(value) not in types:
            raise self.source.make_error(
                node, f"{name} must be {wanted}, written out, not {quote(node)}"
            )
        return value
