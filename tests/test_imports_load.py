"""An import loads nothing that only some programs need, and shows all public names alone."""

import ast
import importlib
import pickle
import pydoc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import autograd
import nn

UNUSED = (
    "cupy graphviz matplotlib onnx rich safetensors scipy sklearn threadpoolctl torch",
    "argparse csv decimal difflib email fractions hashlib html http importlib.metadata json",
    "logging pathlib random secrets shutil socket statistics tempfile tomllib urllib zipfile",
    "numpy.random",
    "autograd.cli autograd.compiler autograd.explanation.steps autograd.language autograd.marking",
    "autograd.transforms.gradient_check",
    "nn.files nn.onnx nn.plots nn.schedules nn.summary nn.training",
)
"""Modules that neither import needs: of other projects, of Python and NumPy, and our own."""


def fresh(program: str) -> str:
    """Return the text that `program` prints in a fresh process."""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return run.stdout


def loaded(statement: str) -> list[str]:
    """Return the modules that `statement` loads, beyond those that NumPy itself loads."""
    program = (
        f"import sys, numpy; before = set(sys.modules); {statement}; "
        "print(*(set(sys.modules) - before))"
    )
    return fresh(program).split()


@pytest.mark.parametrize("statement", ["import autograd", "import autograd, nn"])
def test_an_import_loads_no_more_than_it_needs(statement: str) -> None:
    found = {*loaded(statement)}
    assert {"autograd", "autograd.engine.tensor"} <= found
    assert found.isdisjoint(" ".join(UNUSED).split())


@pytest.mark.parametrize(
    "late",
    ["autograd.explanation", "autograd.explanation.steps", "autograd.marking.answer_key"],
)
def test_explain_and_verify_are_functions_whatever_is_imported(late: str) -> None:
    program = f"import {late}, autograd; print(autograd.explain, autograd.verify)"
    assert [word for word in fresh(program).split() if word.startswith("<")] == ["<function"] * 2


# The faces name twice what loads late: for Python, and for type checkers and editors --------------


def declared_late(package: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield module and name of each import of `package` under `if TYPE_CHECKING:`."""
    for node in ast.parse(Path(str(package.__file__)).read_text()).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                assert isinstance(inner, ast.ImportFrom)
                yield from ((str(inner.module), alias.name) for alias in inner.names)


@pytest.mark.parametrize("package", [autograd, nn])
class TestFace:
    def test_both_halves_say_the_same(self, package: ModuleType) -> None:
        declared = {*declared_late(package)}
        table = vars(package)["_LATE"].items()
        assert declared == {(module, name) for module, names in table for name in names.split()}
        for module, name in declared:
            assert getattr(package, name) is getattr(importlib.import_module(module), name)

    def test_late_names_are_listed_like_the_others(self, package: ModuleType) -> None:
        everything = {name for _, name in declared_late(package)}
        assert everything <= {*package.__all__}
        assert {*package.__all__} <= {*dir(package)}
        namespace: dict[str, object] = {}
        exec(f"from {package.__name__} import *", namespace)
        assert {*package.__all__} <= {*namespace}

    def test_late_names_are_listed_before_they_are_loaded(self, package: ModuleType) -> None:
        name = package.__name__
        assert fresh(f"import {name}; print({{*{name}.__all__}} <= {{*dir({name})}})") == "True\n"

    def test_help_lists_public_names_alone(self, package: ModuleType) -> None:
        lines = pydoc.render_doc(package, renderer=pydoc.plaintext).splitlines()
        functions_and_data = lines[lines.index("FUNCTIONS") : lines.index("VERSION")]
        heads = [re.match(r" {4}(\w+)(\(| = )", line) for line in functions_and_data]
        shown = {head[1] for head in heads if head}
        assert len(shown) > 10
        assert shown <= {*package.__all__}
        assert not any(isinstance(getattr(package, name), ModuleType) for name in shown)

    def test_dir_lists_public_names_alone(self, package: ModuleType) -> None:
        others = {*dir(package)} - {*package.__all__}
        assert all(name.startswith("__") for name in others)
        assert {"__version__", "__doc__", "__file__", "__path__"} <= others

    def test_modules_are_imported_by_their_names(self, package: ModuleType) -> None:
        for path in Path(package.__path__[0]).glob("[a-z]*"):
            if path.suffix == ".py" or (path / "__init__.py").exists():
                name = f"{package.__name__}.{path.stem}"
                assert importlib.import_module(name).__name__ == name

    def test_what_is_late_can_be_pickled(self, package: ModuleType) -> None:
        for _, name in declared_late(package):
            found = getattr(package, name)
            if not isinstance(found, ModuleType):
                assert pickle.loads(pickle.dumps(found)) is found

    def test_a_misspelt_name_is_a_plain_error(self, package: ModuleType) -> None:
        with pytest.raises(AttributeError, match="has no attribute 'gard'") as caught:
            _ = package.gard
        assert caught.value.name == "gard"
        assert caught.value.obj is package
