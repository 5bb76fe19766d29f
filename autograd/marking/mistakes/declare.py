"""Declarations of mistakes, and the helpers that they share.

A mistake is a wrong rule. The diagnosis puts it at one place of the record after another, walks the
record again, and compares the results with the learner's numbers. A declaration is a generator of
pairs (sentence, wrong rule); its arguments depend on the part of the walk that is wrong:

    values(node)                     the result of a step, from the right result and the operands
    slopes(node, k)                  the contribution of a step to the gradient of its operand k
    totals(uses)                     a gradient, from the contributions of its uses, in order
    updates()                        a parameter's new value, from the old one, slope and rate
    numbers(right, sizes, claimed)   the wrong numbers, however they were computed
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.engine.operation import Operation
from autograd.engine.tensor import Tensor
from autograd.engine.walk import value_of
from autograd.marking.altered_walk import Use
from autograd.marking.number_format import format_number
from autograd.ops import activations, compare, elementary, reduce
from autograd.ops.shared.sliding import windows_over

WrongRules = Iterator[tuple[str, Any]]
Declaration = Callable[..., WrongRules]

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
    """Return a decorator that adds a declaration to `kind`, under the class `name` of mistakes."""
    assert name in ORDER
    return lambda declaration: kind.append((name, declaration))


# Operations are compared as objects: a user's operation may bear the name of a built-in one.
LOGARITHMS: Sequence[Operation] = (elementary.log, elementary.log2, elementary.log10)
OPPOSITES: Mapping[Operation, Operation] = {
    compare.maximum: compare.minimum,
    compare.minimum: compare.maximum,
    reduce.max: reduce.min,
    reduce.min: reduce.max,
}
ACTIVATIONS: Collection[Operation] = (
    activations.sigmoid,
    elementary.tanh,
    activations.softplus,
    activations.elu,
    activations.gelu,
)


def get_params(node: Tensor) -> dict[str, Any]:
    """Return the static parameters of a step."""
    return node.params or {}


def format_operand(x: Any) -> str:
    """Return an operand's name, its number, or the name of the operation that computed it."""
    if type(x) is not Tensor:
        return format_number(x)
    if x.name is not None:
        return x.name
    return format_number(x.data) if x.op is None else x.op.name


def format_term(x: Any) -> str:
    """Return the words for an operand that is a term of a sum."""
    name = format_operand(x)
    kind = "the bias" if name.lower().startswith("b") and value_of(x) is not None else "the term"
    return f"{kind} {name}"


def count_reduced(node: Tensor) -> int:
    """Return the number of entries that a reduction combines into each entry of its result."""
    return int(np.size(value_of(node.inputs[0]))) // max(1, node.size) if node.inputs else 1


def is_square(node: Tensor) -> bool:
    """Return whether both operands are the same tensor."""
    return node.inputs[0] is node.inputs[1]


def compute_again(node: Tensor, *xs: Any, **changed: Any) -> Any:
    """Compute the operation of a step on other operands, or with changed parameters."""
    assert node.op is not None
    return node.op.impl(*xs, **{**get_params(node), **changed})


def compute_slope(use: Use, x: Any) -> Any:
    """Compute the local derivative of an operation with `x` in place of its operand."""
    op, params = use.node.op, get_params(use.node)
    assert op is not None
    xs = [x if i == use.k else other for i, other in enumerate(use.xs)]
    slope: Any = op.slopes[use.k]
    return slope(op.impl(*xs, **params), *xs, **params) if callable(slope) else slope


def skip_unbroadcast(use: Use) -> Any:
    """Compute a contribution without the sum over the axes along which the operand broadcast."""
    assert use.node.op is not None
    slope: Any = use.node.op.slopes[use.k]
    return use.g * (slope(use.y, *use.xs, **get_params(use.node)) if callable(slope) else slope)


def take_row(use: Use, i: int) -> Any:
    """Return one row of a contribution, instead of its sum over rows."""
    rows = np.reshape(np.broadcast_to(skip_unbroadcast(use), use.node.shape), (-1, *use.shape))
    return rows[i]


def flip_kernel(w: Any) -> Any:
    """Reverse a convolution's kernel along its spatial axes."""
    return np.flip(w, axis=tuple(range(2, np.ndim(w))))


def vary_windows(node: Tensor) -> WrongRules:
    """Yield the rules of a convolution whose stride or padding is off by one."""
    over = get_params(node)["over"]
    for sentence, stride, padding in (
        ("the stride is one too large", 1, 0),
        ("the stride is one too small", -1, 0),
        ("the padding is one too wide", 0, 1),
        ("the padding is one too narrow", 0, -1),
    ):
        strides = [s + stride for s in over.stride]
        sides = [before + padding for before, _ in over.padding]
        if min(strides) > 0 and min(sides) >= 0:
            other = windows_over(over.size, over.kernel, strides, sides)
            yield sentence, lambda y, xs, other=other: compute_again(node, *xs, over=other)


def shift_index(index: Any, step: int) -> Any:
    """Move an index or a slice by `step` places."""
    if isinstance(index, int):
        return index + step
    return slice((index.start or 0) + step, None if index.stop is None else index.stop + step)


def take_window(x: Any, index: Any, y: Any) -> Any:
    """Return `x[index]`; raise `IndexError` if it does not have the shape of `y`."""
    part = x[index]
    if np.shape(part) != np.shape(y):
        raise IndexError
    return part
