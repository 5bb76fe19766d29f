"""The walks over the record: `order`, `pull` (reverse mode) and `push` (forward mode).

    reverse, from the root down:    dL/dx = sum over the uses of x of  dL/dy * dy/dx
    forward, from the leaves up:    dy/dt = sum over the operands x of  dy/dx * dx/dt

With `lift`, the rules are run on tensors instead of arrays and so record themselves: the
derivative is then a graph of its own, which can be differentiated again, drawn or compiled.
"""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.dtypes import Value
from autograd.errors import GraphReleasedError, NotDifferentiableError, StaleGraphError
from autograd.tensor import RELEASED, Tensor, describe

Cotangents = dict[Tensor, Any]
_seq = attrgetter("seq")


def order(root: Tensor, leaves: Collection[Tensor] | None = None) -> list[Tensor]:
    """The tensors on the ways from the leaves to `root`, operands before results.

    Without `leaves`, all tensors below `root` that require gradients. Takes time linear in the
    number of recorded steps, and does not recurse.

    Raises `GraphReleasedError` where a pass has let go of a step's operands, and `StaleGraphError`
    where an operand has a new value since.
    """
    ends = frozenset(leaves or ())
    # Nothing older than every leaf can depend on one, unless a leaf has a new value and `seq`.
    ages = [leaf.seq for leaf in ends]
    oldest = min(ages) if ages and max(ages) <= root.seq else 0
    found = [root]
    seen = {root}
    for node in found:
        if node in ends:
            continue
        if node.inputs is RELEASED:
            raise GraphReleasedError(
                f"the step that made {describe(node)} was let go by backward(retain_graph=False); "
                "compute the result again, or keep the graph in the first pass"
            )
        seq = node.seq
        for x in node.inputs:
            if type(x) is Tensor:
                if x.seq > seq:
                    _raise_stale(x, node)
                if x._requires_grad and x.seq >= oldest and x not in seen:
                    seen.add(x)
                    found.append(x)
    found.sort(key=_seq)
    return found if leaves is None else _between(found, ends)


def _between(nodes: list[Tensor], leaves: frozenset[Tensor]) -> list[Tensor]:
    """Those of `nodes`, operands before results, that depend on one of `leaves`."""
    reached = set[Tensor]()
    for node in nodes:
        if node in leaves or any(type(x) is Tensor and x in reached for x in node.inputs):
            reached.add(node)
    return [node for node in nodes if node in reached]


def _raise_stale(x: Tensor, node: Tensor) -> None:
    assert node.op is not None
    raise StaleGraphError(
        f"{describe(x)} was given a new value after {node.op.name} had used the old one; "
        "compute the result again before asking for its gradient"
    )


def pull(
    root: Tensor,
    seed: Any,
    leaves: Collection[Tensor] | None = None,
    *,
    lift: bool = False,
    release: bool = False,
    every: bool = False,
    watch: bool = True,
) -> Cotangents:
    """Reverse mode: the cotangents of the leaves, given `seed`, the cotangent of `root`.

    Without `leaves`, of all leaves that require gradients. With `every`, the cotangents of the
    steps in between are in the result too. `release` lets go of each step as the pass leaves it.
    Without `watch`, the pass leaves no trace: no hook runs and no gradient is retained.
    """
    nodes = order(root, leaves)
    wanted = frozenset(nodes) if leaves is not None else None
    ends = frozenset(leaves or ())
    cotangents: Cotangents = {root: seed}
    owned: set[Tensor] = set()
    result: Cotangents = {}
    while nodes:
        node = nodes.pop()
        g = cotangents.pop(node)
        if g.dtype is not node.data.dtype:
            g = _cast(g, node)
        if watch and node._watch is not None:
            g = _watched(node, g)
        op, inputs = node.op, node.inputs
        if op is None or node in ends:
            result[node] = g
            continue
        if every:
            result[node] = g
        y = node if lift else node.data
        values: Sequence[Any] = (
            inputs if lift else [x.data if type(x) is Tensor else x for x in inputs]
        )
        params = node.params or _NO_PARAMS
        for k, x in enumerate(inputs):
            if type(x) is not Tensor or not x._requires_grad:
                continue
            if wanted is not None and x not in wanted:
                continue
            rule = op.pull(k) if op.variadic else op.pulls[k]
            contribution = rule(g, y, *values, **params)
            if x not in cotangents:
                cotangents[x] = contribution
            elif x in owned and type(cotangents[x]) is np.ndarray:
                cotangents[x] += contribution
            else:
                # The first contribution may be an alias of another gradient: leave it alone.
                cotangents[x] = cotangents[x] + contribution
                owned.add(x)
        if release:
            node.inputs = RELEASED
    return result


_NO_PARAMS: dict[str, Any] = {}


def _cast(g: Any, node: Tensor) -> Any:
    """A gradient has the dtype of its tensor."""
    dtype = node.dtype
    if "c" in (dtype.kind, g.dtype.kind):
        raise NotDifferentiableError(
            f"{describe(node)} meets complex numbers on its way, for which no derivative rules are "
            "declared; keep real and imaginary parts as two real tensors"
        )
    return g.astype(dtype, copy=False)


def _watched(node: Tensor, g: Any) -> Any:
    """Run the hooks on a gradient that is complete, and keep it if that was asked for."""
    watch = node._watch
    assert watch is not None
    for hook in list(watch.hooks.values()):
        replaced = hook(g)
        if replaced is not None:
            g = replaced
    if watch.retain and node.op is not None:
        accumulate(node, g)
    return g


def accumulate(tensor: Tensor, g: Any) -> None:
    """Add `g` to `tensor.grad`, which shares memory with nothing else."""
    g = g.data if type(g) is Tensor else g
    tensor._grad = np.array(g)[()] if tensor._grad is None else tensor._grad + g


def push(root: Tensor, seeds: Mapping[Tensor, Any], *, lift: bool = False) -> Value:
    """Forward mode: the tangent of `root`, given the tangents of the leaves."""
    tangents: dict[Tensor, Any] = dict(seeds)
    for node in order(root, seeds):
        if node in seeds:
            continue
        op, inputs = node.op, node.inputs
        assert op is not None
        y = node if lift else node.data
        values: Sequence[Any] = (
            inputs if lift else [x.data if type(x) is Tensor else x for x in inputs]
        )
        params = node.params or _NO_PARAMS
        total: Any = None
        for k, x in enumerate(inputs):
            if type(x) is Tensor and x in tangents:
                contribution = op.push(k)(tangents[x], y, *values, **params)
                total = contribution if total is None else total + contribution
        if total.shape != node.data.shape:
            total = np.broadcast_to(total, node.data.shape)
        if total.dtype is not node.data.dtype:
            total = total.astype(node.data.dtype, copy=False)
        tangents[node] = total
    if root in tangents:
        return tangents[root]
    return np.zeros_like(root.data)
