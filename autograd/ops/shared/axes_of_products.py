"""Axes of products: matrices, tensors, einsum, convolutions and linear systems."""

import math
from string import ascii_letters
from typing import Any

import numpy as np

from autograd.engine.axes import Axes, AxisLabels, BatchedCall, Call, align_labels
from autograd.ops.shared.axes import LastAxes, Samples


class MatrixProduct(Axes):
    """`matmul`: vectors, matrices and stacks of matrices."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of stacks, then the rows, the columns and the sum."""
        a, b = call.shapes
        batch = np.broadcast_shapes(a[:-2], b[:-2])
        left = ("row", "sum") if len(a) > 1 else ("sum",)
        right = ("sum", "column") if len(b) > 1 else ("sum",)
        result = (*range(len(batch)), *left[:-1], *right[1:])
        operands = [align_labels(a[:-2], batch) + left, align_labels(b[:-2], batch) + right]
        return AxisLabels(operands, result)

    def vectorize(self, call: BatchedCall) -> Any:
        """Multiply as few and as large matrices as the shapes allow."""
        (a, b), (a_moves, b_moves) = call.operands, call.batched
        m, n = call.ndim(0), call.ndim(1)
        if a_moves and not b_moves and n <= 2 and m >= 1:
            # All rows below one another: one product.
            rows = (-1, call.shapes[0][-1])
            return np.reshape(np.reshape(a, rows) @ b, (call.n, *call.shape)) if a.size else None
        if b_moves and not a_moves and n == 1 and m == 2:
            return b @ np.swapaxes(a, -1, -2)
        # Vectors become matrices, and the axes of stacks come behind the batch.
        ndim = max(m, n, 2)
        a = call.align(0, ndim) if m > 1 else np.reshape(a, _vector(call, 0, ndim, is_row=True))
        b = call.align(1, ndim) if n > 1 else np.reshape(b, _vector(call, 1, ndim, is_row=False))
        return np.reshape(a @ b, (call.n, *call.shape))


def _vector(call: BatchedCall, k: int, ndim: int, is_row: bool) -> tuple[int, ...]:
    """Return the shape of operand `k`, a vector, as a stack of rows or columns."""
    (length,) = call.shapes[k]
    batch = (call.n if call.batched[k] else 1, *(1,) * (ndim - 2))
    return (*batch, 1, length) if is_row else (*batch, length, 1)


class OuterProduct(Axes):
    """`outer`: of all entries of two operands."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label rows and columns, if the operands are vectors."""
        if any(len(shape) != 1 for shape in call.shapes):
            return None
        return AxisLabels([("row",), ("column",)], ("row", "column"))

    def vectorize(self, call: BatchedCall) -> Any:
        """Multiply columns by rows."""
        (a, b), lengths = call.operands, [math.prod(shape) for shape in call.shapes]
        ns = [call.n if flag else 1 for flag in call.batched]
        return np.reshape(a, (ns[0], lengths[0], 1)) * np.reshape(b, (ns[1], 1, lengths[1]))


class TensorProduct(Axes):
    """`tensordot`, summed over the pairs of axes that the parameter `axes` names."""

    def _summed(self, params: Any, m: int, n: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the axes, of operands with `m` and `n`, that are summed pair by pair."""
        axes = params.get("axes", 2)
        if np.ndim(axes) == 0:
            axes = range(m - axes, m), range(axes)
        left, right = (
            tuple((np.atleast_1d(a) % k).tolist()) for a, k in zip(axes, (m, n), strict=True)
        )
        return left, right

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of each operand, those that are summed alike."""
        m, n = call.ndim(0), call.ndim(1)
        a, b = [("left", i) for i in range(m)], [("right", i) for i in range(n)]
        for i, j in zip(*self._summed(call.params, m, n), strict=True):
            b[j] = a[i]
        result = [label for label in (*a, *b) if not (label in a and label in b)]
        return AxisLabels([tuple(a), tuple(b)], tuple(result))

    def vectorize(self, call: BatchedCall) -> Any:
        """Carry the batch as an axis of one operand; not where both have it."""
        if all(call.batched):
            return None
        summed = self._summed(call.params, call.ndim(0), call.ndim(1))
        moved = [
            tuple(axis + flag for axis in axes)
            for axes, flag in zip(summed, call.batched, strict=True)
        ]
        y = call.apply(axes=moved)
        return y if call.batched[0] else np.moveaxis(y, call.ndim() - len(summed[0]), 0)


class Einsum(Axes):
    """`einsum` with subscripts that name all axes and the result."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Take the letters as labels."""
        left, arrow, result = call.params["subscripts"].partition("->")
        if not arrow or "." in left:
            return None
        pairs = [
            list(zip(term, shape, strict=True))
            for term, shape in zip(left.split(","), call.shapes, strict=True)
        ]
        stretched = {letter for pair in pairs for letter, n in pair if n != 1}
        operands = [tuple(None if n == 1 and a in stretched else a for a, n in p) for p in pairs]
        return AxisLabels(operands, tuple(result))

    def vectorize(self, call: BatchedCall) -> Any:
        """Give the batch a letter."""
        left, arrow, result = call.params["subscripts"].partition("->")
        letter = next((c for c in ascii_letters if c not in left), None)
        if not arrow or "." in left or letter is None:
            return None
        terms = [
            letter + term if flag else term
            for term, flag in zip(left.split(","), call.batched, strict=True)
        ]
        return call.apply(subscripts=f"{','.join(terms)}->{letter}{result}")


class LinearSystem(LastAxes):
    """`solve`: the solution X of `A X = B`, where a B with one axis is a vector."""

    def __init__(self) -> None:
        super().__init__(2)

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the axes of stacks; the columns of B are solved together."""
        return super().labels(call) if call.ndim(1) > 1 else None

    def vectorize(self, call: BatchedCall) -> Any:
        """Solve for all right-hand sides at once, as columns of one where A is one matrix."""
        a, b = call.operands
        if call.batched[0] or (call.ndim(0) > 2 and call.ndim(1) == 1):
            return None
        if max(call.ndim(0), call.ndim(1)) > 2:
            return super().vectorize(call)
        count = math.prod(call.shapes[1][1:]) * call.n
        columns = np.reshape(np.moveaxis(b, 0, -1), (len(a), count))
        x = np.reshape(np.linalg.solve(a, columns), (*call.shape, call.n))
        return np.moveaxis(x, -1, 0)


# Convolutions -------------------------------------------------------------------------------------


class Convolution(Samples):
    """A convolution of samples by weights that all of them share.

    `channels` is the axis of the weights that becomes the channels of the result.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(1)
        self._channels = channels

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the samples."""
        x, w = call.shapes
        samples = (0, *(None,) * (len(x) - 1))
        return AxisLabels([samples, (None,) * len(w)], (0, *(None,) * (len(call.shape) - 1)))

    def vectorize(self, call: BatchedCall) -> Any:
        """Carry a batch of operands as more samples, one of weights as more channels."""
        if all(call.batched):
            return None
        if call.batched[1]:
            return _as_channels(call, 1, self._channels, of_result=1)
        x = np.reshape(call.operands[0], (call.n * call.shapes[0][0], *call.shapes[0][1:]))
        return np.reshape(call.apply(x, call.operands[1]), (call.n, *call.shape))


class ConvolutionWeight(Axes):
    """The cotangent of the weights: a sum over samples."""

    def labels(self, call: Call) -> AxisLabels | None:
        """Label the samples, which the result lacks."""
        operands = [(0, *(None,) * (len(shape) - 1)) for shape in call.shapes]
        return AxisLabels(operands, (None,) * len(call.shape))

    def vectorize(self, call: BatchedCall) -> Any:
        """Carry the batch as more channels; not where both operands have it."""
        if all(call.batched):
            return None
        return _as_channels(call, *((0, 1, 1) if call.batched[0] else (1, 1, 0)))


def _as_channels(call: BatchedCall, k: int, axis: int, of_result: int) -> Any:
    """Return a convolution with n times the channels, along one axis of operand `k`."""
    if call.params.get("groups", 1) != 1:
        return None
    operands, shape = list(call.operands), list(call.shapes[k])
    shape[axis] *= call.n
    operands[k] = np.reshape(np.moveaxis(operands[k], 0, axis), shape)
    apart = (*call.shape[:of_result], call.n, *call.shape[of_result:])
    return np.moveaxis(np.reshape(call.apply(*operands), apart), of_result, 0)
