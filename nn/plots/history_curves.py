"""The course of a training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nn.plots.styling import GREEN, INK, FilePath, finish_figure, legend, panels, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def history(
    history: Mapping[str, Sequence[float]], path: FilePath | None = None, *, axes: Any = None
) -> "Figure":
    """Loss and metrics over the epochs, one panel each; saved at `path` if given.

    Training is a green line with dots, validation an ink dashed one with squares. Raises
    `ValueError` where no epoch is finished.

    >>> from nn import plots
    >>> axes = plots.figure(4, 3).add_subplot()
    >>> _ = history({"loss": [0.5, 0.25], "val_loss": [0.6, 0.4]}, axes=axes)
    >>> [line.get_label() for line in axes.lines]
    ['training', 'validation']
    """
    names = [name for name in history if not name.startswith("val_")]
    if not names:
        raise ValueError("the history holds no finished epoch to plot")
    made, places = panels(len(names), 4.6, 3.4, axes=axes, path=path)
    for name, place in zip(names, places, strict=True):
        style(place, title=name, xlabel="epoch", grid="y")
        _curve(place, history[name], "training", color=GREEN, marker="o", linestyle="-")
        if f"val_{name}" in history:
            held_out = history[f"val_{name}"]
            _curve(place, held_out, "validation", color=INK, marker="s", linestyle="--")
        legend(place)
        place.locator_params(axis="x", integer=True)
    return finish_figure(made, path)


def _curve(axes: "Axes", numbers: Sequence[float], label: str, **look: Any) -> None:
    every = max(1, len(numbers) // 12)
    axes.plot(
        range(1, len(numbers) + 1), numbers, label=label, markersize=4, markevery=every, **look
    )
