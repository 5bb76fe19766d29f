"""One step of gradient descent: `w - rate * dL/dw`, and the program's values after it."""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

import numpy as np

from autograd.errors import WorksheetError
from autograd.language import run
from autograd.marking.answer_key import AnswerKey, TrueValue
from autograd.marking.number_format import format_number
from autograd.marking.quantity import Quantity
from autograd.marking.step_index import Place, StepIndex
from autograd.marking.worksheet import Update


class UpdatedAnswerKey:
    """The true values after `update`; `claimed` are the names of the claims about them.

    Raises `WorksheetError` if the moved inputs are not known, or the loss is not one number.
    """

    def __init__(self, before: StepIndex, update: Update, claimed: Collection[str]) -> None:
        self._steps_before = before
        self.before = before.answer_key
        evaluation = self.before.evaluation
        self.rate = update.rate
        self.loss = update.of or evaluation.result_name
        self.moved = update.moved or tuple(n for n in evaluation.inputs if n in claimed)
        if self.loss not in evaluation.names:
            raise WorksheetError(f"of in [update]: the program has no {self.loss[:40]}")
        if self.before.get_tensor(self.loss).size != 1:
            raise WorksheetError(f"of in [update]: {self.loss} is not one number, so no loss")
        if not self.moved:
            raise WorksheetError('say in [update] which inputs move, for example with = ["w"]')
        for name in self.moved:
            if name not in evaluation.inputs:
                raise WorksheetError(f"with in [update]: {name[:40]} is not an input")

    @cached_property
    def answer_key(self) -> AnswerKey:
        """The answer key of the program, evaluated again at the moved inputs."""
        evaluation = self.before.evaluation
        values = {
            name: self.move_input(Quantity(name)).value
            if name in self.moved
            else evaluation.names[name].data
            for name in evaluation.inputs
        }
        return AnswerKey(run(evaluation.program, values))

    @cached_property
    def step_index(self) -> StepIndex:
        """The steps of the second evaluation."""
        return StepIndex(self.answer_key)

    def find_value(self, quantity: Quantity) -> TrueValue:
        """Return the true value of a quantity after the update."""
        if self.moves(quantity):
            return self.move_input(quantity)
        return self.answer_key.find_value(quantity)

    def moves(self, quantity: Quantity) -> bool:
        """Return whether the quantity is a moved input."""
        return quantity.wrt is None and quantity.name in self.moved

    def find_needs(self, place: Place) -> frozenset[Place]:
        """Return the places, before and after the update, that this one is computed from."""
        needs = self.step_index.find_needs(place)
        for name in self.moved:
            if Place(self.answer_key.get_tensor(name), None) in {place, *needs}:
                slope = self._steps_before.find_place(self.get_gradient(Quantity(name)))
                needs |= {slope} | self._steps_before.find_needs(slope)
        return needs

    def get_gradient(self, quantity: Quantity) -> Quantity:
        """Return the derivative of the loss that moves an input."""
        return Quantity(self.loss, wrt=quantity.name, wrt_index=quantity.index)

    def move_input(self, quantity: Quantity) -> TrueValue:
        """Return the new value of a moved input; at a kink, any subgradient may move it."""
        old = self.before.find_value(replace(quantity, after=False)).value
        slope = self.before.find_value(self.get_gradient(quantity))
        # The loss may be an array of one entry.
        value, *ends = (
            old - self.rate * np.reshape(part, np.shape(old))
            for part in (slope.value, slope.low, slope.high)
        )
        return TrueValue(value, np.minimum(*ends), np.maximum(*ends), slope.kinks)

    def format_step(self, quantity: Quantity) -> str:
        """Return the step of gradient descent, with names and, for one number, with numbers."""
        before, gradient = replace(quantity, after=False), self.get_gradient(quantity)
        rule = f"{before} - rate * {gradient}"
        old, slope = self.before.find_value(before).value, self.before.find_value(gradient).value
        if np.size(old) > 1:
            return rule
        numbers = format_number(old), format_number(self.rate), format_number(slope)
        return "{} = {} - {} * {}".format(rule, *numbers)
