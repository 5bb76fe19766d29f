"""Two lines add an operation: its declaration, and its sample cases. Nothing else has to change."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DECLARATION = 'cube = elementwise(lambda x: x * x * x, lambda y, x: 3 * x * x, name="cube")\n'
CASES = 'CASES["cube"] = unary()\n'
PARTS = "autograd nn tests docs examples benchmarks pyproject.toml README.md CONTRIBUTING.md"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the source in which the operation is declared."""
    folder = tmp_path_factory.mktemp("two_lines")
    for part in PARTS.split():
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, folder)
    with open(folder / "autograd" / "ops" / "elementary.py", "a", encoding="utf-8") as file:
        file.write(DECLARATION)
    return folder


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the copy."""
    env = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def check(folder: Path, *tests: str) -> "subprocess.CompletedProcess[str]":
    """Run those tests in the copy that concern the new operation, or all operations together."""
    return run(
        folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests,
        "-k", "cube or every or page or package or name",
    )  # fmt: skip


REGISTRY_TESTS = ["tests/test_registry.py", "tests/registry", "tests/ops/test_package.py"]


def test_a_declaration_alone_is_not_finished(copy: Path) -> None:
    done = check(copy, *REGISTRY_TESTS)
    assert done.returncode == 1
    assert "cube" in done.stdout


def test_with_its_cases_it_passes_every_check(copy: Path) -> None:
    with open(copy / "tests" / "cases" / "elementary.py", "a", encoding="utf-8") as file:
        file.write(CASES)
    done = check(
        copy, *REGISTRY_TESTS, "tests/test_coverage.py", "tests/compiler/test_operations.py",
        "tests/explanation/page/test_spellings.py", "tests/compiler/test_scalar_spellings.py",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    page = run(copy, "docs/make_functions.py")
    assert page.returncode == 0, page.stderr
    if find_spec("torch") is not None:
        oracle = check(copy, "-m", "oracle", "tests/oracle/test_operations.py")
        assert oracle.returncode == 0, oracle.stdout
        assert "no counterpart in PyTorch: cube" in oracle.stdout
    if find_spec("ruff") is not None:
        files = ("autograd/ops/elementary.py", "tests/cases/elementary.py")
        for arguments in (("check",), ("format", "--check")):
            lint = run(copy, "-m", "ruff", *arguments, *files)
            assert lint.returncode == 0, lint.stdout
