"""Mistakes in what one use of an operand adds to its gradient."""

import math

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.mistakes.declare import (
    ACTIVATIONS,
    PRODUCTS,
    SLOPES,
    Wrong,
    count,
    declare,
    is_square,
    operation,
    row,
    slope_at,
    static,
    turned,
    unsummed,
    value_of,
    written,
)


@declare(SLOPES, "sign")
def _(node: Tensor, k: int) -> Wrong:
    yield "sign flipped", lambda use: -use.right


@declare(SLOPES, "factor 2")
def _(node: Tensor, k: int) -> Wrong:
    yield "a factor 2 is missing", lambda use: use.right / 2
    yield "a factor 2 too much", lambda use: use.right * 2


@declare(SLOPES, "mean or sum")
def _(node: Tensor, k: int) -> Wrong:
    n = count(node)
    if n > 1 and operation(node) in ("mean", "sum"):
        if operation(node) == "mean":
            said = f"the division by {n} is missing (sum instead of mean)"
            yield said, lambda use: use.right * n
        yield f"divided by {n} once too often (mean instead of sum)", lambda use: use.right / n
        for m in sorted({*np.shape(value_of(node.inputs[0]))} - {1, n}):
            if operation(node) == "mean":
                yield f"divided by {m} instead of {n}", lambda use, m=m: use.right * n / m


@declare(SLOPES, "mean or sum")
def _(node: Tensor, k: int) -> Wrong:
    rows = node.size // max(1, int(np.size(value_of(node.inputs[k]))))
    if node.op is not None and node.op.slopes and rows > 1:
        said = f"divided by {rows}: the mean over what was broadcast instead of the sum"
        yield said, lambda use: use.right / rows


@declare(SLOPES, "chain rule")
def _(node: Tensor, k: int) -> Wrong:
    yield "the upstream gradient is forgotten", lambda use: use.by(k, np.ones_like(use.y))
    yield "the local derivative is forgotten", lambda use: use.times(1)


@declare(SLOPES, "local derivative")
def _(node: Tensor, k: int) -> Wrong:
    match operation(node), k:
        case ("multiply", _):
            if is_square(node):
                return
            yield "the factor itself instead of the other one", lambda use: use.times(use.x)
        case ("divide", 0):
            yield "times instead of divided by", lambda use: use.times(use.xs[1])
        case ("divide", 1):
            a, b = 0, 1
            yield "the divisor is not squared", lambda use: use.times(-use.xs[a] / use.xs[b])
            yield "the numerator is forgotten", lambda use: use.times(-1 / use.xs[b] ** 2)
            yield "1/x instead of -1/x^2", lambda use: use.times(1 / use.xs[b])
        case ("power", 0):
            yield "the exponent is not lowered", lambda use: use.times(use.xs[1] * use.y)
            yield (
                "the factor of the exponent is forgotten",
                lambda use: use.times(use.xs[0] ** (use.xs[1] - 1)),
            )
        case ("exp", _):
            yield "x e^(x - 1), the rule of powers", lambda use: use.times(use.x * use.y / math.e)
        case ("log" | "log2" | "log10", _):
            yield "x instead of 1/x", lambda use: use.times(use.x)
        case ("sqrt", _):
            yield "1/sqrt(x), the 2 is forgotten", lambda use: use.times(1 / use.y)
            yield "sqrt(x)/2", lambda use: use.times(use.y / 2)
        case ("sin" | "cos", _):
            same = np.sin if operation(node) == "sin" else np.cos
            yield f"{operation(node)} itself as its derivative", lambda use: use.times(same(use.x))
        case ("norm", _):
            yield "not divided by the norm", lambda use: use.times(use.x)
        case ("add" | "subtract", _):
            yield "x instead of 1 as the derivative of x", lambda use: use.times(use.x)


@declare(SLOPES, "operands swapped")
def _(node: Tensor, k: int) -> Wrong:
    if len(node.inputs) == 2 and operation(node) in (
        "divide",
        "power",
        "maximum",
        "minimum",
        "where",
    ):
        yield "the derivative by the other operand", lambda use: use.by(1 - k, use.g)


@declare(SLOPES, "activation")
def _(node: Tensor, k: int) -> Wrong:
    match operation(node):
        case "sigmoid":
            yield "s (1 + s) instead of s (1 - s)", lambda use: use.times(use.y * (1 + use.y))
            yield "1 - s instead of s (1 - s)", lambda use: use.times(1 - use.y)
            yield "s instead of s (1 - s)", lambda use: use.times(use.y)
            yield (
                "x (1 - x): pre-activation for activation",
                lambda use: use.times(use.x * (1 - use.x)),
            )
        case "tanh":
            yield "1 - t instead of 1 - t^2", lambda use: use.times(1 - use.y)
            yield "1 + t^2 instead of 1 - t^2", lambda use: use.times(1 + use.y**2)
            yield "t^2 instead of 1 - t^2", lambda use: use.times(use.y**2)
            yield "1 - x^2: pre-activation for activation", lambda use: use.times(1 - use.x**2)
    if operation(node) in ACTIVATIONS:
        yield (
            "taken at the activation instead of the pre-activation",
            lambda use: use.times(slope_at(use, use.y)),
        )


@declare(SLOPES, "relu")
def _(node: Tensor, k: int) -> Wrong:
    if operation(node) in ("relu", "leaky_relu", "elu"):
        yield "the mask is on the wrong side", lambda use: use.times(slope_at(use, -use.x))
        yield "x instead of 1 where x > 0", lambda use: use.times(use.y)


@declare(SLOPES, "logarithm base")
def _(node: Tensor, k: int) -> Wrong:
    for base, said in ((math.log(10), "10"), (math.log(2), "2")):
        if operation(node) == "log":
            yield (
                f"the derivative of the logarithm to base {said}",
                lambda use, b=base: use.right / b,
            )
        elif operation(node) == f"log{said}":
            yield "the derivative of the natural logarithm", lambda use, b=base: use.right * b


@declare(SLOPES, "inner input")
def _(node: Tensor, k: int) -> Wrong:
    x = node.inputs[k]
    op = node.op
    if op is None or type(x) is not Tensor or not (op.slopes and callable(op.slopes[k])):
        return
    for j, inner in enumerate(x.inputs):
        if type(inner) is Tensor and inner.shape == x.shape:
            said = f"the derivative of {op.name} taken at {written(inner)}"
            yield said, lambda use, j=j: use.times(slope_at(use, value_of(x.inputs[j])))


@declare(SLOPES, "softmax")
def _(node: Tensor, k: int) -> Wrong:
    axis = static(node).get("axis", -1)
    if operation(node) == "softmax":
        only = "only the diagonal of the Jacobian of softmax"
        yield only, lambda use: use.g * use.y * (1 - use.y)
        yield "softmax as if it were exp", lambda use: use.g * use.y
        yield (
            "p instead of p - y",
            lambda use: -use.y * np.sum(use.y * use.g, axis=axis, keepdims=True),
        )
    elif operation(node) == "log_softmax":
        yield (
            "p instead of p - y",
            lambda use: -np.exp(use.y) * np.sum(use.g, axis=axis, keepdims=True),
        )
        yield "p is forgotten in p - y", lambda use: use.g


@declare(SLOPES, "transposed")
def _(node: Tensor, k: int) -> Wrong:
    if operation(node) in PRODUCTS and max(np.ndim(value_of(x)) for x in node.inputs) == 2:
        yield "the result transposed", lambda use: use.right.T
        other = written(node.inputs[1 - k])
        if k == 0:
            yield f"{other} instead of its transpose", lambda use: use.g @ use.xs[1]
        else:
            yield f"{other} instead of its transpose", lambda use: use.xs[0] @ use.g


@declare(SLOPES, "broadcast sum")
def _(node: Tensor, k: int) -> Wrong:
    shape = np.shape(value_of(node.inputs[k]))
    if node.op is None or not node.op.slopes or shape == node.shape:
        return
    yield "not summed over what was broadcast", unsummed
    yield "only the first row, not the sum over all", lambda use: row(use, 0)
    yield "only the last row, not the sum over all", lambda use: row(use, -1)


@declare(SLOPES, "window")
def _(node: Tensor, k: int) -> Wrong:
    if operation(node) in PRODUCTS and node.shape == () and np.ndim(value_of(node.inputs[0])) == 1:
        yield "the kernel is flipped", lambda use: use.right[::-1]
    elif operation(node) == "conv" and k:
        yield "the kernel is flipped", lambda use: turned(use.right)
    elif operation(node) == "conv":
        yield "the kernel is flipped", lambda use: use.by(0, use.g, use.xs[0], turned(use.xs[1]))
