"""What docs/compile.md says: its snippets run, and it names the files that there are."""

import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "compile.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_snippets() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert results.attempted > 20
    assert results.failed == 0


def test_every_file_of_the_package_has_its_place() -> None:
    rows = re.findall(r"^\| (`[\w/]+\.py`.*?) \|", TEXT, re.M)
    named = [name for row in rows for name in re.findall(r"`([\w/]+\.py)`", row)]
    package = ROOT / "autograd/compiler"
    there = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    assert sorted(named) == sorted(name for name in there if not name.endswith("__init__.py"))


def test_links_and_files_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]*)\)", TEXT)
    files = re.findall(r"`((?:autograd|nn)/[\w./]*)`", TEXT)
    assert len(links) > 1
    assert len(files) > 3
    assert [name for name in links if not (PAGE.parent / name).exists()] == []
    assert [name for name in files if not (ROOT / name).exists()] == []
