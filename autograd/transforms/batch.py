"""Batching: a recorded computation evaluated for many values of one tensor at once.

`vectorize` walks the record from a tensor to results that depend on it, and gives every step on
the path one more axis in front, along which the values lie. The axes of an operation are among its
facts; a step of an operation without them is computed value by value, which is slower and equally
right. Jacobians are made this way: a pullback recorded once, vectorized over the rows of the
identity matrix.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.axes import BatchedCall
from autograd.engine.tensor import Tensor
from autograd.engine.walk import evaluate
from autograd.transforms.derivatives import join_outputs

_LARGEST = 2**22
"""Number of entries in the largest array of a step above which a batch is cut."""


def vectorize(results: Sequence[Any], source: Tensor, values: Any, *, lift: bool) -> list[Any]:
    """Return `results` for each of `values` in place of `source`, along a first axis.

    With `lift` the computation is recorded.
    """
    if not len(values):
        return [np.zeros((0, *np.shape(x)), x.dtype) for x in results]
    nodes = sweep.order(join_outputs([x for x in results if type(x) is Tensor]), [source])[:-1]
    size = max((x._data.size for x in (*nodes, source)), default=1)
    length = max(1, _LARGEST // max(1, size))
    parts = [
        _vectorize(nodes, results, source, values[i : i + length], lift)
        for i in range(0, len(values), length)
    ]
    return [np.concatenate(part) if len(part) > 1 else part[0] for part in zip(*parts, strict=True)]


def _vectorize(
    nodes: Sequence[Tensor],
    results: Sequence[Any],
    source: Tensor,
    values: Any,
    lift: bool,
) -> list[Any]:
    n = len(values)

    def compute(node: Tensor, operands: list[Any], batched: list[bool]) -> Any:
        assert node.op is not None
        return _compute(BatchedCall(node.op, node.params, operands, batched, node.shape, n))

    found = evaluate(nodes, {source: values}, compute, lift=lift)
    return [
        found[x]
        if type(x) is Tensor and x in found
        else np.broadcast_to(x if lift or type(x) is not Tensor else x._data, (n, *np.shape(x)))
        for x in results
    ]


def _compute(call: BatchedCall) -> Any:
    """Return the results of a call for the batch, by its axes if they tell."""
    axes = call.op.axes
    y = None if axes is None else axes.vectorize(call)
    return by_rows(call) if y is None else y


def by_rows(call: BatchedCall) -> Any:
    """Return the results of a call for the batch, computed value by value."""
    pairs = list(zip(call.operands, call.batched, strict=True))
    return np.stack(
        [call.apply(*(x[i] if moves else x for x, moves in pairs)) for i in range(call.n)]
    )
