"""Sample cases of every operation, one file for each of `autograd/ops/` that declares any."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.cases.case import Case

FILES = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - {"__init__", "case"})

CASES: dict[str, list[Case]] = {
    name: cases
    for file in FILES
    for name, cases in import_module(f"tests.cases.{file}").CASES.items()
}


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every operation's name with each of its cases."""
    return ((name, case) for name, cases in CASES.items() for case in cases)
