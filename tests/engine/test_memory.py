"""Long graphs, and what is left in memory of a graph that is no longer needed."""

import gc
import subprocess
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import (
    Tensor,
    grad,
    jvp,
    value_and_grad,
    variables,
    vjp,
)
from tests.counting import Counting

# Long chains -------------------------------------------------------------------------------------

MILLION = """
import sys
import autograd
from autograd.engine.sweep import order

limit = sys.getrecursionlimit()
x = y = autograd.variables(x=1)
for _ in range(500_000):
    y = y * 1.000001 + 0.5
assert len(order(y)) == 1_000_001
y.backward()
assert abs(x.grad / 1.000001**500_000 - 1) < 1e-9
del y
assert sys.getrecursionlimit() == limit
print("done")
"""


def test_a_chain_of_a_million_steps() -> None:
    """Recorded, walked and freed: in a process of its own, which alone would crash."""
    run = subprocess.run(
        [sys.executable, "-c", MILLION],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr


@pytest.mark.parametrize("length", [1000, 5000, 20000])
def test_each_step_is_visited_once(length: int) -> None:
    """So the time is linear in the length."""
    step = Counting(lambda x: x + 1, slope=1.0)

    def chain(x: Any) -> Any:
        for _ in range(length):
            x = step(x)
        return x

    x = variables(x=0)
    chain(x).backward()
    assert step.calls == length
    assert jvp(chain, (0.0,), (1.0,))[1] == 1
    assert step.calls == 2 * length


def test_only_what_lies_between_leaf_and_result_is_visited() -> None:
    step = Counting(lambda x: x + 1, slope=1.0)
    w = variables(w=2)
    trunk = w
    for _ in range(100):
        trunk = step(trunk)
    assert grad(lambda x: x * trunk)(3.0) == 102
    assert not step.calls


# Memory ------------------------------------------------------------------------------------------


@contextmanager
def without_collector() -> Iterator[None]:
    """Only reference counting frees in here."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def network(x: Any) -> Any:
    for _ in range(20):
        x = np.tanh(x * 1.1 + x[::-1]) - np.mean(x)
    return np.sum(np.where(x > 0, x, 2 * x))


def backward() -> None:
    x = variables(x=np.linspace(-1, 1, 1000))
    loss = network(x)
    loss.backward()
    loss.backward(retain_grads=True)


def release() -> None:
    network(variables(x=np.linspace(-1, 1, 1000))).backward(retain_graph=False)


def hooks() -> None:
    x = variables(x=np.linspace(-1, 1, 1000))
    h = np.exp(x)
    handle = h.register_hook(lambda g: 2 * g)
    h.retain_grad()
    h.register_hook(lambda g: None)
    np.sum(h * h).backward()
    handle.remove()


def transforms() -> None:
    x = np.linspace(-1, 1, 100)
    value_and_grad(network)(x)
    value_and_grad(network)(Tensor(x, requires_grad=True))
    vjp(network, x)[1](1.0)
    jvp(network, x, x)
    grad(lambda x: np.sum(grad(network)(x) * x))(x)
    jvp(grad(network), x, x)


def refusals() -> None:
    x = variables(x=[1, 2])
    for refused in (lambda: x.backward(), lambda: x + np.ones(3), lambda: np.asarray(x)):
        try:
            refused()
        except (ValueError, TypeError):
            pass
        else:
            raise AssertionError


SCENES = [backward, release, hooks, transforms, refusals]


def test_a_step_of_a_scalar_program_is_one_object_for_the_collector() -> None:
    """Its tensor: the operands lie in slots of that, and numbers are not looked at."""
    x, a = variables(x=1, a=0.5)
    with without_collector():
        before = len(gc.get_objects())
        for _ in range(1000):
            x = x * a + 1.5
        assert len(gc.get_objects()) - before < 2100


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_left_for_the_collector(scene: Callable[[], None]) -> None:
    """No reference cycles: reference counting frees everything at once."""
    scene()
    with without_collector():
        scene()
        assert gc.collect() == 0


@pytest.mark.parametrize("scene", SCENES)
def test_memory_returns(scene: Callable[[], None]) -> None:
    scene()
    with without_collector():
        tracemalloc.start()
        try:
            scene()
            before = tracemalloc.get_traced_memory()[0]
            scene()
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
    # NumPy's own caches of small objects are a part of what is left.
    assert after - before < 10_000


def test_intermediate_results_die_with_the_last_that_needs_them() -> None:
    with without_collector():
        x = variables(x=np.ones(3))
        a = x * 2
        b = np.exp(a)
        loss = np.sum(b)
        seen = [weakref.ref(t) for t in (a, b, loss)]
        del a, b
        assert all(ref() is not None for ref in seen)
        loss.backward()
        del loss
        assert [ref() for ref in seen] == [None] * 3


def test_the_collector_finds_a_cycle_when_there_is_one() -> None:
    """The control: a hook that holds its own tensor is a cycle, and of the user's making."""
    with without_collector():
        x = variables(x=1)
        y = x * 2
        y.register_hook(lambda g, y=y: None)
        del y
        assert gc.collect() > 0
