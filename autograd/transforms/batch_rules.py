"""What becomes of the axes of an operation when one more, along which a batch lies, is in front.

Only steps that are linear in what the batch holds are ever replayed: those of a pullback, in its
cotangent, and of tangents, in theirs. So functions such as `exp` or `inv`, though covered where
they work entry by entry, need no rule of their own.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.engine.operation import Operation
from autograd.engine.shapes import normalize_axes
from autograd.engine.tensor import Tensor


class Step:
    """One step of the record to be computed for a batch: its operands, and which have the axis."""

    def __init__(self, node: Tensor, operands: Sequence[Any], batched: Sequence[bool], n: int):
        assert node.op is not None
        self.op: Operation = node.op
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
"""Gives the batch of results; `None` where it does not cover the step."""


def elementwise(step: Step) -> Any:
    """Any operation that works entry by entry: all operands aligned at their last axes."""
    ndim = len(step.shape)
    y = step.apply(*(step.aligned(k, ndim) for k in range(len(step.operands))))
    # An operand may have been stretched by one that does not depend on the source.
    shape = (step.n, *step.shape)
    return y if y.shape == shape else np.broadcast_to(y, shape)


def _as_it_is(step: Step) -> Any:
    return step.apply()


def _along(*names: str, default: Any = None) -> Rule:
    """The operation with each axis that the parameters name one further back."""

    def rule(step: Step) -> Any:
        moved = {}
        for name in names:
            axis = step.params.get(name, default)
            if axis is None:
                return None
            moved[name] = _behind(axis, step.ndim())
        return step.apply(*(step.spread(k) for k in range(len(step.operands))), **moved)

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


def _diagonal(step: Step) -> Any:
    ndim = max(step.ndim(), len(step.shape))
    axes = (step.params.get(name, k) for k, name in enumerate(("axis1", "axis2")))
    moved = dict(zip(("axis1", "axis2"), (_behind(a, ndim) for a in axes), strict=True))
    return step.apply(**moved, **_shape(step))


def _shape(step: Step) -> dict[str, Any]:
    """The parameter `shape` of an operation that has one: that of its result."""
    return {"shape": (step.n, *step.shape)} if "shape" in step.params else {}


def _on_all_axes(step: Step) -> Any:
    """The shifts of `fftshift`, which without `axes` go along all."""
    axes = step.params.get("axes")
    return step.apply(
        axes=_behind(tuple(range(step.ndim())) if axes is None else axes, step.ndim())
    )


def _of_matrices(step: Step) -> Any:
    """What works on the last two axes; of a vector NumPy makes a matrix."""
    return step.apply() if step.ndim() > 1 else None


def _pad_zeros(step: Step) -> Any:
    return step.apply(widths=((0, 0), *step.params["widths"]))


def _index(step: Step) -> Any:
    """Taking (`getitem`) and its transpose (`scatter`): the new axis goes to the end and back.

    There no index gets at it; in front it would move the axes of arrays with something in between.
    """
    if any(step.batched[1:]):
        return None
    moved = {"index": _open(step)}
    if "shape" in step.params:
        moved["shape"] = (*step.shape, step.n)
    y = step.apply(np.moveaxis(step.operands[0], 0, -1), *step.operands[1:], **moved)
    return np.moveaxis(y, -1, 0)


def _open(step: Step) -> Any:
    """The index of a step, to which one more axis at the end is nothing."""
    index = step.params["index"]
    parts = index if isinstance(index, tuple) else (index,)
    return (*parts, slice(None)) if any(p is ... for p in parts) else index


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


def _aligned(step: Step) -> Any:
    """An operation that broadcasts all but the last axes of its operands, equally many of each."""
    ndim = max(len(shape) for shape in step.shapes)
    return step.apply(*(step.aligned(k, ndim) for k in range(len(step.operands))))


def _solve(step: Step) -> Any:
    """`A X = B` for many right-hand sides B: all are columns of one where A is one matrix."""
    a, b = step.operands
    if step.batched[0] or (step.ndim(0) > 2 and step.ndim(1) == 1):
        return None
    if max(step.ndim(0), step.ndim(1)) > 2:
        return _aligned(step)
    columns = np.reshape(np.moveaxis(b, 0, -1), (len(a), -1))
    x = np.reshape(np.linalg.solve(a, columns), (*step.shape, step.n))
    return np.moveaxis(x, -1, 0)


def _tensordot(step: Step) -> Any:
    if all(step.batched):
        return None
    axes = step.params.get("axes", 2)
    if np.ndim(axes) == 0:
        axes = range(step.ndim() - axes, step.ndim()), range(axes)
    summed = [np.atleast_1d(a) % step.ndim(k) + step.batched[k] for k, a in enumerate(axes)]
    y = step.apply(axes=[tuple(a.tolist()) for a in summed])
    return y if step.batched[0] else np.moveaxis(y, step.ndim() - len(summed[0]), 0)


def _put(step: Step) -> Any:
    """Like `_index`; both the array and the values written into it have the axis."""
    if any(step.batched[2:]):
        return None
    x, value = (np.moveaxis(step.spread(k), 0, -1) for k in (0, 1))
    return np.moveaxis(step.apply(x, value, *step.operands[2:], index=_open(step)), -1, 0)


def _as_samples(step: Step) -> Any:
    """An operation on samples (N, ...), each by itself, of which there are now n times as many."""
    x = np.reshape(step.operands[0], (-1, *step.shapes[0][1:]))
    return np.reshape(step.apply(x, *step.operands[1:]), (step.n, *step.shape))


def _all_as_samples(step: Step) -> Any:
    """An operation on samples (N, ...) of all its operands."""
    operands = (np.reshape(step.spread(k), (-1, *x[1:])) for k, x in enumerate(step.shapes))
    return np.reshape(step.apply(*operands), (step.n, *step.shape))


def _as_channels(k: int, axis: int, of_result: int) -> Rule:
    """A convolution with n times the channels, along one axis of operand `k` and of the result."""

    def rule(step: Step) -> Any:
        if step.params.get("groups", 1) != 1:
            return None
        operands = list(step.operands)
        shape = list(step.shapes[k])
        shape[axis] *= step.n
        operands[k] = np.reshape(np.moveaxis(operands[k], 0, axis), shape)
        apart = (*step.shape[:of_result], step.n, *step.shape[of_result:])
        return np.moveaxis(np.reshape(step.apply(*operands), apart), of_result, 0)

    return rule


def _by_operand(first: Rule, second: Rule) -> Rule:
    """The rule for whichever of two operands is the batch."""

    def rule(step: Step) -> Any:
        if all(step.batched):
            return None
        return first(step) if step.batched[0] else second(step)

    return rule


RULES: dict[str, Rule] = {
    **dict.fromkeys(("real", "imag", "conjugate", "astype", "copy"), _as_it_is),
    **dict.fromkeys(("sum", "mean"), _reduction),
    **dict.fromkeys(("cumsum", "diff", "flip", "roll"), _along("axis")),
    **dict.fromkeys(
        ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "tie_mean"), _along("axis", default=-1)
    ),
    **dict.fromkeys(("fftshift", "ifftshift"), _on_all_axes),
    **dict.fromkeys(("getitem", "scatter"), _index),
    **dict.fromkeys(("diagonal", "on_diagonal"), _diagonal),
    **dict.fromkeys(("tril", "triu"), _of_matrices),
    **dict.fromkeys(("cross", "vecdot", "cofactor_change"), _aligned),
    **dict.fromkeys(("windows", "overlap_add", "sum_pool", "unpool", "at_max"), _all_as_samples),
    "broadcast_to": _broadcast_to,
    "concatenate": _along("axis", default=0),
    "conv": _by_operand(_as_samples, _as_channels(1, 0, of_result=1)),
    "conv_transpose": _by_operand(_as_samples, _as_channels(1, 1, of_result=1)),
    "conv_weight": _by_operand(_as_channels(0, 1, of_result=1), _as_channels(1, 1, of_result=0)),
    "einsum": _einsum,
    "matmul": _matmul,
    "moveaxis": _along("source", "destination"),
    "outer": _outer,
    "pad_zeros": _pad_zeros,
    "put": _put,
    "reshape": _reshape,
    "solve": _solve,
    "stack": _stack,
    "swapaxes": _along("axis1", "axis2"),
    "tensordot": _tensordot,
    "transpose": _transpose,
}
