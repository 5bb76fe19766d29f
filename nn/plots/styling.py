"""The look that all pictures share: colours, lines, figures, and how they are saved."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

INK = "#22303c"
GREEN = "#0b6e4f"
RED = "#b3261e"
LINE = "#5b7c8d"
FILL = "#e9eef2"
BLUE = "#2b6cb0"
AMBER = "#c77700"
PURPLE = "#7a4a9e"
PINK = "#c0407f"
SHADE = "#b4c7d2"

COLOURS = (GREEN, RED, BLUE, AMBER, PURPLE, INK, PINK)
MARKERS = "osD^vP*X"
LINESTYLES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))

FilePath = str | Path
Array = np.ndarray[Any, Any]


def series(k: int) -> dict[str, Any]:
    """Colour, marker and kind of line of the k-th of several curves, for `axes.plot`.

    Seven colours, eight markers and five kinds of line: curves that agree in one differ in another.

    >>> series(0)
    {'color': '#0b6e4f', 'marker': 'o', 'linestyle': '-'}
    """
    return {
        "color": COLOURS[k % len(COLOURS)],
        "marker": MARKERS[k % len(MARKERS)],
        "linestyle": LINESTYLES[k % len(LINESTYLES)],
    }


def figure(width: float, height: float, *, interactive: bool = False) -> "Figure":
    """Return an empty figure, sizes in inches; notebooks and `plt.show()` show interactive ones.

    Raises `ModuleNotFoundError`, with the command to run, where matplotlib is missing.

    >>> figure(6, 4).get_size_inches()
    array([6., 4.])
    """
    try:
        from matplotlib import pyplot as plt
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "pictures need matplotlib, which is not installed: pip install 'chalkgrad[plots]'",
            name=error.name,
        ) from error
    # Outside pyplot no window system is asked for, and a figure goes when its last user does.
    make = plt.figure if interactive else Figure
    return make(figsize=(width, height), layout="constrained", facecolor="white")


def panels(
    count: int,
    width: float,
    height: float,
    *,
    columns: int | None = None,
    axes: Any = None,
    path: FilePath | None = None,
) -> tuple["Figure", list["Axes"]]:
    """`count` panels of that many inches in a new figure, or the `axes` that were given.

    New ones stand in one row, or in rows of `columns`; the figure is interactive unless it is to be
    saved at `path`. Raises `ValueError` unless `axes` are as many as the panels.

    >>> made, (left, right) = panels(2, 3, 2, axes=figure(6, 2).subplots(1, 2))
    >>> left.figure is made
    True
    """
    if axes is not None:
        given = list(np.ravel(axes))
        if len(given) != count:
            raise ValueError(f"axes= must be {count} axes, one for each panel, got {len(given)}")
        # The whole figure, also where the axes are of a part of it.
        return given[0].figure.figure, given
    columns = min(count, columns or count)
    rows = math.ceil(count / columns)
    made = figure(width * columns, height * rows, interactive=path is None)
    return made, [made.add_subplot(rows, columns, k + 1) for k in range(count)]


def style(
    axes: "Axes",
    *,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    grid: Literal["x", "y", "both"] | None = None,
) -> None:
    """Give `axes` quiet lines, ink-coloured text, titles, and a light grid along "x", "y", "both".

    >>> axes = figure(3, 2).add_subplot()
    >>> style(axes, title="loss", xlabel="epoch", grid="y")
    >>> axes.get_title("left")
    'loss'
    """
    axes.set_title(title, loc="left", color=INK, fontsize=12, fontweight="bold")
    axes.set_xlabel(xlabel, color=INK)
    axes.set_ylabel(ylabel, color=INK)
    axes.tick_params(colors=LINE, labelcolor=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    if grid:
        axes.grid(axis=grid, color=FILL)
        axes.set_axisbelow(True)


def style_tiles(axes: "Axes", *, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """Style a picture made of tiles: a thin frame, and no marks beside the names."""
    style(axes, title=title, xlabel=xlabel, ylabel=ylabel)
    axes.spines[:].set(visible=True, color=SHADE)
    axes.tick_params(length=0)


def write_numbers(axes: "Axes", texts: Sequence[Sequence[str]], shares: Array) -> None:
    """Write a text into every tile, in white where the tile, a share of 1, is dark."""
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            texts[row][column],
            ha="center",
            va="center",
            fontsize=8,
            color="white" if share > 0.55 else INK,
        )


def legend(axes: "Axes", **look: Any) -> None:
    """Return a legend on a light ground, so that lines behind it do not disturb."""
    axes.legend(facecolor="white", edgecolor=FILL, framealpha=0.9, labelcolor=INK, **look)


def legend_beside(axes: "Axes", **look: Any) -> None:
    """Return a legend to the right of the picture, where it hides none of it."""
    legend(axes, loc="upper left", bbox_to_anchor=(1, 1), **look)


def colourbar(image: "AxesImage", axes: Sequence["Axes"], label: str) -> None:
    """Draw the scale of numbers that the colours of `image` in one of the `axes` stand for."""
    bar = axes[0].figure.colorbar(image, ax=axes, shrink=0.7)
    bar.outline.set_visible(False)
    bar.set_label(label, color=INK)
    bar.ax.tick_params(colors=LINE, labelcolor=INK)


def shades(*colours: str) -> "Colormap":
    """Return the colours that lead from one to the next, and `FILL` where there is no number.

    >>> shades("white", GREEN)(1.0)[:3] == shades(RED, GREEN)(1.0)[:3]
    True
    """
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("shades", colours).with_extremes(bad=FILL)


def save(figure: "Figure", path: FilePath) -> None:
    """Save the picture, making the folder if need be."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def finish_figure(figure: "Figure", path: FilePath | None) -> "Figure":
    """Return the picture, saved if there is a `path`."""
    if path is not None:
        save(figure, path)
    return figure
