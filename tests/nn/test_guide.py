"""What docs/nn.md says: its snippets run, and it names all that there is."""

import doctest
import inspect
import re
from pathlib import Path

import pytest

import nn

PAGE = Path(__file__).parents[2] / "docs" / "nn.md"


def test_the_snippets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    # They write files.
    monkeypatch.chdir(tmp_path)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    results = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags)
    assert results.attempted > 30
    assert results.failed == 0


def test_every_layer_loss_optimizer_and_schedule_is_in_a_table() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    bases = {nn.Module, nn.Optimizer, nn.LRScheduler}
    kinds = (*bases, nn.ReduceLROnPlateau)
    there = {
        name
        for name in nn.__all__
        if inspect.isclass(made := getattr(nn, name))
        and issubclass(made, kinds)
        and made not in bases
    }
    assert there - named == set()


def test_links_lead_somewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text)
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    for file, anchor in links:
        assert (PAGE.parent / file).exists()
        assert not anchor or anchor in anchors
    assert len(links) > 10
