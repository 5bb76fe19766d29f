"""What CONTRIBUTING.md and docs/reading.md say of the source is so."""

import re
from pathlib import Path

import pytest

from tests.test_import_order import FOLDERS, MODULES, folder_of, imports

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
READING = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")


def module_of(path: str) -> str:
    return path.removesuffix(".py").rstrip("/").replace("/", ".")


def test_the_table_of_folders_is_complete_and_in_order() -> None:
    listed = [module_of(name) for name in re.findall(r"^\| `([^`]+)` \|", CONTRIBUTING, re.M)]
    assert listed == [f for f in FOLDERS if f not in ("autograd", "autograd.__main__")]


@pytest.mark.parametrize("text", [CONTRIBUTING, READING])
def test_files_named_in_the_text_exist(text: str) -> None:
    named = set(re.findall(r"`((?:autograd|nn|tests|docs|benchmarks)[\w/]*(?:\.py|/))`", text))
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_files_to_read_stand_in_reading_order() -> None:
    """Each imports only from files before it, or from those that can wait."""
    listed = [module_of(name) for name in re.findall(r"^\| `([^`]+)` \|", READING, re.M)]
    later = {module_of(name) for name in re.findall(r"`(autograd/engine/\w+\.py)`", READING)}
    known = later - {*listed}
    for module in listed:
        needed = set(imports(module, MODULES[module].read_text(encoding="utf-8")))
        inside = {name for name in needed if folder_of(name) == folder_of(module)}
        if folder_of(module) == "autograd.engine":
            assert inside <= known, f"{module} needs {sorted(inside - known)} before it"
        known.add(module)
    engine = {name for name in MODULES if name.startswith("autograd.engine.")}
    assert engine <= known


def test_the_lines_to_read_are_those_of_the_files() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (\d+) \|", READING, re.M)
    total = 0
    for name, lines in rows:
        there = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        assert abs(there - int(lines)) <= 20, f"{name} has {there} lines, not {lines}"
        total += there
    assert total <= 2_250
