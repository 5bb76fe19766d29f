"""Checking claims: a verdict on each, and for the wrong ones where they depart and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import WorksheetError
from autograd.language import run
from autograd.verify.departure import Departures, Place
from autograd.verify.diagnose import Cell, Detective, Suspect
from autograd.verify.quantity import Quantity
from autograd.verify.report import Claim, Report
from autograd.verify.truth import TrueValue, Truth
from autograd.verify.update import Updated
from autograd.verify.verdict import Verdict, judge_all, same_shape, worst
from autograd.verify.worksheet import Worksheet, make_worksheet, read_worksheet
from autograd.verify.written import Claimed, show

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


@dataclass(frozen=True, eq=False)
class _Judged:
    """A claim with the verdicts on its entries: none if it does not have the true value's shape."""

    quantity: Quantity
    claimed: Claimed
    true: TrueValue
    verdicts: Sequence[Verdict]
    updated: Updated | None

    @property
    def worst(self) -> int:
        """The position of the entry that decides."""
        return worst(self.verdicts) if self.verdicts else 0

    @property
    def verdict(self) -> Verdict:
        return self.verdicts[self.worst] if self.verdicts else Verdict.WRONG


class Key:
    """A worksheet's program, evaluated once to check any number of claims about it.

    Raises `ProgramError` for a program outside the language.
    """

    def __init__(self, worksheet: Worksheet) -> None:
        self.update = worksheet.update
        self.truth = Truth(run(worksheet.program, worksheet.inputs))
        self.departures = Departures(self.truth)
        self.detective = Detective(self.truth, self.departures)
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
            judged = [self._judge(quantity, claim, None) for quantity, claim in claims.items()]
            judged += [self._judge(quantity, claim, updated) for quantity, claim in after.items()]
            reports = tuple(self._report(claim, judged) for claim in judged)
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
            self._updated[values] = Updated(self.truth, self.update, values)
        return self._updated[values]

    def _judge(self, quantity: Quantity, claimed: Claimed, updated: Updated | None) -> _Judged:
        true = (updated or self.truth).of(quantity)
        fits = same_shape(claimed.shape, np.shape(true.value))
        verdicts = judge_all(claimed, _accepted(claimed, true)) if fits else []
        return _Judged(quantity, claimed, true, verdicts, updated)

    def _report(self, claim: _Judged, judged: Sequence[_Judged]) -> Claim:
        shape = np.shape(claim.true.value)
        array = bool(claim.verdicts) and claim.true.value.size > 1
        place = np.unravel_index(claim.worst, shape) if array else ()
        digits = max(4, claim.claimed.entries[claim.worst].significant)
        if claim.verdict is not Verdict.WRONG:
            # What was rounded away is to be seen.
            digits += 2
        report = Claim(
            name=str(claim.quantity),
            claimed=claim.claimed.text,
            verdict=claim.verdict,
            true=claim.true.value,
            right=show(claim.true.value[place], digits),
            entry=str([int(i) for i in place]) if array else "",
            notes=tuple(_notes(claim)),
        )
        if claim.verdict is not Verdict.WRONG:
            return report
        first = self._first_wrong(claim, judged)
        suspects = self._suspects(claim, judged)
        return replace(
            report,
            departs_in=str(first.quantity),
            step=self._step(first),
            diagnosis=tuple(suspect.sentence for suspect in suspects),
            mistakes=tuple(suspect.kind for suspect in suspects),
            notes=(*report.notes, AMBIGUOUS) if len(suspects) > 1 else report.notes,
        )

    # Wrong claims ----------------------------------------------------------------------------

    def _place(self, claim: _Judged) -> Place:
        return self._departures(claim).place(claim.quantity)

    def _departures(self, claim: _Judged) -> Departures:
        return claim.updated.departures if claim.updated else self.departures

    def _first_wrong(self, claim: _Judged, judged: Sequence[_Judged]) -> _Judged:
        """The earliest wrong claim among those that this one was computed from, or itself."""
        needs = self._needs(claim)
        earlier = [
            other
            for other in judged
            if other.verdict is Verdict.WRONG and self._place(other) in needs
        ]
        return min(
            earlier,
            key=lambda other: (other.updated is not None, self._place(other).order),
            default=claim,
        )

    def _needs(self, claim: _Judged) -> set[Place]:
        place = self._place(claim)
        needs = self._departures(claim).needs(place)
        if claim.updated:
            for name in claim.updated.moved:
                if Place(claim.updated.truth.tensor(name), None) in {place, *needs}:
                    slope = self.departures.place(claim.updated.gradient(Quantity(name)))
                    needs |= {slope} | self.departures.needs(slope)
        return needs

    def _step(self, claim: _Judged) -> str:
        if claim.updated and claim.updated.moves(claim.quantity):
            return claim.updated.step(claim.quantity)
        return self._departures(claim).step(self._place(claim))

    def _suspects(self, claim: _Judged, judged: Sequence[_Judged]) -> list[Suspect]:
        cells = [self._cell(other) for other in judged]
        return self.detective.explain(cells[judged.index(claim)], cells)

    def _cell(self, claim: _Judged) -> Cell:
        wrong = [verdict is Verdict.WRONG for verdict in claim.verdicts]
        place, true = self._place(claim), claim.true.value
        return Cell(claim.quantity, claim.claimed, true, wrong, place, claim.updated)


def _accepted(claimed: Claimed, true: TrueValue) -> Any:
    """What a claim is compared with: at a kink, the value nearest to it that is right."""
    if not true.kinks:
        return true.value
    value = np.reshape(claimed.value, np.shape(true.value))
    free = (true.low < true.high) & np.isfinite(value)
    return np.where(free, np.clip(value, true.low, true.high), true.value)


def _notes(claim: _Judged) -> Iterator[str]:
    if not claim.verdicts:
        shape = np.shape(claim.true.value)
        yield f"it has shape {claim.claimed.shape}, the right value {shape}"
    yield from notes_on(claim.true)


def notes_on(true: TrueValue) -> Iterator[str]:
    """What else is right besides a true value: at a kink, any subgradient."""
    if true.kinks:
        kinks = " and ".join(true.kinks)
        if np.shape(true.value):
            yield f"{kinks}: any subgradient is right"
        else:
            low, high = show(true.low), show(true.high)
            yield f"{kinks}: any value from {low} to {high} is right"
