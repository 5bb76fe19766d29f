"""A function may close over a tensor that requires gradients: then no gradient of it is lost."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import (
    Tensor,
    checkpoint,
    compile,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)

Closing = Callable[[Any], Any]
V = np.array([1.0, 2.0])


def cubes(w: Any) -> Callable[[Any], Any]:
    return lambda x: np.sum(w * x**3 + np.sin(w * x))


def powers(w: Any) -> Callable[[Any], Any]:
    return lambda x: w * x**3 + np.sin(w * x)


def with_aux(w: Any) -> Callable[[Any], Any]:
    return lambda x: (np.sum(x**2), {"scaled": w**2 * x})


CLOSING: dict[str, Closing] = {
    "grad": lambda w: grad(cubes(w))(V),
    "grad of grad": lambda w: grad(lambda x: np.sum(grad(cubes(w))(x)))(V),
    "grad of a tensor": lambda w: grad(cubes(w))(Tensor(V)),
    "value": lambda w: value_and_grad(cubes(w))(V)[0],
    "value_and_grad": lambda w: value_and_grad(cubes(w))(V)[1],
    "auxiliary output": lambda w: grad(with_aux(w), has_aux=True)(V)[1]["scaled"],
    "vjp": lambda w: vjp(powers(w), V)[0],
    "pullback": lambda w: vjp(powers(w), V)[1](V),
    "jvp": lambda w: jvp(powers(w), (V,), (V,))[0],
    "tangent": lambda w: jvp(powers(w), (V,), (V,))[1],
    "jacobian": lambda w: jacobian(powers(w))(V),
    "jacobian by rows": lambda w: jacobian(powers(w), mode="reverse")(np.arange(4.0)),
    "jacobian by columns": lambda w: jacobian(powers(w), mode="forward")(np.arange(4.0)),
    "hessian": lambda w: hessian(cubes(w))(V),
    "hvp": lambda w: hvp(cubes(w), V, V),
    "what was computed outside": lambda w: grad(cubes(np.exp(w)))(V),
    "of several results one": lambda w: vjp(lambda x: {"a": x, "b": w * x}, V)[0]["b"],
    "checkpoint inside": lambda w: grad(checkpoint(cubes(w)))(V),
}


@pytest.mark.parametrize("name", CLOSING)
def test_gradients_flow_to_what_a_function_closes_over(name: str) -> None:
    def loss(w: Any) -> Any:
        return np.sum(CLOSING[name](w) * w)

    w, h = Tensor(0.7, requires_grad=True), 1e-5
    loss(w).backward()
    expected = (loss(0.7 + h) - loss(0.7 - h)) / (2 * h)
    np.testing.assert_allclose(w.grad, np.asarray(expected), rtol=1e-8)


@pytest.mark.parametrize("name", CLOSING)
def test_without_recording_there_are_only_numbers(name: str) -> None:
    with no_grad():
        result = CLOSING[name](Tensor(0.7, requires_grad=True))
    assert type(result) is (Tensor if "of a tensor" in name else type(CLOSING[name](0.7)))
    assert not getattr(result, "requires_grad", False)


@pytest.mark.parametrize("name", CLOSING)
def test_a_constant_closed_over_changes_nothing(name: str) -> None:
    result = CLOSING[name](Tensor(0.7))
    assert not getattr(result, "requires_grad", False)
    np.testing.assert_array_equal(getattr(result, "data", result), _numbers(CLOSING[name](0.7)))


def _numbers(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def test_results_that_do_not_depend_on_it_stay_numbers() -> None:
    w = Tensor(2.0, requires_grad=True)
    values, pullback = vjp(lambda x: {"plain": x**2, "closed": w * x}, V)
    assert type(values["plain"]) is np.ndarray
    assert type(values["closed"]) is Tensor
    assert type(pullback({"plain": V, "closed": V})) is Tensor
    assert type(grad(lambda x: np.sum(x**2) + w)(V)) is np.ndarray


def test_leaves_outside_two_transforms() -> None:
    w = Tensor(2.0, requires_grad=True)

    def outer(x: Any) -> Any:
        return grad(lambda y: w * x * y**2)(3.0) * x

    result = grad(outer)(5.0)
    assert result.item() == 120
    result.backward()
    assert w.grad == 60


def test_a_gradient_penalty() -> None:
    """The loss of Gulrajani et al. (2017), *Improved Training of Wasserstein GANs*."""
    x = np.random.default_rng(0).normal(size=(4, 3))
    critic = nn.MLP([3, 8, 1], activation="tanh", seed=0).astype(np.float64)

    def loss() -> Any:
        slope = grad(lambda q: np.sum(critic(q)))(x)
        return np.mean(critic(x)) + 10 * np.mean((np.linalg.norm(slope, axis=1) - 1) ** 2)

    loss().backward()
    for p in critic.parameters():
        index, h = (0,) * p.ndim, 1e-5
        with no_grad():
            start, values = p.data[index], []
            for step in (h, -h):
                p.data[index] = start + step
                values.append(float(np.asarray(_numbers(loss()))))
            p.data[index] = start
        np.testing.assert_allclose(p.grad[index], (values[0] - values[1]) / (2 * h), rtol=1e-6)


def test_compiled_steps_learn_a_gradient_penalty() -> None:
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    y = np.ones((4, 1), np.float32)
    trained = []
    for compiled in (False, True):
        critic = nn.MLP([3, 8, 1], activation="tanh", seed=0)
        optimizer = nn.Adam(critic.parameters(), lr=0.01)

        def penalty(critic: Any) -> Any:
            slope = grad(lambda q: np.sum(critic(q)))(x)
            return 10 * np.mean((np.linalg.norm(slope, axis=1) - 1) ** 2)

        step = nn.compile_step(critic, nn.MSELoss(), optimizer, penalty=penalty)
        for _ in range(3):
            if compiled:
                step(x, y)
            else:
                optimizer.zero_grad()
                (nn.MSELoss()(critic(x), y) + penalty(critic)).backward()
                optimizer.step()
        trained.append([p.data for p in critic.parameters()])
    for eager, replayed in zip(*trained, strict=True):
        np.testing.assert_allclose(replayed, eager, rtol=1e-5, atol=1e-6)


def test_compiled_functions_return_numbers_at_the_values_closed_over() -> None:
    w = Tensor(2.0, requires_grad=True)
    fast = compile(grad(lambda x: np.sum(w * x**3)))
    for value in (2.0, 5.0):
        w.data = np.float64(value)
        result = fast(V)
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, 3 * value * V**2)
