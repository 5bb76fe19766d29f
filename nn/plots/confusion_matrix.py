"""Which classes a classifier takes for which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ShapeError
from nn import metrics
from nn.functional.operands import values
from nn.plots.styling import (
    GREEN,
    RED,
    FilePath,
    finish_figure,
    panels,
    shades,
    style_tiles,
    write_numbers,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def confusion(
    output: Any,
    target: Any = None,
    *,
    threshold: float | None = None,
    names: Sequence[str] | None = None,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Draw how many rows of class i, down, were taken for class j, across; right ones green.

    Of a matrix of counts, or of an `output` and a `target` as `metrics.confusion_matrix` takes
    them, with its `threshold`. The tint is the share of the row. `names` are those of the classes.
    Raises `ShapeError` unless the matrix is square, and `ValueError` for negative or no counts and
    another number of names.

    >>> from nn import plots
    >>> axes = plots.figure(3, 3).add_subplot()
    >>> _ = confusion([[5, 1], [0, 4]], axes=axes)
    >>> axes.get_title("left"), [text.get_text() for text in axes.texts]
    ('90.0% of 10 right', ['5', '1', '', '4'])
    """
    if target is None:
        counts = values(output)
    else:
        counts = metrics.confusion_matrix(output, target, threshold=threshold)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ShapeError(
            f"a confusion matrix is square, got shape {counts.shape}; "
            "an output needs its target: confusion(output, target)"
        )
    if np.any(counts < 0) or not np.any(counts):
        raise ValueError("a confusion matrix holds counts, none below 0 and not all 0")
    size, total = len(counts), counts.sum()
    if names is not None and len(names) != size:
        raise ValueError(f"{size} classes need as many names, got {len(names)}")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    side = max(3.2, 0.48 * size + 1)
    made, (place,) = panels(1, side + 0.6, side + 0.4, axes=axes, path=path)
    title = f"{np.trace(counts) / total:.1%} of {total:g} right"
    style_tiles(place, title=title, xlabel="predicted class", ylabel="true class")
    signed = np.where(np.eye(size, dtype=bool), shares, -shares)
    place.imshow(signed, cmap=shades(RED, "white", GREEN), vmin=-1, vmax=1)
    labels = [str(k) for k in range(size)] if names is None else list(names)
    place.set_xticks(range(size), labels, rotation=90 if max(map(len, labels)) > 4 else 0)
    place.set_yticks(range(size), labels)
    write_numbers(place, [[f"{n:g}" if n else "" for n in row] for row in counts], shares)
    return finish_figure(made, path)
