"""The value of every quantity of a program after a mistake, before and after an update."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor
from autograd.marking.altered_walk import MISFIT_ERRORS, NO_CHANGE, AlteredWalk, Change
from autograd.marking.answer_key import AnswerKey
from autograd.marking.quantity import Index, Quantity
from autograd.marking.suspects import Suspect
from autograd.marking.update import UpdatedAnswerKey


class Prediction:
    """The values of all quantities after a change in a walk.

    `step` replaces the rule of gradient descent, and `after` is a change in the second walk, at the
    inputs that the step gives. A quantity that the walk does not reach, because a shape no longer
    fits, has no value.
    """

    def __init__(
        self,
        answer_key: AnswerKey,
        walk: AlteredWalk,
        step: Callable[..., Any] | None = None,
        after: Change = NO_CHANGE,
    ) -> None:
        self.answer_key, self.walk, self.step, self.after = answer_key, walk, step, after
        self._known: dict[Quantity, Any] = {}
        self._second: dict[UpdatedAnswerKey, AlteredWalk] = {}

    def add_mistake(self, mistake: Suspect) -> "Prediction":
        """Return the prediction after one more mistake."""
        change = self.walk.change | mistake.change
        walk = AlteredWalk(self.walk.nodes, self.walk.budget, change, base=self.walk)
        return Prediction(self.answer_key, walk, mistake.step, self.after | mistake.after)

    def find_value(self, quantity: Quantity, updated: UpdatedAnswerKey | None) -> Any:
        """Return the value of a quantity, or `None` if it has none.

        Raises `BudgetExhaustedError` if the budget does not allow the walk.
        """
        if quantity not in self._known:
            try:
                walk = self.walk if updated is None else self._walk_after(updated)
                self._known[quantity] = self._compute_value(quantity, walk)
            except MISFIT_ERRORS:
                self._known[quantity] = None
        return self._known[quantity]

    def _compute_value(self, quantity: Quantity, walk: AlteredWalk) -> Any:
        tensor = self.answer_key.get_tensor(quantity.name)
        if quantity.wrt is None:
            return self._select(walk.values.get(tensor), quantity.name, quantity.index)
        x = self.answer_key.get_tensor(quantity.wrt)
        positions = self.answer_key.find_positions(quantity.name, quantity.index)
        derivatives = [walk.differentiate(tensor, p) for p in positions.ravel().tolist()]
        rows = [self._select(row.get(x), quantity.wrt, quantity.wrt_index) for row in derivatives]
        if any(row is None for row in rows):
            return None
        return np.reshape(rows, positions.shape + np.shape(rows[0])) if positions.shape else rows[0]

    def _walk_after(self, updated: UpdatedAnswerKey) -> AlteredWalk:
        """Return the walk at the moved inputs."""
        if updated not in self._second:
            moved = dict(self._move_inputs(updated))
            nodes, budget = self.walk.nodes, self.walk.budget
            self._second[updated] = AlteredWalk(nodes, budget, self.after, leaves=moved)
        return self._second[updated]

    def _move_inputs(self, updated: UpdatedAnswerKey) -> Iterator[tuple[Tensor, Any]]:
        slopes = self.walk.differentiate(self.answer_key.get_tensor(updated.loss))
        for name in updated.moved:
            x = self.answer_key.get_tensor(name)
            slope = np.reshape(slopes.get(x, np.zeros_like(x.data)), x.shape)
            rule = self.step or (lambda old, slope, rate: old - rate * slope)
            yield x, rule(self.walk.values[x], slope, updated.rate)

    def _select(self, value: Any, name: str, index: Index) -> Any:
        """Return the entries at an index, or `None` if the mistake changed the value's shape."""
        if value is None or not index:
            return value
        if np.shape(value) != self.answer_key.get_tensor(name).shape:
            return None
        return np.ravel(value)[self.answer_key.find_positions(name, index)]
