"""What notebooks are given to show."""

import pytest

from autograd import RendererNotFound, Tensor, variables
from autograd.explanation import notebook, render


def test_a_small_graph_is_a_picture() -> None:
    x, y = variables(x=2, y=3)
    bundle = (x * y)._repr_mimebundle_()  # type: ignore[attr-defined]
    assert bundle["text/plain"] == "Tensor(6.0, op=multiply)"
    assert "<svg" in bundle["image/svg+xml"]


def test_leaves_and_large_graphs_are_text() -> None:
    x = variables(x=2)
    y = x
    for _ in range(notebook.LARGEST_GRAPH):
        y = y + x
    for tensor in (x, y, Tensor([1.0, 2.0])):
        assert list(notebook.mimebundle(tensor)) == ["text/plain"]


def test_without_a_renderer_there_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise RendererNotFound("no program")

    monkeypatch.setattr(render, "render", missing)
    x = variables(x=2)
    assert list(notebook.mimebundle(x * x)) == ["text/plain"]


def test_a_stale_graph_is_shown_as_text() -> None:
    x = variables(x=2)
    y = x * x
    x.assign(3)
    assert list(notebook.mimebundle(y)) == ["text/plain"]
