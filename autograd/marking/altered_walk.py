"""Walks over a record with a mistake in it: the values and derivatives that would follow.

The walk evaluates as the engine does: values through each operation, then cotangents back through
its rules, summed over paths. A `Change` says where the walk is wrong. Everything before the change
keeps the numbers of the record; everything after it follows from the changed numbers.
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

MISFIT_ERRORS = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError)
"""The errors of a step that a changed value no longer fits."""

_STEP_WORK = 300
"""Number of entries whose computation takes as long as the walk to the next step."""


class BudgetExhaustedError(Exception):
    """The budget does not allow another walk."""


class Budget:
    """A limit on the entries that walks over a record compute, and the number computed so far."""

    def __init__(self, nodes: Sequence[Tensor]) -> None:
        self.per_walk = sum(node.size + _STEP_WORK for node in nodes)
        """The cost of one walk."""
        self.used = 0
        self._limit = math.inf

    def spend(self, walks: int = 1) -> None:
        """Account for `walks` more walks; raise `BudgetExhaustedError` beyond the limit."""
        if self.used + walks * self.per_walk > self._limit:
            raise BudgetExhaustedError
        self.used += walks * self.per_walk

    @contextmanager
    def limit_to(self, limit: float) -> Iterator[None]:
        """Return a context manager inside which the total cost stays below `limit`."""
        self._limit = limit
        try:
            yield
        finally:
            self._limit = math.inf


@dataclass(frozen=True)
class Use:
    """One use of an operand in the reverse pass: the data of its contribution."""

    node: Tensor
    k: int
    g: Any
    """The upstream gradient."""
    y: Any
    xs: Sequence[Any]

    @property
    def x(self) -> Any:
        """The operand that gets the contribution."""
        return self.xs[self.k]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the operand."""
        return np.shape(self.x)

    @cached_property
    def right(self) -> Any:
        """The right contribution."""
        return self.apply_rule(self.k, self.g)

    def apply_rule(self, k: int, g: Any, *xs: Any) -> Any:
        """Apply the rule for operand `k` to the upstream gradient `g`, or to other operands."""
        op = self.node.op
        assert op is not None
        params = self.node.params or {}
        return op.vjp(k)(np.asarray(g)[()], self.y, *(xs or self.xs), **params)

    def multiply(self, slope: Any) -> Any:
        """Return upstream times another local derivative, summed where the operand broadcast."""
        product = np.asarray(self.g * slope)
        return product[()] if product.shape == self.shape else unbroadcast(product, self.shape)


@dataclass(frozen=True)
class Change:
    """The wrong rules of a walk, by place.

    `values` compute a step's result from the right result and the operands, `contributions` the
    addition of one use of an operand to its gradient, and `totals` a gradient from all
    contributions.
    """

    values: Mapping[Tensor, Callable[[Any, Sequence[Any]], Any]] = field(default_factory=dict)
    contributions: Mapping[Edge, Callable[[Use], Any]] = field(default_factory=dict)
    totals: Mapping[Tensor, Callable[[Sequence[Any]], Any]] = field(default_factory=dict)

    def __or__(self, other: "Change") -> "Change":
        """Return both changes; where both concern one place, this one holds."""
        return Change(
            {**other.values, **self.values},
            {**other.contributions, **self.contributions},
            {**other.totals, **self.totals},
        )


NO_CHANGE = Change()


class AlteredWalk:
    """The values and derivatives of a record after a change, each computed on first use.

    `nodes` is everything recorded, operands before results. `leaves` are other values of some
    leaves, as after a step of gradient descent. `base` is a walk with none or some of the changes,
    whose numbers are used again as far as they hold. Each forward and each reverse pass spends one
    walk of `budget`, which may raise `BudgetExhaustedError`.
    """

    def __init__(
        self,
        nodes: Sequence[Tensor],
        budget: Budget,
        change: Change = NO_CHANGE,
        leaves: Values | None = None,
        base: "AlteredWalk | None" = None,
    ) -> None:
        self.nodes, self.budget, self.change, self.base = nodes, budget, change, base
        self._leaves = leaves or {}
        self._passes: dict[tuple[Tensor, int], _ReversePass] = {}

    @cached_property
    def values(self) -> Values:
        """The values of all steps that can be computed."""
        self.budget.spend()
        found: dict[Tensor, Any] = {}
        moved = set[Tensor]()
        before = NO_CHANGE if self.base is None else self.base.change
        for node in self.nodes:
            right, changed = self._compute_value(node, found, moved)
            instead = self.change.values.get(node)
            new = changed or instead is not before.values.get(node)
            if instead is not None and right is not None and new:
                try:
                    right = instead(right, _get_operands(node, found))
                except MISFIT_ERRORS:
                    right = None
                changed = True
            if right is not None:
                found[node] = right
            if changed:
                moved.add(node)
        return found

    def _compute_value(
        self, node: Tensor, found: Mapping[Tensor, Any], moved: set[Tensor]
    ) -> tuple[Any, bool]:
        """Return the value of a step, without a change in this step, and whether it is new."""
        if node in self._leaves:
            return self._leaves[node], True
        before = node.data if self.base is None else self.base.values.get(node)
        if node.op is None or not any(type(x) is Tensor and x in moved for x in node.inputs):
            return before, False
        try:
            value = node.op.impl(*_get_operands(node, found), **(node.params or {}))
        except MISFIT_ERRORS:
            return None, True
        return np.asarray(value)[()], True

    def differentiate(self, root: Tensor, position: int = 0) -> Values:
        """Return the derivatives of one entry of `root` by everything below it.

        Derivatives beyond a step that a changed value does not fit are missing.
        """
        return self._run_reverse(root, position).totals

    def _run_reverse(self, root: Tensor, position: int) -> "_ReversePass":
        key = root, position
        if key not in self._passes:
            self.budget.spend()
            self._passes[key] = self._sweep(root, position)
        return self._passes[key]

    def _sweep(self, root: Tensor, position: int) -> "_ReversePass":
        found, arrived = _ReversePass(), defaultdict[Tensor, list[Any]](list)
        if root not in self.values:
            return found
        before = None if self.base is None else self.base._run_reverse(root, position)
        seed = np.zeros(np.shape(self.values[root]))
        seed.flat[position] = 1
        arrived[root].append(seed[()] if before is None else before.totals[root])
        for node in reversed(sweep.order(root)):
            parts = found.parts[node] = arrived.pop(node, [])
            try:
                total = self._sum(node, parts, before)
            except MISFIT_ERRORS:
                continue
            found.totals[node] = total
            for k, x in enumerate(node.inputs):
                if type(x) is Tensor and x.requires_grad:
                    try:
                        part = self._contribute(node, k, total, before)
                    except MISFIT_ERRORS:
                        continue
                    found.contributions[node, k] = part
                    arrived[x].append(part)
        return found

    def _sum(self, node: Tensor, parts: list[Any], before: "_ReversePass | None") -> Any:
        total = self.change.totals.get(node)
        if before is not None and self.base is not None:
            old = total is self.base.change.totals.get(node)
            if old and _is_same(parts, before.parts.get(node, ())):
                return before.totals[node]
        return sum(parts[1:], parts[0]) if total is None else total(parts)

    def _contribute(self, node: Tensor, k: int, g: Any, before: "_ReversePass | None") -> Any:
        y, xs = self.values[node], _get_operands(node, self.values)
        instead = self.change.contributions.get((node, k))
        if before is not None and self.base is not None and g is before.totals.get(node):
            values, old = self.base.values, instead is self.base.change.contributions.get((node, k))
            if old and y is values.get(node) and _is_same(xs, _get_operands(node, values)):
                return before.contributions[node, k]
        use = Use(node, k, g, y, xs)
        return use.right if instead is None else instead(use)


@dataclass
class _ReversePass:
    """The gradients of one reverse pass, the parts they are sums of, and the contributions."""

    totals: dict[Tensor, Any] = field(default_factory=dict)
    parts: dict[Tensor, list[Any]] = field(default_factory=dict)
    contributions: dict[Edge, Any] = field(default_factory=dict)


def _is_same(these: Sequence[Any], those: Sequence[Any]) -> bool:
    """Return whether two sequences hold the same objects."""
    return len(these) == len(those) and all(map(is_, these, those))


def _get_operands(node: Tensor, values: Values) -> list[Any]:
    return [values[x] if type(x) is Tensor else x for x in node.inputs]
