"""Pictures of networks and of their training, and the look that they share.

Each function returns a matplotlib `Figure`. It saves the picture at `path=` if there is one, and
draws into `axes=` if there are some, as many as it has panels. Where matplotlib is missing all
raise `ModuleNotFoundError` with the command to run. Nothing here imports it before a picture is
drawn.
"""

from nn.plots.activation_curves import activations
from nn.plots.attention_maps import attention
from nn.plots.boundary import decision_boundary
from nn.plots.confusion_matrix import confusion
from nn.plots.contour_lines import contour
from nn.plots.filter_grid import filters
from nn.plots.gradient_bars import gradients
from nn.plots.history_curves import history
from nn.plots.landscape import loss_surface
from nn.plots.styling import (
    AMBER,
    BLUE,
    COLOURS,
    FILL,
    GREEN,
    INK,
    LINE,
    LINESTYLES,
    MARKERS,
    PINK,
    PURPLE,
    RED,
    SHADE,
    figure,
    legend,
    legend_beside,
    panels,
    save,
    series,
    shades,
    style,
)

__all__ = [
    "AMBER",
    "BLUE",
    "COLOURS",
    "FILL",
    "GREEN",
    "INK",
    "LINE",
    "LINESTYLES",
    "MARKERS",
    "PINK",
    "PURPLE",
    "RED",
    "SHADE",
    "activations",
    "attention",
    "confusion",
    "contour",
    "decision_boundary",
    "figure",
    "filters",
    "gradients",
    "history",
    "legend",
    "legend_beside",
    "loss_surface",
    "panels",
    "save",
    "series",
    "shades",
    "style",
]
