"""The figures of `run.py` as README's table, the tables in docs/benchmarks.md, and the picture.

python benchmarks/publish.py [FIGURES]
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import report

ROOT = Path(__file__).resolve().parents[1]


def put(page: Path, name: str, text: str) -> None:
    """Replace the text of the page between `<!-- name -->` and `<!-- /name -->`.

    Raises `ValueError` where the page does not have both.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    whole, found = re.subn(
        f"{re.escape(start)}.*?{re.escape(end)}",
        lambda _: f"{start}\n{text}\n{end}",
        page.read_text(encoding="utf-8"),
        flags=re.S,
    )
    if found != 1:
        raise ValueError(f"{page} must have one {start} with {end} behind it, found {found}")
    page.write_text(whole, encoding="utf-8")


def ratios(figures: dict[str, Any]) -> str:
    """Return for each number of threads the table of ratios, with the conditions they hold for."""
    parts = [f"Measured on: {report.conditions(figures)}."]
    for run in figures["runs"]:
        threads = report.count(run["settings"]["threads"], "thread")
        parts += [f"{threads.capitalize()}:", report.summary(report.load(run), "hand")]
    return "\n\n".join(parts)


def details(figures: dict[str, Any]) -> str:
    """Return every figure of every run."""
    parts = []
    for run in figures["runs"]:
        parts.append(f"### {report.count(run['settings']['threads'], 'thread').capitalize()}")
        rows = report.load(run).items()
        parts += [report.details(workload, row, ["hand"]) for workload, row in rows]
    return "\n\n".join(parts)


def publish(figures: dict[str, Any], root: Path) -> None:
    """Write the figures into the pages below `root`, and draw the picture of the first run."""
    put(root / "README.md", "ratios", ratios(figures))
    put(root / "docs" / "benchmarks.md", "figures", details(figures))
    report.picture(report.load(figures["runs"][0]), root / "docs" / "benchmarks.svg")


def main() -> None:
    """Publish the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("figures", nargs="?", default="docs/benchmarks.json", metavar="FIGURES")
    figures = json.loads(Path(parser.parse_args().figures).read_text(encoding="utf-8"))
    publish(figures, ROOT)


if __name__ == "__main__":
    main()
