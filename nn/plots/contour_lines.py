"""A function of two numbers as a map, and the ways of optimizers across it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ShapeError
from nn.functional.operands import values
from nn.plots.models import Array
from nn.plots.styling import (
    INK,
    LINE,
    SHADE,
    FilePath,
    finish_figure,
    legend_beside,
    panels,
    series,
    shades,
    style,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Limits = tuple[float, float]
Paths = Mapping[str, Any]
"""By name the points, (steps, 2), that an optimizer was at."""

BOTTOM = 0.005
"""The share of the map that lies below the lowest level line."""


def contour(
    fn: Callable[[Any, Any], Any],
    *,
    paths: Paths | None = None,
    minimum: tuple[float, float] | None = None,
    xlim: Limits | None = None,
    ylim: Limits | None = None,
    points: int = 201,
    levels: int = 16,
    title: str = "",
    xlabel: str = "$x$",
    ylabel: str = "$y$",
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Level lines of `fn(x, y)` with the paths of optimizers on top.

    `fn` works on arrays, entry by entry. `paths` holds points of shape (steps, 2) by name; without
    limits the map shows all of them and the `minimum`, which a star marks; without any it shows ±1.
    The levels rise by one factor from the least value, to show the valley as well as its walls.

    Raises `ShapeError` for paths or values of another shape, `ValueError` where `fn` has no finite
    value.

    >>> from nn import plots
    >>> axes = plots.figure(4, 3).add_subplot()
    >>> _ = contour(lambda x, y: x**2 + y**2, paths={"SGD": [(1, 1), (0.5, 0.5)]}, axes=axes)
    >>> axes.lines[0].get_label(), axes.lines[0].get_xdata()
    ('SGD', array([1. , 0.5]))
    """
    ways = {name: as_path(name, way) for name, way in (paths or {}).items()}
    shown = [*ways.values(), *(np.array([point]) for point in [minimum] if point is not None)]
    across, up = (
        np.linspace(*(given or limits(*(part[:, k] for part in shown))), points)
        for k, given in enumerate((xlim, ylim))
    )
    heights = values(fn(*np.meshgrid(across, up)))
    if heights.shape != (points, points):
        raise ShapeError(
            f"a contour needs fn(x, y) to give one number for each entry of arrays, got shape "
            f"{heights.shape} for arrays of shape {(points, points)}"
        )
    made, (place,) = panels(1, 6.4, 4.8, axes=axes, path=path)
    style(place, title=title, xlabel=xlabel, ylabel=ylabel)
    draw_levels(place, across, up, heights, levels)
    draw_paths(place, ways)
    if minimum is not None:
        draw_star(place, minimum, "minimum")
    if ways or minimum is not None:
        legend_beside(place)
    return finish_figure(made, path)


def as_path(name: str, points: Any) -> Array:
    """Return the points of a path as an array; raises `ShapeError` unless of shape (steps, 2)."""
    way = np.asarray([values(point) for point in points], dtype=float)
    if way.ndim != 2 or way.shape[1] != 2:
        raise ShapeError(f"the path {name!r} must be of shape (steps, 2), got {way.shape}")
    return way


def limits(*coordinates: Array) -> Limits:
    """Return the ends of an axis that shows all `coordinates`, with a margin; ±1 without any."""
    known = np.concatenate([np.zeros(0), *coordinates])
    known = known[np.isfinite(known)]
    if not known.size:
        return -1.0, 1.0
    low, high = float(known.min()), float(known.max())
    margin = 0.15 * (high - low) or 1.0
    return low - margin, high + margin


def draw_levels(axes: "Axes", across: Array, up: Array, values: Array, count: int) -> None:
    """Level lines with numbers on them, over tints that grow darker with the value."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ValueError("there is no finite value to draw")
    heights = finite - finite.min()
    above = heights[heights > 0] if heights.any() else np.abs(finite[:1]) + 1
    steps = np.geomspace(np.quantile(above, BOTTOM), above.max(), count)
    levels = np.unique(finite.min() + np.concatenate([[0], steps]))
    tints = shades("white", SHADE)(np.linspace(0, 1, len(levels) - 1))
    axes.contourf(across, up, values, levels, colors=tints)
    lines = axes.contour(across, up, values, levels[1:-1], colors=LINE, linewidths=0.6, alpha=0.7)
    # On all lines numbers would hide the map, and the lowest lie under the ends of paths.
    axes.clabel(lines, levels[6:-1:3], fontsize=7, fmt="%.3g", colors=INK)


def draw_paths(axes: "Axes", paths: Mapping[str, Array]) -> None:
    """Draw each path in its colour, marker and kind of line, with a large mark at its end."""
    # The part of a path outside the map must not shrink the map.
    axes.set_autoscale_on(False)
    for k, (name, way) in enumerate(paths.items()):
        look = series(k)
        # As a fraction of the map's diagonal: long steps and short ones get as many markers.
        axes.plot(*way.T, label=name, linewidth=1.6, markersize=4, markevery=0.06, **look)
        axes.plot(
            *way[-1:].T,
            linestyle="",
            color=look["color"],
            marker=look["marker"],
            markersize=9,
            markeredgecolor="white",
            zorder=4,
        )
    for start in {tuple(way[0]) for way in paths.values()}:
        axes.plot(*start, marker="o", markersize=7, color="white", markeredgecolor=INK, zorder=5)
        axes.annotate("start", start, (7, 7), textcoords="offset points", color=INK, zorder=5)


def draw_star(axes: "Axes", point: tuple[float, float], label: str) -> None:
    """Return a white star with a dark edge, to be seen on every ground."""
    axes.plot(
        *point,
        marker="*",
        markersize=15,
        linestyle="",
        color="white",
        markeredgecolor=INK,
        label=label,
        zorder=6,
    )
