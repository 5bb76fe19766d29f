"""The example of seven optimizers shows what its text promises."""

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "09_optimizers.py"


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    pytest.importorskip("matplotlib")
    return runpy.run_path(str(EXAMPLE))


@pytest.fixture(scope="module")
def ways(example: dict[str, Any]) -> dict[str, Any]:
    return {name: example["descend"](make) for name, make in example["OPTIMIZERS"].items()}


def test_beale_has_its_minimum_where_the_text_says(example: dict[str, Any]) -> None:
    x, y = example["MINIMUM"]
    assert example["beale"](x, y) == 0
    around = np.random.default_rng(0).uniform(-4.5, 4.5, (2, 1000))
    assert np.all(example["beale"](*around) > 0)


def test_only_plain_descent_does_not_arrive(example: dict[str, Any], ways: dict[str, Any]) -> None:
    arrivals = {name: example["arrival"](points) for name, points in ways.items()}
    assert [name for name, step in arrivals.items() if step is None] == ["SGD"]
    assert {points.shape for points in ways.values()} == {(example["STEPS"] + 1, 2)}
    assert {tuple(points[0]) for points in ways.values()} == {example["START"]}


def test_the_ways_look_as_the_text_says(ways: dict[str, Any]) -> None:
    lowest = {name: points[:, 1].min() for name, points in ways.items()}
    assert lowest["momentum"] < lowest["Nesterov"] < 0 < lowest["SGD"]
    assert lowest["Adam"] < 0 < min(lowest["AdaGrad"], lowest["RMSprop"])
    for name in ("AdaGrad", "RMSprop", "Adam"):
        right, down = ways[name][1] - ways[name][0]
        assert right == pytest.approx(-down, rel=1e-6)
    steps = np.abs(np.diff(ways["Lion"], axis=0))
    assert np.all(np.isclose(steps, 0.03) | np.isclose(steps, 0))
    assert ways["Lion"][:, 0].max() > 3.5


def test_arrival_is_the_first_step_after_which_the_way_stays_near(example: dict[str, Any]) -> None:
    near, far = np.array(example["MINIMUM"]), np.zeros(2)
    assert example["arrival"](np.array([far, near, far, near, near])) == 3
    assert example["arrival"](np.array([near, near])) == 0
    assert example["arrival"](np.array([near, far])) is None


def test_the_pictures(
    example: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example["main"].__globals__["EPOCHS"] = 3
    example["main"](tmp_path)
    out = capsys.readouterr().out
    named = [line.split()[0] for line in out.splitlines()[1:8]]
    assert named == list(example["OPTIMIZERS"])
    names = ["09_loss_surface.png", "09_optimizers.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in names)


def test_the_training_learns_and_is_the_same_every_time(example: dict[str, Any]) -> None:
    (model, (x, y), states), (again, _, _) = (example["train"](epochs=20) for _ in range(2))
    assert sum(parameter.size for parameter in model.parameters()) == 65
    assert len(states) == 21
    assert np.mean((model(x).data > 0) == y) > 0.9
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, again.state_dict()[name])
        np.testing.assert_array_equal(value, states[-1][name])


def test_without_matplotlib_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit, match=r"needs matplotlib: pip install 'chalkgrad\[examples\]'"):
        runpy.run_path(str(EXAMPLE))
