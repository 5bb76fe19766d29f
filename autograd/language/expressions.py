"""Evaluating expressions: a walk over the syntax tree that runs each step on tensors.

Only the kinds of nodes named here are walked; everything else is refused with a hint.
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
from autograd.language.hints import no_value, not_a_function, quote, refused
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
"""What NumPy and the operations raise for operands that do not fit."""


class Expressions:
    """Evaluates the expressions of one program, and counts what they compute.

    `names` are the values so far, `assigned_at` the lines on which others will get theirs; `total`
    counts the entries that the steps work on.
    """

    def __init__(
        self, source: Source, names: Mapping[str, Tensor], assigned_at: Mapping[str, int]
    ) -> None:
        self.source = source
        self.names = names
        self.assigned_at = assigned_at
        self.total = sum(value.size for value in names.values())

    def value(self, node: ast.expr) -> Any:
        """The value of an expression: a float, an array, or a tensor if it depends on a name."""
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                if name not in self.names:
                    raise self.source.error(node, no_value(name, self.names, self.assigned_at))
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                x = self.value(operand)
                return self._step(node, np.size(x), lambda: -x)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.BinOp(op=op) if type(op) in _OPERATORS:
                return self._binary(node, _OPERATORS[type(op)])
            case ast.List(elts=entries):
                return self._list(node, entries)
            case ast.Call():
                return self._call(node)
            case ast.Subscript():
                return self._entry(node)
            case ast.Attribute(value=operand, attr="T"):
                x = self.value(operand)
                return self._step(node, np.size(x), lambda: np.transpose(x))
            case _:
                raise self.source.error(node, refused(node))

    def _step(self, node: ast.expr, size: int, compute: Callable[[], Any]) -> Any:
        """Compute one step, unless it needs an array larger than the limits, of `size` entries."""
        if size > MAX_ENTRIES:
            raise self.source.error(
                node, f"{quote(node)} needs {size} entries; at most {MAX_ENTRIES} are computed"
            )
        self.total += size
        if self.total > MAX_TOTAL:
            raise self.source.error(
                node, f"the steps of the program work on more than {MAX_TOTAL} entries in all"
            )
        try:
            value = compute()
        except _FAILURES as error:
            raise self.source.error(node, f"{quote(node)}: {error}") from error
        return float(value) if isinstance(value, np.floating) else value

    def _number(self, node: ast.Constant) -> float:
        if type(node.value) is not int and type(node.value) is not float:
            raise self.source.error(node, f"{quote(node)} is no number")
        try:
            number = float(node.value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise self.source.error(node, "the number is too large")
        return number

    def _binary(self, node: ast.BinOp, compute: Callable[[Any, Any], Any]) -> Any:
        x, y = self.value(node.left), self.value(node.right)
        if compute is operator.matmul:
            size = matmul_size(np.shape(x), np.shape(y))
        else:
            size = broadcast_size([np.shape(x), np.shape(y)])
        if type(x) is type(y) is float:
            # NumPy's numbers overflow to inf where Python's raise, and never turn complex.
            x = np.float64(x)
        return self._step(node, size, lambda: compute(x, y))

    def _list(self, node: ast.expr, nodes: list[ast.expr]) -> Any:
        entries = [self.value(entry) for entry in nodes]
        shapes = {np.shape(entry) for entry in entries}
        if not shapes:
            raise self.source.error(node, "a list needs an entry, as in [1, 2]")
        if len(shapes) > 1:
            found = " and ".join(map(str, sorted(shapes)))
            raise self.source.error(node, f"the entries of a list have one shape; found {found}")
        return self._step(node, sum(map(np.size, entries)), lambda: np.stack(entries))

    # Entries ---------------------------------------------------------------------------------

    def _entry(self, node: ast.Subscript) -> Any:
        x, index = self.value(node.value), self._index(node.slice)
        if not np.shape(x):
            raise self.source.error(node, f"{quote(node.value)} is one number and has no entries")
        entry = self._step(node, np.size(x), lambda: x[index])
        if not np.size(entry):
            raise self.source.error(node, f"{quote(node)} selects no entry")
        return entry

    def _index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self._index(part) for part in parts)
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(part and self._integer(part) for part in (lower, upper, step)))
            case _:
                return self._integer(node)

    def _integer(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int() as number) if type(number) is int:
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
        raise self.source.error(node, f"{quote(node)} must be a whole number, written out")

    # Calls -----------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Any:
        if not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            raise self.source.error(node, not_a_function(node.func, self.names))
        name = node.func.id
        function = FUNCTIONS[name]
        operands, parameters = self._arguments(node, function, function.signature(name))
        # As in arithmetic: operations of our own ask numbers for their shape, too.
        operands = [np.float64(x) if type(x) is float else x for x in operands]
        shapes = [np.shape(x) for x in (operands[0] if function.first == "list" else operands)]
        return self._step(
            node, function.size(shapes), lambda: function.call(*operands, **parameters)
        )

    def _arguments(
        self, node: ast.Call, function: Function, signature: str
    ) -> tuple[list[Any], dict[str, Any]]:
        """The operands' values, and the parameters, which are fixed in the text."""
        last = len(function.operands)
        operands, fixed = node.args[:last], node.args[last:]
        parameters = {}
        if fixed and function.positional:
            # As NumPy's methods, reshape takes a shape as one tuple or as several numbers.
            name = function.parameters[0]
            numbers = [self._parameter(p, name) for p in fixed]
            parameters[name] = numbers[0] if len(numbers) == 1 else numbers
        elif fixed or len(operands) < function.required:
            raise self.source.error(node, f"{quote(node)}: write {signature}")
        for given in node.keywords:
            if given.arg not in function.parameters or given.arg in parameters:
                raise self.source.error(given, f"{quote(node)}: write {signature}")
            parameters[given.arg] = self._parameter(given.value, given.arg)
        first = self._first(operands[0], function, signature)
        return [first, *map(self.value, operands[1:])], parameters

    def _first(self, node: ast.expr, function: Function, signature: str) -> Any:
        if function.first == "condition":
            return self._condition(node)
        if function.first == "list":
            if not isinstance(node, ast.List) or not node.elts:
                raise self.source.error(node, f"write {signature}")
            return [self.value(entry) for entry in node.elts]
        return self.value(node)

    def _condition(self, node: ast.expr) -> Any:
        """One comparison, or a value that counts where it is not 0."""
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                x, y, compare = self.value(left), self.value(right), _COMPARISONS[type(op)]
            case ast.Compare():
                raise self.source.error(
                    node, "one comparison at a time: where(a < x, where(x < b, ..., ...), ...)"
                )
            case _:
                x, y, compare = self.value(node), 0.0, operator.ne
        size = broadcast_size([np.shape(x), np.shape(y)])
        return self._step(node, size, lambda: compare(x, y))

    def _parameter(self, node: ast.expr, name: str) -> Any:
        """A number, whole numbers, a truth value or `None`: what the parameter `name` takes."""
        value: Any
        match node:
            case ast.Constant(value=bool() | None as value):
                pass
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                value = tuple(self._integer(part) for part in parts)
            case _:
                value = self.value(node)
                if type(value) is float and value.is_integer():
                    value = int(value)
        types, wanted = PARAMETERS[name]
        if type(value) not in types:
            raise self.source.error(node, f"{name} is {wanted}, written out, not {quote(node)}")
        return value
