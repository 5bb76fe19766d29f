"""The true values that claims are compared with, from one evaluation of the program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.errors import WorksheetError
from autograd.language import Evaluation
from autograd.marking.kinks import MAX_CORNERS, Kink, bound_derivatives, find_kinks
from autograd.marking.quantity import Index, Quantity

MAX_WORK = 20_000_000
"""Entries that all reverse passes of one evaluation may compute together."""

_STEP_WORK = 1_000
"""Number of entries whose computation takes as long as the walk to the next step."""


@dataclass(frozen=True, eq=False)
class TrueValue:
    """A value, and the interval of values that are equally right; a point except at kinks."""

    value: Any
    low: Any
    high: Any
    kinks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Derivatives:
    """The cotangents of everything below one number, and their bounds at kinks."""

    cotangents: Mapping[Tensor, Any]
    bounds: Mapping[Tensor, tuple[Any, Any]]
    kinks: Sequence[Kink]

    def get(self, x: Tensor) -> tuple[Any, Any, Any]:
        """Return derivative, lower and upper bound; 0 for a tensor without influence."""
        derivative = self.cotangents.get(x, np.zeros_like(x.data))
        return derivative, *self.bounds.get(x, (derivative, derivative))


class AnswerKey:
    """The values and derivatives of an evaluated program; each reverse pass runs once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._derivatives: dict[tuple[Tensor, int], _Derivatives] = {}
        self._known: dict[Quantity, TrueValue] = {}
        self._work = 0

    def get_tensor(self, name: str) -> Tensor:
        """Return the tensor that a name of the program stands for."""
        return self.evaluation.names[name]

    def find_value(self, quantity: Quantity) -> TrueValue:
        """Return the true value of a quantity, a Jacobian if both of its parts are arrays.

        Raises `WorksheetError` for an index outside its array, and beyond `MAX_WORK`.
        """
        if quantity not in self._known:
            self._known[quantity] = self._compute_value(quantity)
        return self._known[quantity]

    def _compute_value(self, quantity: Quantity) -> TrueValue:
        tensor = self.get_tensor(quantity.name)
        positions = self.find_positions(quantity.name, quantity.index)
        if quantity.wrt is None:
            value = np.ravel(tensor.data)[positions]
            return TrueValue(value, value, value)
        x = self.get_tensor(quantity.wrt)
        columns = self.find_positions(quantity.wrt, quantity.wrt_index)
        rows = [self._differentiate(tensor, p) for p in positions.ravel().tolist()]
        value, low, high = (
            np.stack([np.ravel(part)[columns] for part in parts]).reshape(
                positions.shape + columns.shape
            )
            for parts in zip(*(row.get(x) for row in rows), strict=True)
        )
        if not np.any(low < high):
            return TrueValue(value, low, high)
        path = set(sweep.order(tensor, [x]))
        kinks = dict.fromkeys(str(kink) for kink in rows[0].kinks if kink.node in path)
        return TrueValue(value, low, high, tuple(kinks))

    def find_positions(self, name: str, index: Index) -> np.ndarray[Any, Any]:
        """Return the positions of the entries that an index selects, counted row by row.

        Raises `WorksheetError` for an index outside the array.
        """
        tensor = self.get_tensor(name)
        try:
            return np.asarray(np.arange(tensor.size).reshape(tensor.shape)[index])
        except IndexError:
            place = ", ".join(map(str, index))
            raise WorksheetError(
                f"{name} has shape {tensor.shape}; there is no {name}[{place}]"
            ) from None

    def _differentiate(self, tensor: Tensor, position: int) -> _Derivatives:
        """Return the derivatives of one entry of a tensor by everything below it."""
        key = tensor, position
        if key not in self._derivatives:
            self._derivatives[key] = self._sweep(tensor, position)
        return self._derivatives[key]

    def _sweep(self, tensor: Tensor, position: int) -> _Derivatives:
        seed = np.zeros(tensor.shape)
        seed.flat[position] = 1
        nodes = sweep.order(tensor)
        kinks = find_kinks(nodes)
        passes = 1 + (MAX_CORNERS if kinks else 0)
        self._work += passes * sum(node.size + _STEP_WORK for node in nodes)
        if self._work > MAX_WORK:
            raise WorksheetError(
                "the claims need too many backward passes; ask for derivatives of single numbers, "
                "such as a loss"
            )
        cotangents: dict[Tensor, Any] = {}
        sweep.reverse(tensor, seed[()], observer=cotangents.__setitem__)
        wanted = set(nodes) & set(self.evaluation.names.values())
        bounds = bound_derivatives(tensor, seed[()], wanted, kinks) if kinks else {}
        return _Derivatives(cotangents, bounds, kinks)
