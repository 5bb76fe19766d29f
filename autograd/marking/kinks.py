"""Kinks: operations evaluated just where their derivative jumps, and the values it may take.

The engine picks one derivative at a kink (its conventions: relu'(0) = 0, ties share equally). On
paper any subgradient is right. They are found by moving the operand off the kink, to either side,
by the smallest step that floating-point numbers have, and pulling back through the record again.
"""

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.record import make
from autograd.engine.tensor import Tensor
from autograd.ops import arithmetic

MAX_CHOICES = 4
"""How many kinks are moved one by one; of more, those of one step move together."""

MAX_CORNERS = 2**MAX_CHOICES
"""How many combinations of sides are tried, each with a backward pass of its own."""


@dataclass(frozen=True, eq=False)
class Kink:
    """The entries `at` which operand `k` of a recorded step makes its derivative jump."""

    node: Tensor
    k: int
    at: np.ndarray[Any, Any]
    low: Any
    high: Any

    def moved(self, up: np.ndarray[Any, Any]) -> Any:
        """The operand, off the kink: on its upper side where `up` says so."""
        kept = np.where(self.at, self.low, value_of(self.node.inputs[self.k]))
        return np.where(self.at & up, self.high, kept)[()]

    def __str__(self) -> str:
        assert self.node.op is not None
        return f"{self.node.op.name} {_WHERE[self.node.op.name]}"


def value_of(operand: Any) -> Any:
    """The value of an operand of a record: a tensor's, or the constant itself."""
    return operand.data if type(operand) is Tensor else operand


def find_kinks(nodes: Sequence[Tensor]) -> list[Kink]:
    """The steps among `nodes` that were evaluated at a kink."""
    found = []
    for node in nodes:
        places = _PLACES.get(node.op.name) if node.op is not None else None
        if places is not None and (kink := places(node)) is not None and np.any(kink.at):
            found.append(kink)
    return found


def bounds(
    root: Tensor, seed: Any, wanted: Collection[Tensor], kinks: Sequence[Kink]
) -> dict[Tensor, tuple[Any, Any]]:
    """The least and the greatest derivative of `root` by each wanted tensor, entry by entry."""
    nodes = sweep.order(root)
    found: dict[Tensor, list[Any]] = {x: [] for x in wanted}
    for moved in _sides(kinks):
        again = _recorded_again(nodes, moved)
        cotangents: dict[Tensor, Any] = {}
        sweep.reverse(again.get(root, root), seed, observer=cotangents.__setitem__)
        for x, derivatives in found.items():
            derivatives.append(cotangents.get(again.get(x, x), np.zeros_like(x.data)))
    return {x: (np.min(ds, axis=0), np.max(ds, axis=0)) for x, ds in found.items()}


def _sides(kinks: Sequence[Kink]) -> Iterator[dict[Tensor, tuple[int, Any]]]:
    """The ways to move off the kinks: by step, the operand's position and its moved value."""
    places = [(kink, np.flatnonzero(kink.at)) for kink in kinks]
    if sum(len(positions) for _, positions in places) <= MAX_CHOICES:
        places = [
            (kink, p) for kink, positions in places for p in np.split(positions, len(positions))
        ]
    for sides in itertools.islice(_choices(len(places)), MAX_CORNERS):
        up = {kink.node: np.zeros(np.shape(kink.at), bool) for kink in kinks}
        for (kink, positions), side in zip(places, sides, strict=True):
            np.put(up[kink.node], positions, side)
        yield {kink.node: (kink.k, kink.moved(up[kink.node])) for kink in kinks}


def _choices(n: int) -> Iterator[tuple[bool, ...]]:
    """Sides for n kinks: all combinations, or for many kinks all down, all up and each one up."""
    if n <= MAX_CHOICES:
        return itertools.product((False, True), repeat=n)
    alone = (tuple(i == j for j in range(n)) for i in range(n))
    return itertools.chain([(False,) * n, (True,) * n], alone)


def _recorded_again(
    nodes: Sequence[Tensor], moved: Mapping[Tensor, tuple[int, Any]]
) -> dict[Tensor, Tensor]:
    """New tensors for the steps in `moved`, whose operand gets another value, and those after them.

    An identity step between the operand and its moved value lets the cotangent through.
    """
    new: dict[Tensor, Tensor] = {}
    for node in nodes:
        if node.op is None:
            continue
        inputs = [new.get(x, x) if type(x) is Tensor else x for x in node.inputs]
        value = node.data
        if node in moved:
            k, data = moved[node]
            x = inputs[k]
            passes = type(x) is Tensor and x.requires_grad
            inputs[k] = make(data, arithmetic.positive, (x,), None, True) if passes else data
            value = node.op.impl(*map(value_of, inputs), **(node.params or {}))
        elif all(x is y for x, y in zip(inputs, node.inputs, strict=True)):
            continue
        new[node] = make(value, node.op, tuple(inputs), node.params, node.requires_grad)
    return new


# Where the kinks of each operation are -----------------------------------------------------------


def _kink(node: Tensor, k: int, at: Any) -> Kink:
    x = value_of(node.inputs[k])
    return Kink(node, k, np.asarray(at), np.nextafter(x, -math.inf), np.nextafter(x, math.inf))


def _at_zero(node: Tensor) -> Kink:
    return _kink(node, 0, value_of(node.inputs[0]) == 0)


def _at_bounds(node: Tensor) -> Kink | None:
    x, *bounds = map(value_of, node.inputs)
    at = np.logical_or.reduce([x == bound for bound in bounds if bound is not None])
    return _kink(node, 0, at) if np.shape(at) == np.shape(x) else None


def _between_operands(node: Tensor) -> Kink | None:
    """Ties of two operands; the one that is not broadcast is moved."""
    x, y = map(value_of, node.inputs)
    whole = [
        k
        for k, operand in enumerate(node.inputs)
        if type(operand) is Tensor and operand.shape == node.shape
    ]
    return _kink(node, whole[0], x == y) if whole else None


def _among_entries(reduce: Callable[..., Any]) -> Callable[[Tensor], Kink]:
    def places(node: Tensor) -> Kink:
        x, axis = value_of(node.inputs[0]), (node.params or {}).get("axis")
        tied = x == reduce(x, axis=axis, keepdims=True)
        several = np.count_nonzero(tied, axis=axis, keepdims=True) > 1
        return _kink(node, 0, tied & several)

    return places


def _at_threshold(node: Tensor) -> Kink | None:
    """A `where` whose comparison ties, if the branches meet there: otherwise it is a jump."""
    condition, x, y = node.inputs
    if type(condition) is not Tensor or condition.op is None or len(condition.inputs) != 2:
        return None
    left, right = map(value_of, condition.inputs)
    at = (left == right) & (value_of(x) == value_of(y))
    return Kink(node, 0, np.asarray(at), False, True) if np.shape(at) == condition.shape else None


_PLACES: Mapping[str, Callable[[Tensor], Kink | None]] = {
    "relu": _at_zero,
    "leaky_relu": _at_zero,
    "elu": _at_zero,
    "absolute": _at_zero,
    "clip": _at_bounds,
    "maximum": _between_operands,
    "minimum": _between_operands,
    "max": _among_entries(np.max),
    "min": _among_entries(np.min),
    "where": _at_threshold,
}
_WHERE: Mapping[str, str] = {
    **dict.fromkeys(("relu", "leaky_relu", "elu", "absolute"), "at 0"),
    **dict.fromkeys(("maximum", "minimum", "max", "min"), "at a tie"),
    "clip": "at a bound",
    "where": "at the threshold",
}
