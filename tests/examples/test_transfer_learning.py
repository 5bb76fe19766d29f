"""The example of transfer learning: what is kept, what is frozen, and what that is worth."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn


@pytest.fixture
def example(load_example: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return load_example(
        "15_transfer_learning",
        HELD_OUT=0.5,
        CHANNELS=6,
        EPOCHS=3,
        PICTURES=(1, 2),
        DRAWS=1,
        STEPS=20,
        LEARNING_RATE=1e-2,
    )


def moved(before: dict[str, Any], after: dict[str, Any], part: str) -> float:
    """Return the mean change of the parameters of one part."""
    changes = [np.mean(np.abs(after[k] - before[k])) for k in before if k.startswith(part)]
    return float(np.mean(changes))


def test_what_each_way_keeps_and_moves(example: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "reader.safetensors"
    nn.save(example["Reader"](seed=0), path)
    x, y, *_ = example["load"](range(5, 10))
    chosen = example["few"](x, y, 2, np.random.default_rng(0))
    assert np.bincount(chosen[1]).tolist() == [2] * 5
    bodies, changes = {}, {}
    for name, way in example["WAYS"].items():
        model, optimizer = way(path, seed=1)
        before = model.state_dict()
        bodies[name] = before["body.0.weight"]
        example["learn"](model, optimizer, *chosen, np.random.default_rng(0))
        changes[name] = {part: moved(before, model.state_dict(), part) for part in ("body", "head")}
    np.testing.assert_array_equal(bodies["frozen body"], bodies["fine-tuned"])
    assert not np.array_equal(bodies["from scratch"], bodies["fine-tuned"])
    assert changes["frozen body"]["body"] == 0
    assert 0 < changes["fine-tuned"]["body"] < changes["fine-tuned"]["head"]
    assert all(change["head"] > 0 for change in changes.values())


def test_every_digit_lies_whole_on_its_sheet(example: dict[str, Any]) -> None:
    pictures = np.random.default_rng(0).uniform(1, 2, (40, 8, 8))
    sheets = example["place"](pictures, np.random.default_rng(1))
    assert sheets.shape == (40, 1, 12, 12)
    corners = set()
    for sheet, picture in zip(sheets[:, 0], pictures, strict=True):
        (top, *_, bottom), (left, *_, right) = (np.flatnonzero(sheet.any(k)) for k in (1, 0))
        np.testing.assert_allclose(sheet[top : bottom + 1, left : right + 1], picture, rtol=1e-6)
        corners.add((top, left))
    assert len(corners) > 10


def test_the_table_and_the_picture(
    example: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example["main"](tmp_path)
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.endswith("%")]
    assert [row[0] for row in rows] == ["1", "2"]
    scores = np.array([[float(cell.rstrip("%")) for cell in row[1:]] for row in rows])
    assert scores.shape == (2, len(example["WAYS"]))
    from_scratch, *transferred = scores[0]
    assert min(transferred) > from_scratch
    assert [path.name for path in tmp_path.iterdir()] == ["15_transfer_learning.png"]
    assert (tmp_path / "15_transfer_learning.png").read_bytes().startswith(b"\x89PNG")
