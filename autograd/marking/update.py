"""One step of gradient descent: `w - rate * dL/dw`, and the program's values after it."""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

import numpy as np

from autograd.errors import WorksheetError
from autograd.language import run
from autograd.marking.answer_key import TrueValue, Truth
from autograd.marking.first_error import Departures, Place
from autograd.marking.quantity import Quantity
from autograd.marking.worksheet import Update
from autograd.marking.written_numbers import show


class Updated:
    """What is true after `update`; `claimed` are the names of the claims about it.

    Raises `WorksheetError` if it is not clear what moves, or the loss is not one number.
    """

    def __init__(self, before: Departures, update: Update, claimed: Collection[str]) -> None:
        self._before = before
        self.before = before.truth
        evaluation = self.before.evaluation
        self.rate = update.rate
        self.loss = update.of or evaluation.result_name
        self.moved = update.moved or tuple(n for n in evaluation.inputs if n in claimed)
        if self.loss not in evaluation.names:
            raise WorksheetError(f"of in [update]: the program has no {self.loss[:40]}")
        if self.before.tensor(self.loss).size != 1:
            raise WorksheetError(f"of in [update]: {self.loss} is not one number, so no loss")
        if not self.moved:
            raise WorksheetError('say in [update] which inputs move, for example with = ["w"]')
        for name in self.moved:
            if name not in evaluation.inputs:
                raise WorksheetError(f"with in [update]: {name[:40]} is no input")

    @cached_property
    def truth(self) -> Truth:
        """The program, evaluated again at the moved inputs."""
        evaluation = self.before.evaluation
        values = {
            name: self.moved_input(Quantity(name)).value
            if name in self.moved
            else evaluation.names[name].data
            for name in evaluation.inputs
        }
        return Truth(run(evaluation.program, values))

    @cached_property
    def departures(self) -> Departures:
        """The steps of that second evaluation."""
        return Departures(self.truth)

    def of(self, quantity: Quantity) -> TrueValue:
        """The true value of a quantity after the update."""
        return self.moved_input(quantity) if self.moves(quantity) else self.truth.of(quantity)

    def moves(self, quantity: Quantity) -> bool:
        """Whether the quantity is a moved input itself."""
        return quantity.wrt is None and quantity.name in self.moved

    def needs(self, place: Place) -> frozenset[Place]:
        """What a value or derivative after the update is computed from, before it and after it."""
        needs = self.departures.needs(place)
        for name in self.moved:
            if Place(self.truth.tensor(name), None) in {place, *needs}:
                slope = self._before.place(self.gradient(Quantity(name)))
                needs |= {slope} | self._before.needs(slope)
        return needs

    def gradient(self, quantity: Quantity) -> Quantity:
        """The derivative of the loss that moves an input."""
        return Quantity(self.loss, wrt=quantity.name, wrt_index=quantity.index)

    def moved_input(self, quantity: Quantity) -> TrueValue:
        """The new value of a moved input, which at a kink has a choice of slopes."""
        old = self.before.of(replace(quantity, after=False)).value
        slope = self.before.of(self.gradient(quantity))
        # The loss may be an array of one entry.
        value, *ends = (
            old - self.rate * np.reshape(part, np.shape(old))
            for part in (slope.value, slope.low, slope.high)
        )
        return TrueValue(value, np.minimum(*ends), np.maximum(*ends), slope.kinks)

    def step(self, quantity: Quantity) -> str:
        """The step as it is worked out by hand."""
        before, gradient = replace(quantity, after=False), self.gradient(quantity)
        rule = f"{before} - rate * {gradient}"
        old, slope = self.before.of(before).value, self.before.of(gradient).value
        if np.size(old) > 1:
            return rule
        return f"{rule} = {show(old)} - {show(self.rate)} * {show(slope)}"
