"""A recorded computation replayed for many values of one tensor at once.

`replay` walks the record from a tensor to results that depend on it, and gives every step on the
way one more axis, in front, along which the values lie. What becomes of an operation then follows
from its axes; an operation without a description of them is computed value by value. Jacobians are
made this way: a pullback recorded once, replayed for all rows of the identity matrix.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.axes import BatchedCall
from autograd.engine.tensor import Tensor
from autograd.transforms.derivatives import together

_LARGEST = 2**22
"""Entries that the largest array of a step may have, above which a batch is cut."""


def replay(results: Sequence[Any], source: Tensor, values: Any, *, lift: bool) -> list[Any]:
    """Return `results` for each of `values` in the place of `source`, along a first axis.

    With `lift` the replay is recorded.
    """
    if not len(values):
        return [np.zeros((0, *np.shape(x)), x.dtype) for x in results]
    nodes = sweep.order(together([x for x in results if type(x) is Tensor]), [source])[:-1]
    size = max((x._data.size for x in (*nodes, source)), default=1)
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
            found[x] if moves else x._data if type(x) is Tensor and not lift else x
            for x, moves in zip(node.inputs, batched, strict=True)
        ]
        assert node.op is not None
        call = BatchedCall(node.op, node.params, operands, batched, node.shape, n)
        found[node] = _compute(call)
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
    """Return the results of a call for the batch, computed one by one."""
    pairs = list(zip(call.operands, call.batched, strict=True))
    return np.stack(
        [call.apply(*(x[i] if moves else x for x, moves in pairs)) for i in range(call.n)]
    )
