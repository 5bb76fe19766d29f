"""`draw` and `save`: the graph of a computation in the style of lecture slides, by Graphviz."""

import os
import pathlib
from typing import TYPE_CHECKING, Any, Literal

from autograd.engine.tensor import Tensor
from autograd.explanation.drawing import Drawing, PictureStyle, Values
from autograd.explanation.explanation import Explanation
from autograd.explanation.groups import group_steps
from autograd.explanation.steps import build_account

if TYPE_CHECKING:
    from autograd.explanation.render import Digraph

MOST_OPERATIONS = 100
"""Operations of a network above which its picture folds modules, unless `depth` is given."""


def draw(
    f: Tensor | Explanation,
    *,
    grads: bool = True,
    local: bool = False,
    direction: Literal["LR", "RL", "TB", "BT"] = "LR",
    values: Values = "auto",
    depth: int | None = None,
) -> "Digraph":
    """Return the graph of `f` as a `graphviz.Digraph`, with values and gradients on its edges.

    `local` adds the local derivative, as formula and number, to each edge into an operation.
    `direction` is the direction of the computation. `values` writes arrays of up to 4 entries in
    full and larger ones as shape and norm ("auto"), all in full ("full"), all as their shape
    ("shape"), or only names ("none"), as on a sheet for filling in. For a network that `explain`
    has run, `depth` is the number of levels of modules drawn as frames; modules inside those fold
    into boxes. By default it is the largest depth that keeps the picture below 100 operations. No
    gradient of `f` or of its leaves changes. The same graph always gives the same text.

    >>> from autograd import variables
    >>> x, y, z = variables(x=-2, y=5, z=-4)
    >>> print(draw((x + y) * z).source.splitlines()[0])
    digraph chalkgrad {
    """
    for name, given, choices in (
        ("direction", direction, ("LR", "RL", "TB", "BT")),
        ("values", values, ("auto", "full", "shape", "none")),
    ):
        if given not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}, got {given!r}")
    if depth is not None and (not isinstance(depth, int) or depth < 0):
        raise ValueError(f"depth is a number of levels, 0 or more, got {depth!r}")
    if not isinstance(f, Tensor | Explanation):
        raise TypeError(f"draw takes a tensor or an explanation, got {type(f).__name__}")
    known = f.account if isinstance(f, Explanation) else build_account(f)
    whole = group_steps(known.steps, known.scopes)
    opened = whole.to_depth(whole.fitting_depth(MOST_OPERATIONS) if depth is None else depth)
    return Drawing(known, whole, opened, PictureStyle(grads, local, direction, values)).graph


def save(f: Tensor | Explanation, path: str | os.PathLike[str], **options: Any) -> pathlib.Path:
    """Draw `f` into a file, whose suffix `.svg`, `.png`, `.pdf` or `.dot` selects the format.

    `options` are those of `draw`. Returns the path.

    Raises `RendererNotFound`, with the command that installs one, where no program can lay out the
    graph; its text is then saved beside the path as `.dot`. Raises `ValueError` for another suffix.
    """
    from autograd.explanation.render import save_dot

    return save_dot(draw(f, **options).source, path)
