"""A claim with its verdicts and its place in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd.marking.answer_key import TrueValue
from autograd.marking.number_format import ClaimedValue
from autograd.marking.quantity import Quantity
from autograd.marking.step_index import Place, StepIndex
from autograd.marking.update import UpdatedAnswerKey
from autograd.marking.verdict import Verdict, find_worst


@dataclass(frozen=True, eq=False)
class JudgedClaim:
    """A claim with the verdicts on its entries; none if its shape is not that of the true value.

    `step_index` belongs to the evaluation that the claim is about: after the update, the second
    one. `follows` names the learner's own rounded numbers from which the claim follows, if it would
    be wrong without them.
    """

    quantity: Quantity
    claimed: ClaimedValue
    true: TrueValue
    verdicts: Sequence[Verdict]
    step_index: StepIndex
    updated: UpdatedAnswerKey | None = None
    follows: str = ""

    @cached_property
    def worst(self) -> int:
        """The position of the entry with the worst verdict."""
        return find_worst(self.verdicts) if self.verdicts else 0

    @cached_property
    def verdict(self) -> Verdict:
        """The worst verdict; wrong for a wrong shape."""
        return self.verdicts[self.worst] if self.verdicts else Verdict.WRONG

    @property
    def is_wrong(self) -> bool:
        """Whether an entry or the shape is wrong."""
        return self.verdict is Verdict.WRONG

    @property
    def is_inexact(self) -> bool:
        """Whether numbers computed from the claim differ from the true ones."""
        return bool(self.verdicts) and self.verdict is not Verdict.OK

    @cached_property
    def place(self) -> Place:
        """The place of the claim in the record."""
        return self.step_index.find_place(self.quantity)

    @property
    def order(self) -> tuple[bool, tuple[int, int]]:
        """The sort key by time of computation."""
        return self.updated is not None, self.place.order

    @property
    def step(self) -> str:
        """The step that computes the quantity, in words."""
        if self.updated and self.updated.moves(self.quantity):
            return self.updated.format_step(self.quantity)
        return self.step_index.format_step(self.place)

    @property
    def needs(self) -> frozenset[Place]:
        """The places of the named values and derivatives that the quantity is computed from."""
        return (self.updated or self.step_index).find_needs(self.place)
