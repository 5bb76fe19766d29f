"""A class: one key, a folder of submissions, and what came out by learner and by claim."""

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
from autograd.host.terminal import printable
from autograd.marking.marking import Key
from autograd.marking.quantity import Quantity
from autograd.marking.report import Claim, Report
from autograd.marking.verdict import Verdict
from autograd.marking.worksheet import Worksheet, about, files_in, read_submission, read_worksheet

MISSING = "missing"
"""Stands for a verdict where the key makes a claim and the submission does not."""

UNREADABLE = "unreadable"
"""The same for a whole file."""

LEAST_FOR_A_PROCESS = 200
"""Submissions for which it pays to start another process."""

_COUNTED = (*map(str, Verdict), MISSING)
_NUMBER = re.compile(r"[+-][\d./e+-]+|[+-]?(inf|nan)")


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
        """For each submission how many of the key's claims are right, and each verdict's number."""
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
        """The classes of mistakes, commonest first, with how many numbers and learners have it."""
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
        """For each claim, how many submissions have each verdict, and the commonest mistake."""
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
        """The report as plain values for JSON."""
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
            rows += [[file, report.name, *_row(claim)] for claim in report.claims]
            rows += [
                [file, report.name, name, MISSING, "", "", ""] for name in self._missing(report)
            ]
        rows += [
            [file, "", "", UNREADABLE, "", "", problem] for file, problem in self.unreadable.items()
        ]
        _write(path, rows)

    def grades(self, path: str | Path) -> None:
        """Write one row for each learner, for a grade book: nothing is right of a broken file."""
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

    A submission that cannot be read is reported and does not stop the others. A claim that the key
    makes and a submission does not counts as missing. Many submissions are shared out over
    `processes`, by default one for each core. `progress(done, all)` is called after each of them.

    Raises `WorksheetError` for a key or folder that cannot be read, and `ProgramError` for a key
    whose program lies outside the language.
    """
    if not Path(folder).is_dir():
        raise WorksheetError(f"{folder} is no folder")
    with about(key_path):
        marker = _Marker(read_worksheet(key_path))
    paths = files_in(folder)
    reports: dict[str, Report] = {}
    unreadable: dict[str, str] = {}
    for done, (path, found) in enumerate(_marked(marker, paths, processes), 1):
        name = printable(path.name)
        if isinstance(found, Report):
            reports[name] = found
        else:
            unreadable[name] = found
        if progress is not None:
            progress(done, len(paths))
    title = marker.worksheet.title or marker.worksheet.name
    return ClassReport(title, reports, unreadable, marker.asked)


class _Marker:
    """Marks one file after another against the same key."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet, self.key = worksheet, Key(worksheet)
        names = self.key.truth.evaluation.names
        asked = [Quantity.parse(name, names) for name in worksheet.asked]
        asked += [Quantity.parse(name, names, True) for name in worksheet.asked_after]
        self.asked = tuple(map(str, asked))

    def __call__(self, path: Path) -> Report | str:
        """The report on a submission, or why there is none."""
        try:
            return self.key.check(read_submission(path, self.worksheet))
        except Exception as error:
            # Whatever is wrong with one file, the others are marked.
            return str(error) if isinstance(error, WorksheetError) else f"failed: {error!r}"


def _marked(
    marker: _Marker, paths: Sequence[Path], processes: int | None
) -> Iterator[tuple[Path, Report | str]]:
    """Every file with its report, in order."""
    # Each process has to start, and to evaluate the key.
    worth = len(paths) // LEAST_FOR_A_PROCESS
    processes = min(processes or os.cpu_count() or 1, worth)
    if processes < 2:
        yield from zip(paths, map(marker, paths), strict=True)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(processes, initializer=_start, initargs=(marker.worksheet,)) as pool:
        yield from zip(paths, pool.map(_mark, paths, chunksize=32), strict=True)


_own: list[_Marker] = []
"""Of a process that marks: its key, evaluated once."""


def _start(worksheet: Worksheet) -> None:
    _own.append(_Marker(worksheet))


def _mark(path: Path) -> Report | str:
    return _own[0](path)


def _row(claim: Claim) -> list[str]:
    right = f"{claim.right} at {claim.entry}" if claim.entry else claim.right
    return [claim.name, str(claim.verdict), claim.claimed, right, "; ".join(claim.told)]


def _write(path: str | Path, rows: Iterable[Sequence[str]]) -> None:
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_cell(text) for text in row] for row in rows)


def _cell(text: str) -> str:
    """A text, which a learner may have chosen, kept from being a formula in a spreadsheet."""
    # Spreadsheets overlook spaces before a formula, and take signs of double width for plain ones.
    first = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if first in {*"=+-@"} and not _NUMBER.fullmatch(text) else text
