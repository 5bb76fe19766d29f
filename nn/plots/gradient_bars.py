"""The picture of what a `GradientMonitor` has recorded."""

from typing import TYPE_CHECKING, Any

from nn.plots.styling import FilePath, finish_figure, legend, panels, series, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = dict[str, list[float]]


def gradients(
    gradient_norm: Numbers,
    update_ratio: Numbers,
    dead: Numbers,
    *,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Gradient norms, update ratios and shares of dead units over the epochs, a line per layer.

    The first two panels are logarithmic: gradients that vanish or explode are lines far below or
    above the others. A network without ReLU has no third panel. Raises `ValueError` where there is
    no finished epoch to plot.

    >>> from nn.plots import figure
    >>> two = figure(8, 3).subplots(1, 2)
    >>> made = gradients({"first": [1.0, 0.5]}, {"first": [0.1, 0.01]}, {}, axes=two)
    >>> [panel.get_title("left") for panel in made.axes]
    ['gradient norm', 'update / weight']
    """
    shown = {"gradient norm": gradient_norm, "update / weight": update_ratio, "dead units": dead}
    shown = {title: numbers for title, numbers in shown.items() if numbers}
    if not shown:
        raise ValueError("the monitor holds no finished epoch to plot")
    made, parts = panels(len(shown), 4.6, 3.6, axes=axes, path=path)
    for part, (title, numbers) in zip(parts, shown.items(), strict=True):
        style(part, title=title, xlabel="epoch", grid="y")
        for k, (layer, values) in enumerate(numbers.items()):
            epochs = range(1, len(values) + 1)
            every = max(1, len(values) // 12)
            look: dict[str, Any] = {"label": layer or "model", "markersize": 4, "markevery": every}
            part.plot(epochs, values, **series(k), **look)
        if numbers is dead:
            part.set_ylim(-0.05, 1.05)
        else:
            # Linear about 0, where a logarithm would leave a gradient of exactly 0 out.
            part.set_yscale("symlog", linthresh=1e-8)
        part.locator_params(axis="x", integer=True)
        legend(part, title="layer")
    return finish_figure(made, path)
