"""How mistakes are declared, and what their declarations speak of.

A mistake is a wrong rule. It is put into a walk of the record at one place after another, and what
comes out there and everywhere after it is compared with what the learner wrote. By where the rule
is wrong, a declaration is a generator of (sentence, wrong rule) for

    values(node)            the result of a step, from its right one and its operands
    slopes(node, k)         what the use of operand k by a step adds to a gradient
    totals(uses)            a gradient from the contributions of its uses, in order
    updates()               the new value of a parameter, from the old one, its slope and the rate
    numbers(right, sizes)   the wrong numbers, whatever they were computed from
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.pass_walk import Use
from autograd.marking.written_numbers import show
from autograd.ops.shared.sliding import windows_over

Wrong = Iterator[tuple[str, Any]]
Declaration = Callable[..., Wrong]

ORDER = (
    "update", "sign", "factor 2", "mean or sum", "chain rule", "local derivative", "paths",
    "rounding", "copying", "forgotten term", "operands swapped", "transposed", "broadcast sum",
    "softmax", "activation", "relu", "logarithm base", "inner input", "window", "angle",
)  # fmt: skip
"""The classes of mistakes, commonest first."""

VALUES: list[tuple[str, Declaration]] = []
SLOPES: list[tuple[str, Declaration]] = []
TOTALS: list[tuple[str, Declaration]] = []
UPDATES: list[tuple[str, Declaration]] = []
NUMBERS: list[tuple[str, Declaration]] = []


def declare(kind: list[tuple[str, Declaration]], name: str) -> Callable[[Declaration], None]:
    """Enter a declaration under the class of its mistakes."""
    assert name in ORDER
    return lambda declaration: kind.append((name, declaration))


PRODUCTS = ("matmul", "dot")
LOGARITHMS = {"log": np.log, "log2": np.log2, "log10": np.log10}
OPPOSITE: dict[str, tuple[str, Callable[..., Any]]] = {
    "maximum": ("minimum", np.minimum),
    "minimum": ("maximum", np.maximum),
    "max": ("min", np.min),
    "min": ("max", np.max),
}
ACTIVATIONS = ("sigmoid", "tanh", "softplus", "elu", "gelu")


def operation(node: Tensor) -> str:
    """The name of a step's operation."""
    return "" if node.op is None else node.op.name


def static(node: Tensor) -> dict[str, Any]:
    """The static parameters of a step."""
    return node.params or {}


def value_of(x: Any) -> Any:
    """The value of an operand."""
    return x.data if type(x) is Tensor else x


def written(x: Any) -> str:
    """An operand by its name, its number, or the operation it comes from."""
    if type(x) is not Tensor:
        return show(x)
    if x.name is not None:
        return x.name
    return show(x.data) if x.op is None else x.op.name


def term(x: Any) -> str:
    """An operand as a term of a sum."""
    name = written(x)
    kind = "the bias" if name.lower().startswith("b") and value_of(x) is not None else "the term"
    return f"{kind} {name}"


def count(node: Tensor) -> int:
    """How many entries each entry of a reduction is made of."""
    return int(np.size(value_of(node.inputs[0]))) // max(1, node.size) if node.inputs else 1


def is_square(node: Tensor) -> bool:
    """Whether both operands are the same."""
    return node.inputs[0] is node.inputs[1]


def again(node: Tensor, *xs: Any, **other: Any) -> Any:
    """The operation of a step, on other operands or with other parameters."""
    assert node.op is not None
    return node.op.impl(*xs, **{**static(node), **other})


def slope_at(use: Use, x: Any) -> Any:
    """The local derivative of an operation on one operand, taken at another value."""
    op, params = use.node.op, static(use.node)
    assert op is not None
    xs = [x if i == use.k else other for i, other in enumerate(use.xs)]
    slope: Any = op.slopes[use.k]
    return slope(op.impl(*xs, **params), *xs, **params) if callable(slope) else slope


def unsummed(use: Use) -> Any:
    """A contribution before it is summed where the operand was broadcast."""
    assert use.node.op is not None
    slope: Any = use.node.op.slopes[use.k]
    return use.g * (slope(use.y, *use.xs, **static(use.node)) if callable(slope) else slope)


def row(use: Use, i: int) -> Any:
    """One row of a contribution that was to be summed over rows."""
    rows = np.reshape(np.broadcast_to(unsummed(use), use.node.shape), (-1, *use.shape))
    return rows[i]


def turned(w: Any) -> Any:
    """A kernel of convolution, turned round along its spatial axes."""
    return np.flip(w, axis=tuple(range(2, np.ndim(w))))


def other_windows(node: Tensor) -> Wrong:
    """A convolution with stride or padding one off."""
    over = static(node)["over"]
    for said, stride, padding in (
        ("the stride is one too large", 1, 0),
        ("the stride is one too small", -1, 0),
        ("the padding is one too wide", 0, 1),
        ("the padding is one too narrow", 0, -1),
    ):
        strides = [s + stride for s in over.stride]
        sides = [before + padding for before, _ in over.padding]
        if min(strides) > 0 and min(sides) >= 0:
            other = windows_over(over.size, over.kernel, strides, sides)
            yield said, lambda y, xs, other=other: again(node, *xs, over=other)


def shifted(index: Any, step: int) -> Any:
    """An index one place further on, or before."""
    if isinstance(index, int):
        return index + step
    return slice((index.start or 0) + step, None if index.stop is None else index.stop + step)


def cut(x: Any, index: Any, y: Any) -> Any:
    """The part of `x` at an index; of another shape than `y` there is none."""
    part = x[index]
    if np.shape(part) != np.shape(y):
        raise IndexError
    return part
