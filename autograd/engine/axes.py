"""The axes that an operation works along: one description serves batches, transforms and shards.

A description answers two questions about a call. `labels`: which axes of the operands and of the
result belong together, so that a batch that lies along one of them can be cut into shards.
`vectorize`: what the operation computes when its operands get one more axis, in front, along which
a batch lies. Either answer may be `None`: the caller then does without, at a price or by refusing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine.shapes import Axis, Shape, normalize_axes

Label = Any
Labels = tuple[Label, ...]
"""One label for each axis; `None` for an axis that has none."""


@dataclass(frozen=True)
class Call:
    """One call of the operation `op`, as the rules for its axes see it.

    `operands` are arrays, numbers, or `None` for one whose value differs from run to run; `shapes`
    and `dtypes` are theirs, `shape` is that of the result.
    """

    op: Any
    params: Mapping[str, Any]
    operands: Sequence[Any]
    shapes: Sequence[Shape]
    dtypes: Sequence[np.dtype[Any]]
    shape: Shape

    def ndim(self, k: int = 0) -> int:
        """Return the number of axes of operand `k`."""
        return len(self.shapes[k])


class BatchedCall:
    """A call whose operands, some or all, have a batch of `n` along an additional first axis.

    `shapes` and `shape` are those without the batch; `batched` says which `operands` have it.
    """

    def __init__(
        self,
        op: Any,
        params: Mapping[str, Any] | None,
        operands: Sequence[Any],
        batched: Sequence[bool],
        shape: Shape,
        n: int,
    ) -> None:
        self.op, self.params = op, params or {}
        self.operands, self.batched, self.n = operands, batched, n
        self.shapes = [np.shape(x)[flag:] for x, flag in zip(operands, batched, strict=True)]
        self.shape = shape

    def ndim(self, k: int = 0) -> int:
        """Return the number of axes that operand `k` has without the batch."""
        return len(self.shapes[k])

    def apply(self, *operands: Any, **params: Any) -> Any:
        """Return the operation of other operands, or with other static parameters."""
        return self.op.apply(operands or tuple(self.operands), {**self.params, **params})

    def align(self, k: int, ndim: int) -> Any:
        """Return operand `k`, the batch in front of `ndim` axes, ready to be broadcast."""
        x, shape = self.operands[k], self.shapes[k]
        if not self.batched[k] or len(shape) == ndim:
            return x
        return np.reshape(x, (self.n, *(1,) * (ndim - len(shape)), *shape))

    def spread(self, k: int) -> Any:
        """Return operand `k` with the batch in any case."""
        x = self.operands[k]
        return x if self.batched[k] else np.broadcast_to(x, (self.n, *self.shapes[k]))

    def spread_all(self) -> list[Any]:
        """Return all operands with the batch."""
        return [self.spread(k) for k in range(len(self.operands))]


@dataclass(frozen=True)
class AxisLabels:
    """Which axes of the operands and of the result belong together.

    Along axes with the same label an entry of the result depends only on the entries of the
    operands at the same position, so a batch that lies there can be cut. A label that the result
    lacks is summed over. An axis with the label `None` mixes its entries, or has length 1 and is
    broadcast.
    """

    operands: Sequence[Labels]
    result: Labels


class Axes:
    """The axes that an operation works along; a subclass overrides what it can answer."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Return the labels of the axes of `call`, `None` if they are not known."""

    def vectorize(self, call: BatchedCall) -> Any:
        """Return the results for the batch, along a first axis; `None` if that is not known."""

    def cut_params(
        self, call: Call, label: Label, shape: Shape, cut: Callable[[Any, int], Any]
    ) -> dict[str, Any]:
        """Return the static parameters of `call` for one shard, whose result has `shape`.

        The operands are cut along the axes with the label, `cut(array, axis)` cuts a constant.
        """
        return dict(call.params)


def align_labels(shape: Shape, result: Shape) -> Labels:
    """Return labels of an operand that is broadcast to a result with the labels 0, 1, ...

    >>> align_labels((1, 3), (4, 2, 3))
    (None, 2)
    """
    extra = len(result) - len(shape)
    return tuple(None if n == 1 != result[i] else i for i, n in enumerate(shape, extra))


def without(axis: Axis, ndim: int) -> Labels:
    """Return the labels 0, 1, ... with `None` for the axes that `axis` names.

    >>> without(-1, 3)
    (0, 1, None)
    """
    axes = normalize_axes(axis, ndim)
    return tuple(None if i in axes else i for i in range(ndim))


class Elementwise(Axes):
    """An operation that works entry by entry; operands are broadcast."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of the result 0, 1, ..., and those of each operand from the last."""
        operands = [align_labels(shape, call.shape) for shape in call.shapes]
        return AxisLabels(operands, tuple(range(len(call.shape))))

    def vectorize(self, call: BatchedCall) -> Any:
        """Apply the operation to operands that are aligned at their last axes."""
        ndim = len(call.shape)
        y = call.apply(*(call.align(k, ndim) for k in range(len(call.operands))))
        # Operands without the batch may have stretched the result.
        shape = (call.n, *call.shape)
        return y if y.shape == shape else np.broadcast_to(y, shape)
