"""Which class a classifier of two numbers gives to every point of the plane."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ShapeError, Tensor
from nn.functional.operands import values
from nn.plots.models import Array, Model, evaluate_only, to_model_input
from nn.plots.styling import (
    COLOURS,
    INK,
    MARKERS,
    FilePath,
    finish_figure,
    legend_beside,
    panels,
    style,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def decision_boundary(
    model: Model,
    x: Any,
    y: Any,
    *,
    threshold: float | None = None,
    names: Sequence[str] | None = None,
    points: int = 201,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Draw the regions that `model` assigns to each class, and the points `x` of classes `y`.

    Shapes: x (N, 2); y (N) or (N, 1) class indices, or (N, C) probabilities. An output of several
    columns means the class of the highest, one of a single column class 1 above `threshold`: 1/2
    for probabilities, `threshold=0` for raw scores. Points that the model gets wrong are ringed.
    `names` are those of the classes, `points` how many are looked at along each axis. The model
    runs in evaluation mode and without recording; its modes are afterwards what they were.

    Raises `ShapeError` for shapes that do not fit, and `ValueError` for an output of one column
    that leaves [0, 1] without a threshold and for too few names.

    >>> from nn import plots
    >>> x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    >>> axes = plots.figure(4, 3).add_subplot()
    >>> _ = decision_boundary(lambda p: p[:, :1] + p[:, 1:] - 1, x, y, threshold=0, axes=axes)
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['class 0', 'class 1']
    """
    x, y = to_model_input(model, x), values(y)
    if x.ndim != 2 or x.shape[1] != 2 or not len(x):
        raise ShapeError(f"a decision boundary needs points of shape (N, 2), got {x.shape}")
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.12 * np.where(high > low, high - low, 1)
    across, up = np.linspace(low - margin, high + margin, points, dtype=x.dtype).T
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    with evaluate_only(model):
        leads, at_points = (_leads(values(model(Tensor(p))), threshold) for p in (grid, x))
    predicted, true = np.argmax(at_points, axis=1), _classes(y, len(x))
    count = max(leads.shape[1], int(true.max()) + 1)
    if names is not None and len(names) < count:
        raise ValueError(f"{count} classes need as many names, got {len(names)}")

    made, (place,) = panels(1, 5.4, 4.4, axes=axes, path=path)
    wrong = predicted != true
    title = f"{1 - np.mean(wrong):.1%} of {len(x)} points right"
    style(place, title=title, xlabel="$x_1$", ylabel="$x_2$")
    for k, lead in enumerate(leads.T):
        region = lead.reshape(points, points)
        if lead.max() > 0:
            colour = COLOURS[k % len(COLOURS)]
            place.contourf(across, up, region, [0, lead.max()], colors=[colour], alpha=0.16)
            if lead.min() < 0:
                place.contour(across, up, region, [0], colors=[INK], linewidths=1)
    for k in range(count):
        place.plot(
            *x[true == k].T,
            linestyle="",
            marker=MARKERS[k % len(MARKERS)],
            markersize=6,
            color=COLOURS[k % len(COLOURS)],
            markeredgecolor="white",
            markeredgewidth=0.6,
            label=f"class {k}" if names is None else names[k],
        )
    if np.any(wrong):
        place.plot(
            *x[wrong].T,
            linestyle="",
            marker="o",
            markersize=11,
            markerfacecolor="none",
            markeredgecolor=INK,
            markeredgewidth=1.4,
            label="wrong",
        )
    legend_beside(place)
    return finish_figure(made, path)


def _leads(output: Array, threshold: float | None) -> Array:
    """By how much each class, (N, C), is ahead of the best of the others."""
    output = output.astype(float)
    if output.ndim == 2 and output.shape[1] > 1:
        second, first = np.partition(output, -2, axis=1)[:, -2:].T[..., None]
        leads: Array = np.where(output == first, first - second, output - first)
        return leads
    if output.ndim not in (1, 2):
        raise ShapeError(
            f"a decision boundary needs outputs of shape (N), (N, 1) or (N, C), got {output.shape}"
        )
    if threshold is None:
        if np.any((output < 0) | (output > 1)):
            raise ValueError(
                "a decision boundary of one column needs probabilities, and these outputs leave "
                "[0, 1]; for raw scores use threshold=0"
            )
        threshold = 0.5
    lead = np.ravel(output) - threshold
    return np.stack([-lead, lead], axis=1)


def _classes(y: Array, rows: int) -> Array:
    if y.ndim not in (1, 2) or len(y) != rows:
        raise ShapeError(
            f"{rows} points need classes of shape ({rows},), ({rows}, 1) or ({rows}, C), "
            f"got {y.shape}"
        )
    several = y.ndim == 2 and y.shape[1] > 1
    # Class 0 of two is -1 where the loss is one of margins.
    classes: Array = np.argmax(y, axis=1) if several else np.maximum(np.ravel(y), 0).astype(int)
    return classes
