"""Activation functions beside their derivatives."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import vjp
from nn.layers.activations import activation_factory
from nn.plots.styling import GREEN, RED, FilePath, finish_figure, legend, panels, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Activation = str | Callable[[Any], Any]


def activations(
    functions: Sequence[Activation] = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu"),
    *,
    xlim: tuple[float, float] = (-4.0, 4.0),
    points: int = 401,
    columns: int = 4,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Each function, solid, and its derivative, dashed, which autograd computes; a panel for each.

    `functions` are names that `nn.MLP` knows, modules, or other functions of a tensor that work
    entry by entry. Raises `ValueError` for an unknown name, none at all, and a function that mixes
    entries, as softmax does.

    >>> from nn import plots
    >>> axes = plots.figure(3, 3).add_subplot()
    >>> _ = activations(["tanh"], points=3, xlim=(-1, 1), axes=axes)
    >>> axes.lines[1].get_ydata().round(4)
    array([0.42, 1.  , 0.42])
    """
    if not functions:
        raise ValueError("there is no activation to draw")
    x = np.linspace(*xlim, points)
    curves = {}
    for function in functions:
        name, apply = _named(function)
        y, pullback = vjp(apply, x)
        if np.shape(y) != x.shape or not np.allclose(apply(x[:1]), y[:1], equal_nan=True):
            raise ValueError(f"{name} does not work entry by entry, and so is no curve")
        curves[name] = y, pullback(np.ones_like(y))
    made, places = panels(len(curves), 2.6, 2.3, columns=columns, axes=axes, path=path)
    for place, (name, (y, slope)) in zip(places, curves.items(), strict=True):
        style(place, title=name, grid="both")
        place.plot(x, y, color=GREEN, linewidth=2, label="$f(x)$")
        place.plot(x, slope, color=RED, linestyle="--", linewidth=1.6, label="$f'(x)$")
    legend(places[0], loc="upper left", fontsize=9)
    return finish_figure(made, path)


def _named(function: Activation) -> tuple[str, Callable[[Any], Any]]:
    if isinstance(function, str):
        return function, activation_factory(function)()
    return getattr(function, "__name__", type(function).__name__), function
