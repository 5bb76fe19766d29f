"""The examples that explain, draw and verify, and the demonstration that runs them all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run an example as a user does, its pictures going to `folder`."""
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / script), str(folder)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent), "PYTHONUTF8": "1"},
        check=True,
    )


def test_graph(tmp_path: Path) -> None:
    out = run("01_graph.py", tmp_path / "pictures").stdout
    assert out.startswith("f = -12, df/dx = -4, df/dy = -4, df/dz = 3\n")
    assert "to z:  local ∂f/∂z = q = 3;  1 × 3 = 3" in out
    made = {path.name: path.read_bytes()[:5] for path in (tmp_path / "pictures").iterdir()}
    assert made == {"graph.svg": b"<?xml", "graph.png": b"\x89PNG\r"}


def test_worksheets(tmp_path: Path) -> None:
    out = run("02_worksheets.py", tmp_path).stdout
    marked, _, mistake = out.partition("lacks a minus sign:")
    assert " wrong:" not in marked
    assert "s near: 7.32" in marked
    assert "dL/dw2 wrong: 0.1692, right is -0.1692" in mistake
    assert "sign flipped" in mistake


def test_pages(tmp_path: Path) -> None:
    out = run("18_page.py", tmp_path).stdout
    assert out.count("saved") == 3
    pages = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert set(pages) == {"graph.html", "neuron.html", "network.html"}
    assert "sign flipped" in pages["graph.html"]
    assert "const compute = (inputs)" in pages["neuron.html"]
    assert "const compute = null" in pages["network.html"]
    assert "2: Linear" in pages["network.html"]


def test_demo(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("sklearn")
    out = run("demo.py", tmp_path).stdout
    for part in ("∂f/∂x = −4", "df/dx ok: -4", "sign flipped", "Accuracy on held-out digits"):
        assert part in out
    _, _, named = out.partition("Files made")
    assert {Path(line.strip()).name for line in named.splitlines()[1:] if line.strip()} == {
        path.name for path in tmp_path.iterdir()
    }
