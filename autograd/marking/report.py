"""The report on a worksheet: the verdict on each claim, and the first error behind a wrong one."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.marking.verdict import Verdict

MAX_SHOWN = 4
"""Number of explanations of a number that a line contains."""


@dataclass(frozen=True)
class Claim:
    """One claim and the verdict on it.

    `true` is the right value, and `right` its text; for an array, the text of the worst entry,
    whose index is `entry`. If the claim is wrong, `departs_in` names the first error (this claim,
    or the earliest wrong one that it was computed from), `step` is the computation of that
    quantity, and `diagnosis` lists the mistakes that explain the number, likeliest first, with
    their classes in `mistakes`. `notes` are further remarks, such as the bounds at a kink.
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
    def shown_diagnosis(self) -> tuple[str, ...]:
        """The likeliest explanations, and the number of the others."""
        more = len(self.diagnosis) - MAX_SHOWN
        return self.diagnosis[:MAX_SHOWN] + ((f"or {more} more",) if more > 0 else ())

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
        return "; ".join([line, *self.shown_diagnosis, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as plain values for JSON, with infinities and NaN as texts."""
        return {
            "name": self.name,
            "claimed": self.claimed,
            "verdict": str(self.verdict),
            "true": _to_plain(self.true),
            "entry": self.entry or None,
            "departs_in": self.departs_in or None,
            "step": self.step or None,
            "diagnosis": list(self.diagnosis),
            "mistakes": list(self.mistakes),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Report:
    """The verdicts on all claims of a worksheet; `str` gives one line for each.

    `open` has the names of the claims without an answer.
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
        """Return the claims of that name: none or one."""
        return [claim for claim in self.claims if claim.name == name]

    @property
    def counts(self) -> dict[str, int]:
        """The number of claims with each verdict."""
        verdicts = [claim.verdict for claim in self.claims]
        return {str(verdict): verdicts.count(verdict) for verdict in Verdict}

    def __str__(self) -> str:
        return "\n".join(
            [*map(str, self.claims), *(f"{name} open: no answer yet" for name in self.open)]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "program": self.program,
            "ok": self.ok,
            "counts": self.counts,
            "claims": [claim.to_dict() for claim in self.claims],
            "open": list(self.open),
        }


def _to_plain(value: Any) -> Any:
    """Convert a number or array to nested lists of floats; JSON has no infinities and no NaN."""
    if isinstance(value, list):
        return [_to_plain(part) for part in value]
    if not isinstance(value, float):
        return _to_plain(np.asarray(value, float).tolist())
    return value if math.isfinite(value) else str(value)
