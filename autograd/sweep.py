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
from numpy import float64, ndarray

from autograd.dtypes import as_value, conjugate
from autograd.errors import (
    GraphReleasedError,
    ShapeError,
    StaleGraphError,
)
from autograd.shapes import unbroadcast
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
                f"the operands of {describe(node)} were let go by backward(retain_graph=False); "
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
        moved = any(type(x) is Tensor and x in reached for x in node.inputs)
        if node in leaves or (moved and node._requires_grad):
            reached.add(node)
    return [node for node in nodes if node in reached] if nodes[-1] in reached else []


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
    wanted = None if leaves is None else frozenset(nodes)
    ends = frozenset(leaves or ())
    cotangents: Cotangents = {root: seed}
    owned: set[Tensor] = set()
    result: Cotangents = {}

    def deposit(x: Tensor, contribution: Any) -> None:
        before = cotangents.get(x)
        if before is None:
            cotangents[x] = contribution
        elif type(before) is ndarray and x in owned and contribution.dtype is before.dtype:
            before += contribution
        else:
            # The first contribution may be an alias of another gradient: leave it alone.
            cotangents[x] = total = before + contribution
            # Lifted, a later contribution may be a tensor, which an array cannot take in.
            if type(total) is ndarray and not lift:
                owned.add(x)

    while nodes:
        node = nodes.pop()
        g = cotangents.pop(node)
        y: Any = node._data
        if not (type(g) is type(y) is float64) and g.dtype is not y.dtype:
            g = _cast(g, node)
        if watch and node._watch is not None:
            g = _watched(node, g)
        op, inputs, params = node.op, node.inputs, node.params
        if op is None or node in ends:
            result[node] = g
            continue
        if every:
            result[node] = g
        if len(inputs) == 2 and params is None and not (lift or op.variadic):
            # The loop below, unrolled for what scalar programs are made of.
            a, b = inputs
            of_a, of_b = type(a) is Tensor, type(b) is Tensor
            a_value, b_value = a._data if of_a else a, b._data if of_b else b
            pull_a, pull_b = op.bare or op.pulls
            if of_a and a._requires_grad and (wanted is None or a in wanted):
                c = pull_a(g, y, a_value, b_value)
                if type(c) is not float64 and c.shape != a_value.shape:
                    c = unbroadcast(c, a_value.shape)
                if a in cotangents:
                    deposit(a, c)
                else:
                    cotangents[a] = c
            if of_b and b._requires_grad and (wanted is None or b in wanted):
                c = pull_b(g, y, a_value, b_value)
                if type(c) is not float64 and c.shape != b_value.shape:
                    c = unbroadcast(c, b_value.shape)
                if b in cotangents:
                    deposit(b, c)
                else:
                    cotangents[b] = c
        else:
            y, values = _operands(node, lift)
            add_to = None if lift else op.add_to
            for k, x in enumerate(inputs):
                if type(x) is Tensor and x._requires_grad and (wanted is None or x in wanted):
                    total = cotangents.get(x) if add_to and x in owned else None
                    if add_to and type(total) is ndarray and total.dtype is g.dtype:
                        add_to(total, g, *values[1:], **(params or {}))
                        continue
                    deposit(x, op.pull(k)(g, y, *values, **(params or {})))
                    if add_to:
                        # What the rule has made is new, and so is a sum with it.
                        owned.add(x)
        if release:
            node.inputs = RELEASED
    return result


def _operands(node: Tensor, lift: bool) -> tuple[Any, Sequence[Any]]:
    """A step's output and operands as its rules get them: values, or tensors to lift them."""
    if lift:
        return node, node.inputs
    return node._data, [x._data if type(x) is Tensor else x for x in node.inputs]


def _cast(g: Any, node: Tensor) -> Any:
    """A gradient has the dtype of its tensor; a real tensor takes the real part."""
    if g.dtype.kind == "c" and node.dtype.kind != "c":
        g = np.real(g)
    return g.astype(node.dtype, copy=False)


def _watched(node: Tensor, g: Any) -> Any:
    """Run the hooks on a gradient that is complete, and keep it if that was asked for."""
    watch = node._watch
    assert watch is not None
    if type(g) is ndarray:
        g = g[()]
    for hook in list(watch.hooks.values()):
        replaced = hook(conjugate(g))
        if replaced is not None:
            g = conjugate(_replacement(node, replaced, lift=type(g) is Tensor))
    if watch.retain and node.op is not None:
        accumulate(node, g)
    return g


def _replacement(node: Tensor, g: Any, lift: bool) -> Any:
    """What a hook has returned, as a gradient of `node`."""
    if not (lift and type(g) is Tensor):
        value = as_value(g._data if type(g) is Tensor else g, node.dtype)
        g = Tensor(value) if lift else value
    if g.shape != node.shape:
        raise ShapeError(
            f"a hook of {describe(node)} returned a gradient of shape {g.shape} "
            f"for a value of shape {node.shape}"
        )
    return g


def accumulate(tensor: Tensor, g: Any) -> None:
    """Add `g` to `tensor.grad`, which shares memory with nothing else."""
    g = conjugate(g._data if type(g) is Tensor else g)
    tensor._grad = np.array(g)[()] if tensor._grad is None else tensor._grad + g


def push(
    root: Tensor, seeds: Mapping[Tensor, Any], *, lift: bool = False, every: bool = False
) -> Any:
    """Forward mode: the tangent of `root`, given the tangents of the leaves.

    With `every`, those of all the steps that depend on the leaves, by tensor.
    """
    tangents: dict[Tensor, Any] = dict(seeds)
    for node in order(root, seeds):
        if node in seeds:
            continue
        op = node.op
        assert op is not None
        y, values = _operands(node, lift)
        total: Any = None
        for k, x in enumerate(node.inputs):
            if type(x) is Tensor and x in tangents:
                contribution = op.push(k)(tangents[x], y, *values, **(node.params or {}))
                total = contribution if total is None else total + contribution
        if total.shape != node._data.shape:
            total = np.broadcast_to(total, node._data.shape)
        if total.dtype is not node._data.dtype:
            total = _cast(total, node)
        tangents[node] = total
    if every:
        return tangents
    return tangents[root] if root in tangents else np.zeros_like(root._data)
