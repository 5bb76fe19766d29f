"""Steps of a program as lines of NumPy."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.known import (
    find_order,
    is_plain_ufunc,
    is_pure,
    is_transpose,
    may_be_view,
)
from autograd.compiler.operations import JOINED, WITH_OUT, plan_join
from autograd.engine.dispatch import numpy_name
from autograd.engine.dtypes import as_value
from autograd.engine.tracing import CHECKED
from autograd.ops import arithmetic, compare, reduce
from autograd.ops.einsum import einsum
from autograd.ops.index import getitem, scatter
from autograd.ops.products import matmul
from autograd.ops.shape import astype, astype_discrete, broadcast_to, reshape
from autograd.ops.shared.axes_of_indices import Slot
from autograd.transforms.scope import lift_argument

_INFIX = {
    arithmetic.add: "+",
    arithmetic.subtract: "-",
    arithmetic.multiply: "*",
    arithmetic.divide: "/",
    arithmetic.power: "**",
    arithmetic.floor_divide: "//",
    arithmetic.remainder: "%",
    matmul: "@",
    compare.greater: ">",
    compare.greater_equal: ">=",
    compare.less: "<",
    compare.less_equal: "<=",
    compare.equal: "==",
    compare.not_equal: "!=",
}
_PREFIX = {arithmetic.negative: "-", compare.invert: "~"}
_CASTS = {astype, astype_discrete}
_OF_NUMPY = {getitem, scatter, compare.where, lift_argument}
_REDUCTIONS: dict[Any, np.ufunc] = {
    reduce.sum: np.add,
    reduce.mean: np.add,
    reduce.max: np.maximum,
    reduce.min: np.minimum,
}
_EXTREMES = {compare.maximum, compare.minimum}
_ROW = range(64, 8193)
"""Lengths of a row of zeros: large, and small enough for the fastest memory."""
_POWERS = {2: "np.square", 0.5: "np.sqrt", -1: "np.reciprocal"}
"""Functions that NumPy calls for `x ** 2` and the like.

They are faster than a power, and may differ from it in the last digit.
"""


def accepts_out(node: Node) -> bool:
    """Return whether a step can write its result into an existing array."""
    op = node.op
    if op is None or not node.shape:
        return False
    if op in _REDUCTIONS:
        return _is_ufunc_reduction(node)
    if op in _CASTS:
        return "c" not in (node.inputs[0].dtype.kind, node.dtype.kind)
    if op is einsum:
        return not node.params.get("optimize") and not may_be_view(node)
    return is_plain_ufunc(node) or op is JOINED or op in WITH_OUT


def is_numpy_line(node: Node) -> bool:
    """Return whether a step is as fast as a NumPy function: no call of Python code."""
    return (
        not node.shape
        or accepts_out(node)
        or is_transpose(node)
        or node.op in (*_METHODS, *_OF_NUMPY)
    )


def find_overwritable(node: Node) -> list[Node]:
    """Return the operands over which a step may write its result."""
    assert node.op is not None
    if node.op is matmul:
        return []
    if not is_plain_ufunc(node):
        operands = node.inputs[:1] if node.op is JOINED or node.op in WITH_OUT else ()
    else:
        operands = node.inputs
    return [x for x in operands if isinstance(x, Node)]


def _is_ufunc_reduction(node: Node) -> bool:
    (x,) = node.inputs
    return node.op is not reduce.mean or x.dtype in (np.float64, np.float32)


def is_inline_view(node: Node) -> bool:
    """Return whether a step is a view that reads well inside another line."""
    is_view = is_transpose(node) or (node.op is reshape and set(node.params) == {"shape"})
    return is_view and bool(node.shape)


class Namer:
    """The names in a program of its constants and functions."""

    def __init__(self) -> None:
        self.globals: dict[str, Any] = {"np": np, "inf": math.inf, "nan": math.nan}
        self._known: dict[int, tuple[str, Any]] = {}
        self._zeros: dict[Any, Any] = {}
        self._functions: dict[int, str] = {}

    def format_literal(self, x: Any) -> str:
        """Return a constant as text, or a name for it."""
        if x is None or x is Ellipsis or type(x) in (bool, int, str):
            return "..." if x is Ellipsis else repr(x)
        if type(x) is float:
            return repr(x)
        if type(x) is tuple:
            inside = ", ".join(map(self.format_literal, x))
            return f"({inside},)" if len(x) == 1 else f"({inside})"
        if type(x) is list:
            return f"[{', '.join(map(self.format_literal, x))}]"
        if type(x) is slice:
            return f"slice({', '.join(map(self.format_literal, (x.start, x.stop, x.step)))})"
        if isinstance(x, np.dtype) and x.isbuiltin == 1:
            return f"np.dtype({x.name!r})"
        kind = getattr(x, "__name__", "")
        if isinstance(x, type) and getattr(np, kind, None) is x:
            return f"np.{kind}"
        return self.name_object("c", x)

    def name_object(self, stem: str, x: Any) -> str:
        """Return a name for any object; an array is copied, as its owner may write into it."""
        if id(x) not in self._known:
            name = f"{stem}{len(self._known)}"
            # `x` is kept, so that no other object gets its id.
            self._known[id(x)] = (name, x)
            self.globals[name] = x.copy() if isinstance(x, np.ndarray) else x
        return self._known[id(x)][0]

    def name_zeros(
        self, shape: tuple[int, ...], order: tuple[int, ...], dtype: np.dtype[Any]
    ) -> str:
        """Return a name for an array of zeros, its axes those of `shape` put into `order`."""
        made = np.zeros(shape, dtype).transpose(np.argsort(order))
        zeros = self._zeros.setdefault((shape, order, dtype), made)
        name = self.name_object("zeros", zeros)
        # A copy would have its axes in another order.
        self.globals[name] = zeros
        return name

    def name_function(self, function: Any, name: str) -> str:
        """Return the name of a function: that in NumPy, or `name`."""
        if id(function) not in self._functions:
            self._functions[id(function)] = _find_numpy_name(function) or self._name_own(
                function, name
            )
        return self._functions[id(function)]

    def _name_own(self, function: Any, name: str) -> str:
        if self.globals.setdefault(name, function) is function:
            return name
        return self.name_object(f"{name}_", function)


def _find_numpy_name(function: Any) -> str | None:
    """Return the public name of a NumPy function."""
    try:
        public = numpy_name(function)
        return public if eval(public, {"np": np}) is function else None
    except (AttributeError, NameError, SyntaxError):
        return None


def format_step(
    node: Node, target: str, operands: Sequence[str], out: bool, namer: Namer
) -> list[str]:
    """Return the lines that compute a step; with `out` they write into the array `target`."""
    op = node.op
    assert op is not None
    if op in _REDUCTIONS and _is_ufunc_reduction(node):
        return _format_reduction(node, target, operands[0], out)
    if op is JOINED:
        return _format_join(node, target, operands, out, namer)
    if is_plain_ufunc(node):
        if out:
            return [f"{_format_into(node, operands, namer)}, out={target})"]
        return [f"{target} = {_format_arithmetic(node, operands, namer)}"]
    if out and op in _CASTS:
        return [f"np.copyto({target}, {operands[0]}, casting='unsafe')"]
    if not out:
        return [f"{target} = {_format_computed(node, operands, namer)}"]
    call = _format_call(node, operands, namer)
    return [f"{call.removesuffix(')')}, out={target})"]


def parenthesize(operand: str) -> str:
    """Return an operand as it stands beside a sign."""
    return f"({operand})" if operand.startswith("-") else operand


def _format_into(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """Return the call of a universal function, up to its `out=`."""
    assert node.op is not None
    if node.op is arithmetic.power and node.dtype.kind in "fc":
        n = node.inputs[1]
        if type(n) in (int, float) and n in _POWERS:
            return f"{_POWERS[n]}({operands[0]}"
    if node.op in _EXTREMES:
        pairs = zip(node.inputs, operands, strict=True)
        operands = [_format_zeros(x, node, text, namer) for x, text in pairs]
    return f"{namer.name_function(node.op.function, node.op.name)}({', '.join(operands)}"


def _format_zeros(x: Any, node: Node, text: str, namer: Namer) -> str:
    """Return 0 as a row of zeros: of two arrays NumPy takes the maximum twice as fast."""
    order = find_memory_order(node.value)
    lengths = [node.shape[axis] for axis in order]
    rows = (lengths[k:] for k in reversed(range(len(order))))
    row = next((row for row in rows if math.prod(row) in _ROW), None)
    dense = node.value.transpose(order).flags.c_contiguous
    if type(x) not in (int, float) or x != 0 or row is None or not dense:
        return text
    shape = (*[1] * (len(order) - len(row)), *row)
    return namer.name_zeros(shape, order, node.dtype)


def find_memory_order(array: Any) -> tuple[int, ...]:
    """Return the axes of an array, those first along which entries lie furthest apart."""
    return tuple(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))


def _format_arithmetic(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """Return a universal function as an expression of Python."""
    op = node.op
    assert op is not None
    plain = all(_is_plain(x) for x in node.inputs) and not node.is_weak
    if op in _INFIX and not plain:
        return f" {_INFIX[op]} ".join(map(parenthesize, operands))
    if op in _PREFIX and not plain:
        return _PREFIX[op] + operands[0]
    function = op.impl if node.is_weak else op.function
    return f"{namer.name_function(function, op.name)}({', '.join(operands)})"


def _is_plain(x: Any) -> bool:
    """Return whether it is a Python number, of which Python's operators make another one."""
    return x.is_weak if isinstance(x, Node) else type(x) in (int, float, complex, bool)


def _format_reduction(node: Node, target: str, x: str, out: bool) -> list[str]:
    axis, keepdims = node.params.get("axis"), bool(node.params.get("keepdims", False))
    axis = axis[0] if isinstance(axis, tuple | list) and len(axis) == 1 else axis
    axis = tuple(axis) if isinstance(axis, list) else axis
    assert node.op is not None
    call = f"np.{_REDUCTIONS[node.op].__name__}.reduce({x}, axis={axis}"
    call += ", keepdims=True" if keepdims else ""
    lines = [f"{call}, out={target})" if out else f"{target} = {call})"]
    if node.op is reduce.mean:
        n = node.inputs[0].value.size // max(1, np.size(node.value))
        lines.append(f"np.divide({target}, {n}, out={target})" if out else f"{target} /= {n}")
    return lines


def _format_join(
    node: Node, target: str, operands: Sequence[str], out: bool, namer: Namer
) -> list[str]:
    """Return lines that write parts into place, over the first operand or over zeros."""
    indices, signs = node.params["indices"], node.params["signs"]
    base, parts, arrays = operands[0], operands[1 : 1 + len(indices)], operands[1 + len(indices) :]
    gaps, alone = plan_join(node)
    lines = []
    if isinstance(node.inputs[0], Node):
        alone = [False] * len(parts)
        if target != base:
            lines = [f"np.copyto({target}, {base})" if out else f"{target} = {base}.copy()"]
    elif not out:
        made = "zeros" if gaps else "empty"
        lines = [f"{target} = np.{made}({node.shape}, np.{node.dtype})"]
    elif gaps:
        lines = [f"{target}.fill(0)"]
    for part, index, sign, is_first in zip(parts, indices, signs, alone, strict=True):
        into = "=" if is_first else "+=" if sign == 1 else "-="
        lines.append(f"{target}[{_format_index(index, arrays, namer)}] {into} {part}")
    if isinstance(node.inputs[0], np.ndarray):
        # Adding the whole to written slices takes half as long as adding slices to the whole.
        lines.append(f"np.add({target}, {base}, out={target})")
    return lines


def _format_computed(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """Return the expression of a step that calls the function of its operation, or a method."""
    op, params = node.op, node.params
    assert op is not None
    if op is getitem:
        index = _format_index(params["index"], operands[1:], namer)
        return _format_scalar(node, f"{operands[0]}[{index}]", sure=True)
    format_method = _format_transpose if is_transpose(node) else _METHODS.get(op)
    if format_method is not None:
        method = format_method(operands[0], node)
        if method is not None:
            return _format_scalar(node, method, sure=False)
    if op is lift_argument and node.dtype == np.float64 and not node.shape:
        return f"np.float64({operands[0]})"
    call = _format_call(node, operands, namer)
    if op is CHECKED:
        return call
    if not is_pure(op):
        return f"{namer.name_function(as_value, 'as_value')}({call})"
    return _format_scalar(node, call, sure=False)


def _format_call(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """Return the call of the function of an operation with all its arguments."""
    op, params = node.op, node.params
    assert op is not None
    if op is einsum:
        arguments = [repr(params["subscripts"]), *operands]
        arguments += ["optimize=True"] if params.get("optimize") else []
        return f"np.einsum({', '.join(arguments)})"
    arguments = [*operands, *(f"{k}={namer.format_literal(v)}" for k, v in params.items())]
    return f"{namer.name_function(op.impl, op.name)}({', '.join(arguments)})"


def _format_transpose(x: str, node: Node) -> str | None:
    """Return the expression of a transpose."""
    axes = find_order(node)
    return f"{x}.T" if axes == tuple(reversed(range(len(axes)))) else f"{x}.transpose{axes}"


def _format_reshape(x: str, node: Node) -> str | None:
    if set(node.params) != {"shape"} or not node.shape:
        return None
    return f"{x}.reshape({', '.join(map(str, node.shape))})"


def _format_cast(x: str, node: Node) -> str | None:
    kind = node.dtype.type
    return f"{x}.astype(np.{kind.__name__})" if node.dtype == kind else None


def _format_broadcast(x: str, node: Node) -> str:
    return f"np.broadcast_to({x}, {node.shape})"


_METHODS: dict[Any, Callable[[str, Node], str | None]] = {
    reshape: _format_reshape,
    broadcast_to: _format_broadcast,
    astype: _format_cast,
    astype_discrete: _format_cast,
}


def _format_scalar(node: Node, text: str, sure: bool) -> str:
    """Return the expression, of shape `()` as a NumPy number and not an array."""
    return text if node.shape or sure else f"np.asarray({text})[()]"


def _format_index(index: Any, arrays: Sequence[str], namer: Namer) -> str:
    if isinstance(index, tuple) and index:
        inside = [_format_index(part, arrays, namer) for part in index]
        return ", ".join(inside) + ("," if len(inside) == 1 else "")
    if isinstance(index, Slot):
        return arrays[index.k]
    if isinstance(index, slice) and all(type(b) in (int, type(None)) for b in _get_bounds(index)):
        start, stop, step = ("" if b is None else str(b) for b in _get_bounds(index))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return namer.format_literal(index)


def _get_bounds(part: slice) -> tuple[Any, Any, Any]:
    return part.start, part.stop, part.step
