"""The weights of a layer as pictures."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ShapeError, Tensor
from nn.functional.operands import values
from nn.module import Module
from nn.plots.models import Array
from nn.plots.styling import (
    GREEN,
    RED,
    FilePath,
    colourbar,
    finish_figure,
    panels,
    shades,
    style_tiles,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def filters(
    layer: Any,
    *,
    shape: tuple[int, ...] | None = None,
    rgb: bool | None = None,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Return the weights of a layer, or an array of weights, as a grid of small pictures.

    - Conv2d, (out, in, height, width): of one input channel a picture for each filter, in reading
      order; of three, unless `rgb=False`, pictures in colour, each filter from its least to its
      greatest weight; of any other number a row for each filter and a column for each channel.
    - Conv1d, (out, in, width): a picture in x width for each filter.
    - Linear, (out, in): a picture of `shape` (height, width) for each unit.

    White is 0, green above, red below, on one scale for all. Raises `TypeError` for what has no
    weight, and `ShapeError` for weights of another shape and for `rgb` without three channels.

    >>> from nn import Conv2d, plots
    >>> axes = plots.figure(3, 3).add_subplot()
    >>> _ = filters(Conv2d(1, 4, kernel_size=3, seed=0), axes=axes)
    >>> axes.images[0].get_array().shape
    (9, 9)
    """
    weight = _weight(layer, shape)
    count, channels, height, width = weight.shape
    rgb = channels == 3 if rgb is None else rgb
    if rgb and channels != 3:
        raise ShapeError(f"pictures in colour need 3 input channels, got weights {weight.shape}")
    in_rows = rgb or channels == 1
    if in_rows:
        columns = min(count, max(1, round(math.sqrt(count * height / width))))
        tiles = np.moveaxis(_stretched(weight), 1, -1) if rgb else weight[:, 0]
    else:
        columns, tiles = channels, weight.reshape(-1, height, width)
    picture = _mosaic(tiles, columns)

    size = 4.8 / max(picture.shape[:2])
    wide, high = picture.shape[1] * size, picture.shape[0] * size
    made, (place,) = panels(1, max(wide, 2.5) + 1.4, max(high, 1.5) + 0.6, axes=axes, path=path)
    style_tiles(place, title=f"{count} filters of {height} × {width}")
    place.set_xticks([])
    place.set_yticks([])
    if not in_rows:
        place.set(xlabel="input channel", ylabel="filter")
        place.set_xticks(*_numbered(channels, width + 1))
        place.set_yticks(*_numbered(count, height + 1))
    if rgb:
        place.imshow(picture, interpolation="nearest")
    else:
        bound = float(np.abs(weight).max()) or 1.0
        image = place.imshow(
            picture,
            cmap=shades(RED, "white", GREEN),
            vmin=-bound,
            vmax=bound,
            interpolation="nearest",
        )
        colourbar(image, [place], "weight")
    return finish_figure(made, path)


def _weight(layer: Any, shape: tuple[int, ...] | None) -> Array:
    """Return the weights as (filters, channels, height, width)."""
    held = getattr(layer, "weight", None) if isinstance(layer, Module) else layer
    if held is None or not isinstance(held, Tensor | np.ndarray):
        raise TypeError(
            f"filters takes a layer with a weight or an array of weights, got "
            f"{type(layer).__name__}"
        )
    weight = values(held).astype(float)
    if shape is not None and weight.ndim == 2 and math.prod(shape) == weight.shape[1]:
        weight = weight.reshape(len(weight), 1, *shape)
    elif weight.ndim == 3:
        weight = weight[:, None]
    if weight.ndim != 4 or not weight.size:
        raise ShapeError(
            "filters draws weights of shape (out, in, height, width) or (out, in, width), and with "
            f"shape=(height, width) those of shape (out, height width); got {np.shape(held)}"
            + (f" and {shape=}" if shape is not None else "")
        )
    return weight


def _stretched(weight: Array) -> Array:
    """Every filter from 0, its least weight, to 1, its greatest."""
    around = (1, 2, 3)
    low, span = weight.min(axis=around, keepdims=True), np.ptp(weight, axis=around, keepdims=True)
    stretched: Array = (weight - low) / np.where(span, span, 1)
    return stretched


def _mosaic(tiles: Array, columns: int) -> Array:
    """Tiles, (N, height, width) or (N, height, width, 3), in rows, a gap around each."""
    _, height, width, *colours = tiles.shape
    rows = math.ceil(len(tiles) / columns)
    # Gaps are white in colour, and elsewhere no number.
    blank = 1.0 if colours else np.nan
    made = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1, *colours), blank)
    for k, tile in enumerate(tiles):
        top, left = (k // columns) * (height + 1) + 1, (k % columns) * (width + 1) + 1
        made[top : top + height, left : left + width] = tile
    return made


def _numbered(count: int, pitch: int) -> tuple[list[float], list[str]]:
    """Return where to write the numbers of tiles at this distance in pixels, and the numbers."""
    shown = range(0, count, math.ceil(count / 16))
    return [(k + 0.5) * pitch for k in shown], list(map(str, shown))
