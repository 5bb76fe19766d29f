"""The picture of what a `GradientMonitor` has recorded."""

from pathlib import Path
from typing import TYPE_CHECKING

from nn.plots import FILL, GREEN, INK, LINE, RED, figure, save, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (GREEN, INK, LINE, RED)
MARKERS = "osD^vP*X"

Numbers = dict[str, list[float]]


def plot_gradients(
    gradient_norm: Numbers, update_ratio: Numbers, dead: Numbers, path: str | Path | None = None
) -> "Figure":
    """Gradient norms, update ratios and shares of dead units over the epochs, a line per layer.

    The first two panels are logarithmic: gradients that vanish or explode are lines far below or
    above the others. A network without ReLU has no third panel.
    """
    panels = {"gradient norm": gradient_norm, "update / weight": update_ratio, "dead units": dead}
    panels = {title: numbers for title, numbers in panels.items() if numbers}
    if not panels:
        raise ValueError("the monitor holds no finished epoch to plot")
    made = figure(4.6 * len(panels), 3.6, interactive=path is None)
    for k, (title, numbers) in enumerate(panels.items()):
        axes = made.add_subplot(1, len(panels), k + 1)
        style(axes, title=title, xlabel="epoch")
        for i, (layer, values) in enumerate(numbers.items()):
            axes.plot(
                range(1, len(values) + 1),
                values,
                label=layer or "model",
                color=COLOURS[i % len(COLOURS)],
                marker=MARKERS[i % len(MARKERS)],
                markersize=4,
                markevery=max(1, len(values) // 12),
            )
        if numbers is dead:
            axes.set_ylim(-0.05, 1.05)
        else:
            # Linear about 0, where a logarithm would leave a gradient of exactly 0 out.
            axes.set_yscale("symlog", linthresh=1e-8)
        axes.legend(frameon=False, labelcolor=INK, title="layer")
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="y", color=FILL)
        axes.set_axisbelow(True)
    if path is not None:
        save(made, path)
    return made
