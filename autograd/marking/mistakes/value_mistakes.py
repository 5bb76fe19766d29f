"""Mistakes in the result of a step."""

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.engine.walk import value_of
from autograd.marking.mistakes.declare import (
    LOGARITHMS,
    OPPOSITES,
    VALUES,
    WrongRules,
    compute_again,
    count_reduced,
    declare,
    flip_kernel,
    format_operand,
    format_term,
    get_params,
    shift_index,
    take_window,
    vary_windows,
)
from autograd.ops import (
    activations,
    arithmetic,
    compare,
    convolution,
    elementary,
    index,
    products,
    reduce,
    shape,
    softmax_family,
)


@declare(VALUES, "sign")
def _(node: Tensor) -> WrongRules:
    match node.op:
        case arithmetic.add:
            yield "minus instead of plus", lambda y, xs: xs[0] - xs[1]
        case arithmetic.subtract:
            yield "plus instead of minus", lambda y, xs: xs[0] + xs[1]
        case elementary.exp | activations.sigmoid:
            yield "sign of the exponent flipped", lambda y, xs: compute_again(node, -xs[0])
        case _:
            yield "sign flipped", lambda y, xs: -y


@declare(VALUES, "factor 2")
def _(node: Tensor) -> WrongRules:
    if node.op is arithmetic.power and np.size(node.inputs[1]) == 1:
        yield "multiplied by the exponent instead of raised to it", lambda y, xs: xs[0] * xs[1]
        yield "the power is forgotten", lambda y, xs: xs[0] * np.ones_like(y)
    yield "a factor 2 is missing", lambda y, xs: y / 2
    yield "a factor 2 too much", lambda y, xs: y * 2


@declare(VALUES, "mean or sum")
def _(node: Tensor) -> WrongRules:
    n = count_reduced(node) if node.op in (reduce.mean, reduce.sum) else 1
    if n > 1 and node.op is reduce.mean:
        yield f"the division by {n} is missing (sum instead of mean)", lambda y, xs: y * n
    elif n > 1 and node.op is reduce.sum:
        yield f"divided by {n} once too often (mean instead of sum)", lambda y, xs: y / n


_FORGETTABLE = (
    elementary.sqrt,
    arithmetic.absolute,
    elementary.log,
    elementary.exp,
    elementary.tanh,
    activations.sigmoid,
)


@declare(VALUES, "forgotten term")
def _(node: Tensor) -> WrongRules:
    match node.op, node.inputs:
        case (arithmetic.add, (a, b)):
            yield f"{format_term(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
            yield f"{format_term(a)} is forgotten", lambda y, xs: xs[1] + 0 * y
        case (arithmetic.subtract, (_, b)):
            yield f"{format_term(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case (arithmetic.multiply, (a, b)):
            yield f"the factor {format_operand(a)} is forgotten", lambda y, xs: xs[1] + 0 * y
            yield f"the factor {format_operand(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case (arithmetic.divide, (_, b)):
            yield f"the division by {format_operand(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case (softmax_family.softmax, (_,)):
            yield "not divided by the sum of the exponentials", lambda y, xs: np.exp(xs[0])
    if node.op is not None and node.op in _FORGETTABLE:
        yield f"{node.op.name} is forgotten", lambda y, xs: xs[0]


@declare(VALUES, "operands swapped")
def _(node: Tensor) -> WrongRules:
    op = node.op
    if op in (arithmetic.subtract, arithmetic.divide, arithmetic.power):
        yield "operands swapped", lambda y, xs: compute_again(node, xs[1], xs[0])
    elif op is not None and op in OPPOSITES:
        opposite = OPPOSITES[op]
        sentence = f"{opposite.name} instead of {op.name}"
        yield sentence, lambda y, xs: opposite.impl(*xs, **get_params(node))
    elif op is compare.where:
        yield "the two cases are swapped", lambda y, xs: np.where(xs[0], xs[2], xs[1])


@declare(VALUES, "transposed")
def _(node: Tensor) -> WrongRules:
    if node.op is products.matmul:
        a, b = map(format_operand, node.inputs)
        if np.ndim(value_of(node.inputs[0])) == 2:
            yield f"{a} transposed", lambda y, xs: compute_again(node, xs[0].T, xs[1])
        if np.ndim(value_of(node.inputs[1])) == 2:
            yield f"{b} transposed", lambda y, xs: compute_again(node, xs[0], xs[1].T)
        yield f"{b} times {a}", lambda y, xs: compute_again(node, xs[1], xs[0])
    elif node.op is shape.transpose:
        yield "the transpose is forgotten", lambda y, xs: xs[0]


@declare(VALUES, "relu")
def _(node: Tensor) -> WrongRules:
    if node.op is activations.relu:
        yield "relu keeps the negative side", lambda y, xs: np.minimum(xs[0], 0)
        yield "relu is forgotten", lambda y, xs: xs[0]
    elif node.op is activations.leaky_relu:
        yield "relu instead of leaky_relu", lambda y, xs: np.maximum(xs[0], 0)


@declare(VALUES, "logarithm base")
def _(node: Tensor) -> WrongRules:
    if node.op is not None and node.op in LOGARITHMS:
        for other in LOGARITHMS:
            if other is not node.op:
                sentence = f"{other.name} instead of {node.op.name}"
                yield sentence, lambda y, xs, other=other: other.impl(xs[0])


@declare(VALUES, "softmax")
def _(node: Tensor) -> WrongRules:
    normalizing = softmax_family.softmax, softmax_family.log_softmax, softmax_family.logsumexp
    if node.op in normalizing and np.ndim(node.data) == 2:
        axis = 1 if get_params(node).get("axis", -1) == 0 else 0
        yield f"over axis {axis}", lambda y, xs: compute_again(node, xs[0], axis=axis)


@declare(VALUES, "window")
def _(node: Tensor) -> WrongRules:
    if node.op is products.matmul and node.shape == () and np.ndim(value_of(node.inputs[0])) == 1:
        yield "the kernel is flipped", lambda y, xs: compute_again(node, xs[0], xs[1][::-1])
    elif node.op is convolution.conv:
        yield "the kernel is flipped", lambda y, xs: compute_again(node, xs[0], flip_kernel(xs[1]))
        yield from vary_windows(node)
    elif node.op is index.getitem and isinstance(
        place := get_params(node).get("index"), slice | int
    ):
        for step, direction in ((1, "late"), (-1, "early")):
            other = shift_index(place, step)
            yield (
                f"the window is one place too {direction}",
                lambda y, xs, other=other: take_window(xs[0], other, y),
            )


@declare(VALUES, "angle")
def _(node: Tensor) -> WrongRules:
    if node.op in (elementary.sin, elementary.cos, elementary.tan):
        yield "degrees instead of radians", lambda y, xs: compute_again(node, np.radians(xs[0]))
