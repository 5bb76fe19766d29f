"""Checking claims: a verdict on each, and for the wrong ones where they depart and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import WorksheetError
from autograd.language import run
from autograd.marking.answer_key import TrueValue, Truth
from autograd.marking.cell import Cell
from autograd.marking.diagnosis import Detective
from autograd.marking.first_error import Departures
from autograd.marking.quantity import Quantity
from autograd.marking.report import Claim, Report
from autograd.marking.suspects import Suspect
from autograd.marking.update import Updated
from autograd.marking.verdict import judge_all, same_shape
from autograd.marking.worksheet import Worksheet, make_worksheet, read_worksheet
from autograd.marking.written_numbers import Claimed, show

AMBIGUOUS = "several mistakes give this number; claims about the steps before it tell them apart"


def verify(
    program: str,
    *,
    at: Mapping[str, Any],
    claims: Mapping[str, Any],
    update: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Report:
    """Check what was worked out by hand about `program`, evaluated at the inputs `at`.

    A claim is a number, a text that keeps its digits (`"0.610"`, `"4/9"`), or a list of them; its
    name is that of a value (`"f"`, `"W[0, 1]"`) or a derivative (`"df/dx"`). With
    `update={"rate": 0.1, "of": "L", "with": ["w"]}`, `after` has claims about values after that
    step of gradient descent; left out, `of` is the program's result, and `with` the inputs that
    `after` claims.

    Raises `ProgramError` for a program outside the language and `WorksheetError` for claims that
    cannot be read or are about names the program does not have.

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
    return Key(worksheet).check(worksheet)


def verify_file(path: str | Path) -> Report:
    """Check the claims in a worksheet's file.

    Raises `WorksheetError` and `ProgramError` as `verify` does.
    """
    worksheet = read_worksheet(path)
    return Key(worksheet).check(worksheet)


class Key:
    """A worksheet's program, evaluated once to check any number of claims about it.

    Raises `ProgramError` for a program outside the language.
    """

    def __init__(self, worksheet: Worksheet) -> None:
        self.update = worksheet.update
        self.truth = Truth(run(worksheet.program, worksheet.inputs))
        self.departures = Departures(self.truth)
        self.detective = Detective(self.departures)
        self._updated: dict[tuple[str, ...], Updated] = {}

    def check(self, worksheet: Worksheet) -> Report:
        """Check the claims of a worksheet or a submission about this program.

        Raises `WorksheetError` for claims about names that the program does not have, and for two
        claims about the same.
        """
        names = self.truth.evaluation.names
        claims = {Quantity.parse(name, names): claim for name, claim in worksheet.claims.items()}
        after = {
            Quantity.parse(name, names, True): claim for name, claim in worksheet.after.items()
        }
        if len(claims) < len(worksheet.claims) or len(after) < len(worksheet.after):
            raise WorksheetError("two claims are about the same quantity, differently spelled")
        # Infinities and NaN are values here, as in the evaluation of the program.
        with np.errstate(all="ignore"):
            updated = self.updated(after)
            cells = [self._judge(quantity, claim, None) for quantity, claim in claims.items()]
            cells += [self._judge(quantity, claim, updated) for quantity, claim in after.items()]
            cells = self.detective.follower.settled(cells)
            suspects = self.detective.explain(cells)
            reports = tuple(self._report(cell, cells, suspects.get(cell, ())) for cell in cells)
        program = self.truth.evaluation.program
        still_open = (*worksheet.open, *(f"{name} after" for name in worksheet.open_after))
        return Report(worksheet.name, worksheet.title, program, reports, still_open)

    def right(self, quantities: Sequence[Quantity]) -> list[TrueValue]:
        """The true values of quantities, before and after the update."""
        with np.errstate(all="ignore"):
            updated = self.updated(quantities)
            return [
                (updated if updated and quantity.after else self.truth).of(quantity)
                for quantity in quantities
            ]

    def updated(self, claimed: Iterable[Quantity]) -> Updated | None:
        """What is true after the update, if claims about that are among those `claimed`."""
        claimed = [quantity for quantity in claimed if quantity.after]
        if not claimed:
            return None
        if self.update is None:
            raise WorksheetError("claims after an update need [update] with a rate")
        values = tuple(quantity.name for quantity in claimed if quantity.wrt is None)
        if values not in self._updated:
            self._updated[values] = Updated(self.departures, self.update, values)
        return self._updated[values]

    def _judge(self, quantity: Quantity, claimed: Claimed, updated: Updated | None) -> Cell:
        true = (updated or self.truth).of(quantity)
        verdicts = judge_all(claimed, _accepted(claimed, true))
        departures = updated.departures if updated else self.departures
        return Cell(quantity, claimed, true, verdicts, departures, updated)

    def _report(self, cell: Cell, cells: Sequence[Cell], suspects: Sequence[Suspect]) -> Claim:
        shape = np.shape(cell.true.value)
        array = bool(cell.verdicts) and cell.true.value.size > 1
        place = np.unravel_index(cell.worst, shape) if array else ()
        digits = max(4, cell.claimed.entries[cell.worst].significant)
        if not cell.is_wrong:
            # What was rounded away is to be seen.
            digits += 2
        report = Claim(
            name=str(cell.quantity),
            claimed=cell.claimed.text,
            verdict=cell.verdict,
            true=cell.true.value,
            right=show(cell.true.value[place], digits),
            entry=str([int(i) for i in place]) if array else "",
            notes=tuple(_notes(cell)),
        )
        if not cell.is_wrong:
            return report
        # The earliest wrong claim among those that this one was computed from, or itself.
        earlier = [other for other in cells if other.is_wrong and other.place in cell.needs]
        first = min(earlier, key=attrgetter("order"), default=cell)
        return replace(
            report,
            departs_in=str(first.quantity),
            step=first.step,
            diagnosis=tuple(suspect.sentence for suspect in suspects),
            mistakes=tuple(suspect.kind for suspect in suspects),
            notes=(*report.notes, AMBIGUOUS) if len(suspects) > 1 else report.notes,
        )


def _accepted(claimed: Claimed, true: TrueValue) -> Any:
    """What a claim is compared with: at a kink, the value nearest to it that is right."""
    if not true.kinks or not same_shape(claimed.shape, np.shape(true.value)):
        return true.value
    value = np.reshape(claimed.value, np.shape(true.value))
    free = (true.low < true.high) & np.isfinite(value)
    return np.where(free, np.clip(value, true.low, true.high), true.value)


def _notes(cell: Cell) -> Iterator[str]:
    if not cell.verdicts:
        shape = np.shape(cell.true.value)
        yield f"it has shape {cell.claimed.shape}, the right value {shape}"
    elif cell.is_wrong:
        entry = cell.claimed.entries[cell.worst]
        # Nobody rounds to 0 and goes on.
        if entry.is_whole and entry.value == np.rint(np.ravel(cell.true.value)[cell.worst]) != 0:
            yield f'a whole number claims to be exact; a rounded one is written "{entry.text}."'
    if cell.follows:
        yield f"follows from {cell.follows}"
    yield from notes_on(cell.true)


def notes_on(true: TrueValue) -> Iterator[str]:
    """What else is right besides a true value: at a kink, any subgradient."""
    if true.kinks:
        kinks = " and ".join(true.kinks)
        if np.shape(true.value):
            yield f"{kinks}: any subgradient is right"
        else:
            low, high = show(true.low), show(true.high)
            yield f"{kinks}: any value from {low} to {high} is right"
