"""Ways to say a step by less: what its operands already are, or a shorter formula.

Formulas are those that hold for floating-point numbers too, up to rounding and the sign of a zero.
"""

import math
from collections import Counter
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.known import find_order, is_transpose
from autograd.compiler.passes.rewriting import Rule, Steps
from autograd.engine.tracing import DETACH
from autograd.ops import REGISTRY
from autograd.transforms.derivatives import enter

_ADD, _SUBTRACT, _NEGATIVE = (REGISTRY[name] for name in ("add", "subtract", "negative"))
_MULTIPLY, _GREATER, _MAXIMUM = (REGISTRY[name] for name in ("multiply", "greater", "maximum"))
_RESHAPE, _SPREAD, _TRANSPOSE = (
    REGISTRY[name] for name in ("reshape", "broadcast_to", "transpose")
)
_COPIES = {REGISTRY["copy"], REGISTRY["positive"], DETACH, enter, _RESHAPE, _SPREAD}
_COPIES |= {REGISTRY["astype"], REGISTRY["astype_discrete"]}
_OF_SHAPE_ALONE = {REGISTRY[name] for name in ("zeros_like", "ones_like", "full_like")}


def _is(x: Any, op: Any) -> bool:
    return isinstance(x, Node) and x.op is op


# What is known already ---------------------------------------------------------------------------


def constant(node: Node, steps: Steps) -> Any:
    """The value of a step that is the same in every run."""
    if node.op in _OF_SHAPE_ALONE or not any(isinstance(x, Node) for x in node.inputs):
        return node.value
    return None


def copied(node: Node, steps: Steps) -> Any:
    """The operand of which a step is nothing but a copy, if it has the same shape and dtype."""
    return node.inputs[0] if node.op in _COPIES else None


def neutral(node: Node, steps: Steps) -> Any:
    """The operand beside a factor 1 or a summand 0."""
    if node.op is _MULTIPLY or node.op is _ADD:
        for number, other in (node.inputs, node.inputs[::-1]):
            if not isinstance(number, Node) and np.all(number == (node.op is _MULTIPLY)):
                return other
    return None


# Shapes ------------------------------------------------------------------------------------------


def turned_back(node: Node, steps: Steps) -> Any:
    """What a transpose of a transpose brings back."""
    x = node.inputs[0]
    if not is_transpose(node) or not isinstance(x, Node) or not is_transpose(x):
        return None
    inner, outer = find_order(x), find_order(node)
    return x.inputs[0] if [inner[k] for k in outer] == list(range(len(inner))) else None


def reshaped_at_once(node: Node, steps: Steps) -> Any:
    """One reshape for two."""
    x = node.inputs[0]
    if not (_is_plain_reshape(node) and isinstance(x, Node) and _is_plain_reshape(x)):
        return None
    return steps.make(node, _RESHAPE, x.inputs[0], shape=node.shape)


def _is_plain_reshape(node: Node) -> bool:
    return node.op is _RESHAPE and node.params.get("order", "C") == "C"


def unspread(node: Node, steps: Steps) -> None:
    """Change operands: one number instead of an array of equal ones, where the result is equal."""
    for k, x in enumerate(node.inputs):
        if _is(x, _SPREAD) or isinstance(x, np.ndarray | np.float64):
            node.inputs = (*node.inputs[:k], _unspread(node, k), *node.inputs[k + 1 :])


def _unspread(node: Node, k: int) -> Any:
    x = node.inputs[k]
    assert node.op is not None
    if not isinstance(node.op.function, np.ufunc) or node.op is REGISTRY["matmul"]:
        return x
    others = [y for j, y in enumerate(node.inputs) if j != k]
    if np.broadcast_shapes(*map(_shape, others)) == node.shape:
        if _is(x, _SPREAD):
            return x if x.inputs[0].is_weak else x.inputs[0]
        if isinstance(x, np.ndarray) and x.size and np.all(x == x.flat[0]):
            x = x.flat[0]
    # A Python number gives way to the type of the other operand, which has to be the same.
    plain = isinstance(x, np.float64) and any(_dtype(y) == np.float64 for y in others)
    return x.item() if plain else x


def _shape(x: Any) -> Any:
    return x.shape if isinstance(x, Node) else np.shape(x)


def _dtype(x: Any) -> Any:
    return None if isinstance(x, Node) and x.is_weak else getattr(x, "dtype", None)


# Signs and factors -------------------------------------------------------------------------------


def number_first(node: Node, steps: Steps) -> None:
    """Change the order of a product with a number, of which there should be one only."""
    if node.op is _MULTIPLY and _is_number(node.inputs[1]):
        node.inputs = node.inputs[::-1]


def signs(node: Node, steps: Steps) -> Any:
    """Minus signs taken out of products and into sums."""
    op, inputs = node.op, node.inputs
    if op is _NEGATIVE and _is(inputs[0], _NEGATIVE):
        return inputs[0].inputs[0]
    if op is _SUBTRACT and _is(inputs[1], _NEGATIVE):
        return steps.make(node, _ADD, inputs[0], inputs[1].inputs[0])
    if op is _SUBTRACT and _is(inputs[0], _NEGATIVE):
        total = steps.make(node, _ADD, inputs[0].inputs[0], inputs[1])
        return steps.make(node, _NEGATIVE, total)
    for a, b in (inputs, inputs[::-1]) if op in (_ADD, _MULTIPLY) else ():
        if _is(a, _NEGATIVE):
            x = a.inputs[0]
            if op is _ADD:
                return steps.make(node, _SUBTRACT, b, x)
            return steps.make(node, _NEGATIVE, steps.make(node, _MULTIPLY, x, b))
    return None


def settled_sign(uses: Counter[Node]) -> Rule:
    """The rule that takes a minus sign which nothing has absorbed into a constant or a difference.

    `uses` says how often a step is used: one that others need as it is stays.
    """

    def negated(x: Any, node: Node, steps: Steps) -> Any:
        """`-x` at no cost, if there is such a thing."""
        if not isinstance(x, Node):
            return -x
        if uses[x] > 1 or x.op not in (_ADD, _SUBTRACT, _MULTIPLY):
            return None
        a, b = x.inputs
        if x.op is _SUBTRACT:
            return steps.make(node, _SUBTRACT, b, a)
        for one, other in ((a, b), (b, a)):
            minus = negated(one, node, steps)
            if minus is not None:
                return steps.make(node, _SUBTRACT if x.op is _ADD else _MULTIPLY, minus, other)
        return None

    def settled(node: Node, steps: Steps) -> Any:
        return negated(node.inputs[0], node, steps) if node.op is _NEGATIVE else None

    return settled


def factors(node: Node, steps: Steps) -> Any:
    """One factor for two, neither of which makes numbers smaller: so nothing gets lost between."""
    if node.op is not _MULTIPLY:
        return None
    for number, x in (node.inputs, node.inputs[::-1]):
        if _is_number(number) and _is(x, _MULTIPLY) and not x.is_weak:
            for inner, other in (x.inputs, x.inputs[::-1]):
                if _is_number(inner) and min(abs(number), abs(inner)) >= 1:
                    both = number * inner
                    return steps.make(node, _MULTIPLY, both, other) if math.isfinite(both) else None
    return None


def _is_number(x: Any) -> bool:
    return type(x) is int or type(x) is float


# Networks ----------------------------------------------------------------------------------------


def mask_of_output(node: Node, steps: Steps) -> Any:
    """`max(x, 0) > 0` for `x > 0`, where the maximum is known: so x can be written over."""
    x, zero = node.inputs if node.op is _GREATER else (None, None)
    if _is_number(zero) and zero == 0:
        y = steps.find(_MAXIMUM, x, zero)
        return None if y is None else steps.make(node, _GREATER, y, zero)
    return None
