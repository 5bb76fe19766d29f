"""Imports run one way: a file imports only from folders below its own, and nothing in a circle.

Imports for type checkers only count too: what a reader has to know first is the same.
"""

import ast
import importlib.util
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import autograd
import nn

ROOT = Path(__file__).parent.parent

FOLDERS = [
    "autograd.errors",
    "autograd.host",
    "autograd.engine",
    "autograd.ops.shared",
    "autograd.ops",
    "autograd.operators",
    "autograd.transforms",
    "autograd.language",
    "autograd.compiler",
    "autograd.explanation",
    "autograd.marking",
    "autograd.cli",
    "autograd.__main__",
    "autograd",
    "nn",
]
"""From the ground up; a folder that is not listed belongs to the one around it."""


def find_modules() -> dict[str, Path]:
    """Return every module of the two packages by its dotted name."""
    found = {}
    for path in sorted((*ROOT.glob("autograd/**/*.py"), *ROOT.glob("nn/**/*.py"))):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = find_modules()


def folder_of(module: str) -> str:
    """Return the entry of `FOLDERS` that `module` belongs to.

    The top of the package is the public face alone: a new file beside the folders has no place.
    """
    inside = [f for f in FOLDERS if module == f or module.startswith(f"{f}.")]
    folder = max(inside, key=len)
    if folder == "autograd" and module != folder:
        raise AssertionError(f"{module} is in no folder: see FOLDERS in tests/test_import_order.py")
    return folder


def imports(module: str, source: str) -> Iterator[str]:
    """Yield the modules of the two packages that `module` imports, wherever in the file."""
    package = module if MODULES[module].stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(dots, package)
            named = [f"{origin}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else origin for name in named]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in ("autograd", "nn"))


def complaints(module: str, source: str) -> list[str]:
    """Return what is wrong with the imports of `module`."""
    folder = folder_of(module)
    wrong = []
    for target in imports(module, source):
        if folder == "nn" and target.split(".")[0] == "autograd" and target != "autograd":
            wrong.append(f"{module} imports {target}; nn knows the public face of autograd only")
        if FOLDERS.index(folder_of(target)) > FOLDERS.index(folder):
            wrong.append(f"{module} imports {target}, whose folder is not below its own")
        if folder == "autograd.ops" and target == "autograd.engine.tensor":
            wrong.append(f"{module} imports {target}; an operation is rules in NumPy code only")
        if folder == "autograd.ops" != module and folder_of(target) == folder:
            wrong.append(f"{module} imports {target}; what operations share is in ops.shared")
    return wrong


def find_circle(graph: dict[str, set[str]]) -> list[str] | None:
    """Return the modules of a circle of imports, or `None` if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


@pytest.mark.parametrize("module", MODULES)
def test_a_file_imports_from_folders_below_its_own(module: str) -> None:
    assert complaints(module, MODULES[module].read_text()) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: set(imports(name, path.read_text())) for name, path in MODULES.items()}
    assert find_circle(graph) is None


def test_no_module_bears_the_name_of_a_public_function() -> None:
    """`import a.b as b` would bind the function."""
    faces = {"autograd": autograd, "nn": nn}
    faces |= {f"nn.{name}": getattr(nn, name) for name in ("functional", "optim", "plots")}
    for module in MODULES:
        for face, package in faces.items():
            if module.startswith(f"{face}."):
                named = getattr(package, module.rpartition(".")[2], None)
                clashes = callable(named) and module.rpartition(".")[2] in package.__all__
                assert not clashes, f"{module} bears the name of {face}'s {named}"


# Negative controls -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("autograd.host.terminal", "from autograd.engine.sweep import order", "engine.sweep"),
        ("autograd.host.terminal", "import autograd.engine.sweep", "autograd.engine.sweep"),
        ("autograd.host.terminal", "from autograd.engine import sweep", "autograd.engine.sweep"),
        ("autograd.host.terminal", "from ..engine import sweep", "autograd.engine.sweep"),
        ("autograd.host.terminal", "from ..engine.sweep import order", "autograd.engine.sweep"),
        ("autograd.engine.dtypes", "from autograd import Tensor", "autograd, whose"),
        ("autograd.engine.dtypes", "from autograd import operators", "autograd.operators"),
        ("autograd.engine.dtypes", "def late():\n    import nn", "nn"),
        (
            "autograd.engine.dtypes",
            "if TYPE_CHECKING:\n    from autograd.transforms import jacobians",
            "transforms",
        ),
        ("autograd.ops.shape", "from autograd.ops import reduce", "autograd.ops.reduce"),
        ("autograd.ops.shared.sliding", "from autograd.ops import reduce", "autograd.ops.reduce"),
        ("autograd.ops.shape", "from autograd.engine.tensor import Tensor", "NumPy code only"),
        ("autograd.explanation.text", "from autograd.marking import report", "autograd.marking"),
        ("nn.module", "from autograd.engine.tensor import Tensor", "public face"),
        ("nn.module", "if TYPE_CHECKING:\n    pass\nelse:\n    import autograd.cli", "public"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str, found: str) -> None:
    wrong = complaints(module, source)
    assert wrong
    assert any(found in complaint for complaint in wrong)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("autograd.engine.dtypes", "import numpy as np\nfrom autograd.errors import ShapeError"),
        ("autograd.engine.sweep", "from autograd.engine import tensor"),
        ("autograd.explanation.text", "from autograd.explanation import steps"),
        ("nn.module", "from autograd import Tensor\nfrom nn import init"),
        ("nn.module", "from autograd import primitive"),
    ],
)
def test_a_right_import_is_allowed(module: str, source: str) -> None:
    assert complaints(module, source) == []


def test_a_circle_is_found() -> None:
    sources = {
        "autograd.engine.modes": "if TYPE_CHECKING:\n    from autograd.engine.tracing import Trace",
        "autograd.engine.tracing": "from autograd.engine.modes import mode",
    }
    circle = find_circle({name: set(imports(name, text)) for name, text in sources.items()})
    assert circle is not None
    assert set(circle) == {*sources}


def test_a_new_module_is_told_where_it_belongs() -> None:
    with pytest.raises(AssertionError, match="in no folder: see FOLDERS"):
        folder_of("autograd.nowhere")
