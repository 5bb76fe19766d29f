"""Cheaper ways to compute a step: what its operands already are, or a shorter formula.

The formulas hold for floating-point numbers too, up to rounding and the sign of a zero.
"""

import math
from collections import Counter
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.known import find_order, is_transpose
from autograd.compiler.passes.rewriting import Rewrite, Steps
from autograd.engine.tracing import DETACH
from autograd.ops import operations
from autograd.ops.arithmetic import add, multiply, negative, positive, subtract
from autograd.ops.compare import greater, maximum
from autograd.ops.create import ones_like, zeros_like
from autograd.ops.shape import astype, astype_discrete, broadcast_to, copy, reshape
from autograd.transforms.scope import lift_argument

_COPIES = {copy, positive, DETACH, lift_argument, reshape, broadcast_to, astype, astype_discrete}
"""Operations that give their operand back where its shape and dtype stay."""
_IGNORE_VALUES = {zeros_like, ones_like, operations["full_like"]}
"""Operations whose result depends on the shape and dtype of the operand alone."""


def _is(x: Any, op: Any) -> bool:
    return isinstance(x, Node) and x.op is op


# Constants and copies ----------------------------------------------------------------------------


def fold_constant(node: Node, steps: Steps) -> Any:
    """Return the value of a step that is the same in every run."""
    if node.op in _IGNORE_VALUES or not any(isinstance(x, Node) for x in node.inputs):
        return node.value
    return None


def skip_copy(node: Node, steps: Steps) -> Any:
    """Return the operand of a step that only copies it."""
    return node.inputs[0] if node.op in _COPIES else None


def skip_neutral(node: Node, steps: Steps) -> Any:
    """Return the operand beside a factor 1 or a summand 0."""
    if node.op is multiply or node.op is add:
        for number, other in (node.inputs, node.inputs[::-1]):
            if not isinstance(number, Node) and np.all(number == (node.op is multiply)):
                return other
    return None


# Shapes ------------------------------------------------------------------------------------------


def cancel_transposes(node: Node, steps: Steps) -> Any:
    """Return the operand of a transpose that another one undoes."""
    x = node.inputs[0]
    if not is_transpose(node) or not isinstance(x, Node) or not is_transpose(x):
        return None
    inner, outer = find_order(x), find_order(node)
    return x.inputs[0] if [inner[k] for k in outer] == list(range(len(inner))) else None


def merge_reshapes(node: Node, steps: Steps) -> Any:
    """Return one reshape in place of two."""
    x = node.inputs[0]
    if not (_is_plain_reshape(node) and isinstance(x, Node) and _is_plain_reshape(x)):
        return None
    return steps.make(node, reshape, x.inputs[0], shape=node.shape)


def _is_plain_reshape(node: Node) -> bool:
    return node.op is reshape and node.params.get("order", "C") == "C"


def unbroadcast_operands(node: Node, steps: Steps) -> None:
    """Replace operands whose entries are all equal by one number, where the result stays equal."""
    for k, x in enumerate(node.inputs):
        if _is(x, broadcast_to) or isinstance(x, np.ndarray | np.float64):
            node.inputs = (*node.inputs[:k], _unbroadcast(node, k), *node.inputs[k + 1 :])


def _unbroadcast(node: Node, k: int) -> Any:
    x = node.inputs[k]
    assert node.op is not None
    function = node.op.function
    if not isinstance(function, np.ufunc) or function.signature is not None:
        return x
    others = [y for j, y in enumerate(node.inputs) if j != k]
    if np.broadcast_shapes(*map(_shape, others)) == node.shape:
        if _is(x, broadcast_to):
            return x if x.inputs[0].is_weak else x.inputs[0]
        if isinstance(x, np.ndarray) and x.size and np.all(x == x.flat[0]):
            x = x.flat[0]
    # The result gets the dtype of the other operand, which has to be that of x.
    plain = isinstance(x, np.float64) and any(_dtype(y) == np.float64 for y in others)
    return x.item() if plain else x


def _shape(x: Any) -> Any:
    return x.shape if isinstance(x, Node) else np.shape(x)


def _dtype(x: Any) -> Any:
    return None if isinstance(x, Node) and x.is_weak else getattr(x, "dtype", None)


# Signs and factors -------------------------------------------------------------------------------


def put_number_first(node: Node, steps: Steps) -> None:
    """Put the number of a product with a number first, so that such products are alike."""
    if node.op is multiply and _is_number(node.inputs[1]):
        node.inputs = node.inputs[::-1]


def move_signs(node: Node, steps: Steps) -> Any:
    """Move minus signs out of products and into sums."""
    op, inputs = node.op, node.inputs
    if op is negative and _is(inputs[0], negative):
        return inputs[0].inputs[0]
    if op is subtract and _is(inputs[1], negative):
        return steps.make(node, add, inputs[0], inputs[1].inputs[0])
    if op is subtract and _is(inputs[0], negative):
        total = steps.make(node, add, inputs[0].inputs[0], inputs[1])
        return steps.make(node, negative, total)
    for a, b in (inputs, inputs[::-1]) if op in (add, multiply) else ():
        if _is(a, negative):
            x = a.inputs[0]
            if op is add:
                return steps.make(node, subtract, b, x)
            return steps.make(node, negative, steps.make(node, multiply, x, b))
    return None


def settle_signs(uses: Counter[Node]) -> Rewrite:
    """Return the rewrite that moves a minus sign into a constant or a difference.

    `uses` counts the uses of each step: a step that others need stays.
    """

    def negate(x: Any, node: Node, steps: Steps) -> Any:
        """Return `-x` if that costs nothing."""
        if not isinstance(x, Node):
            return -x
        if uses[x] > 1 or x.op not in (add, subtract, multiply):
            return None
        a, b = x.inputs
        if x.op is subtract:
            return steps.make(node, subtract, b, a)
        for one, other in ((a, b), (b, a)):
            minus = negate(one, node, steps)
            if minus is not None:
                return steps.make(node, subtract if x.op is add else multiply, minus, other)
        return None

    def settle(node: Node, steps: Steps) -> Any:
        return negate(node.inputs[0], node, steps) if node.op is negative else None

    return settle


def merge_factors(node: Node, steps: Steps) -> Any:
    """Return one number in place of two factors, neither below 1: the product cannot underflow."""
    if node.op is not multiply:
        return None
    for number, x in (node.inputs, node.inputs[::-1]):
        if _is_number(number) and _is(x, multiply) and not x.is_weak:
            for inner, other in (x.inputs, x.inputs[::-1]):
                if _is_number(inner) and min(abs(number), abs(inner)) >= 1:
                    both = number * inner
                    return steps.make(node, multiply, both, other) if math.isfinite(both) else None
    return None


def _is_number(x: Any) -> bool:
    return type(x) is int or type(x) is float


# Networks ----------------------------------------------------------------------------------------


def use_mask_of_output(node: Node, steps: Steps) -> Any:
    """Return `max(x, 0) > 0` for `x > 0` where there is the maximum, which may overwrite x."""
    x, zero = node.inputs if node.op is greater else (None, None)
    if _is_number(zero) and zero == 0:
        y = steps.find(maximum, x, zero)
        return None if y is None else steps.make(node, greater, y, zero)
    return None
