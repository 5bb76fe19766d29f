"""`gradients`: those of tensors below a result, which nobody adds up."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GraphReleasedError, ShapeError, StaleGraphError, Tensor, gradients, variables

A = np.array([1.0, -2.0, 3.0])


def test_they_are_those_of_backward_and_grad_stays_as_it_was() -> None:
    x, y, z = Tensor(A, requires_grad=True), *variables(y=2, z=5)
    root = np.sum(np.sin(x) * y)
    middle = np.exp(y)
    found = gradients(root * middle, [x, y, z, middle])
    assert found[2] is None
    np.testing.assert_allclose(found[0], np.cos(A) * 2 * np.exp(2), rtol=1e-14)
    np.testing.assert_allclose(found[3], root.data, rtol=1e-14)
    assert (x.grad, y.grad) == (None, None)
    (root * middle).backward()
    np.testing.assert_array_equal(x.grad, found[0])
    np.testing.assert_allclose(y.grad, np.sum(np.sin(A)) * 3 * np.exp(2), rtol=1e-14)


def test_a_gradient_of_the_result_may_be_given() -> None:
    x = Tensor(A, requires_grad=True)
    np.testing.assert_array_equal(gradients(x * x, [x], A)[0], 2 * A * A)


def test_hooks_run() -> None:
    x = variables(x=3)
    x.register_hook(lambda g: 10 * g)
    assert gradients(x * x, [x]) == [60]
    assert len(x.hooks) == 1
    assert Tensor(1.0).hooks == ()


def test_inside_a_transform_they_are_recorded() -> None:
    def norm_of_slope(x: Any) -> Any:
        y = np.sum(x**3)
        (g,) = gradients(y, [x])
        return np.sum(g * g)

    np.testing.assert_allclose(autograd.grad(norm_of_slope)(A), 36 * A**3, rtol=1e-14)


def test_compiled_they_are_those_of_tensors_that_the_function_closes_over() -> None:
    w = Tensor(A, requires_grad=True)
    step = autograd.compile(lambda x: gradients(np.sum(np.tanh(w * x)), [w])[0])
    for scale in (1.0, 2.0, 0.5):
        w.assign(A * scale)
        np.testing.assert_allclose(step(A), A * (1 - np.tanh(A * A * scale) ** 2), rtol=1e-14)
    assert w.grad is None


def test_refusals() -> None:
    x, y = Tensor(A, requires_grad=True), Tensor(A)
    with pytest.raises(ValueError, match="does not depend on any tensor that requires gradients"):
        gradients(y * 2, [y])
    with pytest.raises(ShapeError, match=r"gradients\(\) without a gradient needs one element"):
        gradients(x * 2, [x])
    with pytest.raises(ShapeError, match=r"gradients\(\) was given a gradient of shape \(2,\)"):
        gradients(x * 2, [x], np.ones(2))
    with pytest.raises(TypeError, match=r"gradients\(\) without a gradient needs a real number"):
        gradients(np.sum(x * 1j), [x])
    root = np.sum(x * x)
    x.assign(2 * A)
    with pytest.raises(StaleGraphError, match="was given a new value"):
        gradients(root, [x])
    root = np.sum(x * x)
    root.backward(retain_graph=False)
    with pytest.raises(GraphReleasedError, match="were released"):
        gradients(root, [x])
