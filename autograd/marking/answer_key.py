"""The true values that claims are compared with, from one evaluation of the program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.tensor import Tensor
from autograd.errors import WorksheetError
from autograd.language import Evaluation
from autograd.marking.kinks import MAX_CORNERS, Kink, bounds, find_kinks
from autograd.marking.quantity import Index, Quantity

MAX_WORK = 20_000_000
"""Entries that the backward passes for one evaluation work on, together."""

_STEP_WORK = 1_000
"""How many entries take as long as the walk to the next step."""


@dataclass(frozen=True, eq=False)
class TrueValue:
    """A value, and at kinks the interval of values that are as right; elsewhere it is a point."""

    value: Any
    low: Any
    high: Any
    kinks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Derivatives:
    """The cotangents of everything below one number, and between what they may lie at kinks."""

    cotangents: Mapping[Tensor, Any]
    bounds: Mapping[Tensor, tuple[Any, Any]]
    kinks: Sequence[Kink]

    def of(self, x: Tensor) -> tuple[Any, Any, Any]:
        """Derivative, lower and upper bound; what has no influence has derivative 0."""
        derivative = self.cotangents.get(x, np.zeros_like(x.data))
        return derivative, *self.bounds.get(x, (derivative, derivative))


class Truth:
    """The values and derivatives of an evaluated program; each backward pass runs once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._derivatives: dict[tuple[Tensor, int], _Derivatives] = {}
        self._known: dict[Quantity, TrueValue] = {}
        self._work = 0

    def tensor(self, name: str) -> Tensor:
        """The tensor of a name of the program."""
        return self.evaluation.names[name]

    def of(self, quantity: Quantity) -> TrueValue:
        """The true value of a quantity; a Jacobian if both of its parts are arrays.

        Raises `WorksheetError` for an index outside its array and beyond `MAX_WORK`.
        """
        if quantity not in self._known:
            self._known[quantity] = self._find(quantity)
        return self._known[quantity]

    def _find(self, quantity: Quantity) -> TrueValue:
        tensor = self.tensor(quantity.name)
        positions = self.positions(quantity.name, quantity.index)
        if quantity.wrt is None:
            value = np.ravel(tensor.data)[positions]
            return TrueValue(value, value, value)
        x = self.tensor(quantity.wrt)
        columns = self.positions(quantity.wrt, quantity.wrt_index)
        rows = [self._differentiated(tensor, p) for p in positions.ravel().tolist()]
        value, low, high = (
            np.stack([np.ravel(part)[columns] for part in parts]).reshape(
                positions.shape + columns.shape
            )
            for parts in zip(*(row.of(x) for row in rows), strict=True)
        )
        if not np.any(low < high):
            return TrueValue(value, low, high)
        path = set(sweep.order(tensor, [x]))
        kinks = dict.fromkeys(str(kink) for kink in rows[0].kinks if kink.node in path)
        return TrueValue(value, low, high, tuple(kinks))

    def positions(self, name: str, index: Index) -> np.ndarray[Any, Any]:
        """Which entries of a value are meant, counted row by row, in their shape."""
        tensor = self.tensor(name)
        try:
            return np.asarray(np.arange(tensor.size).reshape(tensor.shape)[index])
        except IndexError:
            place = ", ".join(map(str, index))
            raise WorksheetError(
                f"{name} has shape {tensor.shape}; there is no {name}[{place}]"
            ) from None

    def _differentiated(self, tensor: Tensor, position: int) -> _Derivatives:
        """The derivatives of one entry of a tensor by everything below it."""
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
        between = bounds(tensor, seed[()], wanted, kinks) if kinks else {}
        return _Derivatives(cotangents, between, kinks)
