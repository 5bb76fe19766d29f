"""What all pictures share: the look, where they are drawn, how they are saved, what is missing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.explanation.palette import LIGHT
from nn import plots

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(12, 2))
MODEL = nn.MLP([2, 4, 3], seed=0)
DATA = (X, X @ X.T[:, :3])

PICTURES: dict[str, tuple[int, Callable[..., Any]]] = {
    "history": (2, lambda **to: plots.history({"loss": [2, 1], "accuracy": [0, 1]}, **to)),
    "boundary": (1, lambda **to: plots.decision_boundary(MODEL, X, np.arange(12) % 3, **to)),
    "contour": (1, lambda **to: plots.contour(lambda x, y: x * y, title="f", **to)),
    "surface": (
        1,
        lambda **to: plots.loss_surface(MODEL, nn.MSELoss(), DATA, points=5, **to),
    ),
    "activations": (2, lambda **to: plots.activations(["relu", "tanh"], **to)),
    "filters": (1, lambda **to: plots.filters(nn.Conv2d(1, 2, 3, seed=0), **to)),
    "attention": (2, lambda **to: plots.attention(np.full((2, 3, 3), 1 / 3), **to)),
    "confusion": (1, lambda **to: plots.confusion(np.eye(2), **to)),
}
"""Of each: how many panels it has, and how it is drawn."""


@pytest.fixture
def pyplot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`matplotlib.pyplot` without a window system, and without figures before and after."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    from matplotlib import pyplot as plt

    plt.switch_backend("Agg")
    plt.close("all")
    yield plt
    plt.close("all")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_saved_where_told_and_no_figure_stays_open(
    name: str, tmp_path: Path, pyplot: Any
) -> None:
    count, draw = PICTURES[name]
    path = tmp_path / "new" / "picture.png"
    figure = draw(path=path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert len([axes for axes in figure.axes if axes.get_title("left")]) == count
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_drawn_into_given_axes(name: str, tmp_path: Path, pyplot: Any) -> None:
    count, draw = PICTURES[name]
    mine = plots.figure(8, 4)
    axes = mine.subplots(1, count)
    path = tmp_path / "picture.svg"
    assert draw(axes=axes, path=path) is mine
    assert all(panel.get_title("left") for panel in np.ravel(axes))
    assert b"<svg" in path.read_bytes()
    with pytest.raises(ValueError, match=f"axes= must be {count} axes, .* got 3"):
        draw(axes=mine.subplots(1, 3))
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_not_saved_is_pyplots(name: str, pyplot: Any) -> None:
    figure = PICTURES[name][1]()
    (number,) = pyplot.get_fignums()
    assert pyplot.figure(number) is figure


@pytest.mark.parametrize("name", PICTURES)
def test_without_matplotlib_the_error_names_the_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'chalkgrad\[plots\]'"):
        PICTURES[name][1]()


def test_a_part_of_a_figure_is_drawn_into_and_all_of_it_saved(tmp_path: Path) -> None:
    whole = plots.figure(6, 3)
    left, _ = whole.subfigures(1, 2)
    path = tmp_path / "picture.png"
    assert plots.confusion(np.eye(2), axes=left.add_subplot(), path=path) is whole
    assert path.exists()


def test_importing_nn_loads_no_matplotlib() -> None:
    code = "import sys, nn, nn.plots; sys.exit('matplotlib' in sys.modules)"
    root = Path(nn.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_everything_public_is_there() -> None:
    assert all(hasattr(plots, name) for name in plots.__all__)
    drawn = {"history", "decision_boundary", "contour", "loss_surface", "activations", "filters"}
    assert {*drawn, "attention", "confusion"} <= {*plots.__all__}


def test_the_colours_are_those_of_the_drawn_graphs() -> None:
    ours = plots.INK, plots.LINE, plots.FILL, plots.GREEN, plots.RED
    assert ours == (LIGHT.ink, LIGHT.line, LIGHT.fill, LIGHT.value, LIGHT.gradient)


def test_curves_of_one_colour_differ_in_marker_or_line() -> None:
    looks = [plots.series(k) for k in range(20)]
    assert len({tuple(look.values()) for look in looks}) == 20
    assert len({look["color"] for look in looks[:7]}) == 7


def test_panels_stand_in_rows() -> None:
    made, places = plots.panels(5, 2, 1, columns=3, path="picture.png")
    assert made.get_size_inches().tolist() == [6, 2]
    assert [axes.get_subplotspec().get_geometry()[:3] for axes in places] == [
        (2, 3, k) for k in range(5)
    ]


def test_shades_lead_from_one_colour_to_the_other() -> None:
    from matplotlib.colors import to_hex

    shades = plots.shades("white", plots.GREEN)
    assert to_hex(shades(0.0)) == "#ffffff"
    assert to_hex(shades(1.0)) == plots.GREEN
    assert to_hex(shades(np.ma.masked)) == plots.FILL
