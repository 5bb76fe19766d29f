"""What every quantity of a program would be after a mistake, before and after an update."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd.tensor import Tensor
from autograd.verify.quantity import Quantity
from autograd.verify.truth import Truth
from autograd.verify.update import Updated
from autograd.verify.walk import Walk


class Outcome:
    """What every quantity is after a change; `given` are new values of parameters after an update.

    A quantity that the walk does not reach, because a shape no longer fits, has no value.
    """

    def __init__(
        self,
        truth: Truth,
        walk: Walk,
        step: Callable[..., Any] | None = None,
        given: Mapping[Tensor, Any] | None = None,
    ) -> None:
        self.truth, self.walk, self.step, self.given = truth, walk, step, given or {}
        self._known: dict[Quantity, Any] = {}

    def of(self, quantity: Quantity, updated: Updated | None) -> Any:
        """The value of a quantity, or `None`."""
        if quantity not in self._known:
            self._known[quantity] = self._find(quantity, updated)
        return self._known[quantity]

    def _find(self, quantity: Quantity, updated: Updated | None) -> Any:
        walk = self.walk
        if updated is not None:
            walk = Walk(walk.nodes, leaves=dict(self._moved(updated)))
        tensor = self.truth.tensor(quantity.name)
        if quantity.wrt is None:
            return self._entries(walk.values.get(tensor), quantity.name, quantity.index)
        x = self.truth.tensor(quantity.wrt)
        positions = self.truth.positions(quantity.name, quantity.index)
        derivatives = [walk.derivatives(tensor, p) for p in positions.ravel().tolist()]
        rows = [self._entries(row.get(x), quantity.wrt, quantity.wrt_index) for row in derivatives]
        if any(row is None for row in rows):
            return None
        return np.stack(rows) if positions.shape else rows[0]

    def _moved(self, updated: Updated) -> Iterator[tuple[Tensor, Any]]:
        """The inputs after the update."""
        slopes = self.walk.derivatives(self.truth.tensor(updated.loss))
        for name in updated.moved:
            x = self.truth.tensor(name)
            slope = np.reshape(slopes.get(x, np.zeros_like(x.data)), x.shape)
            rule = self.step or (lambda old, slope, rate: old - rate * slope)
            yield x, self.given.get(x, rule(self.walk.values[x], slope, updated.rate))

    def _entries(self, value: Any, name: str, index: tuple[int, ...]) -> Any:
        """The entries that an index means; a value whose shape the mistake has changed has none."""
        if value is None or not index:
            return value
        if np.shape(value) != self.truth.tensor(name).shape:
            return None
        return np.ravel(value)[self.truth.positions(name, index)]
