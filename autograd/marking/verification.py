"""Checking claims: a verdict on each, and for wrong ones the first error and an explanation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import WorksheetError
from autograd.language import run
from autograd.marking.answer_key import AnswerKey, TrueValue
from autograd.marking.diagnosis import Diagnoser
from autograd.marking.judged_claim import JudgedClaim
from autograd.marking.number_format import ClaimedValue, format_number
from autograd.marking.quantity import Quantity
from autograd.marking.report import Claim, Report
from autograd.marking.step_index import StepIndex
from autograd.marking.suspects import Suspect
from autograd.marking.update import UpdatedAnswerKey
from autograd.marking.verdict import is_same_shape, judge_all
from autograd.marking.worksheet import Worksheet, make_worksheet, read_worksheet

AMBIGUOUS = "several mistakes give this number; claims about the steps before it tell them apart"


def verify(
    program: str,
    *,
    at: Mapping[str, Any],
    claims: Mapping[str, Any],
    update: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Report:
    """Check claims, worked out by hand, about `program` at the inputs `at`.

    A claim is a number, a text that keeps its digits (`"0.610"`, `"4/9"`), or a list of them. Its
    name is that of a value (`"f"`, `"W[0, 1]"`) or a derivative (`"df/dx"`). With
    `update={"rate": 0.1, "of": "L", "with": ["w"]}`, `after` has claims about values after that
    step of gradient descent; by default, `of` is the program's result, and `with` the inputs that
    `after` claims.

    Raises `ProgramError` for a program outside the language, and `WorksheetError` for claims that
    cannot be read or whose names the program does not have.

    >>> report = verify("q = x + y; f = q * z", at={"x": -2, "y": 5, "z": -4},
    ...                 claims={"f": -12, "df/dq": -4, "df/dx": 4})
    >>> report.ok
    False
    >>> print(report)
    f ok: -12
    df/dq ok: -4
    df/dx wrong: 4, right is -4; step: df/dx = df/dq * dq/dx = -4 * 1; sign flipped
    """
    worksheet = make_worksheet(program, at, claims, update, after)
    return Marker(worksheet).mark(worksheet)


def verify_file(path: str | Path) -> Report:
    """Check the claims in a worksheet's file.

    Raises `WorksheetError` and `ProgramError` as `verify` does.
    """
    worksheet = read_worksheet(path)
    return Marker(worksheet).mark(worksheet)


class Marker:
    """Marks any number of worksheets about one program, which is evaluated once.

    Raises `ProgramError` for a program outside the language.
    """

    def __init__(self, worksheet: Worksheet) -> None:
        self.update = worksheet.update
        self.answer_key = AnswerKey(run(worksheet.program, worksheet.inputs))
        self.step_index = StepIndex(self.answer_key)
        self.diagnoser = Diagnoser(self.step_index)
        self._updated: dict[tuple[str, ...], UpdatedAnswerKey] = {}

    def mark(self, worksheet: Worksheet) -> Report:
        """Check the claims of a worksheet or a submission about this program.

        Raises `WorksheetError` for names that the program does not have, and for two claims about
        one quantity.
        """
        names = self.answer_key.evaluation.names
        claimed = {Quantity.parse(name, names): value for name, value in worksheet.claims.items()}
        after = {
            Quantity.parse(name, names, True): value for name, value in worksheet.after.items()
        }
        if len(claimed) < len(worksheet.claims) or len(after) < len(worksheet.after):
            raise WorksheetError("two claims are about the same quantity, differently spelled")
        # Infinities and NaN are values here, as in the evaluation of the program.
        with np.errstate(all="ignore"):
            updated = self.find_update(after)
            claims = [self._judge(quantity, value, None) for quantity, value in claimed.items()]
            claims += [self._judge(quantity, value, updated) for quantity, value in after.items()]
            claims = self.diagnoser.carried_error.accept_rounded(claims)
            suspects = self.diagnoser.diagnose(claims)
            reports = tuple(self._report(c, claims, suspects.get(c, ())) for c in claims)
        program = self.answer_key.evaluation.program
        still_open = (*worksheet.open, *(f"{name} after" for name in worksheet.open_after))
        return Report(worksheet.name, worksheet.title, program, reports, still_open)

    def find_values(self, quantities: Sequence[Quantity]) -> list[TrueValue]:
        """Return the true values of quantities, before and after the update."""
        with np.errstate(all="ignore"):
            updated = self.find_update(quantities)
            return [
                (updated if updated and quantity.after else self.answer_key).find_value(quantity)
                for quantity in quantities
            ]

    def find_update(self, claimed: Iterable[Quantity]) -> UpdatedAnswerKey | None:
        """Return the answer key after the update, if `claimed` has quantities after it."""
        claimed = [quantity for quantity in claimed if quantity.after]
        if not claimed:
            return None
        if self.update is None:
            raise WorksheetError("claims after an update need [update] with a rate")
        values = tuple(quantity.name for quantity in claimed if quantity.wrt is None)
        if values not in self._updated:
            self._updated[values] = UpdatedAnswerKey(self.step_index, self.update, values)
        return self._updated[values]

    def _judge(
        self, quantity: Quantity, claimed: ClaimedValue, updated: UpdatedAnswerKey | None
    ) -> JudgedClaim:
        true = (updated or self.answer_key).find_value(quantity)
        verdicts = judge_all(claimed, _choose_nearest(claimed, true))
        step_index = updated.step_index if updated else self.step_index
        return JudgedClaim(quantity, claimed, true, verdicts, step_index, updated)

    def _report(
        self, claim: JudgedClaim, claims: Sequence[JudgedClaim], suspects: Sequence[Suspect]
    ) -> Claim:
        shape = np.shape(claim.true.value)
        array = bool(claim.verdicts) and claim.true.value.size > 1
        place = np.unravel_index(claim.worst, shape) if array else ()
        digits = max(4, claim.claimed.entries[claim.worst].significant_digits)
        if not claim.is_wrong:
            # Two more digits show what was rounded away.
            digits += 2
        report = Claim(
            name=str(claim.quantity),
            claimed=claim.claimed.text,
            verdict=claim.verdict,
            true=claim.true.value,
            right=format_number(claim.true.value[place], digits),
            entry=str([int(i) for i in place]) if array else "",
            notes=tuple(_list_notes(claim)),
        )
        if not claim.is_wrong:
            return report
        first = _find_first_error(claim, claims)
        return replace(
            report,
            departs_in=str(first.quantity),
            step=first.step,
            diagnosis=tuple(suspect.sentence for suspect in suspects),
            mistakes=tuple(suspect.kind for suspect in suspects),
            notes=(*report.notes, AMBIGUOUS) if len(suspects) > 1 else report.notes,
        )


def _find_first_error(claim: JudgedClaim, claims: Sequence[JudgedClaim]) -> JudgedClaim:
    """Return the earliest wrong claim that a wrong one was computed from, or itself."""
    earlier = [other for other in claims if other.is_wrong and other.place in claim.needs]
    return min(earlier, key=attrgetter("order"), default=claim)


def _choose_nearest(claimed: ClaimedValue, true: TrueValue) -> Any:
    """Return the right value nearest to a claimed one; at a kink there are several right values."""
    if not true.kinks or not is_same_shape(claimed.shape, np.shape(true.value)):
        return true.value
    value = np.reshape(claimed.value, np.shape(true.value))
    free = (true.low < true.high) & np.isfinite(value)
    return np.where(free, np.clip(value, true.low, true.high), true.value)


def _list_notes(claim: JudgedClaim) -> Iterator[str]:
    if not claim.verdicts:
        shape = np.shape(claim.true.value)
        yield f"the claim has shape {claim.claimed.shape}, the right value {shape}"
    elif claim.is_wrong:
        entry = claim.claimed.entries[claim.worst]
        # A 0 is no rounded intermediate result.
        if entry.is_whole and entry.value == np.rint(np.ravel(claim.true.value)[claim.worst]) != 0:
            yield f'a whole number claims to be exact; a rounded one is written "{entry.text}."'
    if claim.follows:
        yield f"follows from {claim.follows}"
    yield from list_kink_notes(claim.true)


def list_kink_notes(true: TrueValue) -> Iterator[str]:
    """Yield a note on the other right values at a kink, where any subgradient is right."""
    if true.kinks:
        kinks = " and ".join(true.kinks)
        if np.shape(true.value):
            yield f"{kinks}: any subgradient is right"
        else:
            low, high = format_number(true.low), format_number(true.high)
            yield f"{kinks}: any value from {low} to {high} is right"
