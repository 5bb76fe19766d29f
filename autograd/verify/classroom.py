"""A class: one key, a folder of submissions, and what came out by learner and by claim."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.errors import WorksheetError
from autograd.verify.check import Key
from autograd.verify.report import Claim, Report
from autograd.verify.verdict import Verdict
from autograd.verify.worksheet import read_submission, read_worksheet

MISSING = "missing"
"""Stands for a verdict where the key makes a claim and the submission does not."""

_COUNTED = (*map(str, Verdict), MISSING)


@dataclass(frozen=True)
class ClassReport:
    """The reports on all submissions, by file name; `unreadable` has what was wrong with the rest.

    `claims` are the names of the key's own claims.
    """

    title: str
    reports: dict[str, Report]
    unreadable: dict[str, str]
    claims: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every file could be read and no claim is wrong."""
        return not self.unreadable and all(report.ok for report in self.reports.values())

    def by_learner(self) -> list[dict[str, Any]]:
        """For each submission, its file and name and how many claims have each verdict."""
        return [
            {
                "file": file,
                "name": report.name,
                **report.counts,
                MISSING: len(self._missing(report)),
            }
            for file, report in self.reports.items()
        ]

    def by_claim(self) -> list[dict[str, Any]]:
        """For each claim, how many submissions have each verdict, and the commonest mistake."""
        rows = []
        for name in self.claims:
            found = [claim for report in self.reports.values() for claim in report.named(name)]
            counts = Counter(str(claim.verdict) for claim in found)
            counts[MISSING] = sum(not report.named(name) for report in self.reports.values())
            mistakes = Counter(mistake for claim in found for mistake in claim.diagnosis)
            commonest = [mistake for mistake, _ in mistakes.most_common(1)]
            rows.append(
                {
                    "claim": name,
                    **{verdict: counts[verdict] for verdict in _COUNTED},
                    "commonest mistake": "".join(commonest),
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return {
            "title": self.title,
            "ok": self.ok,
            "by_learner": self.by_learner(),
            "by_claim": self.by_claim(),
            "unreadable": self.unreadable,
            "submissions": {file: report.to_dict() for file, report in self.reports.items()},
        }

    def csv(self, path: str | Path) -> None:
        """Write one row for each learner and claim, for a spreadsheet."""
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["file", "name", "claim", "verdict", "claimed", "right", "mistakes"])
            for submission, report in self.reports.items():
                about = [_cell(submission), _cell(report.name)]
                for claim in report.claims:
                    rows.writerow([*about, *_row(claim)])
                for name in self._missing(report):
                    rows.writerow([*about, name, MISSING, "", "", ""])
            for submission, problem in self.unreadable.items():
                rows.writerow([_cell(submission), "", "", "unreadable", "", "", problem])

    def _missing(self, report: Report) -> list[str]:
        return [name for name in self.claims if not report.named(name)]


def verify_submissions(key_path: str | Path, folder: str | Path) -> ClassReport:
    """Check every TOML file in `folder` against the key, whose program is evaluated once.

    A submission that cannot be read is reported and does not stop the others. A claim that the key
    makes and a submission does not counts as missing.

    Raises `WorksheetError` for a key or folder that cannot be read, and `ProgramError` for a key
    whose program lies outside the language.
    """
    worksheet = read_worksheet(key_path)
    if not Path(folder).is_dir():
        raise WorksheetError(f"{folder} is no folder")
    key = Key(worksheet)
    reports: dict[str, Report] = {}
    unreadable: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        try:
            reports[path.name] = key.check(read_submission(path, worksheet))
        except WorksheetError as error:
            unreadable[path.name] = str(error)
    own = [claim.name for claim in key.check(worksheet).claims]
    return ClassReport(worksheet.title or worksheet.name, reports, unreadable, tuple(own))


def _row(claim: Claim) -> list[str]:
    right = f"{claim.right} at {claim.entry}" if claim.entry else claim.right
    return [claim.name, str(claim.verdict), claim.claimed, right, "; ".join(claim.diagnosis)]


def _cell(text: str) -> str:
    """A text that a learner chose, kept from being taken for a formula by spreadsheets."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
