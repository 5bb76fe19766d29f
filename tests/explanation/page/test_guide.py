"""The guide to the page: its snippets run, and its pictures are there and small."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"


def test_the_snippets_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results = doctest.testfile(str(DOCS / "page.md"), module_relative=False)
    assert results.attempted > 10
    assert results.failed == 0
    assert {path.name for path in Path("out").iterdir()} == {"f.html", "network.html"}


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", (DOCS / "page.md").read_text("utf-8"))
    assert len(pictures) > 4
    for name in pictures:
        content = (DOCS / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 150_000
