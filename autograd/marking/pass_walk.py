"""A record walked again with a mistake in it: what every value and derivative would then be.

The walk is the engine's own: values through each operation, then cotangents back through its
rules, summed over paths. A `Change` says where it goes astray. What lies before the change keeps
the numbers of the record; everything after it follows from the changed ones.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.shapes import unbroadcast
from autograd.engine.tensor import Tensor

Values = Mapping[Tensor, Any]
Edge = tuple[Tensor, int]
"""A step of the record and the position of one of its operands."""

IMPOSSIBLE = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError)
"""What a walk runs into where a changed value no longer fits the next step."""


_STEP_WORK = 300
"""How many entries take as long as the walk to the next step."""


class ExhaustedError(Exception):
    """A walk is not taken, because what is allowed for it is used up."""


class Meter:
    """Counts the entries that walks over a record compute, and stops those beyond a limit."""

    def __init__(self, nodes: Sequence[Tensor]) -> None:
        self.walk = sum(node.size + _STEP_WORK for node in nodes)
        """What one walk takes."""
        self.used = 0
        self._limit = math.inf

    def count(self, walks: int = 1) -> None:
        """So many more walks, or `ExhaustedError`."""
        if self.used + walks * self.walk > self._limit:
            raise ExhaustedError
        self.used += walks * self.walk

    @contextmanager
    def until(self, limit: float) -> Iterator[None]:
        """A limit on what is used in all, by the walks inside."""
        self._limit = limit
        try:
            yield
        finally:
            self._limit = math.inf


@dataclass(frozen=True)
class Use:
    """One use of an operand on the way back: what its contribution is computed from."""

    node: Tensor
    k: int
    g: Any
    """The upstream gradient."""
    y: Any
    xs: Sequence[Any]

    @property
    def x(self) -> Any:
        """The operand whose gradient is wanted."""
        return self.xs[self.k]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return np.shape(self.x)

    @cached_property
    def right(self) -> Any:
        """The right contribution."""
        return self.by(self.k, self.g)

    def by(self, k: int, g: Any, *xs: Any) -> Any:
        """What the rule for operand `k` gives for an upstream gradient `g`, or other operands."""
        op = self.node.op
        assert op is not None
        params = self.node.params or {}
        return op.vjp(k)(np.asarray(g)[()], self.y, *(xs or self.xs), **params)

    def times(self, slope: Any) -> Any:
        """Upstream times another local derivative, summed where the operand was broadcast."""
        product = np.asarray(self.g * slope)
        return product[()] if product.shape == self.shape else unbroadcast(product, self.shape)


@dataclass(frozen=True)
class Change:
    """Where a walk goes astray; each part maps a place to what comes out there instead.

    `values` compute a step's result from its right one and its operands, `contributions` what one
    use of an operand adds to its gradient, and `totals` a gradient from all contributions.
    """

    values: Mapping[Tensor, Callable[[Any, Sequence[Any]], Any]] = field(default_factory=dict)
    contributions: Mapping[Edge, Callable[[Use], Any]] = field(default_factory=dict)
    totals: Mapping[Tensor, Callable[[Sequence[Any]], Any]] = field(default_factory=dict)

    def __or__(self, other: "Change") -> "Change":
        """Both changes; where both are at one place, this one."""
        return Change(
            {**other.values, **self.values},
            {**other.contributions, **self.contributions},
            {**other.totals, **self.totals},
        )


NOTHING = Change()


class Walk:
    """The values and derivatives of a record after a change, each computed when first asked for.

    `nodes` is everything recorded, operands before results. `leaves` are other values of some
    leaves, as after a step of gradient descent. `base` is a walk with none of the changes,
    or with some, whose numbers are used again as far as they hold. Every way there and every way
    back is counted by `meter`, which may stop it with `ExhaustedError`.
    """

    def __init__(
        self,
        nodes: Sequence[Tensor],
        meter: Meter,
        change: Change = NOTHING,
        leaves: Values | None = None,
        base: "Walk | None" = None,
    ) -> None:
        self.nodes, self.meter, self.change, self.base = nodes, meter, change, base
        self._leaves = leaves or {}
        self._swept: dict[tuple[Tensor, int], _Back] = {}

    @cached_property
    def values(self) -> Values:
        """The value of every step that could be computed."""
        self.meter.count()
        found: dict[Tensor, Any] = {}
        moved = set[Tensor]()
        before = NOTHING if self.base is None else self.base.change
        for node in self.nodes:
            right, changed = self._value(node, found, moved)
            instead = self.change.values.get(node)
            new = changed or instead is not before.values.get(node)
            if instead is not None and right is not None and new:
                try:
                    right = instead(right, _operands(node, found))
                except IMPOSSIBLE:
                    right = None
                changed = True
            if right is not None:
                found[node] = right
            if changed:
                moved.add(node)
        return found

    def _value(
        self, node: Tensor, found: Mapping[Tensor, Any], moved: set[Tensor]
    ) -> tuple[Any, bool]:
        """The value of a step before any change of its own, and whether it is another one."""
        if node in self._leaves:
            return self._leaves[node], True
        before = node.data if self.base is None else self.base.values.get(node)
        if node.op is None or not any(type(x) is Tensor and x in moved for x in node.inputs):
            return before, False
        try:
            value = node.op.impl(*_operands(node, found), **(node.params or {}))
        except IMPOSSIBLE:
            return None, True
        return np.asarray(value)[()], True

    def derivatives(self, root: Tensor, position: int = 0) -> Values:
        """The derivatives of one entry of `root` by everything below it, as far as they go."""
        return self._back(root, position).totals

    def _back(self, root: Tensor, position: int) -> "_Back":
        key = root, position
        if key not in self._swept:
            self.meter.count()
            self._swept[key] = self._sweep(root, position)
        return self._swept[key]

    def _sweep(self, root: Tensor, position: int) -> "_Back":
        found, arrived = _Back(), defaultdict[Tensor, list[Any]](list)
        if root not in self.values:
            return found
        before = None if self.base is None else self.base._back(root, position)
        seed = np.zeros(np.shape(self.values[root]))
        seed.flat[position] = 1
        arrived[root].append(seed[()] if before is None else before.totals[root])
        for node in reversed(sweep.order(root)):
            parts = found.parts[node] = arrived.pop(node, [])
            try:
                total = self._total(node, parts, before)
            except IMPOSSIBLE:
                continue
            found.totals[node] = total
            for k, x in enumerate(node.inputs):
                if type(x) is Tensor and x.requires_grad:
                    try:
                        part = self._contribution(node, k, total, before)
                    except IMPOSSIBLE:
                        continue
                    found.contributions[node, k] = part
                    arrived[x].append(part)
        return found

    def _total(self, node: Tensor, parts: list[Any], before: "_Back | None") -> Any:
        together = self.change.totals.get(node)
        if before is not None and self.base is not None:
            old = together is self.base.change.totals.get(node)
            if old and _same(parts, before.parts.get(node, ())):
                return before.totals[node]
        return sum(parts[1:], parts[0]) if together is None else together(parts)

    def _contribution(self, node: Tensor, k: int, g: Any, before: "_Back | None") -> Any:
        y, xs = self.values[node], _operands(node, self.values)
        instead = self.change.contributions.get((node, k))
        if before is not None and self.base is not None and g is before.totals.get(node):
            values, old = self.base.values, instead is self.base.change.contributions.get((node, k))
            if old and y is values.get(node) and _same(xs, _operands(node, values)):
                return before.contributions[node, k]
        use = Use(node, k, g, y, xs)
        return use.right if instead is None else instead(use)


@dataclass
class _Back:
    """One way back: the gradients, what they are sums of, and by edge."""

    totals: dict[Tensor, Any] = field(default_factory=dict)
    parts: dict[Tensor, list[Any]] = field(default_factory=dict)
    contributions: dict[Edge, Any] = field(default_factory=dict)


def _same(these: Sequence[Any], those: Sequence[Any]) -> bool:
    """Whether two sequences hold the very same objects."""
    return len(these) == len(those) and all(map(is_, these, those))


def _operands(node: Tensor, values: Values) -> list[Any]:
    return [values[x] if type(x) is Tensor else x for x in node.inputs]
