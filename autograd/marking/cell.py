"""A claim beside what is right, and its place in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd.marking.answer_key import TrueValue
from autograd.marking.first_error import Departures, Place
from autograd.marking.quantity import Quantity
from autograd.marking.update import Updated
from autograd.marking.verdict import Verdict, worst
from autograd.marking.written_numbers import Claimed


@dataclass(frozen=True, eq=False)
class Cell:
    """A claim with the verdicts on its entries: none if it does not have the true value's shape.

    `departures` are those of the record it is about: after the update, that of the second
    evaluation. `follows` names the learner's own rounded numbers from which it follows, if only so
    it is not wrong.
    """

    quantity: Quantity
    claimed: Claimed
    true: TrueValue
    verdicts: Sequence[Verdict]
    departures: Departures
    updated: Updated | None = None
    follows: str = ""

    @cached_property
    def worst(self) -> int:
        """The position of the entry that decides."""
        return worst(self.verdicts) if self.verdicts else 0

    @cached_property
    def verdict(self) -> Verdict:
        """That of the entry that decides."""
        return self.verdicts[self.worst] if self.verdicts else Verdict.WRONG

    @property
    def is_wrong(self) -> bool:
        """Whether an entry is wrong, or the shape."""
        return self.verdict is Verdict.WRONG

    @property
    def is_inexact(self) -> bool:
        """Whether what follows from it differs from what is true."""
        return bool(self.verdicts) and self.verdict is not Verdict.OK

    @cached_property
    def place(self) -> Place:
        """Where in the record it stands."""
        return self.departures.place(self.quantity)

    @property
    def order(self) -> tuple[bool, tuple[int, int]]:
        """Sorts by the time of computing."""
        return self.updated is not None, self.place.order

    @property
    def step(self) -> str:
        """The step that computes it, in words."""
        if self.updated and self.updated.moves(self.quantity):
            return self.updated.step(self.quantity)
        return self.departures.step(self.place)

    @property
    def needs(self) -> frozenset[Place]:
        """The named values and derivatives that it is computed from."""
        return (self.updated or self.departures).needs(self.place)
