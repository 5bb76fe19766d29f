"""Where attention looks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd import ShapeError
from nn.functional.operands import values
from nn.plots.styling import (
    GREEN,
    FilePath,
    colourbar,
    finish_figure,
    panels,
    shades,
    style_tiles,
    write_numbers,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

READABLE = 64
"""The most weights of a head that are also written as numbers."""


def attention(
    weights: Any,
    tokens: Sequence[str] | None = None,
    *,
    keys: Sequence[str] | None = None,
    columns: int = 4,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Attention weights, a row for each query and a column for each key, heads side by side.

    Shapes: (L, S), or (heads, L, S), of one sequence, as `MultiheadAttention` gives them with
    `average_attn_weights=False`. `tokens` name the queries, and the keys too unless those have
    `keys` of their own. Small maps hold the numbers. Raises `ShapeError` for other shapes, and
    `ValueError` for another number of tokens.

    >>> import numpy as np
    >>> from nn import plots
    >>> axes = plots.figure(3, 3).add_subplot()
    >>> _ = attention(np.array([[1.0, 0.0], [0.25, 0.75]]), ["a", "b"], axes=axes)
    >>> [text.get_text() for text in axes.texts]
    ['1.00', '', '.25', '.75']
    """
    maps = values(weights)
    if maps.ndim == 4:
        raise ShapeError(
            f"attention draws one sequence, got weights of shape {maps.shape}; "
            "weights[0] are those of the first"
        )
    if maps.ndim not in (2, 3) or not maps.size:
        raise ShapeError(f"attention draws weights (L, S) or (heads, L, S), got {maps.shape}")
    maps = maps.reshape(-1, *maps.shape[-2:])
    heads, queries, seen = maps.shape
    keys = tokens if keys is None else keys
    for role, count, given in (("query", queries, tokens), ("key", seen, keys)):
        if given is not None and len(given) != count:
            raise ValueError(f"there must be one token for each {role}: {count}, not {len(given)}")
    made, places = panels(heads, 3.3, 3.1, columns=columns, axes=axes, path=path)
    top = float(maps.max()) or 1.0
    for head, (place, shown) in enumerate(zip(places, maps, strict=True)):
        title = f"head {head}" if heads > 1 else "attention"
        style_tiles(place, title=title, xlabel="key", ylabel="query")
        image = place.imshow(shown, cmap=shades("white", GREEN), vmin=0, vmax=top)
        if tokens is not None:
            place.set_yticks(range(queries), tokens)
        if keys is not None:
            place.set_xticks(range(seen), keys, rotation=90 if max(map(len, keys)) > 2 else 0)
        if shown.size <= READABLE:
            write_numbers(place, [list(map(_short, row)) for row in shown], shown / top)
    colourbar(image, places, "weight")
    return finish_figure(made, path)


def _short(weight: float) -> str:
    """Two decimals that fit into a tile; nothing where they are 0."""
    return f"{weight:.2f}".lstrip("0") if weight >= 0.005 else ""
