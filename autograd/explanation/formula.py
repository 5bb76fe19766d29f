"""The formula of a recorded tensor, by a walk over its record down to the tensors with a name.

A derivative rule that runs on named tensors records itself. Its formula is read from that record
and cannot differ from the rule.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autograd.engine.notation import ATOM, POWER, PRODUCT, UNARY
from autograd.engine.operation import Operation
from autograd.engine.tensor import Tensor
from autograd.explanation import numbers
from autograd.explanation.notation import escape_latex_math
from autograd.ops import REGISTRY
from autograd.ops.arithmetic import divide, multiply, power
from autograd.ops.compare import where
from autograd.ops.index import getitem, scatter
from autograd.ops.shape import broadcast_to, reshape
from autograd.ops.shared.axes_of_indices import Slot
from autograd.transforms.sampling import random

Style = Literal["text", "latex"]
Names = Mapping[Tensor, str]
Expression = tuple[str, int]
"""A piece of a formula, and how tightly it binds."""
Writer = Callable[[Tensor, list[Expression], Any, Style], Expression | None]

_SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_formula(x: Any, names: Names, style: Style = "text", *, general: bool = False) -> str:
    r"""Return the formula of `x` in terms of the tensors that have a name in `names`.

    A choice (`where`) whose mask is constant is written as the chosen branch, or, in a `general`
    formula, as the choice.

    >>> x, y = Tensor(3.0, requires_grad=True), Tensor(4.0, requires_grad=True)
    >>> format_formula(x**2 * (1 - y), {x: "x", y: "y"})
    'x²·(1 − y)'
    >>> format_formula(x**2 / y, {x: "x", y: "y"}, "latex")
    '\\frac{x^{2}}{y}'
    """
    return _format(x, names, style, general)[0]


def format_step(tensor: Tensor, operands: Sequence[str], style: Style = "text") -> str:
    """Return the operation that made `tensor`, with these texts for its operands.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> format_step(x * 2.0, ["3", "−2"])
    '3·(−2)'
    """
    pieces = [(text, UNARY if text.startswith((numbers.MINUS, "-")) else ATOM) for text in operands]
    return _format_operation(tensor, pieces, style)[0]


def _format(x: Any, names: Names, style: Style, general: bool) -> Expression:
    if type(x) is not Tensor:
        return _format_constant(x)
    if x in names:
        return names[x], ATOM
    if x.op is None:
        return _format_constant(x.data)
    if x.op is where and not general:
        chosen = _uniform(x.inputs[0])
        if chosen is not None:
            return _format(x.inputs[1 if chosen else 2], names, style, general)
    if x.op is multiply:
        for factor, other in (x.inputs, x.inputs[::-1]):
            if isinstance(factor, int | float) and factor == 1:
                return _format(other, names, style, general)
    return _format_operation(x, [_format(o, names, style, general) for o in x.inputs], style)


def _format_constant(x: Any) -> Expression:
    if isinstance(x, bool | int | float | np.generic | np.ndarray):
        text = numbers.format_value(x)
        return text, UNARY if text.startswith(numbers.MINUS) else ATOM
    return str(x), ATOM


def _uniform(mask: Any) -> bool | None:
    """Return the value that all entries of a mask have, `None` if they differ."""
    mask = np.asarray(mask.data if type(mask) is Tensor else mask)
    if mask.size and (mask.all() or not mask.any()):
        return bool(mask.flat[0])
    return None


def _format_operation(x: Tensor, operands: list[Expression], style: Style) -> Expression:
    assert x.op is not None
    params = x.params or {}
    special = _SPECIAL.get(x.op)
    if special is not None:
        expression = special(x, operands, params, style)
        if expression is not None:
            return expression
    notation = x.op.facts.notation
    if notation is None or len(operands) != len(notation.bounds):
        return _format_call(x.op.name, [text for text, _ in operands], params, style), ATOM
    template = notation.text if style == "text" else notation.latex
    texts = [
        _parenthesized(operand, bound, k, style)
        for k, (operand, bound) in enumerate(zip(operands, notation.bounds, strict=True))
    ]
    if x.op is divide and style == "latex":
        texts = [text for text, _ in operands]
    text = template.format(*texts)
    reduced = params.get("axis")
    if reduced is not None:
        axis = f"axis {reduced}" if style == "text" else rf"\text{{axis }} {reduced}"
        close = ")" if style == "text" else r"\right)"
        inside = text.removesuffix(close)
        text = f"{text} ({axis})" if inside == text else f"{inside}, {axis}{close}"
    return text, notation.binds


def _parenthesized(operand: Expression, bound: int, k: int, style: Style) -> str:
    text, binds = operand
    if binds < bound or (k and binds == UNARY and text.startswith((numbers.MINUS, "-")) and bound):
        return f"({text})" if style == "text" else rf"\left({text}\right)"
    return text


def _format_call(name: str, operands: list[str], params: dict[str, Any], style: Style) -> str:
    """Return an operation without notation, as a function with its static parameters."""
    given = [f"{key}={value}" for key, value in params.items() if value is not None]
    if style == "latex":
        inside = ", ".join([*operands, *map(_to_latex, given)])
        return rf"\operatorname{{{escape_latex_math(name)}}}\left({inside}\right)"
    return f"{name}({', '.join([*operands, *given])})"


def _to_latex(text: str) -> str:
    """Return a text such as `alpha=0.1` or `2×3` for a formula in LaTeX."""
    return re.sub(
        r"×|\b[^\W\d]\w*",
        lambda word: r" \times " if word[0] == "×" else rf"\text{{{escape_latex_math(word[0])}}}",
        text,
    )


def _format_lengths(shape: tuple[int, ...], style: Style) -> str:
    text = numbers.format_shape(shape)
    return text if style == "text" else _to_latex(text)


# Operations whose formula depends on their parameters ---------------------------------------------


def _format_power(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    exponent = operands[1][0]
    if style == "latex" or exponent.strip("−0123456789"):
        return None
    base = _parenthesized(operands[0], ATOM, 0, style)
    return base + exponent.translate(_SUPERSCRIPTS), POWER


def _format_broadcast(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    lengths = _format_lengths(params["shape"], style)
    ones = f"ones({lengths})" if style == "text" else rf"\mathbf{{1}}_{{{lengths}}}"
    text = _parenthesized(operands[0], PRODUCT, 0, style)
    return (f"{text}·{ones}" if style == "text" else rf"{text} \cdot {ones}"), PRODUCT


def _format_index(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    base = _parenthesized(operands[0], ATOM, 0, style)
    index = params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    inside = ", ".join(_format_index_part(part, operands) for part in parts)
    # LaTeX has no second subscript.
    below = style == "latex" and "_" not in base
    return (f"{base}_{{{inside}}}" if below else f"{base}[{inside}]"), ATOM


def _format_index_part(part: Any, operands: list[Expression]) -> str:
    if isinstance(part, Slot):
        return operands[part.k + 1][0]
    if isinstance(part, slice):
        bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop)]
        return ":".join(bounds if part.step is None else [*bounds, str(part.step)])
    return "..." if part is Ellipsis else numbers.format_value(part) if part is not None else "None"


def _format_scatter(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    lengths = _format_lengths(params["shape"], style)
    at, _ = _format_index(x, [("", ATOM), *operands[1:]], params, "text") or ("", ATOM)
    if style == "text":
        return f"{operands[0][0]} put at {at} of zeros({lengths})", 0
    return rf"{operands[0][0]} \text{{ put at }} {at} \text{{ of }} \mathbf{{0}}_{{{lengths}}}", 0


def _format_put(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    at, _ = _format_index(x, [("", ATOM), *operands[2:]], params, "text") or ("", ATOM)
    (whole, _), (part, _), *_ = operands
    if style == "text":
        return f"({whole} with {part} at {at})", ATOM
    return rf"\left({whole} \text{{ with }} {part} \text{{ at }} {at}\right)", ATOM


def _format_reshape(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    inside = f"{operands[0][0]}, {_format_lengths(x.shape, style)}"
    if style == "text":
        return f"reshape({inside})", ATOM
    return rf"\operatorname{{reshape}}\left({inside}\right)", ATOM


def _format_draw(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    """Return a random draw under the name of its function."""
    name = getattr(params["draw"], "__name__", "random")
    return _format_call(name, list(map(str, params["args"])), params["kwargs"], style), ATOM


_SPECIAL: dict[Operation, Writer] = {
    power: _format_power,
    broadcast_to: _format_broadcast,
    getitem: _format_index,
    REGISTRY["put"]: _format_put,
    random: _format_draw,
    scatter: _format_scatter,
    reshape: _format_reshape,
}
"""Writers of operations whose formula depends on their parameters."""
