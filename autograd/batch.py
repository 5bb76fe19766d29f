"""A recorded computation replayed for many values of one tensor at once.

`replay` walks the record from a tensor to results that depend on it, and gives every step on the
way one more axis, in front, along which the values lie. An elementwise operation need not know of
it; to the others `RULES` says what becomes of their axes; what has no rule is computed value by
value, and so is right too. Jacobians are made this way: a pullback recorded once, replayed for all
rows of the identity matrix.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import sweep
from autograd.ops import REGISTRY
from autograd.primitive import Primitive
from autograd.shapes import normalize_axes
from autograd.tensor import Tensor
from autograd.transforms import together

_LARGEST = 2**22
"""Entries that the largest array of a step may have, above which a batch is cut."""


class Step:
    """One step of the record to be computed for a batch: its operands, and which have the axis."""

    def __init__(self, node: Tensor, operands: Sequence[Any], batched: Sequence[bool], n: int):
        assert node.op is not None
        self.op: Primitive = node.op
        self.params = dict(node.params or {})
        self.shapes = [np.shape(x) for x in node.inputs]
        self.shape = node.shape
        self.operands, self.batched, self.n = operands, batched, n

    def ndim(self, k: int = 0) -> int:
        """The number of axes that operand `k` has by itself."""
        return len(self.shapes[k])

    def apply(self, *operands: Any, **params: Any) -> Any:
        """The operation of other operands, or with other static parameters."""
        return self.op.apply(operands or tuple(self.operands), {**self.params, **params})

    def aligned(self, k: int, ndim: int) -> Any:
        """Operand `k`, if it has the axis with axes put in behind it, to be broadcast."""
        x, shape = self.operands[k], self.shapes[k]
        if not self.batched[k] or len(shape) == ndim:
            return x
        return np.reshape(x, (self.n, *(1,) * (ndim - len(shape)), *shape))

    def spread(self, k: int) -> Any:
        """Operand `k` with the axis in any case."""
        x = self.operands[k]
        return x if self.batched[k] else np.broadcast_to(x, (self.n, *self.shapes[k]))


Rule = Callable[[Step], Any]


def replay(results: Sequence[Any], source: Tensor, values: Any, *, lift: bool) -> list[Any]:
    """What `results` would be for each of `values` in the place of `source`, along a first axis.

    With `lift` the replay is recorded.
    """
    if not len(values):
        return [np.zeros((0, *np.shape(x)), x.dtype) for x in results]
    nodes = sweep.order(together([x for x in results if type(x) is Tensor]), [source])[:-1]
    size = max((x.data.size for x in (*nodes, source)), default=1)
    length = max(1, _LARGEST // max(1, size))
    parts = [
        _replay(nodes, results, source, values[i : i + length], lift)
        for i in range(0, len(values), length)
    ]
    return [np.concatenate(part) if len(part) > 1 else part[0] for part in zip(*parts, strict=True)]


def _replay(
    nodes: Sequence[Tensor],
    results: Sequence[Any],
    source: Tensor,
    values: Any,
    lift: bool,
) -> list[Any]:
    found: dict[Tensor, Any] = {source: values}
    n = len(values)
    for node in nodes:
        if node is source:
            continue
        batched = [type(x) is Tensor and x in found for x in node.inputs]
        operands = [
            found[x] if moves else x.data if type(x) is Tensor and not lift else x
            for x, moves in zip(node.inputs, batched, strict=True)
        ]
        found[node] = _compute(Step(node, operands, batched, n))
    return [
        found[x]
        if type(x) is Tensor and x in found
        else np.broadcast_to(x if lift or type(x) is not Tensor else x.data, (n, *np.shape(x)))
        for x in results
    ]


def _compute(step: Step) -> Any:
    """What a step gives for the batch: by its rule if there is one that covers it."""
    rule = None
    if REGISTRY.get(step.op.name) is step.op:
        rule = RULES.get(step.op.name) or (_elementwise if step.op.kind == "elementwise" else None)
    y = None if rule is None else rule(step)
    return by_rows(step) if y is None else y


def by_rows(step: Step) -> Any:
    """What a step gives for the batch, value by value."""
    pairs = list(zip(step.operands, step.batched, strict=True))
    return np.stack(
        [step.apply(*(x[i] if moves else x for x, moves in pairs)) for i in range(step.n)]
    )


# The rules; `None` where one does not cover the step ---------------------------------------------


def _elementwise(step: Step) -> Any:
    ndim = len(step.shape)
    y = step.apply(*(step.aligned(k, ndim) for k in range(len(step.operands))))
    # An operand may have been stretched by one that does not depend on the source.
    shape = (step.n, *step.shape)
    return y if y.shape == shape else np.broadcast_to(y, shape)


def _as_it_is(step: Step) -> Any:
    return step.apply()


def _along(*names: str) -> Rule:
    """The operation with each axis that the parameters name one further back."""

    def rule(step: Step) -> Any:
        moved = {}
        for name in names:
            axis = step.params.get(name)
            if axis is None:
                return None
            moved[name] = _behind(axis, step.ndim())
        return step.apply(**moved)

    return rule


def _behind(axis: Any, ndim: int) -> Any:
    if isinstance(axis, tuple | list):
        return tuple(_behind(a, ndim) for a in axis)
    return int(axis) % ndim + 1


def _reduction(step: Step) -> Any:
    axes = normalize_axes(step.params.get("axis"), step.ndim())
    return step.apply(axis=tuple(a + 1 for a in axes))


def _reshape(step: Step) -> Any:
    if step.params.get("order", "C") != "C":
        return None
    return np.reshape(step.operands[0], (step.n, *step.shape))


def _broadcast_to(step: Step) -> Any:
    return np.broadcast_to(step.aligned(0, len(step.shape)), (step.n, *step.shape))


def _transpose(step: Step) -> Any:
    axes = step.params.get("axes")
    axes = tuple(reversed(range(step.ndim()))) if axes is None else axes
    return np.transpose(step.operands[0], (0, *_behind(tuple(axes), step.ndim())))


def _on_diagonal(step: Step) -> Any:
    ndim = len(step.shape)
    axes = (step.params.get(name, k) for k, name in enumerate(("axis1", "axis2")))
    axis1, axis2 = (_behind(a, ndim) for a in axes)
    return step.apply(shape=(step.n, *step.shape), axis1=axis1, axis2=axis2)


def _index(step: Step) -> Any:
    """The index behind the new axis, for taking (`getitem`) and its transpose (`scatter`)."""
    index = step.params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    simple = all(p is None or p is ... or type(p) in (int, slice) for p in parts)
    # NumPy puts the axes of several arrays in front if something stands between them.
    if len(step.operands) > 1 or not (simple or (len(parts) == 1 and _is_index_array(parts[0]))):
        return None
    behind = {"index": (slice(None), *parts)}
    if "shape" in step.params:
        behind["shape"] = (step.n, *step.shape)
    return step.apply(**behind)


def _is_index_array(part: Any) -> bool:
    return isinstance(part, list | np.ndarray)


def _concatenate(step: Step) -> Any:
    axis = step.params.get("axis", 0)
    if axis is None:
        return None
    spread = (step.spread(k) for k in range(len(step.operands)))
    return step.apply(*spread, axis=_behind(axis, step.ndim()))


def _stack(step: Step) -> Any:
    spread = (step.spread(k) for k in range(len(step.operands)))
    return step.apply(*spread, axis=_behind(step.params.get("axis", 0), len(step.shape)))


def _matmul(step: Step) -> Any:
    (a, b), (a_moves, b_moves) = step.operands, step.batched
    m, n = step.ndim(0), step.ndim(1)
    if a_moves and not b_moves and n <= 2 and m >= 1:
        # The rows of all matrices under one another: one product.
        rows = (-1, step.shapes[0][-1])
        return np.reshape(np.reshape(a, rows) @ b, (step.n, *step.shape)) if a.size else None
    if b_moves and not a_moves and n == 1 and m == 2:
        return b @ np.swapaxes(a, -1, -2)
    # In general: vectors as matrices, and other batches behind ours.
    depth = max(m, n, 2)
    a = step.aligned(0, depth) if m > 1 else np.reshape(a, _vector(step, 0, depth, row=True))
    b = step.aligned(1, depth) if n > 1 else np.reshape(b, _vector(step, 1, depth, row=False))
    return np.reshape(a @ b, (step.n, *step.shape))


def _vector(step: Step, k: int, depth: int, row: bool) -> tuple[int, ...]:
    (length,) = step.shapes[k]
    batch = (step.n if step.batched[k] else 1, *(1,) * (depth - 2))
    return (*batch, 1, length) if row else (*batch, length, 1)


def _outer(step: Step) -> Any:
    (a, b), lengths = step.operands, [math.prod(shape) for shape in step.shapes]
    ns = [step.n if moves else 1 for moves in step.batched]
    return np.reshape(a, (ns[0], lengths[0], 1)) * np.reshape(b, (ns[1], 1, lengths[1]))


def _einsum(step: Step) -> Any:
    left, arrow, result = step.params["subscripts"].partition("->")
    if not arrow or "." in left:
        return None
    letter = next((c for c in map(chr, range(ord("a"), ord("z") + 1)) if c not in left), None)
    if letter is None:
        return None
    terms = [
        letter + term if moves else term
        for term, moves in zip(left.split(","), step.batched, strict=True)
    ]
    return step.apply(subscripts=f"{','.join(terms)}->{letter}{result}")


RULES: dict[str, Rule] = {
    **dict.fromkeys(("real", "imag", "conjugate", "astype", "copy"), _as_it_is),
    **dict.fromkeys(("sum", "mean"), _reduction),
    **dict.fromkeys(("cumsum", "diff", "flip", "roll"), _along("axis")),
    **dict.fromkeys(("getitem", "scatter"), _index),
    "broadcast_to": _broadcast_to,
    "concatenate": _concatenate,
    "einsum": _einsum,
    "matmul": _matmul,
    "moveaxis": _along("source", "destination"),
    "on_diagonal": _on_diagonal,
    "outer": _outer,
    "reshape": _reshape,
    "stack": _stack,
    "swapaxes": _along("axis1", "axis2"),
    "transpose": _transpose,
}
