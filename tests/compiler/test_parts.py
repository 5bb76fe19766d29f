"""Long programs are texts of several functions, which Python compiles sooner."""

import re
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import grad, value_and_grad
from autograd.compiler import parts
from autograd.host.threads import in_parallel


def chain(w: Any, x: Any) -> Any:
    """Compute by steps with buffers, numbers that later ones need, draws, and two-part lines."""
    largest = np.max(np.abs(x))
    for _ in range(8):
        x = np.tanh(w * x) / np.mean(np.exp(x)) + np.tanh(np.linalg.norm(x))
        x = x[np.argwhere(x[:, 0] > -1e9)[:, 0]]
    return np.sum(x) / largest


@pytest.mark.parametrize("length", [3, 7, 40])
def test_parts_do_what_the_whole_does(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    w, x = np.linspace(0.5, 1, 12).reshape(4, 3), np.linspace(-1, 2, 12).reshape(4, 3)
    whole = autograd.compile(value_and_grad(chain, (0, 1)))
    value, gradients = whole(w, x)
    monkeypatch.setattr(parts, "_LONGEST", length)
    compiled = autograd.compile(value_and_grad(chain, (0, 1)))
    for _ in range(2):
        found, slopes = compiled(w, x)
        assert found == value
        np.testing.assert_array_equal(slopes, gradients)
    assert "part0" not in whole.source
    sizes = [len(text.splitlines()) for text in compiled.source.split("\n\n")]
    # The heading, what comes in, the lines with one that belongs to the last, and what is returned.
    assert max(sizes[:-1]) <= length + 5


@pytest.mark.parametrize("length", [3, 7])
def test_numbers_alone(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    def f(x: Any, part0: Any) -> Any:
        for _ in range(5):
            x = np.tanh(x * part0) + x
        return x

    value, slopes = value_and_grad(f, (0, 1))(0.3, 2.0)
    monkeypatch.setattr(parts, "_LONGEST", length)
    compiled = autograd.compile(value_and_grad(f, (0, 1)))
    found, found_slopes = compiled(0.3, 2.0)
    assert (found, *found_slopes) == pytest.approx((value, *slopes), rel=1e-12)
    assert re.search(r"^    t\d+(, t\d+)* = part1\(", compiled.source, re.MULTILINE)


def test_threads_have_arrays_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        for _ in range(20):
            x = np.tanh(x) * 1.01
        return np.sum(x)

    monkeypatch.setattr(parts, "_LONGEST", 10)
    compiled, x = autograd.compile(grad(f)), np.linspace(-1, 1, 100_000)
    compiled(x)
    found = in_parallel([partial(compiled, k * x) for k in range(3)])
    for k, gradient in enumerate(found):
        np.testing.assert_allclose(gradient, grad(f)(k * x), rtol=1e-12)
