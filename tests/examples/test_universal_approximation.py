"""The example of one hidden layer: the drawn network is what its text says, trained ones learn."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Load = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("width", [1, 2, 5, 64])
def test_the_drawn_network_joins_points_on_the_curve(load_example: Load, width: int) -> None:
    example = load_example("11_universal_approximation")
    model, points = example["interpolate"](width), example["grid"](width + 1)
    np.testing.assert_allclose(example["values"](model, points), np.sin(points), atol=1e-12)
    middles = (points[1:] + points[:-1]) / 2
    chords = (np.sin(points[1:]) + np.sin(points[:-1])) / 2
    np.testing.assert_allclose(example["values"](model, middles), chords, atol=1e-12)
    assert example["error"](model) <= (2 * np.pi / width) ** 2 / 8


def test_wider_trained_networks_come_nearer(load_example: Load) -> None:
    example = load_example("11_universal_approximation", WIDTHS=(1, 8), SEEDS=2, STEPS=400)
    errors = example["measure"]()
    assert {name: runs.shape for name, runs in errors.items()} == {
        "tanh, trained": (2, 2),
        "relu, trained": (2, 2),
        "relu, drawn": (2, 1),
    }
    for runs in errors.values():
        one, eight = np.median(runs, axis=1)
        assert eight < one / 2
    assert np.median(errors["tanh, trained"][1]) < 0.3


def test_it_prints_its_table_and_saves_its_picture(
    load_example: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = {"WIDTHS": (1, 4), "SEEDS": 1, "STEPS": 10}
    load_example("11_universal_approximation", **small)["main"](tmp_path)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(row[0], row[3]) for row in rows if len(row) == 4 and row[0] in "14"] == [
        ("1", "1.0000"),
        ("4", "0.2105"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["11_universal_approximation.png"]
