"""`checkpoint`: derivatives as without it, and less memory."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    StaleGraphError,
    Tensor,
    checkpoint,
    detect_anomaly,
    grad,
    gradcheck,
    hessian,
    jacobian,
    jvp,
    no_grad,
    variables,
    vjp,
)

pytestmark = pytest.mark.filterwarnings("error")

V, W = np.array([0.3, 0.4]), np.array([0.5, 0.7])
Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


def segment(x: Any) -> Any:
    for _ in range(10):
        x = np.sin(x) * 1.01
    return x


def closure(c: Wrap) -> Callable[..., Any]:
    return lambda x, w: c(lambda t: np.tanh(t * w) @ w)(x)


def argument_made_from_what_is_closed_over(c: Wrap) -> Callable[..., Any]:
    return lambda x, w: c(lambda t: np.tanh(t * w) @ w)(np.sin(x) * w)


def several_results(c: Wrap) -> Callable[..., Any]:
    def fn(x: Any, w: Any) -> Any:
        a, more = c(lambda t: (np.outer(t, w), {"dot": t @ w, "t": t, "n": 3}))(x)
        return np.sum(a**2) * more["dot"] * more["t"] * more["n"]

    return fn


def structures_and_keywords(c: Wrap) -> Callable[..., Any]:
    def inside(p: Any, *, power: Any, y: Any) -> Any:
        return p["w"][0] ** power * y

    return lambda x, w: c(inside)({"w": [x * 2]}, power=3, y=w * w)


def nested(c: Wrap) -> Callable[..., Any]:
    return lambda x, w: c(lambda u: c(lambda v: np.sin(v) * w)(u * x) * u)(x**2)


def chained(c: Wrap) -> Callable[..., Any]:
    def fn(x: Any, w: Any) -> Any:
        for _ in range(3):
            x = c(segment)(x) * w
        return x

    return fn


def used_twice(c: Wrap) -> Callable[..., Any]:
    def fn(x: Any, w: Any) -> Any:
        square = c(lambda t: t * t * w)
        y = square(x)
        return y * square(y) + square(x)

    return fn


def inside_derivatives(c: Wrap) -> Callable[..., Any]:
    return lambda x, w: c(grad(lambda t: np.sum(np.sin(t) * w)))(x)


def results_of_several_dtypes(c: Wrap) -> Callable[..., Any]:
    def fn(x: Any, w: Any) -> Any:
        real, z = c(lambda t: (t * w, np.exp(1j * t)))(x)
        assert (real.dtype.kind, z.dtype.kind) == ("f", "c")
        return np.abs(z + real * 1j) ** 2

    return fn


PROGRAMS = [
    closure,
    argument_made_from_what_is_closed_over,
    several_results,
    structures_and_keywords,
    nested,
    chained,
    used_twice,
    inside_derivatives,
    results_of_several_dtypes,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_derivatives_are_those_of_the_function(program: Callable[[Wrap], Any]) -> None:
    """In both modes and to second order; and the same as without a checkpoint."""
    checkpointed, plain = program(checkpoint), program(lambda fn: fn)
    gradcheck(checkpointed, V, W)

    def total(fn: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, w: np.sum(fn(x, w))

    a, b = (grad(total(fn), (0, 1))(V, W) for fn in (checkpointed, plain))
    np.testing.assert_allclose(a, b, rtol=1e-14)
    for mode in ("reverse", "forward"):
        a, b = (jacobian(fn, (0, 1), mode=mode)(V, W) for fn in (checkpointed, plain))
        np.testing.assert_allclose(a, b, rtol=1e-13)
    a, b = (hessian(total(fn))(V, W) for fn in (checkpointed, plain))
    np.testing.assert_allclose(a, b, rtol=1e-12)


def test_backward_reaches_leaves_that_are_closed_over() -> None:
    x, w = variables(x=V, w=W)
    y = checkpoint(lambda t: t * w * w)(x)
    assert y.op is not None
    assert y.op.name == "checkpoint"
    assert set(y.inputs) == {x, w}
    np.sum(y).backward()
    np.sum(y).backward()
    np.testing.assert_allclose(x.grad, 2 * W**2)
    np.testing.assert_allclose(w.grad, 4 * V * W)


def test_third_derivatives() -> None:
    third = grad(grad(grad(checkpoint(lambda x: np.sin(x) * x))))(0.3)
    assert third == pytest.approx(-3 * np.sin(0.3) - 0.3 * np.cos(0.3), rel=1e-13)


def test_the_function_runs_once_for_each_pass_and_all_operands() -> None:
    runs: list[int] = []

    def fn(x: Any, w: Any) -> Any:
        runs.append(1)
        return x * w, x + w

    x, w = variables(x=V, w=W)
    a, b = checkpoint(fn)(x, w)
    assert len(runs) == 1
    np.sum(a * b).backward()
    assert len(runs) == 2
    np.sum(a * b).backward()
    assert len(runs) == 3


def test_passes_for_some_of_the_operands() -> None:
    """A cotangent kept for another operand is not taken for that of a later pass."""
    x, w = Tensor(V, requires_grad=True), Tensor(W, requires_grad=True)
    g = np.ones(2)
    y = checkpoint(lambda: x * w)()

    from autograd.engine import sweep

    for scale in (1, 5):
        g[:] = scale
        np.testing.assert_array_equal(sweep.reverse(y, g, [x])[x], scale * W)
        g[:] = 2 * scale
        np.testing.assert_array_equal(sweep.reverse(y, g, [w])[w], 2 * scale * V)


def test_hooks_and_retained_gradients_of_operands_see_the_whole_gradient() -> None:
    x = variables(x=2.0)
    seen: list[float] = []
    x.register_hook(lambda g: seen.append(float(g)))
    y = x * 3
    y.retain_grad()
    (checkpoint(lambda t: t * t)(y) + y).backward()
    assert y.grad == 13
    assert seen == [39.0]


def test_what_does_not_need_it_is_left_alone() -> None:
    def fn(x: Any) -> Any:
        """Documented."""
        return x, 3, x * 2

    assert checkpoint(fn)(V)[2] is not None
    assert type(checkpoint(fn)(V)[2]) is np.ndarray
    x = variables(x=V)
    first, three, _ = checkpoint(fn)(x)
    assert first is x
    assert three == 3
    assert checkpoint(fn).__doc__ == "Documented."
    with no_grad():
        assert checkpoint(fn)(x)[2].is_leaf
    assert checkpoint(fn)(x.detach())[2].is_leaf


def test_a_different_second_run_is_found_out() -> None:
    rng = np.random.default_rng(0)
    x = variables(x=V)

    def noisy(t: Any) -> Any:
        return t * rng.normal(size=2)

    y = checkpoint(noisy)(x)
    with pytest.raises(StaleGraphError, match="noisy gave another value when checkpoint ran it ag"):
        np.sum(y).backward()
    with pytest.raises(StaleGraphError, match="make random generators from a seed inside it"):
        jvp(checkpoint(noisy), V, V)
    assert x.grad is None

    def seeded(t: Any) -> Any:
        return t * np.random.default_rng(0).normal(size=2)

    np.sum(checkpoint(seeded)(x)).backward()
    np.testing.assert_array_equal(x.grad, np.random.default_rng(0).normal(size=2))


def test_a_tensor_changed_in_between_is_found_out() -> None:
    w = variables(w=W)
    y = checkpoint(lambda t: t * w)(V)
    w.assign(2 * W)
    with pytest.raises(StaleGraphError, match="tensor 'w' was given a new value after checkpoint"):
        np.sum(y).backward()


def test_it_may_be_watched_for_anomalies() -> None:
    with detect_anomaly():
        np.testing.assert_allclose(vjp(checkpoint(np.sin), V)[1](np.ones(2)), np.cos(V), rtol=1e-15)


def test_memory() -> None:
    """Of 30 segments with 20 steps each, 30 results are stored and one segment at a time."""

    def peak(fn: Callable[[Any], Any]) -> float:
        x = variables(x=np.ones(5000))
        tracemalloc.start()
        y = x
        for _ in range(30):
            y = fn(y)
        np.sum(y).backward()
        used = float(tracemalloc.get_traced_memory()[1] / x.data.nbytes)
        tracemalloc.stop()
        return used

    assert peak(segment) > 600
    assert peak(checkpoint(segment)) < 30 + 20 + 20
