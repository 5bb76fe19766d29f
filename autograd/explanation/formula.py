"""The formula of a recorded tensor, by a walk over its record down to the tensors with a name.

Run on named tensors, a derivative rule records itself; its formula is therefore not a second
description of the rule but the rule itself.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.explanation import numbers
from autograd.explanation.notation import ATOM, NOTATIONS, PRODUCT, UNARY, latex_letters
from autograd.ops.shared.axes_of_indices import Slot

Style = Literal["text", "latex"]
Names = Mapping[Tensor, str]
Expression = tuple[str, int]
"""A piece of formula, and how tightly it binds."""

_SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def formula(x: Any, names: Names, style: Style = "text", *, general: bool = False) -> str:
    r"""The formula of `x` in terms of the tensors that have a name in `names`.

    A choice that goes one way for all entries is written as what was chosen, or, if the formula is
    to be `general`, as the choice.

    >>> x, y = Tensor(3.0, requires_grad=True), Tensor(4.0, requires_grad=True)
    >>> formula(x**2 * (1 - y), {x: "x", y: "y"})
    'x²·(1 − y)'
    >>> formula(x**2 / y, {x: "x", y: "y"}, "latex")
    '\\frac{x^{2}}{y}'
    """
    return _expression(x, names, style, general)[0]


def step_formula(tensor: Tensor, operands: Sequence[str], style: Style = "text") -> str:
    """The one operation that made `tensor`, written with these texts for its operands.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> step_formula(x * 2.0, ["3", "−2"])
    '3·(−2)'
    """
    pieces = [(text, UNARY if text.startswith((numbers.MINUS, "-")) else ATOM) for text in operands]
    return _applied(tensor, pieces, style)[0]


def _expression(x: Any, names: Names, style: Style, general: bool) -> Expression:
    if type(x) is not Tensor:
        return _constant(x)
    if x in names:
        return names[x], ATOM
    if x.op is None:
        return _constant(x.data)
    if x.op.name == "where" and not general:
        chosen = _uniform(x.inputs[0])
        if chosen is not None:
            return _expression(x.inputs[1 if chosen else 2], names, style, general)
    if x.op.name == "multiply":
        for factor, other in (x.inputs, x.inputs[::-1]):
            if isinstance(factor, int | float) and factor == 1:
                return _expression(other, names, style, general)
    return _applied(x, [_expression(o, names, style, general) for o in x.inputs], style)


def _constant(x: Any) -> Expression:
    if isinstance(x, bool | int | float | np.generic | np.ndarray):
        text = numbers.value(x)
        return text, UNARY if text.startswith(numbers.MINUS) else ATOM
    return str(x), ATOM


def _uniform(mask: Any) -> bool | None:
    """Which way a choice goes, where it goes the same way for all entries."""
    mask = np.asarray(mask.data if type(mask) is Tensor else mask)
    if mask.size and (mask.all() or not mask.any()):
        return bool(mask.flat[0])
    return None


def _applied(x: Tensor, operands: list[Expression], style: Style) -> Expression:
    assert x.op is not None
    name, params = x.op.name, x.params or {}
    special = _SPECIAL.get(name)
    if special is not None:
        written = special(x, operands, params, style)
        if written is not None:
            return written
    notation = NOTATIONS.get(name)
    if notation is None or len(operands) != len(notation.bounds):
        return _call(name, [text for text, _ in operands], params, style), ATOM
    template = notation.text if style == "text" else notation.latex
    texts = [
        _parenthesized(operand, bound, k, style)
        for k, (operand, bound) in enumerate(zip(operands, notation.bounds, strict=True))
    ]
    if name == "divide" and style == "latex":
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


def _call(name: str, operands: list[str], params: dict[str, Any], style: Style) -> str:
    """An operation without a sign of its own, as a function with its static parameters."""
    given = [f"{key}={value}" for key, value in params.items() if value is not None]
    if style == "latex":
        inside = ", ".join([*operands, *map(_in_mathematics, given)])
        return rf"\operatorname{{{latex_letters(name)}}}\left({inside}\right)"
    return f"{name}({', '.join([*operands, *given])})"


def _in_mathematics(text: str) -> str:
    """A text such as `alpha=0.1` or `2×3` in a formula of LaTeX."""
    return re.sub(
        r"×|\b[^\W\d]\w*",
        lambda word: r" \times " if word[0] == "×" else rf"\text{{{latex_letters(word[0])}}}",
        text,
    )


def _lengths(shape: tuple[int, ...], style: Style) -> str:
    text = numbers.shape(shape)
    return text if style == "text" else _in_mathematics(text)


# Operations whose formula depends on their parameters ---------------------------------------------


def _power(x: Tensor, operands: list[Expression], params: Any, style: Style) -> Expression | None:
    exponent = operands[1][0]
    if style == "latex" or exponent.strip("−0123456789"):
        return None
    base = _parenthesized(operands[0], ATOM, 0, style)
    return base + exponent.translate(_SUPERSCRIPTS), ATOM - 1


def _spread(x: Tensor, operands: list[Expression], params: Any, style: Style) -> Expression | None:
    lengths = _lengths(params["shape"], style)
    ones = f"ones({lengths})" if style == "text" else rf"\mathbf{{1}}_{{{lengths}}}"
    text = _parenthesized(operands[0], PRODUCT, 0, style)
    return (f"{text}·{ones}" if style == "text" else rf"{text} \cdot {ones}"), PRODUCT


def _indexed(x: Tensor, operands: list[Expression], params: Any, style: Style) -> Expression | None:
    base = _parenthesized(operands[0], ATOM, 0, style)
    index = params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    written = ", ".join(_index_part(part, operands) for part in parts)
    # LaTeX has no second subscript.
    below = style == "latex" and "_" not in base
    return (f"{base}_{{{written}}}" if below else f"{base}[{written}]"), ATOM


def _index_part(part: Any, operands: list[Expression]) -> str:
    if isinstance(part, Slot):
        return operands[part.k + 1][0]
    if isinstance(part, slice):
        bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop)]
        return ":".join(bounds if part.step is None else [*bounds, str(part.step)])
    return "..." if part is Ellipsis else numbers.value(part) if part is not None else "None"


def _put(x: Tensor, operands: list[Expression], params: Any, style: Style) -> Expression | None:
    lengths = _lengths(params["shape"], style)
    at, _ = _indexed(x, [("", ATOM), *operands[1:]], params, "text") or ("", ATOM)
    if style == "text":
        return f"{operands[0][0]} put at {at} of zeros({lengths})", 0
    return rf"{operands[0][0]} \text{{ put at }} {at} \text{{ of }} \mathbf{{0}}_{{{lengths}}}", 0


def _overwritten(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    at, _ = _indexed(x, [("", ATOM), *operands[2:]], params, "text") or ("", ATOM)
    (whole, _), (part, _), *_ = operands
    if style == "text":
        return f"({whole} with {part} at {at})", ATOM
    return rf"\left({whole} \text{{ with }} {part} \text{{ at }} {at}\right)", ATOM


def _reshaped(
    x: Tensor, operands: list[Expression], params: Any, style: Style
) -> Expression | None:
    inside = f"{operands[0][0]}, {_lengths(x.shape, style)}"
    if style == "text":
        return f"reshape({inside})", ATOM
    return rf"\operatorname{{reshape}}\left({inside}\right)", ATOM


def _random(x: Tensor, operands: list[Expression], params: Any, style: Style) -> Expression | None:
    """A draw by the name of what it was drawn with."""
    name = getattr(params["draw"], "__name__", "random")
    return _call(name, list(map(str, params["args"])), params["kwargs"], style), ATOM


_SPECIAL = {
    "power": _power,
    "broadcast_to": _spread,
    "getitem": _indexed,
    "put": _overwritten,
    "random": _random,
    "scatter": _put,
    "reshape": _reshaped,
}
