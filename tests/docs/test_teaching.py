"""What docs/teaching.md says: its commands and examples run, its tables are those of the code."""

import doctest
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from autograd import cli, verify
from autograd.language import evaluate_constant
from autograd.marking.mistakes import ORDER

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "teaching.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"(?s)```console\n(.*?)```", TEXT)
CLASSES = re.findall(
    r"^\| ([\w ]+) \| `([^`]+)` \| `([^`]+)` \| `([^`]+) = ([^`]+)` \| (.+) \|$", TEXT, re.M
)


def load_maker():
    spec = importlib.util.spec_from_file_location("make_teaching", DOCS / "make_teaching.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return the files that the page shows."""
    first, ann, bea = re.findall(r"(?s)```toml\n(.*?)```", TEXT)
    (tmp_path / "class").mkdir()
    for name, text in {"neuron": first, "class/ann": ann, "class/bea": bea}.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_examples(files):
    found = doctest.testfile(str(DOCS / "teaching.md"), module_relative=False)
    assert found.attempted > 8
    assert found.failed == 0


@pytest.mark.parametrize("session", CONSOLE, ids=lambda text: text[2:].partition("\n")[0])
def test_the_commands(session, files, capsys):
    same = doctest.OutputChecker().check_output
    for command in re.split(r"^\$ ", session, flags=re.M)[1:]:
        line, _, expected = command.partition("\n")
        program, *argv = shlex.split(line)
        assert program == "chalkgrad"
        cli.main(argv)
        captured = capsys.readouterr()
        # A blank line is a blank line here, unlike in a doctest.
        flags = doctest.ELLIPSIS | doctest.DONT_ACCEPT_BLANKLINE
        assert same(expected, captured.out + captured.err, flags), captured.out + captured.err


def test_there_are_commands():
    assert len(CONSOLE) >= 5


@pytest.mark.parametrize(
    ("kind", "program", "at", "name", "claimed", "said"), CLASSES, ids=[row[0] for row in CLASSES]
)
def test_the_example_of_each_class_of_mistakes(kind, program, at, name, claimed, said):
    texts = dict(part.split("=") for part in at.split())
    inputs = {key: evaluate_constant(text) for key, text in texts.items()}
    value = [part.strip() for part in claimed[1:-1].split(",")] if claimed[0] == "[" else claimed
    after = {name.removesuffix(" after"): value} if name.endswith(" after") else {}
    report = verify(
        program,
        at=inputs,
        claims={} if after else {name: value},
        update={"rate": 0.1} if after else None,
        after=after,
    )
    (claim,) = report.claims
    assert kind == dict(zip(claim.diagnosis, claim.mistakes, strict=True))[said]


def test_every_class_of_mistakes_has_an_example():
    assert [row[0] for row in CLASSES] == list(ORDER)


def test_the_tables_are_up_to_date():
    assert load_maker().update_page(TEXT) == TEXT, "run make docs"


def test_links_lead_somewhere():
    titles = re.findall(r"^#+ (.+)$", TEXT, re.M)
    anchors = {title.lower().replace(" ", "-") for title in titles}
    for file, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", TEXT):
        assert (DOCS / file).exists()
        assert not anchor or anchor in anchors


@pytest.mark.parametrize("name", re.findall(r"!\[.*\]\((.*)\)", TEXT))
def test_pictures_are_small(name):
    assert (DOCS / name).stat().st_size < 150_000
