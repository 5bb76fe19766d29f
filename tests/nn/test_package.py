"""The package as a whole: what it imports, and what it names."""

import ast
from pathlib import Path

import nn

SOURCES = sorted(Path(nn.__file__).parent.rglob("*.py"))


def test_only_the_public_face_of_autograd_is_imported() -> None:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            assert not any(name.startswith("autograd.") for name in modules), source


def test_every_public_name_is_there() -> None:
    assert sorted(set(nn.__all__)) == sorted(nn.__all__)
    assert [name for name in nn.__all__ if not hasattr(nn, name)] == []
