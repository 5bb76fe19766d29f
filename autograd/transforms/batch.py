"""A recorded computation replayed for many values of one tensor at once.

`replay` walks the record from a tensor to results that depend on it, and gives every step on the
way one more axis, in front, along which the values lie. An elementwise operation need not know of
it; to the others `RULES` says what becomes of their axes; what has no rule is computed value by
value, and so is right too. Jacobians are made this way: a pullback recorded once, replayed for all
rows of the identity matrix.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.engine.walk import evaluate
from autograd.ops import REGISTRY
from autograd.transforms.batch_rules import RULES, Step, elementwise
from autograd.transforms.derivatives import together

_LARGEST = 2**22
"""Entries that the largest array of a step may have, above which a batch is cut."""


def replay(results: Sequence[Any], source: Tensor, values: Any, *, lift: bool) -> list[Any]:
    """What `results` would be for each of `values` in the place of `source`, along a first axis.

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
    n = len(values)

    def compute(node: Tensor, operands: list[Any], batched: list[bool]) -> Any:
        return _compute(Step(node, operands, batched, n))

    found = evaluate(nodes, {source: values}, compute, lift=lift)
    return [
        found[x]
        if type(x) is Tensor and x in found
        else np.broadcast_to(x if lift or type(x) is not Tensor else x._data, (n, *np.shape(x)))
        for x in results
    ]


def _compute(step: Step) -> Any:
    """What a step gives for the batch: by its rule if there is one that covers it."""
    rule = None
    if REGISTRY.get(step.op.name) is step.op:
        rule = RULES.get(step.op.name) or (elementwise if step.op.kind == "elementwise" else None)
    y = None if rule is None else rule(step)
    return by_rows(step) if y is None else y


def by_rows(step: Step) -> Any:
    """What a step gives for the batch, value by value."""
    pairs = list(zip(step.operands, step.batched, strict=True))
    return np.stack(
        [step.apply(*(x[i] if moves else x for x, moves in pairs)) for i in range(step.n)]
    )
