"""Operations of the user's that bear the names of built-in ones keep their own meaning."""

import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.compiler.known import is_built_in, is_pure, is_transpose, may_change_shape
from autograd.compiler.passes.expansion import expand
from autograd.compiler.passes.pipeline import prepare
from autograd.compiler.trace import trace
from autograd.ops import REGISTRY

V = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])


def rotate(x: Any) -> Any:
    """Mean something that no built-in operation does: entries moved on by one, and doubled."""
    return 2 * np.roll(x, 1, axis=0)


def rotate_back(g: Any, y: Any, x: Any) -> Any:
    return 2 * np.roll(g, -1, axis=0)


def namesake(name: str) -> Any:
    op = autograd.primitive(rotate, vjp=rotate_back, jvp=lambda t, y, x: rotate(t), name=name)
    assert op.name == name
    return op


NAMES = sorted(name for name in REGISTRY if not name.startswith("_"))


@pytest.mark.parametrize("name", NAMES)
def test_no_interpreter_mistakes_a_namesake(name: str) -> None:
    op = namesake(name)
    assert not is_built_in(op)
    assert not is_pure(op)
    assert op.axes is None
    graph = prepare(expand(trace(lambda xs: [op(np.sin(xs[0]))], [V], ["x"])))
    (step,) = (node for node in graph.steps if node.op is op)
    assert may_change_shape(step)
    assert not is_transpose(step)


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_namesake_computes_what_it_means(name: str) -> None:
    op = namesake(name)

    def loss(x: Any) -> Any:
        return np.sum(op(np.sin(x)) * V)

    compiled = autograd.compile(autograd.value_and_grad(loss))
    for x in (V, V + 1):
        (value, slope), (expected, expected_slope) = compiled(x), autograd.value_and_grad(loss)(x)
        np.testing.assert_allclose(value, expected, rtol=1e-14)
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-14)
    again = autograd.compile(lambda x: op(np.sin(x)))
    first = again(V)
    np.testing.assert_array_equal(first, rotate(np.sin(V)))
    again(V + 1)
    np.testing.assert_array_equal(first, rotate(np.sin(V)))


@pytest.mark.parametrize("name", NAMES)
def test_a_namesake_in_a_batch_is_computed_one_by_one(name: str) -> None:
    op = namesake(name)
    for mode in ("reverse", "forward"):
        J = autograd.jacobian(lambda x: op(3 * x), mode=mode)(V)
        expected = autograd.jacobian(lambda x: 6 * np.roll(x, 1, axis=0), mode=mode)(V)
        np.testing.assert_array_equal(J, expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_namesake_is_not_cut(name: str) -> None:
    op = namesake(name)
    compiled = autograd.compile(lambda x: op(np.sin(x)), batch_argnums=0, threads=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match=f"{name} has no rule for a batch that is cut"):
            compiled(V)
    with pytest.warns(UserWarning, match="not shared out"):
        np.testing.assert_array_equal(compiled(V), rotate(np.sin(V)))


def test_a_function_that_a_user_calls_pure_is_taken_apart() -> None:
    """The control of the controls: the fact, and not the name, decides."""
    op = autograd.primitive(
        lambda x: 2 * np.tanh(x) + x,
        vjp=lambda g, y, x: g,
        name="mine",
        facts=autograd.Facts(axes=autograd.Elementwise(), pure=True),
    )
    compiled = autograd.compile(lambda x: op(np.sin(x)), batch_argnums=0, threads=2)
    x = np.ones((4, 3))
    np.testing.assert_allclose(compiled(x), 2 * np.tanh(np.sin(x)) + np.sin(x))
    assert "np.tanh" in compiled.source
    assert "samples 0:2 of 4" in compiled.source
