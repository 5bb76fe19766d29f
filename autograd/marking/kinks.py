"""Kinks: steps evaluated where their derivative jumps, and the values the derivative may take.

The engine picks one derivative at a kink (its conventions: relu'(0) = 0, ties share equally). On
paper any subgradient is right. The others are found by moving the operand off the kink, to either
side, by the smallest step of floating-point numbers, and repeating the reverse pass.
"""

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.operation import Operation
from autograd.engine.record import make
from autograd.engine.tensor import Tensor
from autograd.engine.walk import compute_step, evaluate, value_of
from autograd.ops import activations, arithmetic, compare, reduce

MAX_CHOICES = 4
"""Number of kinks that are moved one by one; beyond it, the kinks of one step move together."""

MAX_CORNERS = 2**MAX_CHOICES
"""Number of combinations of sides that are tried, each with one reverse pass."""


@dataclass(frozen=True, eq=False)
class Kink:
    """The entries `at` which the derivative of step `node` by its operand `k` jumps.

    `low` and `high` are the operand's values just below and just above the kink.
    """

    node: Tensor
    k: int
    at: np.ndarray[Any, Any]
    low: Any
    high: Any

    def move(self, up: np.ndarray[Any, Any]) -> Any:
        """Return the operand moved off the kink, to the upper side where `up` is true."""
        kept = np.where(self.at, self.low, value_of(self.node.inputs[self.k]))
        return np.where(self.at & up, self.high, kept)[()]

    def __str__(self) -> str:
        assert self.node.op is not None
        return f"{self.node.op.name} {_KINKS[self.node.op].where}"


def find_kinks(nodes: Sequence[Tensor]) -> list[Kink]:
    """Return the kinks at which steps among `nodes` were evaluated."""
    found = []
    for node in nodes:
        rule = _KINKS.get(node.op) if node.op is not None else None
        if rule is not None and (kink := rule.find(node)) is not None and np.any(kink.at):
            found.append(kink)
    return found


def bound_derivatives(
    root: Tensor, seed: Any, wanted: Collection[Tensor], kinks: Sequence[Kink]
) -> dict[Tensor, tuple[Any, Any]]:
    """Return the least and greatest derivative of `root` by each wanted tensor, entry by entry."""
    nodes = sweep.order(root)
    found: dict[Tensor, list[Any]] = {x: [] for x in wanted}
    for moved in _choose_sides(kinks):
        again = _record_again(nodes, moved)
        cotangents: dict[Tensor, Any] = {}
        sweep.reverse(again.get(root, root), seed, observer=cotangents.__setitem__)
        for x, derivatives in found.items():
            derivatives.append(cotangents.get(again.get(x, x), np.zeros_like(x.data)))
    return {x: (np.min(ds, axis=0), np.max(ds, axis=0)) for x, ds in found.items()}


def _choose_sides(kinks: Sequence[Kink]) -> Iterator[dict[Tensor, tuple[int, Any]]]:
    """Yield the ways to move off the kinks: by step, the operand's position and moved value."""
    places = [(kink, np.flatnonzero(kink.at)) for kink in kinks]
    if sum(len(positions) for _, positions in places) <= MAX_CHOICES:
        places = [
            (kink, p) for kink, positions in places for p in np.split(positions, len(positions))
        ]
    for sides in itertools.islice(_combine_sides(len(places)), MAX_CORNERS):
        up = {kink.node: np.zeros(np.shape(kink.at), bool) for kink in kinks}
        for (kink, positions), side in zip(places, sides, strict=True):
            np.put(up[kink.node], positions, side)
        yield {kink.node: (kink.k, kink.move(up[kink.node])) for kink in kinks}


def _combine_sides(n: int) -> Iterator[tuple[bool, ...]]:
    """Yield sides for n kinks: all combinations; for many kinks all down, all up, each one up."""
    if n <= MAX_CHOICES:
        return itertools.product((False, True), repeat=n)
    alone = (tuple(i == j for j in range(n)) for i in range(n))
    return itertools.chain([(False,) * n, (True,) * n], alone)


def _record_again(
    nodes: Sequence[Tensor], moved: Mapping[Tensor, tuple[int, Any]]
) -> dict[Tensor, Tensor]:
    """Record the steps in `moved`, with their moved operands, and all later steps again.

    Returns the new tensors by the old ones. An identity step between the operand and its moved
    value passes the cotangent on.
    """

    def record(node: Tensor, operands: list[Any], changed: list[bool]) -> Tensor:
        value = node.data
        if node in moved:
            k, data = moved[node]
            x = operands[k]
            passes = type(x) is Tensor and x.requires_grad
            operands[k] = make(data, arithmetic.positive, (x,), None, True) if passes else data
            value = compute_step(node, list(map(value_of, operands)))
        return make(value, node.op, tuple(operands), node.params, node.requires_grad)

    return evaluate(nodes, {}, record, also=moved, lift=True)


# The kinks of each operation ----------------------------------------------------------------------


def _make_kink(node: Tensor, k: int, at: Any) -> Kink:
    x = value_of(node.inputs[k])
    return Kink(node, k, np.asarray(at), np.nextafter(x, -math.inf), np.nextafter(x, math.inf))


def _find_at_zero(node: Tensor) -> Kink:
    return _make_kink(node, 0, value_of(node.inputs[0]) == 0)


def _find_at_bounds(node: Tensor) -> Kink | None:
    x, *bounds = map(value_of, node.inputs)
    at = np.logical_or.reduce([x == bound for bound in bounds if bound is not None])
    return _make_kink(node, 0, at) if np.shape(at) == np.shape(x) else None


def _find_operand_ties(node: Tensor) -> Kink | None:
    """Find ties of two operands; the operand that is not broadcast is moved."""
    x, y = map(value_of, node.inputs)
    whole = [
        k
        for k, operand in enumerate(node.inputs)
        if type(operand) is Tensor and operand.shape == node.shape
    ]
    return _make_kink(node, whole[0], x == y) if whole else None


def _find_entry_ties(extreme: Callable[..., Any]) -> Callable[[Tensor], Kink]:
    def find(node: Tensor) -> Kink:
        x, axis = value_of(node.inputs[0]), (node.params or {}).get("axis")
        tied = x == extreme(x, axis=axis, keepdims=True)
        several = np.count_nonzero(tied, axis=axis, keepdims=True) > 1
        return _make_kink(node, 0, tied & several)

    return find


def _find_at_threshold(node: Tensor) -> Kink | None:
    """Find ties in the comparison of a `where` whose branches agree there; otherwise it jumps."""
    condition, x, y = node.inputs
    if type(condition) is not Tensor or condition.op is None or len(condition.inputs) != 2:
        return None
    left, right = map(value_of, condition.inputs)
    at = (left == right) & (value_of(x) == value_of(y))
    return Kink(node, 0, np.asarray(at), False, True) if np.shape(at) == condition.shape else None


@dataclass(frozen=True)
class _KinkRule:
    """The function that finds the kink of a step, and the words for its place."""

    find: Callable[[Tensor], Kink | None]
    where: str


_KINKS: Mapping[Operation, _KinkRule] = {
    activations.relu: _KinkRule(_find_at_zero, "at 0"),
    activations.leaky_relu: _KinkRule(_find_at_zero, "at 0"),
    activations.elu: _KinkRule(_find_at_zero, "at 0"),
    arithmetic.absolute: _KinkRule(_find_at_zero, "at 0"),
    compare.clip: _KinkRule(_find_at_bounds, "at a bound"),
    compare.maximum: _KinkRule(_find_operand_ties, "at a tie"),
    compare.minimum: _KinkRule(_find_operand_ties, "at a tie"),
    reduce.max: _KinkRule(_find_entry_ties(np.max), "at a tie"),
    reduce.min: _KinkRule(_find_entry_ties(np.min), "at a tie"),
    compare.where: _KinkRule(_find_at_threshold, "at the threshold"),
}
"""Keyed by the operation itself, because a user's operation may have any name."""
