"""One step of a program as a line of NumPy."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.known import find_order, is_plain_ufunc, is_pure, is_transpose, may_be_view
from autograd.compiler.operations import JOINED, WITH_OUT, plan_join
from autograd.engine.dispatch import numpy_name
from autograd.engine.dtypes import as_value
from autograd.engine.tracing import CHECKED
from autograd.ops import REGISTRY
from autograd.ops.shared.axes_of_indices import Slot
from autograd.transforms.derivatives import enter

_INFIX = {
    REGISTRY[name]: sign
    for name, sign in {
        "add": "+",
        "subtract": "-",
        "multiply": "*",
        "divide": "/",
        "power": "**",
        "floor_divide": "//",
        "remainder": "%",
        "matmul": "@",
        "greater": ">",
        "greater_equal": ">=",
        "less": "<",
        "less_equal": "<=",
        "equal": "==",
        "not_equal": "!=",
    }.items()
}
_MATMUL, _EINSUM, _RESHAPE = (REGISTRY[name] for name in ("matmul", "einsum", "reshape"))
_CASTS = {REGISTRY["astype"], REGISTRY["astype_discrete"]}
_OF_NUMPY = {*(REGISTRY[name] for name in ("getitem", "scatter", "where")), enter}
_PREFIX = {REGISTRY["negative"]: "-", REGISTRY["invert"]: "~"}
_REDUCTIONS: dict[Any, np.ufunc] = {
    REGISTRY["sum"]: np.add,
    REGISTRY["mean"]: np.add,
    REGISTRY["max"]: np.maximum,
    REGISTRY["min"]: np.minimum,
}
_EXTREMES = {REGISTRY["maximum"], REGISTRY["minimum"]}
_ROW = range(64, 8193)
"""How many zeros a row of them may have: many, and few enough for the fastest memory."""
_POWERS = {2: "np.square", 0.5: "np.sqrt", -1: "np.reciprocal"}
"""What NumPy computes for `x ** 2` and the like, which is faster than a power and not always equal
to it to the last digit."""


def takes_out(node: Node) -> bool:
    """Whether the array that a step gives can be written into an array that there is already."""
    op = node.op
    if op is None or not node.shape:
        return False
    if op in _REDUCTIONS:
        return _reduces_as_written(node)
    if op in _CASTS:
        return "c" not in (node.inputs[0].dtype.kind, node.dtype.kind)
    if op is _EINSUM:
        return not node.params.get("optimize") and not may_be_view(node)
    return is_plain_ufunc(node) or op is JOINED or op in WITH_OUT


def is_line(node: Node) -> bool:
    """Whether a step is a line of NumPy's, or should be: no call of a function of our own."""
    return (
        not node.shape
        or takes_out(node)
        or is_transpose(node)
        or node.op in (*_METHODS, *_OF_NUMPY)
    )


def overwritable(node: Node) -> list[Node]:
    """The operands over which a step may write its result."""
    assert node.op is not None
    if node.op is _MATMUL:
        return []
    if not is_plain_ufunc(node):
        operands = node.inputs[:1] if node.op is JOINED or node.op in WITH_OUT else ()
    else:
        operands = node.inputs
    return [x for x in operands if isinstance(x, Node)]


def _reduces_as_written(node: Node) -> bool:
    (x,) = node.inputs
    return node.op is not REGISTRY["mean"] or x.dtype in (np.float64, np.float32)


def is_simple_view(node: Node) -> bool:
    """Whether a step is seen as well inside a line as on one of its own."""
    is_view = is_transpose(node) or (node.op is _RESHAPE and set(node.params) == {"shape"})
    return is_view and bool(node.shape)


class Namer:
    """The names by which a program knows what it was given: constants and functions."""

    def __init__(self) -> None:
        self.globals: dict[str, Any] = {"np": np, "inf": math.inf, "nan": math.nan}
        self._known: dict[int, tuple[str, Any]] = {}
        self._zeros: dict[Any, Any] = {}
        self._functions: dict[int, str] = {}

    def literal(self, x: Any) -> str:
        """A constant as it is written in the program, or a name for it."""
        if x is None or x is Ellipsis or type(x) in (bool, int, str):
            return "..." if x is Ellipsis else repr(x)
        if type(x) is float:
            return repr(x)
        if type(x) is tuple:
            inside = ", ".join(map(self.literal, x))
            return f"({inside},)" if len(x) == 1 else f"({inside})"
        if type(x) is list:
            return f"[{', '.join(map(self.literal, x))}]"
        if type(x) is slice:
            return f"slice({', '.join(map(self.literal, (x.start, x.stop, x.step)))})"
        if isinstance(x, np.dtype) and x.isbuiltin == 1:
            return f"np.dtype({x.name!r})"
        kind = getattr(x, "__name__", "")
        if isinstance(x, type) and getattr(np, kind, None) is x:
            return f"np.{kind}"
        return self.name("c", x)

    def name(self, stem: str, x: Any) -> str:
        """A name for anything; arrays are copied, for their owner may write into them."""
        if id(x) not in self._known:
            name = f"{stem}{len(self._known)}"
            # Together with the name `x` itself is kept, so that no other gets its number.
            self._known[id(x)] = (name, x)
            self.globals[name] = x.copy() if isinstance(x, np.ndarray) else x
        return self._known[id(x)][0]

    def zeros(self, shape: tuple[int, ...], order: tuple[int, ...], dtype: np.dtype[Any]) -> str:
        """A name for an array of zeros; its axes are those of `shape`, put into the order."""
        made = np.zeros(shape, dtype).transpose(np.argsort(order))
        zeros = self._zeros.setdefault((shape, order, dtype), made)
        name = self.name("zeros", zeros)
        # Not a copy, which would have its axes in another order.
        self.globals[name] = zeros
        return name

    def function(self, function: Any, name: str) -> str:
        """How a function is called: as in NumPy, or by the name of its operation."""
        if id(function) not in self._functions:
            self._functions[id(function)] = _in_numpy(function) or self._own(function, name)
        return self._functions[id(function)]

    def _own(self, function: Any, name: str) -> str:
        if self.globals.setdefault(name, function) is function:
            return name
        return self.name(f"{name}_", function)


def _in_numpy(function: Any) -> str | None:
    """The public name of a function of NumPy's."""
    try:
        public = numpy_name(function)
        return public if eval(public, {"np": np}) is function else None
    except (AttributeError, NameError, SyntaxError):
        return None


def written(node: Node, target: str, operands: Sequence[str], out: bool, namer: Namer) -> list[str]:
    """The lines that compute a step; with `out`, `target` is an array into which they write."""
    op = node.op
    assert op is not None
    if op in _REDUCTIONS and _reduces_as_written(node):
        return _reduced(node, target, operands[0], out)
    if op is JOINED:
        return _joined(node, target, operands, out, namer)
    if is_plain_ufunc(node):
        if out:
            return [f"{_into(node, operands, namer)}, out={target})"]
        return [f"{target} = {_arithmetic(node, operands, namer)}"]
    if out and op in _CASTS:
        return [f"np.copyto({target}, {operands[0]}, casting='unsafe')"]
    if not out:
        return [f"{target} = {_called(node, operands, namer)}"]
    call = _call(node, operands, namer)
    return [f"{call.removesuffix(')')}, out={target})"]


def in_parentheses(operand: str) -> str:
    """An operand as it stands beside a sign."""
    return f"({operand})" if operand.startswith("-") else operand


def _into(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """The call of a universal function, up to where it writes."""
    assert node.op is not None
    if node.op is REGISTRY["power"] and node.dtype.kind in "fc":
        n = node.inputs[1]
        if type(n) in (int, float) and n in _POWERS:
            return f"{_POWERS[n]}({operands[0]}"
    if node.op in _EXTREMES:
        pairs = zip(node.inputs, operands, strict=True)
        operands = [_zeros(x, node, text, namer) for x, text in pairs]
    return f"{namer.function(node.op.function, node.op.name)}({', '.join(operands)}"


def _zeros(x: Any, node: Node, text: str, namer: Namer) -> str:
    """0 as a row of zeros: NumPy takes the maximum of two arrays at twice the speed and more."""
    order = in_memory(node.value)
    lengths = [node.shape[axis] for axis in order]
    rows = (lengths[k:] for k in reversed(range(len(order))))
    row = next((row for row in rows if math.prod(row) in _ROW), None)
    dense = node.value.transpose(order).flags.c_contiguous
    if type(x) not in (int, float) or x != 0 or row is None or not dense:
        return text
    shape = (*[1] * (len(order) - len(row)), *row)
    return namer.zeros(shape, order, node.dtype)


def in_memory(array: Any) -> tuple[int, ...]:
    """The axes of an array, those first along which its entries lie furthest apart."""
    return tuple(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))


def _arithmetic(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """A universal function as Python writes it."""
    op = node.op
    assert op is not None
    plain = all(_is_plain(x) for x in node.inputs) and not node.is_weak
    if op in _INFIX and not plain:
        return f" {_INFIX[op]} ".join(map(in_parentheses, operands))
    if op in _PREFIX and not plain:
        return _PREFIX[op] + operands[0]
    function = op.impl if node.is_weak else op.function
    return f"{namer.function(function, op.name)}({', '.join(operands)})"


def _is_plain(x: Any) -> bool:
    """Whether it is a Python number, on which Python's operators give no number of NumPy's."""
    return x.is_weak if isinstance(x, Node) else type(x) in (int, float, complex, bool)


def _reduced(node: Node, target: str, x: str, out: bool) -> list[str]:
    axis, keepdims = node.params.get("axis"), bool(node.params.get("keepdims", False))
    axis = axis[0] if isinstance(axis, tuple | list) and len(axis) == 1 else axis
    axis = tuple(axis) if isinstance(axis, list) else axis
    assert node.op is not None
    call = f"np.{_REDUCTIONS[node.op].__name__}.reduce({x}, axis={axis}"
    call += ", keepdims=True" if keepdims else ""
    lines = [f"{call}, out={target})" if out else f"{target} = {call})"]
    if node.op is REGISTRY["mean"]:
        n = node.inputs[0].value.size // max(1, np.size(node.value))
        lines.append(f"np.divide({target}, {n}, out={target})" if out else f"{target} /= {n}")
    return lines


def _joined(
    node: Node, target: str, operands: Sequence[str], out: bool, namer: "Namer"
) -> list[str]:
    """The parts at their places, on top of the first operand or of zeros."""
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
        lines.append(f"{target}[{_index(index, arrays, namer)}] {into} {part}")
    if isinstance(node.inputs[0], np.ndarray):
        # To write slices and then add the whole takes half as long as to add slices to the whole.
        lines.append(f"np.add({target}, {base}, out={target})")
    return lines


def _called(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """A step that is a call of the operation's own function."""
    op, params = node.op, node.params
    assert op is not None
    if op is REGISTRY["getitem"]:
        index = _index(params["index"], operands[1:], namer)
        return _scalar(node, f"{operands[0]}[{index}]", sure=True)
    write = _transposed if is_transpose(node) else _METHODS.get(op)
    if write is not None:
        method = write(operands[0], node)
        if method is not None:
            return _scalar(node, method, sure=False)
    if op is enter and node.dtype == np.float64 and not node.shape:
        return f"np.float64({operands[0]})"
    call = _call(node, operands, namer)
    if op is CHECKED:
        return call
    if not is_pure(op):
        return f"{namer.function(as_value, 'as_value')}({call})"
    return _scalar(node, call, sure=False)


def _call(node: Node, operands: Sequence[str], namer: Namer) -> str:
    """A function of NumPy's or our own, with all its arguments."""
    op, params = node.op, node.params
    assert op is not None
    if op is _EINSUM:
        arguments = [repr(params["subscripts"]), *operands]
        arguments += ["optimize=True"] if params.get("optimize") else []
        return f"np.einsum({', '.join(arguments)})"
    arguments = [*operands, *(f"{k}={namer.literal(v)}" for k, v in params.items())]
    return f"{namer.function(op.impl, op.name)}({', '.join(arguments)})"


def _transposed(x: str, node: Node) -> str | None:
    """An array with its axes in another order."""
    axes = find_order(node)
    return f"{x}.T" if axes == tuple(reversed(range(len(axes)))) else f"{x}.transpose{axes}"


def _reshaped(x: str, node: Node) -> str | None:
    if set(node.params) != {"shape"} or not node.shape:
        return None
    return f"{x}.reshape({', '.join(map(str, node.shape))})"


def _cast(x: str, node: Node) -> str | None:
    kind = node.dtype.type
    return f"{x}.astype(np.{kind.__name__})" if node.dtype == kind else None


def _broadcast(x: str, node: Node) -> str:
    return f"np.broadcast_to({x}, {node.shape})"


_METHODS: dict[Any, Callable[[str, Node], str | None]] = {
    REGISTRY["reshape"]: _reshaped,
    REGISTRY["broadcast_to"]: _broadcast,
    REGISTRY["astype"]: _cast,
    REGISTRY["astype_discrete"]: _cast,
}


def _scalar(node: Node, text: str, sure: bool) -> str:
    """A result of shape `()` is a number of NumPy's and no array."""
    return text if node.shape or sure else f"np.asarray({text})[()]"


def _index(index: Any, arrays: Sequence[str], namer: Namer) -> str:
    if isinstance(index, tuple) and index:
        inside = [_index(part, arrays, namer) for part in index]
        return ", ".join(inside) + ("," if len(inside) == 1 else "")
    if isinstance(index, Slot):
        return arrays[index.k]
    if isinstance(index, slice) and all(type(b) in (int, type(None)) for b in _bounds(index)):
        start, stop, step = ("" if b is None else str(b) for b in _bounds(index))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return namer.literal(index)


def _bounds(part: slice) -> tuple[Any, Any, Any]:
    return part.start, part.stop, part.step
