"""Which axes of an operation's operands and of its result belong together.

A rule gives every axis a label. Along axes of one label an entry of the result depends only on
those entries of the operands that lie at the same place, so that a batch lying there can be cut. A
label that the result lacks is summed over. An axis without a label, `None`, mixes its entries, or
is of length 1 and stretched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.numpy_target.notation import TRANSPOSES, axes_of
from autograd.compiler.shard.index import Labels, aligned, indexed, shape_of
from autograd.engine.operation import Operation
from autograd.engine.shapes import normalize_axes
from autograd.engine.tracing import CHECKED, DETACH
from autograd.ops import REGISTRY
from autograd.transforms.derivatives import enter


@dataclass(frozen=True)
class Axes:
    """The labels of the axes of each operand and of the result."""

    operands: Sequence[Labels]
    result: Labels


Rule = Callable[[Node], Axes | None]
"""Gives the labels for a step; `None` where it does not cover the step."""


def axes_in(node: Node) -> Axes | None:
    """The labels for a step; `None` for an operation of which nothing is known."""
    op = node.op
    assert op is not None
    if op in (DETACH, CHECKED, enter):
        return elementwise(node)
    if not is_ours(op):
        return None
    if op in TRANSPOSES:
        return _transpose(node)
    if op.kind == "elementwise" or _is_elementwise(op):
        return elementwise(node)
    rule = RULES.get(op.name)
    return None if rule is None else rule(node)


def is_ours(op: Operation) -> bool:
    """Whether an operation is one of `autograd` or `nn`; the user's may have the same names."""
    if REGISTRY.get(op.name) is op:
        return True
    return getattr(op.impl, "__module__", "").partition(".")[0] == "nn"


def _is_elementwise(op: Operation) -> bool:
    return isinstance(op.function, np.ufunc) and op.function.signature is None


def elementwise(node: Node) -> Axes:
    """Whatever works entry by entry, with broadcasting."""
    operands = [aligned(shape_of(x), node.shape) for x in node.inputs]
    return Axes(operands, tuple(range(len(node.shape))))


def _without(axes: Sequence[int], ndim: int) -> Labels:
    return tuple(None if i in axes else i for i in range(ndim))


def _reduced(node: Node, operand: Labels) -> Axes:
    """A reduction, by the labels of its operand; of the axes that it keeps, the others are 1."""
    ndim = len(operand)
    axes = normalize_axes(node.params.get("axis"), ndim)
    if len(node.shape) == ndim:
        return Axes([operand], _without(axes, ndim))
    return Axes([operand], tuple(i for i in range(ndim) if i not in axes))


def _sum(node: Node) -> Axes:
    return _reduced(node, tuple(range(len(shape_of(node.inputs[0])))))


def _reduction(node: Node) -> Axes:
    ndim = len(shape_of(node.inputs[0]))
    return _reduced(node, _without(normalize_axes(node.params.get("axis"), ndim), ndim))


def _along(default: int | None, name: str = "axis") -> Rule:
    """What mixes entries along the axes that a parameter names, and keeps the shape elsewhere."""

    def rule(node: Node) -> Axes | None:
        ndim = len(node.shape)
        if any(len(shape_of(x)) != ndim for x in node.inputs):
            return None
        labels = _without(normalize_axes(node.params.get(name, default), ndim), ndim)
        return Axes([labels] * len(node.inputs), labels)

    return rule


def _stack(node: Node) -> Axes:
    (joined,) = normalize_axes(node.params.get("axis", 0), len(node.shape))
    labels = _without([joined], len(node.shape))
    return Axes([labels[:joined] + labels[joined + 1 :]] * len(node.inputs), labels)


def _transpose(node: Node) -> Axes:
    return Axes([tuple(range(len(node.shape)))], axes_of(node))


def _pad(node: Node) -> Axes:
    widths = node.params["widths"]
    labels = _without([i for i, pair in enumerate(widths) if any(pair)], len(node.shape))
    return Axes([labels], labels)


def _first(count: int) -> Rule:
    """What works sample by sample, for so many first axes of all operands."""

    def rule(node: Node) -> Axes:
        def labels(x: Any) -> Labels:
            return tuple(i if i < count else None for i in range(len(shape_of(x))))

        return Axes([labels(x) for x in node.inputs], labels(node))

    return rule


def _convolution(node: Node) -> Axes:
    """Of samples, by weights that all of them share."""
    x, w = (len(shape_of(x)) for x in node.inputs)
    return Axes([(0, *(None,) * (x - 1)), (None,) * w], (0, *(None,) * (len(node.shape) - 1)))


def _convolution_weight(node: Node) -> Axes:
    x, g = (len(shape_of(x)) for x in node.inputs)
    return Axes([(0, *(None,) * (x - 1)), (0, *(None,) * (g - 1))], (None,) * len(node.shape))


def _of_matrices(node: Node) -> Axes:
    """What works on the last two axes."""
    labels = tuple(range(len(shape_of(node.inputs[0])) - 2))
    return Axes([(*labels, None, None)], (*labels, *(None,) * (len(node.shape) - len(labels))))


# Products -----------------------------------------------------------------------------------------


def _matmul(node: Node) -> Axes:
    a, b = map(shape_of, node.inputs)
    batch = np.broadcast_shapes(a[:-2], b[:-2])
    left = ("row", "sum") if len(a) > 1 else ("sum",)
    right = ("sum", "column") if len(b) > 1 else ("sum",)
    result = (*range(len(batch)), *left[:-1], *right[1:])
    return Axes([aligned(a[:-2], batch) + left, aligned(b[:-2], batch) + right], result)


def _vecdot(node: Node) -> Axes:
    shapes = [shape_of(x) for x in node.inputs]
    operands = [(*aligned(shape[:-1], node.shape), "sum") for shape in shapes]
    return Axes(operands, tuple(range(len(node.shape))))


def _outer(node: Node) -> Axes | None:
    flat = all(len(shape_of(x)) == 1 for x in node.inputs)
    return Axes([("row",), ("column",)], ("row", "column")) if flat else None


def _tensordot(node: Node) -> Axes:
    m, n = (len(shape_of(x)) for x in node.inputs)
    axes = node.params.get("axes", 2)
    pairs = (range(m - axes, m), range(axes)) if np.ndim(axes) == 0 else axes
    left, right = (np.atleast_1d(a) % k for a, k in zip(pairs, (m, n), strict=True))
    a, b = [("left", i) for i in range(m)], [("right", i) for i in range(n)]
    for i, j in zip(left, right, strict=True):
        b[j] = a[i]
    result = [label for label in (*a, *b) if not (label in a and label in b)]
    return Axes([tuple(a), tuple(b)], tuple(result))


def _einsum(node: Node) -> Axes | None:
    left, arrow, result = node.params["subscripts"].partition("->")
    if not arrow or "." in left:
        return None
    terms, shapes = left.split(","), [shape_of(x) for x in node.inputs]
    pairs = [list(zip(term, shape, strict=True)) for term, shape in zip(terms, shapes, strict=True)]
    stretched = {letter for pair in pairs for letter, n in pair if n != 1}
    operands = [tuple(None if n == 1 and a in stretched else a for a, n in pair) for pair in pairs]
    return Axes(operands, tuple(result))


# Indices ------------------------------------------------------------------------------------------


def _getitem(node: Node) -> Axes | None:
    x, *arrays = node.inputs
    found = indexed(node.params["index"], shape_of(x), arrays)
    return None if found is None else Axes([found.x, *found.of_slots()], found.result)


def _scatter(node: Node) -> Axes | None:
    _, *arrays = node.inputs
    found = indexed(node.params["index"], node.shape, arrays)
    return None if found is None else Axes([found.result, *found.of_slots()], found.x)


# All of them --------------------------------------------------------------------------------------

RULES: dict[str, Rule] = {
    **dict.fromkeys(("astype", "astype_discrete", "copy", "real", "imag", "angle"), elementwise),
    **dict.fromkeys(("round", "isclose", "isposinf", "isneginf", "tie_share", "same"), elementwise),
    "broadcast_to": elementwise,
    **dict.fromkeys(("sum", "mean"), _sum),
    **dict.fromkeys(("max", "min", "prod", "any", "all", "logsumexp"), _reduction),
    **dict.fromkeys(("argmax", "argmin", "count_nonzero", "median"), _reduction),
    **dict.fromkeys(("norm", "p_norm", "var", "std"), _reduction),
    **dict.fromkeys(("softmax", "log_softmax", "sort", "argsort", "diff"), _along(-1)),
    **dict.fromkeys(("ranks", "tied", "tie_mean", "recurrence", "fft", "ifft"), _along(-1)),
    **dict.fromkeys(("running_max", "running_min", "concatenate"), _along(0)),
    **dict.fromkeys(("cumsum", "cumprod", "prod_of_others", "flip", "roll"), _along(None)),
    **dict.fromkeys(("extremal_share", "median_share"), _along(None)),
    "stack": _stack,
    "pad_zeros": _pad,
    **dict.fromkeys(("max_pool", "is_max", "unpool", "at_max"), _first(2)),
    **dict.fromkeys(("sum_pool", "windows", "overlap_add"), _first(2)),
    **dict.fromkeys(("conv", "conv_transpose"), _convolution),
    "conv_weight": _convolution_weight,
    **dict.fromkeys(("inv", "det", "cholesky", "tril", "triu"), _of_matrices),
    "matmul": _matmul,
    "vecdot": _vecdot,
    "outer": _outer,
    "tensordot": _tensordot,
    "einsum": _einsum,
    "getitem": _getitem,
    "scatter": _scatter,
}
