"""Marking a class: one key, a folder of submissions, and the results by learner and by claim."""

import csv
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.errors import WorksheetError
from autograd.host.terminal import escape_unprintable
from autograd.marking.quantity import Quantity
from autograd.marking.report import Claim, Report
from autograd.marking.verdict import Verdict
from autograd.marking.verification import Marker
from autograd.marking.worksheet import (
    Worksheet,
    find_files,
    name_file_in_errors,
    read_submission,
    read_worksheet,
)

MISSING = "missing"
"""The verdict on a claim of the key that the submission does not make."""

UNREADABLE = "unreadable"
"""The verdict on a file that cannot be read."""

LEAST_FOR_A_PROCESS = 200
"""Number of submissions for which starting another process pays."""

_COUNTED = (*map(str, Verdict), MISSING)
_NUMBER = re.compile(r"[+-][\d./e+-]+|[+-]?(inf|nan)")


@dataclass(frozen=True)
class ClassReport:
    """The reports on all submissions, by file name; `unreadable` has the errors of other files.

    `claims` are the names of the key's claims.
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
        """Count the right claims of the key, and the claims with each verdict, by submission."""
        return [
            {
                "file": file,
                "name": report.name,
                "right": sum(self._is_right(report, name) for name in self.claims),
                "of": len(self.claims),
                **report.counts,
                MISSING: len(self._missing(report)),
            }
            for file, report in self.reports.items()
        ]

    def by_mistake(self) -> list[dict[str, Any]]:
        """Count the numbers and learners for each class of mistakes, commonest first."""
        found = [
            (claim.mistakes[0] if claim.mistakes else "unexplained", file)
            for file, report in self.reports.items()
            for claim in report.claims
            if claim.verdict is Verdict.WRONG
        ]
        counts = Counter(mistake for mistake, _ in found)
        learners = Counter(mistake for mistake, _ in set(found))
        return [
            {"mistake": mistake, "numbers": n, "learners": learners[mistake]}
            for mistake, n in counts.most_common()
        ]

    def by_claim(self) -> list[dict[str, Any]]:
        """Count the submissions with each verdict, and find the commonest mistake, by claim."""
        rows = []
        for name in self.claims:
            found = [claim for report in self.reports.values() for claim in report.named(name)]
            counts = Counter(str(claim.verdict) for claim in found)
            counts[MISSING] = sum(not report.named(name) for report in self.reports.values())
            likeliest = Counter(claim.diagnosis[0] for claim in found if claim.diagnosis)
            commonest = [mistake for mistake, _ in likeliest.most_common(1)]
            rows.append(
                {
                    "claim": name,
                    **{verdict: counts[verdict] for verdict in _COUNTED},
                    "commonest mistake": "".join(commonest),
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "title": self.title,
            "ok": self.ok,
            "by_learner": self.by_learner(),
            "by_claim": self.by_claim(),
            "by_mistake": self.by_mistake(),
            "unreadable": self.unreadable,
            "submissions": {file: report.to_dict() for file, report in self.reports.items()},
        }

    def csv(self, path: str | Path) -> None:
        """Write one row for each learner and claim, for a spreadsheet."""
        rows = [["file", "name", "claim", "verdict", "claimed", "right", "mistakes"]]
        for file, report in self.reports.items():
            rows += [[file, report.name, *_format_row(claim)] for claim in report.claims]
            rows += [
                [file, report.name, name, MISSING, "", "", ""] for name in self._missing(report)
            ]
        rows += [
            [file, "", "", UNREADABLE, "", "", problem] for file, problem in self.unreadable.items()
        ]
        _write(path, rows)

    def grades(self, path: str | Path) -> None:
        """Write one row for each learner, for a grade book; an unreadable file scores 0."""
        rows = [["file", "name", "right", "of", *_COUNTED, "problem"]]
        rows += [[*map(str, row.values()), ""] for row in self.by_learner()]
        asked = str(len(self.claims))
        rows += [
            [file, "", "0", asked, *["0"] * len(Verdict), asked, problem]
            for file, problem in self.unreadable.items()
        ]
        _write(path, rows)

    def _is_right(self, report: Report, name: str) -> bool:
        return any(claim.verdict is not Verdict.WRONG for claim in report.named(name))

    def _missing(self, report: Report) -> list[str]:
        return [name for name in self.claims if not report.named(name)]


def verify_submissions(
    key_path: str | Path,
    folder: str | Path,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ClassReport:
    """Check every TOML file in `folder` against the key, whose program is evaluated once.

    A submission that cannot be read is reported and does not stop the others. A claim of the key
    that a submission does not make counts as missing. Many submissions are distributed over
    `processes`, by default one for each core. `progress(done, all)` is called after each file.

    Raises `WorksheetError` for a key or folder that cannot be read, and `ProgramError` for a key
    whose program lies outside the language.
    """
    if not Path(folder).is_dir():
        raise WorksheetError(f"{folder} is not a folder")
    with name_file_in_errors(key_path):
        marker = _SubmissionMarker(read_worksheet(key_path))
    paths = find_files(folder)
    reports: dict[str, Report] = {}
    unreadable: dict[str, str] = {}
    for done, (path, found) in enumerate(_mark_all(marker, paths, processes), 1):
        name = escape_unprintable(path.name)
        if isinstance(found, Report):
            reports[name] = found
        else:
            unreadable[name] = found
        if progress is not None:
            progress(done, len(paths))
    title = marker.worksheet.title or marker.worksheet.name
    return ClassReport(title, reports, unreadable, marker.asked)


class _SubmissionMarker:
    """Marks files one after the other against one key."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet, self.marker = worksheet, Marker(worksheet)
        names = self.marker.answer_key.evaluation.names
        asked = [Quantity.parse(name, names) for name in worksheet.asked]
        asked += [Quantity.parse(name, names, True) for name in worksheet.asked_after]
        self.asked = tuple(map(str, asked))

    def __call__(self, path: Path) -> Report | str:
        """Return the report on a submission, or the reason why there is none."""
        try:
            return self.marker.mark(read_submission(path, self.worksheet))
        except Exception as error:
            # An error in one file does not stop the others.
            return str(error) if isinstance(error, WorksheetError) else f"failed: {error!r}"


def _mark_all(
    marker: _SubmissionMarker, paths: Sequence[Path], processes: int | None
) -> Iterator[tuple[Path, Report | str]]:
    """Yield every file with its report, in order."""
    # Each process has to start and to evaluate the key.
    worth = len(paths) // LEAST_FOR_A_PROCESS
    processes = min(processes or os.cpu_count() or 1, worth)
    if processes < 2:
        yield from zip(paths, map(marker, paths), strict=True)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(
        processes, initializer=_start_process, initargs=(marker.worksheet,)
    ) as pool:
        yield from zip(paths, pool.map(_mark, paths, chunksize=32), strict=True)


_of_process: list[_SubmissionMarker] = []
"""The marker of this process, which evaluates the key once."""


def _start_process(worksheet: Worksheet) -> None:
    _of_process.append(_SubmissionMarker(worksheet))


def _mark(path: Path) -> Report | str:
    return _of_process[0](path)


def _format_row(claim: Claim) -> list[str]:
    right = f"{claim.right} at {claim.entry}" if claim.entry else claim.right
    return [claim.name, str(claim.verdict), claim.claimed, right, "; ".join(claim.shown_diagnosis)]


def _write(path: str | Path, rows: Iterable[Sequence[str]]) -> None:
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_escape_formula(text) for text in row] for row in rows)


def _escape_formula(text: str) -> str:
    """Quote a text, perhaps chosen by a learner, that a spreadsheet would read as a formula."""
    # Spreadsheets skip spaces before a formula, and read signs of double width as plain ones.
    first = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if first in {*"=+-@"} and not _NUMBER.fullmatch(text) else text
