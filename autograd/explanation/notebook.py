"""How notebooks show a tensor: a small graph as a picture, anything else as text."""

from typing import Any

from autograd.engine.tensor import Tensor
from autograd.errors import AutogradError

LARGEST_GRAPH = 40
"""With more tensors than that a picture in passing takes longer than it helps."""


def mimebundle(tensor: Tensor, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """The forms that IPython chooses from; the picture is left out where it cannot be drawn.

    >>> from autograd import variables
    >>> x, y = variables(x=2, y=3)
    >>> sorted(mimebundle(x * y))
    ['image/svg+xml', 'text/plain']
    """
    # Only here, because they and graphviz take longer to import than the whole engine.
    from autograd.explanation.dot import draw
    from autograd.explanation.render import render
    from autograd.explanation.steps import collect_tensors

    bundle = {"text/plain": repr(tensor)}
    try:
        if tensor.op is not None and len(collect_tensors(tensor)) <= LARGEST_GRAPH:
            bundle["image/svg+xml"] = render(draw(tensor).source, "svg").decode()
    except (AutogradError, OSError):
        # No renderer, a stale or a released graph: what is shown in passing is no place to fail.
        return bundle
    return bundle


# The tensor's own file lies below this one and knows nothing of pictures.
Tensor._repr_mimebundle_ = mimebundle  # type: ignore[attr-defined]  # it is attached here
