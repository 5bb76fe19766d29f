"""The report on a worksheet: what is right, and where what is wrong departs."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.marking.verdict import Verdict

MAX_TOLD = 4
"""How many explanations of a number are told in a line."""


@dataclass(frozen=True)
class Claim:
    """One claim and the verdict on it.

    `true` is the right value, and `right` what to show of it: of an array the worst entry, whose
    place is `entry`. If the claim is wrong, `departs_in` is the claim that first departs from the
    right way (this one, or an earlier one that it was computed from), `step` how that is computed,
    and `diagnosis` the mistakes that explain the number, likeliest first, with their classes in
    `mistakes`. `notes` say what else counted.
    """

    name: str
    claimed: str
    verdict: Verdict
    true: Any
    right: str
    entry: str = ""
    departs_in: str = ""
    step: str = ""
    diagnosis: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """The likeliest explanations, and how many more there are."""
        more = len(self.diagnosis) - MAX_TOLD
        return self.diagnosis[:MAX_TOLD] + ((f"or {more} more",) if more > 0 else ())

    def __str__(self) -> str:
        claimed = self.claimed if len(self.claimed) <= 60 else f"{self.claimed[:57]}..."
        line = f"{self.name} {self.verdict}: {claimed}"
        if self.verdict is not Verdict.OK:
            line += f", right is {self.right}"
            line += f" at {self.entry}" if self.entry else ""
        if self.departs_in not in ("", self.name):
            line += f"; already wrong in {self.departs_in}"
        if self.step:
            line += f"; step: {self.step}"
        return "; ".join([line, *self.told, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """The claim as plain values for JSON, where infinities and NaN are texts."""
        return {
            "name": self.name,
            "claimed": self.claimed,
            "verdict": str(self.verdict),
            "true": _plain(self.true),
            "entry": self.entry or None,
            "departs_in": self.departs_in or None,
            "step": self.step or None,
            "diagnosis": list(self.diagnosis),
            "mistakes": list(self.mistakes),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Report:
    """The verdicts on all claims of a worksheet; `str` has one line for each.

    `open` has the names of claims that are still to be made.
    """

    name: str
    title: str
    program: str
    claims: tuple[Claim, ...]
    open: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no claim is wrong."""
        return all(claim.verdict is not Verdict.WRONG for claim in self.claims)

    def named(self, name: str) -> list[Claim]:
        """The claims of that name: none, or one."""
        return [claim for claim in self.claims if claim.name == name]

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        verdicts = [claim.verdict for claim in self.claims]
        return {str(verdict): verdicts.count(verdict) for verdict in Verdict}

    def __str__(self) -> str:
        return "\n".join(
            [*map(str, self.claims), *(f"{name} open: no answer yet" for name in self.open)]
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "program": self.program,
            "ok": self.ok,
            "counts": self.counts,
            "claims": [claim.to_dict() for claim in self.claims],
            "open": list(self.open),
        }


def _plain(value: Any) -> Any:
    """A number or array as nested lists of floats; JSON has no infinities and no NaN."""
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if not isinstance(value, float):
        return _plain(np.asarray(value, float).tolist())
    return value if math.isfinite(value) else str(value)
