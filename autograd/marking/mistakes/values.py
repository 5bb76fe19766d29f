"""Mistakes in the result of a step."""

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.mistakes.declare import (
    LOGARITHMS,
    OPPOSITE,
    PRODUCTS,
    VALUES,
    Wrong,
    again,
    count,
    cut,
    declare,
    operation,
    other_windows,
    shifted,
    static,
    term,
    turned,
    value_of,
    written,
)


@declare(VALUES, "sign")
def _(node: Tensor) -> Wrong:
    match operation(node):
        case "add":
            yield "minus instead of plus", lambda y, xs: xs[0] - xs[1]
        case "subtract":
            yield "plus instead of minus", lambda y, xs: xs[0] + xs[1]
        case "exp" | "sigmoid":
            yield "sign of the exponent flipped", lambda y, xs: again(node, -xs[0])
        case _:
            yield "sign flipped", lambda y, xs: -y


@declare(VALUES, "factor 2")
def _(node: Tensor) -> Wrong:
    if operation(node) == "power" and np.size(node.inputs[1]) == 1:
        yield "multiplied by the exponent instead of raised to it", lambda y, xs: xs[0] * xs[1]
        yield "the power is forgotten", lambda y, xs: xs[0] * np.ones_like(y)
    yield "a factor 2 is missing", lambda y, xs: y / 2
    yield "a factor 2 too much", lambda y, xs: y * 2


@declare(VALUES, "mean or sum")
def _(node: Tensor) -> Wrong:
    n = count(node) if operation(node) in ("mean", "sum") else 1
    if n > 1 and operation(node) == "mean":
        yield f"the division by {n} is missing (sum instead of mean)", lambda y, xs: y * n
    elif n > 1 and operation(node) == "sum":
        yield f"divided by {n} once too often (mean instead of sum)", lambda y, xs: y / n


@declare(VALUES, "forgotten term")
def _(node: Tensor) -> Wrong:
    match operation(node), node.inputs:
        case ("add", (a, b)):
            yield f"{term(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
            yield f"{term(a)} is forgotten", lambda y, xs: xs[1] + 0 * y
        case ("subtract", (_, b)):
            yield f"{term(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case ("multiply", (a, b)):
            yield f"the factor {written(a)} is forgotten", lambda y, xs: xs[1] + 0 * y
            yield f"the factor {written(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case ("divide", (_, b)):
            yield f"the division by {written(b)} is forgotten", lambda y, xs: xs[0] + 0 * y
        case (("sqrt" | "abs" | "log" | "exp" | "tanh" | "sigmoid") as name, (_,)):
            yield f"{name} is forgotten", lambda y, xs: xs[0]
        case ("softmax", (_,)):
            yield "not divided by the sum of the exponentials", lambda y, xs: np.exp(xs[0])


@declare(VALUES, "operands swapped")
def _(node: Tensor) -> Wrong:
    if operation(node) in ("subtract", "divide", "power"):
        yield "operands swapped", lambda y, xs: again(node, xs[1], xs[0])
    elif operation(node) in OPPOSITE:
        other, instead = OPPOSITE[operation(node)]
        yield f"{other} instead of {operation(node)}", lambda y, xs: instead(*xs, **static(node))
    elif operation(node) == "where":
        yield "the two cases are swapped", lambda y, xs: np.where(xs[0], xs[2], xs[1])


@declare(VALUES, "transposed")
def _(node: Tensor) -> Wrong:
    if operation(node) in PRODUCTS:
        a, b = map(written, node.inputs)
        if np.ndim(value_of(node.inputs[0])) == 2:
            yield f"{a} transposed", lambda y, xs: again(node, xs[0].T, xs[1])
        if np.ndim(value_of(node.inputs[1])) == 2:
            yield f"{b} transposed", lambda y, xs: again(node, xs[0], xs[1].T)
        yield f"{b} times {a}", lambda y, xs: again(node, xs[1], xs[0])
    elif operation(node) == "transpose":
        yield "the transpose is forgotten", lambda y, xs: xs[0]


@declare(VALUES, "relu")
def _(node: Tensor) -> Wrong:
    if operation(node) == "relu":
        yield "relu keeps the negative side", lambda y, xs: np.minimum(xs[0], 0)
        yield "relu is forgotten", lambda y, xs: xs[0]
    elif operation(node) == "leaky_relu":
        yield "relu instead of leaky_relu", lambda y, xs: np.maximum(xs[0], 0)


@declare(VALUES, "logarithm base")
def _(node: Tensor) -> Wrong:
    if operation(node) in LOGARITHMS:
        for base, logarithm in LOGARITHMS.items():
            if base != operation(node):
                yield f"{base} instead of {operation(node)}", lambda y, xs, f=logarithm: f(xs[0])


@declare(VALUES, "softmax")
def _(node: Tensor) -> Wrong:
    if operation(node) in ("softmax", "log_softmax", "logsumexp") and np.ndim(node.data) == 2:
        axis = 1 if static(node).get("axis", -1) == 0 else 0
        yield f"over axis {axis}", lambda y, xs: again(node, xs[0], axis=axis)


@declare(VALUES, "window")
def _(node: Tensor) -> Wrong:
    if operation(node) in PRODUCTS and node.shape == () and np.ndim(value_of(node.inputs[0])) == 1:
        yield "the kernel is flipped", lambda y, xs: again(node, xs[0], xs[1][::-1])
    elif operation(node) == "conv":
        yield "the kernel is flipped", lambda y, xs: again(node, xs[0], turned(xs[1]))
        yield from other_windows(node)
    elif operation(node) == "getitem" and isinstance(
        index := static(node).get("index"), slice | int
    ):
        for step, said in ((1, "late"), (-1, "early")):
            m = shifted(index, step)
            yield f"the window is one place too {said}", lambda y, xs, m=m: cut(xs[0], m, y)


@declare(VALUES, "angle")
def _(node: Tensor) -> Wrong:
    if operation(node) in ("sin", "cos", "tan"):
        yield "degrees instead of radians", lambda y, xs: again(node, np.radians(xs[0]))
