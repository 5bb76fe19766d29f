"""Axes of operations that reduce, move or rearrange entries; products and indices have files too.

An operation is declared with an instance: `facts=Facts(axes=Along("axis", default=-1))`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from autograd.engine.axes import (
    Axes,
    AxisLabels,
    BatchedCall,
    Call,
    Elementwise,
    Label,
    Labels,
    align_labels,
    without,
)
from autograd.engine.shapes import Axis, Shape, normalize_axes


def move_back(axis: Any, ndim: int) -> Any:
    """Return the axis, or the axes, of an array with `ndim` axes once a batch stands before them.

    >>> move_back(-1, 3), move_back((0, 1), 3)
    (3, (1, 2))
    """
    if isinstance(axis, tuple | list):
        return tuple(move_back(a, ndim) for a in axis)
    return int(axis) % ndim + 1


# Reductions and scans -----------------------------------------------------------------------------


class Reduction(Axes):
    """A reduction over the axes that the parameter `axis` names, all of them without it.

    `one_axis` is for reductions, such as argmax, that flatten the operand without an axis.
    """

    def __init__(self, *, one_axis: bool = False) -> None:
        self._one_axis = one_axis

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes that are kept; the others mix their entries."""
        return self._reduce(call, without(call.params.get("axis"), call.ndim()))

    def _reduce(self, call: Call, operand: Labels) -> AxisLabels:
        axes = normalize_axes(call.params.get("axis"), len(operand))
        if len(call.shape) == len(operand):
            return AxisLabels([operand], without(axes, len(operand)))
        return AxisLabels([operand], tuple(i for i in range(len(operand)) if i not in axes))

    def vectorize(self, call: BatchedCall) -> Any:
        """Reduce over the same axes, one further back."""
        axes = tuple(a + 1 for a in normalize_axes(call.params.get("axis"), call.ndim()))
        if self._one_axis:
            return call.apply(axis=axes[0]) if len(axes) == 1 else None
        return call.apply(axis=axes) if axes else None


class Sum(Reduction):
    """A sum or mean: sums over parts of a cut axis add up to the whole."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label all axes of the operand, and those of the result that are kept."""
        return self._reduce(call, tuple(range(call.ndim())))

    def vectorize(self, call: BatchedCall) -> Any:
        """Reduce over the same axes, one further back; over no axes for numbers."""
        axes = normalize_axes(call.params.get("axis"), call.ndim())
        return call.apply(axis=tuple(a + 1 for a in axes))


class Along(Axes):
    """An operation along the axes that one parameter names; the others keep their entries apart.

    All operands have as many axes as the result. `default` stands in for a missing axis: `"all"`
    for all of them, `None` where the operation then flattens its operand.
    """

    def __init__(
        self, parameter: str = "axis", *, default: int | Literal["all"] | None = None
    ) -> None:
        self._parameter, self._default = parameter, default

    def _axis(self, params: Any, ndim: int) -> Axis:
        axis: Axis = params.get(self._parameter)
        if axis is None:
            return tuple(range(ndim)) if self._default == "all" else self._default
        return axis

    def labels(self, call: Call) -> AxisLabels | None:
        """Label all axes but those along which the operation works."""
        ndim = len(call.shape)
        if any(len(shape) != ndim for shape in call.shapes):
            return None
        labels = without(self._axis(call.params, ndim), ndim)
        return AxisLabels([labels] * len(call.shapes), labels)

    def vectorize(self, call: BatchedCall) -> Any:
        """Apply the operation along the same axes, one further back."""
        ndim = len(call.shape)
        axis = self._axis(call.params, ndim)
        if axis is None or any(len(shape) != ndim for shape in call.shapes):
            return None
        return call.apply(*call.spread_all(), **{self._parameter: move_back(axis, ndim)})


class Stack(Axes):
    """Operands of one shape, stacked along the new axis that the parameter `axis` names."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label all axes but the new one."""
        (new,) = normalize_axes(call.params.get("axis", 0), len(call.shape))
        labels = without(new, len(call.shape))
        return AxisLabels([labels[:new] + labels[new + 1 :]] * len(call.shapes), labels)

    def vectorize(self, call: BatchedCall) -> Any:
        """Stack along the same axis, one further back."""
        axis = move_back(call.params.get("axis", 0), len(call.shape))
        return call.apply(*call.spread_all(), axis=axis)


class LastAxes(Axes):
    """An operation on the last `count` axes; the axes before them are broadcast.

    With `summed`, it sums products of its operands along their last axis, `y = sum_k a_k b_k`.
    """

    def __init__(self, count: int, *, summed: bool = False) -> None:
        self._count, self._last = count, (("sum" if summed else None),) * count

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes before the last ones."""
        if any(len(shape) < self._count for shape in call.shapes):
            return None
        before = [shape[: len(shape) - self._count] for shape in call.shapes]
        batch = np.broadcast_shapes(*before)
        rest = (None,) * (len(call.shape) - len(batch))
        operands = [(*align_labels(shape, batch), *self._last) for shape in before]
        return AxisLabels(operands, (*range(len(batch)), *rest))

    def vectorize(self, call: BatchedCall) -> Any:
        """Apply the operation, the batch in front of all axes."""
        ndim = max(len(shape) for shape in call.shapes)
        if any(len(shape) < self._count for shape in call.shapes):
            return None
        return call.apply(*(call.align(k, ndim) for k in range(len(call.operands))))


class Samples(Axes):
    """An operation on samples, each by itself, that lie along the first `count` axes."""

    def __init__(self, count: int = 1) -> None:
        self._count = count

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the first axes of the operands and of the result."""

        def first(shape: Shape) -> Labels:
            return tuple(i if i < self._count else None for i in range(len(shape)))

        return AxisLabels([first(shape) for shape in call.shapes], first(call.shape))

    def vectorize(self, call: BatchedCall) -> Any:
        """Apply the operation to `n` times as many samples."""
        operands = (
            np.reshape(call.spread(k), (call.n * shape[0], *shape[1:]))
            for k, shape in enumerate(call.shapes)
        )
        return np.reshape(call.apply(*operands), (call.n, *call.shape))


# Other shapes -------------------------------------------------------------------------------------


class Transpose(Axes):
    """A permutation of the axes of one operand."""

    def order(self, op: Any, params: Any, ndim: int) -> tuple[int, ...]:
        """Return for each axis of the result which one of the operand it is."""
        # Read from the shape of an array whose axes all have different lengths.
        lengths = np.empty(tuple(range(ndim)))
        return tuple(int(n) for n in op.impl(lengths, **params).shape)

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of the operand 0, 1, ..."""
        ndim = len(call.shape)
        return AxisLabels([tuple(range(ndim))], self.order(call.op, call.params, ndim))

    def vectorize(self, call: BatchedCall) -> Any:
        """Transpose the axes behind the first."""
        order = self.order(call.op, call.params, call.ndim())
        return np.transpose(call.operands[0], (0, *(axis + 1 for axis in order)))


class Resized(Axes):
    """An operation whose parameter `shape` is the shape of its result."""

    def cut_params(
        self, call: Call, label: Label, shape: Shape, cut: Callable[[Any, int], Any]
    ) -> dict[str, Any]:
        """Replace the shape by that of the shard's part."""
        return {**call.params, "shape": shape}


class Reshape(Resized):
    """A reshape; a compiler that cuts one looks at the lengths of the axes itself."""

    def vectorize(self, call: BatchedCall) -> Any:
        """Reshape the axes behind the first, if entries are taken in C order."""
        if call.params.get("order", "C") != "C":
            return None
        return np.reshape(call.operands[0], (call.n, *call.shape))


class Broadcast(Resized, Elementwise):
    """`broadcast_to`: one operand, stretched to a shape."""

    def vectorize(self, call: BatchedCall) -> Any:
        """Broadcast the axes behind the first."""
        return np.broadcast_to(call.align(0, len(call.shape)), (call.n, *call.shape))


class Padding(Axes):
    """Padding by the `widths` before and behind each axis."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes that are not padded."""
        padded = [i for i, pair in enumerate(call.params["widths"]) if any(pair)]
        labels = without(padded, len(call.shape))
        return AxisLabels([labels], labels)

    def vectorize(self, call: BatchedCall) -> Any:
        """Pad the axes behind the first."""
        return call.apply(widths=((0, 0), *call.params["widths"]))


class Diagonal(Axes):
    """Taking the diagonal of two axes, `axis1` and `axis2`, which the result has as its last."""

    def _axes(self, params: Any, ndim: int) -> Sequence[int]:
        return normalize_axes((params.get("axis1", 0), params.get("axis2", 1)), ndim)

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes besides the two."""
        axes = self._axes(call.params, call.ndim())
        rest = tuple(i for i in range(call.ndim()) if i not in axes)
        return AxisLabels([without(axes, call.ndim())], (*rest, None))

    def vectorize(self, call: BatchedCall) -> Any:
        """Take the diagonal of the same axes, one further back."""
        axis1, axis2 = (axis + 1 for axis in self._axes(call.params, call.ndim()))
        return call.apply(axis1=axis1, axis2=axis2)


class OnDiagonal(Diagonal, Resized):
    """The transpose of taking a diagonal: zeros of `shape` with the operand on the diagonal."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes besides the two."""
        axes = self._axes(call.params, len(call.shape))
        rest = tuple(i for i in range(len(call.shape)) if i not in axes)
        return AxisLabels([(*rest, None)], without(axes, len(call.shape)))

    def vectorize(self, call: BatchedCall) -> Any:
        """Put the operand on the diagonal of the same axes, one further back."""
        axis1, axis2 = (axis + 1 for axis in self._axes(call.params, len(call.shape)))
        return call.apply(axis1=axis1, axis2=axis2, shape=(call.n, *call.shape))
