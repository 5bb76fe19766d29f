"""Threads do not disturb one another: modes, transforms and the search for anomalies."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    AnomalyError,
    checkpoint,
    detect_anomaly,
    enable_grad,
    grad,
    hessian,
    is_grad_enabled,
    jacobian,
    jvp,
    no_grad,
    variables,
)
from autograd.engine import sweep

ROUNDS = 20
Step = Callable[[Any], Any]


def inside(mode: Callable[[], Any], step: Step, together: threading.Barrier) -> list[Any]:
    """Return the results of `step` in each round, while the others are in the middle of theirs."""
    found = []
    for i in range(ROUNDS):
        with mode():
            together.wait()
            found.append(step(float(i)))
            together.wait()
    return found


def recorded(x: float) -> Any:
    leaf = variables(x=x)
    y = leaf * leaf
    if not is_grad_enabled():
        return y.requires_grad
    y.backward()
    return leaf.grad


def frozen(x: float) -> Any:
    leaf = variables(x=x)
    return np.sin(leaf * 2).requires_grad


def nested(x: float) -> Any:
    return grad(lambda a: a * grad(lambda b: a * b * b)(x))(3.0)


def forward(x: float) -> Any:
    return jvp(lambda a: a**3, x, 1.0)[1]


def batched(x: float) -> Any:
    return jacobian(lambda a: a * a)(np.array([x, 1.0, 2.0])).tolist()


def curved(x: float) -> Any:
    return hessian(lambda a: np.sum(a**3))(np.array([x, 1.0])).tolist()


def recomputed(x: float) -> Any:
    return grad(checkpoint(lambda a: a**3))(x)


def infinite(x: float) -> Any:
    leaf = variables(x=x - 3)
    with np.errstate(divide="ignore"):
        return float((1 / leaf).data)


def found_out(x: float) -> Any:
    leaf = variables(x=x - 3)
    try:
        return float((1 / leaf).data)
    except AnomalyError:
        return "anomaly"


def inverse(x: float) -> float:
    return 1 / (x - 3) if x != 3 else np.inf


WORK: dict[str, tuple[Callable[[], Any], Step, Step]] = {
    "recording": (enable_grad, recorded, lambda x: 2 * x),
    "no_grad": (no_grad, frozen, lambda x: False),
    "nested, no_grad": (no_grad, nested, lambda x: 12 * x),
    "forward": (enable_grad, forward, lambda x: 3 * x * x),
    "jacobian": (enable_grad, batched, lambda x: np.diag([2 * x, 2, 4]).tolist()),
    "hessian": (no_grad, curved, lambda x: np.diag([6 * x, 6]).tolist()),
    "checkpoint": (enable_grad, recomputed, lambda x: 3 * x * x),
    "infinite": (enable_grad, infinite, inverse),
    "anomaly": (detect_anomaly, found_out, lambda x: inverse(x) if x != 3 else "anomaly"),
    "anomaly again": (detect_anomaly, found_out, lambda x: inverse(x) if x != 3 else "anomaly"),
}


def test_threads_with_all_modes_at_once() -> None:
    together = threading.Barrier(len(WORK), timeout=60)
    results: dict[str, Any] = {}
    plain = sweep.reverse

    def run(name: str) -> None:
        mode, step, _ = WORK[name]
        results[name] = inside(mode, step, together)

    threads = [threading.Thread(target=run, args=(name,)) for name in WORK]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, (_, _, expected) in WORK.items():
        assert results.get(name) == [expected(float(i)) for i in range(ROUNDS)], name
    assert is_grad_enabled()
    assert sweep.reverse is plain


@pytest.mark.parametrize("mode", [no_grad, detect_anomaly])
def test_one_decorated_function_in_several_threads(mode: Any) -> None:
    together = threading.Barrier(8, timeout=60)
    found: list[Any] = []

    @mode()  # type: ignore[untyped-decorator]
    def work(i: float) -> Any:
        together.wait()
        return grad(lambda x: x * x)(i)

    def run(i: int) -> None:
        found.append((i, [work(float(i)) for _ in range(ROUNDS)]))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(i, [2 * i] * ROUNDS) for i in range(8)]


def test_backward_passes_over_one_graph() -> None:
    """Every thread's pass over a shared graph gives the same gradients."""
    w = variables(w=[1, 2, 3])
    y = np.sum(checkpoint(lambda x: np.sin(x) * x)(w * 2))
    expected = grad(lambda w: np.sum(np.sin(w * 2) * w * 2))(w.data)
    together = threading.Barrier(8, timeout=60)
    wrong: list[Any] = []

    def run() -> None:
        for _ in range(ROUNDS):
            together.wait()
            found = sweep.reverse(y, np.float64(1))[w]
            if not np.allclose(found, expected, rtol=1e-14):
                wrong.append(found)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
