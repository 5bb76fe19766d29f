"""The training examples run, show what they promise, and say what is missing."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

WITHOUT = """
import runpy, sys

class Finder:
    def find_spec(name, *_):
        if name == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Finder)
runpy.run_path({path!r})
"""


def load(name: str, **constants: Any) -> dict[str, Any]:
    """Return the functions of an example, with other constants."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("sklearn")
    module = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    # The functions look constants up in a dict of their own, and not in the one returned.
    module["main"].__globals__.update(constants)
    return module


def assert_pictures(folder: Path, *names: str) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in names:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_xor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load("03_xor")["main"](tmp_path)
    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if line.startswith("   ") and "x1" not in line]
    assert len(rows) == 4
    # Whatever line the perceptron draws, at least one corner is wrong; the MLP has all right.
    assert any("WRONG" in row.split("(")[0].rsplit(maxsplit=2)[0] for row in rows)
    assert all(row.split("(")[0].rstrip().endswith("right") for row in rows)
    assert_pictures(tmp_path, "03_xor.png")


def test_gradient_descent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = load("04_gradient_descent")
    x, y = example["make_data"]()
    best = np.polyfit(x[:, 0], y[:, 0], 1)
    for name, tolerance in {"batch": 0.05, "stochastic": 0.25, "mini-batch of 8": 0.15}.items():
        batch_size, lr, epochs = example["DESCENTS"][name]
        trail = example["descend"](x, y, batch_size, lr, epochs)
        assert trail.shape == (1 + epochs * len(x) // batch_size, 2)
        np.testing.assert_allclose(trail[-1], best, atol=tolerance)
    # Batch descent never goes up; stochastic descent does.
    losses = [
        example["loss_at"](x, y, *example["descend"](x, y, size, 0.1, 2).T) for size in (len(x), 1)
    ]
    assert np.all(np.diff(losses[0]) < 0)
    assert np.any(np.diff(losses[1]) > 0)
    example["main"](tmp_path)
    assert "stochastic          128" in capsys.readouterr().out
    assert_pictures(tmp_path, "04_gradient_descent.png")


def test_tumours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = load("05_tumours")
    example["main"](tmp_path)
    out = capsys.readouterr().out
    accuracy = float(out.split("held-out tumours: ")[1].split("%")[0])
    assert accuracy >= 96
    assert_pictures(tmp_path, "05_tumours.png")


def test_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = load("06_digits")
    example["main"](tmp_path)
    out = capsys.readouterr().out
    accuracy = float(out.split("held-out digits: ")[1].split("%")[0])
    assert accuracy >= 97
    assert_pictures(tmp_path, "06_digits_history.png", "06_digits_predictions.png")


def test_digits_can_be_trained_small_from_elsewhere() -> None:
    model, history, x, y = load("06_digits")["train"](epochs=1, hidden=8, progress=False)
    assert history.epochs == 1
    assert model.state_dict()["0.weight"].shape == (8, 64)
    assert len(x) == len(y) == 360


@pytest.mark.parametrize("missing", ["matplotlib", "sklearn"])
@pytest.mark.parametrize("name", ["03_xor", "04_gradient_descent", "05_tumours", "06_digits"])
def test_a_missing_package_is_named_in_one_line(missing: str, name: str) -> None:
    if missing == "sklearn" and name in ("03_xor", "04_gradient_descent"):
        pytest.skip("needs no data from scikit-learn")
    pytest.importorskip("matplotlib")
    path = str(EXAMPLES / f"{name}.py")
    code = WITHOUT.format(missing=missing, path=path)
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=EXAMPLES.parent
    )
    assert run.returncode == 1
    assert run.stderr.strip() == (
        f"This example needs {missing}: pip install 'chalkgrad[examples]'"
    )
