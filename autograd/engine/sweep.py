"""The sweeps over the record: `order`, `reverse` and `forward`.

    reverse, from the root down:    dL/dx = sum over the uses of x of  dL/dy * dy/dx
    forward, from the leaves up:    dy/dt = sum over the operands x of  dy/dx * dx/dt

With `lift`, the rules are run on tensors instead of arrays and so record themselves: the
derivative is then itself a graph, which can be differentiated again, drawn or compiled.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from operator import attrgetter
from threading import RLock
from typing import Any, NoReturn

import numpy as np
from numpy import float64, ndarray

from autograd.engine.dtypes import as_value, conjugate
from autograd.engine.modes import mode
from autograd.engine.shapes import unbroadcast
from autograd.engine.tensor import RELEASED, Tensor, describe
from autograd.errors import GraphReleasedError, ShapeError, StaleGraphError

Cotangents = dict[Tensor, Any]
Observer = Callable[[Tensor, Any], Any]
"""Function of a tensor and its derivative, called as a sweep passes the tensor."""

_seq = attrgetter("seq")


# The order of a sweep ----------------------------------------------------------------------------


def order(root: Tensor, leaves: Collection[Tensor] | None = None) -> list[Tensor]:
    """Return the tensors on the paths from the leaves to `root`, operands before results.

    Without `leaves`, these are all tensors below `root` that require gradients. Takes time linear
    in the number of recorded steps, and does not recurse.

    Raises `GraphReleasedError` where a pass has released the operands of a step, and
    `StaleGraphError` where an operand was given a new value since.
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
        for x in _usable_inputs(node):
            if type(x) is Tensor and x._requires_grad and x.seq >= oldest and x not in seen:
                seen.add(x)
                found.append(x)
    found.sort(key=_seq)
    return found if leaves is None else _select_dependent(found, ends)


def _select_dependent(nodes: list[Tensor], leaves: frozenset[Tensor]) -> list[Tensor]:
    """Return those of `nodes`, operands before results, that depend on one of `leaves`."""
    reached = set[Tensor]()
    for node in nodes:
        if node in leaves:
            reached.add(node)
        elif node._requires_grad:
            for x in node.inputs:
                if type(x) is Tensor and x in reached:
                    reached.add(node)
                    break
    return [node for node in nodes if node in reached] if nodes[-1] in reached else []


def _usable_inputs(node: Tensor) -> tuple[Any, ...]:
    """Return the operands of a step; raise if they were released or changed."""
    if node._inputs is RELEASED:
        raise GraphReleasedError(
            f"the operands of {describe(node)} were released by backward(retain_graph=False); "
            "compute the result again, or keep the graph in the first pass"
        )
    inputs, seq = node.inputs, node.seq
    for x in inputs:
        if type(x) is Tensor and x.seq > seq:
            _raise_stale(x, node)
    return inputs


def _raise_stale(x: Tensor, node: Tensor) -> NoReturn:
    assert node.op is not None
    raise StaleGraphError(
        f"{describe(x)} was given a new value after {node.op.name} had used the old one; "
        "compute the result again before asking for its gradient"
    )


def _values(inputs: Sequence[Any]) -> list[Any]:
    """Return the operands of a step as its rules get them, unless they are lifted."""
    return [x._data if type(x) is Tensor else x for x in inputs]


# Reverse mode ------------------------------------------------------------------------------------


def reverse(
    root: Tensor,
    seed: Any,
    leaves: Collection[Tensor] | None = None,
    *,
    lift: bool = False,
    release: bool = False,
    observer: Observer | None = None,
    hooks: bool = True,
) -> Cotangents:
    """Return the cotangents of the leaves, given `seed`, the cotangent of `root`.

    Without `leaves`, these are all leaves that require gradients. `release` drops the operands of
    each step as the sweep leaves it. `observer(tensor, cotangent)` is called for every tensor once
    its cotangent is complete. With `hooks=False` no hook runs and no gradient is retained.

    Raises what `order` raises.
    """
    observers = [observe for observe in (mode.observe_reverse(leaves), observer) if observe]
    if lift or observers:
        return _reverse(root, seed, leaves, lift, release, observers, hooks)
    return _reverse_unrolled(root, seed, leaves, release, hooks)


def _reverse(
    root: Tensor,
    seed: Any,
    leaves: Collection[Tensor] | None,
    lift: bool,
    release: bool,
    observers: Sequence[Observer],
    hooks: bool,
) -> Cotangents:
    """Reverse mode as in the textbook."""
    nodes = order(root, leaves)
    wanted, ends = frozenset(nodes), frozenset(leaves or ())
    cotangents: Cotangents = {root: seed} if wanted else {}
    result: Cotangents = {}
    # A result comes after its operands, so from the end every cotangent is complete in its turn.
    while nodes:
        node = nodes.pop()
        g = _complete(node, cotangents.pop(node), hooks)
        for observe in observers:
            observe(node, g)
        if node.op is None or node in ends:
            result[node] = g
            continue
        inputs, params = _usable_inputs(node), node.params or {}
        y, xs = (node, inputs) if lift else (node._data, _values(inputs))
        for k, x in enumerate(inputs):
            if type(x) is Tensor and x in wanted:
                contribution = node.op.vjp(k)(g, y, *xs, **params)
                before = cotangents.get(x)
                cotangents[x] = contribution if before is None else before + contribution
        if release:
            release_step(node)
    return result


def _reverse_unrolled(
    root: Tensor, seed: Any, leaves: Collection[Tensor] | None, release: bool, hooks: bool
) -> Cotangents:
    """Reverse mode like `_reverse`, but faster.

    `benchmarks/overhead.py` measures the gain: 4.1 times on a chain of 10^3 scalars, 1.2 times on
    the perceptron 64-32-10 with a batch of 32.

    A heap takes the place of sorting: next is always the youngest tensor that waits. Everything
    computed from it is younger and has had its turn, so its cotangent is complete. The loop over
    operands is unrolled for one operand, and for the two of an operator, whose rules come without
    un-broadcasting (`raw_vjps`). Sums are formed in place in arrays that the sweep made itself.
    """
    ends = frozenset(leaves or ())
    wanted = None if leaves is None else frozenset(order(root, leaves))
    if wanted is not None and root not in wanted:
        return {}
    cotangents: Cotangents = {root: seed}
    waiting, ages = {-root.seq: root}, [-root.seq]
    owned: set[Tensor] = set()
    result: Cotangents = {}

    def accumulate(x: Tensor, contribution: Any) -> None:
        if type(contribution) is not float64 and contribution.shape != x._data.shape:
            contribution = unbroadcast(contribution, x._data.shape)
        before = cotangents.get(x)
        if before is None:
            cotangents[x] = contribution
            age = -x.seq
            waiting[age] = x
            heappush(ages, age)
        elif type(before) is ndarray and x in owned and contribution.dtype is before.dtype:
            before += contribution
        else:
            # The first contribution may be an alias of another gradient: leave it unchanged.
            cotangents[x] = total = before + contribution
            if type(total) is ndarray:
                owned.add(x)

    while ages:
        node = waiting.pop(heappop(ages))
        g = cotangents.pop(node)
        y: Any = node._data
        cast = not (type(g) is type(y) is float64) and g.dtype is not y.dtype
        if cast or node._watch is not None:
            g = _complete(node, g, hooks)
        op = node.op
        if op is None or node in ends:
            result[node] = g
            continue
        inputs, params = node._inputs, node.params or {}
        if inputs is None:
            a, b, seq = node._left, node._right, node.seq
            vjp_a, vjp_b = op.raw_vjps
            if type(b) is not Tensor:
                if a.seq > seq:
                    _raise_stale(a, node)
                if a._requires_grad:
                    accumulate(a, g if vjp_a is None else vjp_a(g, y, a._data, b))
            elif type(a) is not Tensor:
                if b.seq > seq:
                    _raise_stale(b, node)
                if b._requires_grad:
                    accumulate(b, g if vjp_b is None else vjp_b(g, y, a, b._data))
            else:
                if a.seq > seq or b.seq > seq:
                    _raise_stale(a if a.seq > seq else b, node)
                if a._requires_grad and (wanted is None or a in wanted):
                    accumulate(a, g if vjp_a is None else vjp_a(g, y, a._data, b._data))
                if b._requires_grad and (wanted is None or b in wanted):
                    accumulate(b, g if vjp_b is None else vjp_b(g, y, a._data, b._data))
        elif len(inputs) == 1 and not op.variadic and not op.add_to:
            (x,) = _usable_inputs(node)
            if x._requires_grad:
                accumulate(x, op.vjps[0](g, y, x._data, **params))
        else:
            inputs = _usable_inputs(node)
            values, add_to = _values(inputs), op.add_to
            for k, x in enumerate(inputs):
                if type(x) is Tensor and x._requires_grad and (wanted is None or x in wanted):
                    total = cotangents.get(x) if add_to and x in owned else None
                    if add_to and type(total) is ndarray and total.dtype is g.dtype:
                        add_to(total, g, *values[1:], **params)
                        continue
                    accumulate(x, op.vjp(k)(g, y, *values, **params))
                    if add_to:
                        # The array that the rule made is new, and so is a sum with it.
                        owned.add(x)
        if release:
            release_step(node)
    return result


def release_step(node: Tensor) -> None:
    """Drop the operands of a step, which can then no longer be walked."""
    node._inputs, node._left, node._right = RELEASED, None, None


def _complete(node: Tensor, g: Any, hooks: bool) -> Any:
    """Return the cotangent of `node` in its dtype, after the hooks; retain it if requested."""
    if g.dtype is not node._data.dtype:
        g = _cast(g, node)
    return g if node._watch is None or not hooks else _run_hooks(node, g)


def _cast(g: Any, node: Tensor) -> Any:
    """Return `g` in the dtype of its tensor; a real tensor takes the real part."""
    if g.dtype.kind == "c" and node.dtype.kind != "c":
        g = np.real(g)
    return g.astype(node.dtype, copy=False)


def _run_hooks(node: Tensor, g: Any) -> Any:
    """Run the hooks on a complete gradient, and retain it if that was requested."""
    watch = node._watch
    assert watch is not None
    if type(g) is ndarray:
        g = g[()]
    for hook in list(watch.hooks.values()):
        replaced = hook(conjugate(g))
        if replaced is not None:
            g = conjugate(_as_replacement(node, replaced, lift=type(g) is Tensor))
    if watch.retain and node.op is not None:
        accumulate_grads([(node, g)])
    return g


def _as_replacement(node: Tensor, g: Any, lift: bool) -> Any:
    """Return the result of a hook as a gradient of `node`."""
    if not (lift and type(g) is Tensor):
        value = as_value(g._data if type(g) is Tensor else g, node.dtype)
        g = Tensor(value) if lift else value
    if g.shape != node.shape:
        raise ShapeError(
            f"a hook of {describe(node)} returned a gradient of shape {g.shape} "
            f"for a value of shape {node.shape}"
        )
    return g


_accumulating = RLock()
"""Held while gradients are added to `grad`; reentrant, because a signal handler may interrupt."""


def accumulate_grads(gradients: Iterable[tuple[Tensor, Any]]) -> None:
    """Add each gradient to `grad` of its tensor, which shares memory with nothing else.

    Threads take turns, a round of gradients at a time: the sum of two passes loses neither.
    """
    with _accumulating:
        for tensor, g in gradients:
            g = conjugate(g._data if type(g) is Tensor else g)
            tensor._grad = np.array(g)[()] if tensor._grad is None else tensor._grad + g


def first_cotangent(root: Tensor, asker: str, gradient: Any = None) -> Any:
    """Return the cotangent that a reverse sweep of `root` begins with: 1, or `gradient`.

    Raises `ValueError` if `root` requires no gradient, `ShapeError` for a gradient of another shape
    or none where one is needed, and `TypeError` for none of a complex number.
    """
    if not root._requires_grad:
        raise ValueError(
            f"{describe(root)} does not depend on any tensor that requires gradients; make the "
            "inputs with autograd.variables(...) or Tensor(..., requires_grad=True)"
        )
    if gradient is None:
        if root.size != 1:
            raise ShapeError(
                f"{asker}() without a gradient needs one element, got shape {root.shape}; "
                f"reduce it to a scalar first (np.sum, np.mean), or give {asker}(gradient)"
            )
        if root.dtype.kind == "c":
            raise TypeError(
                f"{asker}() without a gradient needs a real number, got dtype {root.dtype}; take "
                f"np.real or np.abs of it first, or give {asker}(gradient)"
            )
        return np.ones_like(root._data) if root.shape else root.dtype.type(1)
    given = as_value(gradient.data if type(gradient) is Tensor else gradient, root.dtype)
    if given.shape != root.shape:
        raise ShapeError(
            f"{asker}() was given a gradient of shape {given.shape}, "
            f"but {describe(root)} has shape {root.shape}"
        )
    return given


# Forward mode ------------------------------------------------------------------------------------


def forward(
    root: Tensor,
    seeds: Mapping[Tensor, Any],
    *,
    lift: bool,
    observer: Observer | None = None,
) -> Any:
    """Return the tangent of `root`, given `seeds`, the tangents of the leaves.

    `observer(tensor, tangent)` is called for every leaf and every step that depends on one.

    Raises what `order` raises.
    """
    observers = [observe for observe in (mode.observe_forward(seeds), observer) if observe]
    tangents: dict[Tensor, Any] = dict(seeds)
    for node in order(root, seeds):
        if node not in seeds:
            tangents[node] = _tangent(node, tangents, lift)
        for observe in observers:
            observe(node, tangents[node])
    return tangents[root] if root in tangents else np.zeros_like(root._data)


def _tangent(node: Tensor, tangents: Mapping[Tensor, Any], lift: bool) -> Any:
    """Return the tangent of a step: the sum over its operands of their rules."""
    op, inputs = node.op, node.inputs
    assert op is not None
    y, xs = (node, inputs) if lift else (node._data, _values(inputs))
    total: Any = None
    for k, x in enumerate(inputs):
        if type(x) is Tensor and x in tangents:
            contribution = op.jvp(k)(tangents[x], y, *xs, **(node.params or {}))
            total = contribution if total is None else total + contribution
    if total.shape != node._data.shape:
        total = np.broadcast_to(total, node._data.shape)
    return total if total.dtype is node._data.dtype else _cast(total, node)
