"""Mistakes in the contribution of one use of an operand to its gradient."""

import math

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.engine.walk import value_of
from autograd.marking.mistakes.declare import (
    ACTIVATIONS,
    SLOPES,
    WrongRules,
    compute_slope,
    count_reduced,
    declare,
    flip_kernel,
    format_operand,
    get_params,
    is_square,
    skip_unbroadcast,
    take_row,
)
from autograd.ops import (
    activations,
    arithmetic,
    compare,
    convolution,
    elementary,
    norms,
    products,
    reduce,
    softmax_family,
)


@declare(SLOPES, "sign")
def _(node: Tensor, k: int) -> WrongRules:
    yield "sign flipped", lambda use: -use.right


@declare(SLOPES, "factor 2")
def _(node: Tensor, k: int) -> WrongRules:
    yield "a factor 2 is missing", lambda use: use.right / 2
    yield "a factor 2 too much", lambda use: use.right * 2


@declare(SLOPES, "mean or sum")
def _(node: Tensor, k: int) -> WrongRules:
    n = count_reduced(node)
    if n > 1 and node.op in (reduce.mean, reduce.sum):
        if node.op is reduce.mean:
            sentence = f"the division by {n} is missing (sum instead of mean)"
            yield sentence, lambda use: use.right * n
        yield f"divided by {n} once too often (mean instead of sum)", lambda use: use.right / n
        for m in sorted({*np.shape(value_of(node.inputs[0]))} - {1, n}):
            if node.op is reduce.mean:
                yield f"divided by {m} instead of {n}", lambda use, m=m: use.right * n / m


@declare(SLOPES, "mean or sum")
def _(node: Tensor, k: int) -> WrongRules:
    rows = node.size // max(1, int(np.size(value_of(node.inputs[k]))))
    if node.op is not None and node.op.slopes and rows > 1:
        sentence = f"divided by {rows}: the mean over what was broadcast instead of the sum"
        yield sentence, lambda use: use.right / rows


@declare(SLOPES, "chain rule")
def _(node: Tensor, k: int) -> WrongRules:
    yield "the upstream gradient is forgotten", lambda use: use.apply_rule(k, np.ones_like(use.y))
    yield "the local derivative is forgotten", lambda use: use.multiply(1)


@declare(SLOPES, "local derivative")
def _(node: Tensor, k: int) -> WrongRules:
    match node.op, k:
        case (arithmetic.multiply, _):
            if is_square(node):
                return
            yield "the factor itself instead of the other one", lambda use: use.multiply(use.x)
        case (arithmetic.divide, 0):
            yield "times instead of divided by", lambda use: use.multiply(use.xs[1])
        case (arithmetic.divide, 1):
            yield "the divisor is not squared", lambda use: use.multiply(-use.xs[0] / use.x)
            yield "the numerator is forgotten", lambda use: use.multiply(-1 / use.x**2)
            yield "1/x instead of -1/x^2", lambda use: use.multiply(1 / use.x)
        case (arithmetic.power, 0):
            yield "the exponent is not lowered", lambda use: use.multiply(use.xs[1] * use.y)
            yield (
                "the factor of the exponent is forgotten",
                lambda use: use.multiply(use.xs[0] ** (use.xs[1] - 1)),
            )
        case (elementary.exp, _):
            yield (
                "x e^(x - 1), the rule of powers",
                lambda use: use.multiply(use.x * use.y / math.e),
            )
        case (elementary.log | elementary.log2 | elementary.log10, _):
            yield "x instead of 1/x", lambda use: use.multiply(use.x)
        case (elementary.sqrt, _):
            yield "1/sqrt(x), the 2 is forgotten", lambda use: use.multiply(1 / use.y)
            yield "sqrt(x)/2", lambda use: use.multiply(use.y / 2)
        case (elementary.sin, _):
            yield "sin itself as its derivative", lambda use: use.multiply(np.sin(use.x))
        case (elementary.cos, _):
            yield "cos itself as its derivative", lambda use: use.multiply(np.cos(use.x))
        case (norms.norm, _):
            yield "not divided by the norm", lambda use: use.multiply(use.x)
        case (arithmetic.add | arithmetic.subtract, _):
            yield "x instead of 1 as the derivative of x", lambda use: use.multiply(use.x)


@declare(SLOPES, "operands swapped")
def _(node: Tensor, k: int) -> WrongRules:
    if node.op in (arithmetic.divide, arithmetic.power, compare.maximum, compare.minimum):
        yield "the derivative by the other operand", lambda use: use.apply_rule(1 - k, use.g)


@declare(SLOPES, "activation")
def _(node: Tensor, k: int) -> WrongRules:
    match node.op:
        case activations.sigmoid:
            yield "s (1 + s) instead of s (1 - s)", lambda use: use.multiply(use.y * (1 + use.y))
            yield "1 - s instead of s (1 - s)", lambda use: use.multiply(1 - use.y)
            yield "s instead of s (1 - s)", lambda use: use.multiply(use.y)
            yield (
                "x (1 - x): pre-activation for activation",
                lambda use: use.multiply(use.x * (1 - use.x)),
            )
        case elementary.tanh:
            yield "1 - t instead of 1 - t^2", lambda use: use.multiply(1 - use.y)
            yield "1 + t^2 instead of 1 - t^2", lambda use: use.multiply(1 + use.y**2)
            yield "t^2 instead of 1 - t^2", lambda use: use.multiply(use.y**2)
            yield "1 - x^2: pre-activation for activation", lambda use: use.multiply(1 - use.x**2)
    if node.op in ACTIVATIONS:
        yield (
            "taken at the activation instead of the pre-activation",
            lambda use: use.multiply(compute_slope(use, use.y)),
        )


@declare(SLOPES, "relu")
def _(node: Tensor, k: int) -> WrongRules:
    if node.op in (activations.relu, activations.leaky_relu, activations.elu):
        yield "the mask is on the wrong side", lambda use: use.multiply(compute_slope(use, -use.x))
        yield "x instead of 1 where x > 0", lambda use: use.multiply(use.y)


@declare(SLOPES, "logarithm base")
def _(node: Tensor, k: int) -> WrongRules:
    for base, logarithm in ((10, elementary.log10), (2, elementary.log2)):
        factor = math.log(base)
        if node.op is elementary.log:
            yield (
                f"the derivative of the logarithm to base {base}",
                lambda use, factor=factor: use.right / factor,
            )
        elif node.op is logarithm:
            yield (
                "the derivative of the natural logarithm",
                lambda use, factor=factor: use.right * factor,
            )


@declare(SLOPES, "inner input")
def _(node: Tensor, k: int) -> WrongRules:
    x = node.inputs[k]
    op = node.op
    if op is None or type(x) is not Tensor or not (op.slopes and callable(op.slopes[k])):
        return
    for j, inner in enumerate(x.inputs):
        if type(inner) is Tensor and inner.shape == x.shape:
            sentence = f"the derivative of {op.name} taken at {format_operand(inner)}"
            yield (
                sentence,
                lambda use, j=j: use.multiply(compute_slope(use, value_of(x.inputs[j]))),
            )


@declare(SLOPES, "softmax")
def _(node: Tensor, k: int) -> WrongRules:
    axis = get_params(node).get("axis", -1)
    if node.op is softmax_family.softmax:
        only = "only the diagonal of the Jacobian of softmax"
        yield only, lambda use: use.g * use.y * (1 - use.y)
        yield "softmax as if it were exp", lambda use: use.g * use.y
        yield (
            "p instead of p - y",
            lambda use: -use.y * np.sum(use.y * use.g, axis=axis, keepdims=True),
        )
    elif node.op is softmax_family.log_softmax:
        yield (
            "p instead of p - y",
            lambda use: -np.exp(use.y) * np.sum(use.g, axis=axis, keepdims=True),
        )
        yield "p is forgotten in p - y", lambda use: use.g


@declare(SLOPES, "transposed")
def _(node: Tensor, k: int) -> WrongRules:
    if node.op is products.matmul and max(np.ndim(value_of(x)) for x in node.inputs) == 2:
        yield "the result transposed", lambda use: use.right.T
        other = format_operand(node.inputs[1 - k])
        if k == 0:
            yield f"{other} instead of its transpose", lambda use: use.g @ use.xs[1]
        else:
            yield f"{other} instead of its transpose", lambda use: use.xs[0] @ use.g


@declare(SLOPES, "broadcast sum")
def _(node: Tensor, k: int) -> WrongRules:
    shape = np.shape(value_of(node.inputs[k]))
    if node.op is None or not node.op.slopes or shape == node.shape:
        return
    yield "not summed over what was broadcast", skip_unbroadcast
    yield "only the first row, not the sum over all", lambda use: take_row(use, 0)
    yield "only the last row, not the sum over all", lambda use: take_row(use, -1)


@declare(SLOPES, "window")
def _(node: Tensor, k: int) -> WrongRules:
    if node.op is products.matmul and node.shape == () and np.ndim(value_of(node.inputs[0])) == 1:
        yield "the kernel is flipped", lambda use: use.right[::-1]
    elif node.op is convolution.conv and k:
        yield "the kernel is flipped", lambda use: flip_kernel(use.right)
    elif node.op is convolution.conv:
        yield (
            "the kernel is flipped",
            lambda use: use.apply_rule(0, use.g, use.xs[0], flip_kernel(use.xs[1])),
        )
