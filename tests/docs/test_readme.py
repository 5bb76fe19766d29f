"""What the README and the guides say is run."""

import ast
import doctest
import re
from pathlib import Path

import pytest

from autograd.ops import REGISTRY

ROOT = Path(__file__).parents[2]


def test_the_examples_of_the_readme() -> None:
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert results.attempted > 15
    assert results.failed == 0


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/conventions.md", "docs/functions.md"]
)
def test_files_that_the_pages_name_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(r"`((?:autograd|nn|tests|examples|docs)/[\w./]*)`", text)
    assert [name for name in (*linked, *named) if not (ROOT / name).exists()] == []


def test_the_operation_that_the_guide_adds_is_declared_as_it_says() -> None:
    """The `cbrt` of CONTRIBUTING.md is the declaration in the source, apart from its facts."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    declaration = re.search(r"^(\w+) = elementwise\(np\.\1, .*\)$", guide, re.M)
    assert declaration
    source = (ROOT / "autograd/ops/elementary.py").read_text(encoding="utf-8")
    if declaration[1] in REGISTRY:
        (found,) = (
            node
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == declaration[1]
        )
        assert isinstance(found.value, ast.Call)
        found.value.keywords = [k for k in found.value.keywords if k.arg != "facts"]
        assert ast.unparse(found) == ast.unparse(ast.parse(declaration[0]))
