"""What every quantity of a program would be after a mistake, before and after an update."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.answer_key import Truth
from autograd.marking.pass_walk import IMPOSSIBLE, NOTHING, Change, Walk
from autograd.marking.quantity import Index, Quantity
from autograd.marking.suspects import Suspect
from autograd.marking.update import Updated


class Outcome:
    """What every quantity is after a change in a walk.

    `step` is another rule for the step of gradient descent, and `after` a change in the second
    walk, at what that gives.

    A quantity that the walk does not reach, because a shape no longer fits, has no value.
    """

    def __init__(
        self,
        truth: Truth,
        walk: Walk,
        step: Callable[..., Any] | None = None,
        after: Change = NOTHING,
    ) -> None:
        self.truth, self.walk, self.step, self.after = truth, walk, step, after
        self._known: dict[Quantity, Any] = {}
        self._second: dict[Updated, Walk] = {}

    def beside(self, mistake: Suspect) -> "Outcome":
        """What every quantity is after one more mistake."""
        change = self.walk.change | mistake.change
        walk = Walk(self.walk.nodes, self.walk.meter, change, base=self.walk)
        return Outcome(self.truth, walk, mistake.step, self.after | mistake.after)

    def of(self, quantity: Quantity, updated: Updated | None) -> Any:
        """The value of a quantity, or `None`; or the meter allows no walk for it."""
        if quantity not in self._known:
            try:
                walk = self.walk if updated is None else self._updated(updated)
                self._known[quantity] = self._find(quantity, walk)
            except IMPOSSIBLE:
                self._known[quantity] = None
        return self._known[quantity]

    def _find(self, quantity: Quantity, walk: Walk) -> Any:
        tensor = self.truth.tensor(quantity.name)
        if quantity.wrt is None:
            return self._entries(walk.values.get(tensor), quantity.name, quantity.index)
        x = self.truth.tensor(quantity.wrt)
        positions = self.truth.positions(quantity.name, quantity.index)
        derivatives = [walk.derivatives(tensor, p) for p in positions.ravel().tolist()]
        rows = [self._entries(row.get(x), quantity.wrt, quantity.wrt_index) for row in derivatives]
        if any(row is None for row in rows):
            return None
        return np.reshape(rows, positions.shape + np.shape(rows[0])) if positions.shape else rows[0]

    def _updated(self, updated: Updated) -> Walk:
        """The walk at the moved inputs."""
        if updated not in self._second:
            moved = dict(self._moved(updated))
            nodes, meter = self.walk.nodes, self.walk.meter
            self._second[updated] = Walk(nodes, meter, self.after, leaves=moved)
        return self._second[updated]

    def _moved(self, updated: Updated) -> Iterator[tuple[Tensor, Any]]:
        slopes = self.walk.derivatives(self.truth.tensor(updated.loss))
        for name in updated.moved:
            x = self.truth.tensor(name)
            slope = np.reshape(slopes.get(x, np.zeros_like(x.data)), x.shape)
            rule = self.step or (lambda old, slope, rate: old - rate * slope)
            yield x, rule(self.walk.values[x], slope, updated.rate)

    def _entries(self, value: Any, name: str, index: Index) -> Any:
        """The entries that an index means; a value whose shape the mistake has changed has none."""
        if value is None or not index:
            return value
        if np.shape(value) != self.truth.tensor(name).shape:
            return None
        return np.ravel(value)[self.truth.positions(name, index)]
