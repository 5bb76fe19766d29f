"""Pictures of a training, and the look that the examples share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#22303c"
GREEN = "#0b6e4f"
RED = "#b3261e"
LINE = "#5b7c8d"
FILL = "#e9eef2"


def figure(width: float, height: float, *, interactive: bool = False) -> "Figure":
    """An empty figure of that many inches; an interactive one shows in notebooks and `plt.show()`.

    Raises `ModuleNotFoundError`, with the command to run, where matplotlib is missing.
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


def style(axes: "Axes", *, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """Give `axes` quiet lines, ink-coloured text and their titles."""
    axes.set_title(title, loc="left", color=INK, fontsize=12, fontweight="bold")
    axes.set_xlabel(xlabel, color=INK)
    axes.set_ylabel(ylabel, color=INK)
    axes.tick_params(colors=LINE, labelcolor=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)


def save(figure: "Figure", path: str | Path) -> None:
    """Save the picture, making the folder if need be."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)


def plot_history(history: dict[str, list[float]], path: str | Path | None = None) -> "Figure":
    """Loss and metrics over the epochs, one panel each; saved at `path` if given.

    Training is a green line with dots, validation an ink dashed one with squares.
    """
    names = [name for name in history if not name.startswith("val_")]
    if not names:
        raise ValueError("the history holds no finished epoch to plot")
    made = figure(4.6 * len(names), 3.4, interactive=path is None)
    for k, name in enumerate(names):
        axes = made.add_subplot(1, len(names), k + 1)
        style(axes, title=name, xlabel="epoch")
        _curve(axes, history[name], "training", color=GREEN, marker="o", linestyle="-")
        if f"val_{name}" in history:
            held_out = history[f"val_{name}"]
            _curve(axes, held_out, "validation", color=INK, marker="s", linestyle="--")
        axes.legend(frameon=False, labelcolor=INK)
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="y", color=FILL)
        axes.set_axisbelow(True)
    if path is not None:
        save(made, path)
    return made


def _curve(axes: "Axes", numbers: Sequence[float], label: str, **look: Any) -> None:
    every = max(1, len(numbers) // 12)
    axes.plot(
        range(1, len(numbers) + 1), numbers, label=label, markersize=4, markevery=every, **look
    )
