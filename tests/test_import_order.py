"""The layers: a file imports from lower layers only, so that it can be read after them.

Imports under `if TYPE_CHECKING:` never run and are exempt.
"""

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parent.parent

LAYERS = [
    "autograd.allocation autograd.errors autograd.environment autograd.terminal autograd.threads",
    "autograd.dtypes autograd.shapes autograd.sliding autograd.special_values autograd.trees "
    "autograd.modes autograd.unsupported autograd.arguments autograd.hooks autograd.origin",
    "autograd.matrices autograd.reducing autograd.dispatch autograd.valued",
    "autograd.conversions",
    "autograd.tensor autograd.surface",
    "autograd.shape_errors",
    "autograd.composite autograd.operation",
    "autograd.primitive",
    "autograd.tracing",
    "autograd.ops.*",
    "autograd.ops",
    "autograd.placeholders autograd.sampling autograd.sweep",
    "autograd.operators",
    "autograd.transforms",
    "autograd.batch_rules",
    "autograd.batch",
    "autograd.jacobians autograd.recompute autograd.anomaly",
    "autograd.replay.**",
    "autograd.differences",
    "autograd.check",
    "autograd.language.**",
    "autograd.explain.**",
    "autograd.verify.**",
    "autograd.cli",
    "autograd.__main__",
    "autograd",
    "nn.**",
]
"""From the lowest to the highest. The modules of a layer do not import one another; `package.**`
means a package whose modules may, `package.*` one whose modules may not."""


def find_modules() -> dict[str, Path]:
    """Every module of the two packages, by its dotted name."""
    found = {}
    for path in sorted((*ROOT.glob("autograd/**/*.py"), *ROOT.glob("nn/**/*.py"))):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = find_modules()


FACE = {f"autograd.{name}" for name in autograd.__all__}
"""What `from autograd import name` gives, be there a module of the same name or not."""


def place(module: str) -> tuple[int, str]:
    """The layer of `module`, and the unit inside which imports are free."""
    for layer, line in enumerate(LAYERS):
        for entry in line.split():
            package = entry.rstrip(".*")
            inside = module == package or module.startswith(f"{package}.")
            if module == entry or (entry.endswith(".**") and inside):
                return layer, package
            if entry.endswith(".*") and inside and module != package:
                return layer, module
    raise AssertionError(f"{module} has no layer: add it to LAYERS in tests/test_import_order.py")


def imports(module: str, source: str) -> Iterator[str]:
    """The modules of the two packages that `module` imports, at the top or inside a function."""
    package = module if MODULES[module].stem == "__init__" else module.rpartition(".")[0]
    for node in executed(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(dots, package)
            named = [f"{origin}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES and name not in FACE else origin for name in named]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in ("autograd", "nn"))


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below `node` but those under `if TYPE_CHECKING:`."""
    yield node
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        children: Iterable[ast.AST] = node.orelse
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        yield from executed(child)


def complaints(module: str, source: str) -> list[str]:
    """What is wrong with the imports of `module`."""
    layer, unit = place(module)
    wrong = []
    for target in imports(module, source):
        its_layer, its_unit = place(target)
        if its_unit == unit:
            continue
        if its_layer >= layer:
            wrong.append(f"{module} imports {target}, which is not of a lower layer")
        if unit == "nn" and target != "autograd":
            wrong.append(f"{module} imports {target}; nn knows the public face of autograd only")
        if LAYERS[layer] == "autograd.ops.*" and target == "autograd.tensor":
            wrong.append(f"{module} imports {target}; an operation is rules in NumPy code only")
    return wrong


@pytest.mark.parametrize("module", MODULES)
def test_a_file_imports_from_lower_layers_only(module: str) -> None:
    assert complaints(module, MODULES[module].read_text()) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: set(imports(name, path.read_text())) for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import one another in a circle: {' -> '.join(error.args[1])}")


# Negative controls -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("autograd.dtypes", "from autograd.sweep import pull", "autograd.sweep"),
        ("autograd.dtypes", "import autograd.sweep", "autograd.sweep"),
        ("autograd.dtypes", "from autograd import sweep", "autograd.sweep"),
        ("autograd.dtypes", "from autograd import Tensor", "autograd, which"),
        ("autograd.dtypes", "from autograd import primitive", "autograd, which"),
        ("autograd.dtypes", "from .sweep import pull", "autograd.sweep"),
        ("autograd.dtypes", "from . import sweep", "autograd.sweep"),
        ("autograd.ops.shape", "from ..sweep import pull", "autograd.sweep"),
        ("autograd.dtypes", "from autograd.shapes import Axis", "autograd.shapes"),
        ("autograd.dtypes", "def late():\n    import nn", "nn"),
        ("autograd.sweep", "from autograd.operators import _getitem", "autograd.operators"),
        ("autograd.ops.shape", "from autograd.ops import reduce", "autograd.ops.reduce"),
        ("autograd.ops.shape", "from autograd.tensor import Tensor", "NumPy code only"),
        ("autograd.explain.text", "from autograd.verify import verify", "autograd.verify"),
        ("nn.module", "from autograd.tensor import Tensor", "public face"),
        ("nn.module", "if TYPE_CHECKING:\n    pass\nelse:\n    import autograd.sweep", "public"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str, found: str) -> None:
    wrong = complaints(module, source)
    assert wrong
    assert any(found in complaint for complaint in wrong)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("autograd.dtypes", "import numpy as np\nfrom autograd.errors import ShapeError"),
        ("autograd.dtypes", "if TYPE_CHECKING:\n    from autograd.sweep import pull"),
        ("autograd.dtypes", "if typing.TYPE_CHECKING:\n    from autograd import Tensor"),
        ("autograd.explain.text", "from autograd.explain import steps"),
        ("nn.module", "from autograd import Tensor\nfrom nn import init"),
        ("nn.module", "from autograd import primitive"),
    ],
)
def test_a_right_import_is_allowed(module: str, source: str) -> None:
    assert complaints(module, source) == []


def test_a_new_module_is_told_where_it_belongs() -> None:
    with pytest.raises(AssertionError, match="no layer: add it to LAYERS"):
        place("autograd.nowhere")
