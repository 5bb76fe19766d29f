"""Display of tensors in notebooks: a small graph as a picture, anything else as text."""

from typing import Any

from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError

LARGEST_GRAPH = 40
"""Tensors of a graph above which notebooks show text only, as layout takes too long."""


def mimebundle(tensor: Tensor, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """Return the forms that IPython chooses from, without the picture where drawing fails.

    >>> from autograd import variables
    >>> x, y = variables(x=2, y=3)
    >>> sorted(mimebundle(x * y))
    ['image/svg+xml', 'text/plain']
    """
    # Imported here, because they and graphviz take longer to import than the whole engine.
    from autograd.explanation.dot import draw
    from autograd.explanation.render import render
    from autograd.explanation.steps import collect_tensors

    bundle = {"text/plain": repr(tensor)}
    try:
        if tensor.op is not None and len(collect_tensors(tensor)) <= LARGEST_GRAPH:
            bundle["image/svg+xml"] = render(draw(tensor).source, "svg").decode()
    except (AutogradError, OSError):
        # No renderer, a stale or a released graph: a display must not fail.
        return bundle
    return bundle


# Attached here, as `engine/tensor.py` lies below this file.
Tensor._repr_mimebundle_ = mimebundle  # type: ignore[attr-defined]  # it is attached here
