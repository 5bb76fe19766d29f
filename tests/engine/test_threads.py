"""Backward passes of several threads onto shared tensors: no contribution is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from autograd import Tensor


class _Waiting(np.ndarray[Any, Any]):
    """An array whose addition waits until another thread has added, or surely waits for its turn.

    The time limit is only reached where threads take turns; no result depends on it.
    """

    entered: threading.Event
    other_done: threading.Event

    def __add__(self, other: Any) -> Any:
        total = np.asarray(self) + other
        if not self.entered.is_set():
            self.entered.set()
            self.other_done.wait(0.2)
        return total


def _waiting(value: float) -> _Waiting:
    array = np.full(3, value).view(_Waiting)
    array.entered, array.other_done = threading.Event(), threading.Event()
    return array


def _pass_during_a_pass(gradient: _Waiting, backward: Callable[[], None]) -> None:
    """Run `backward` in this thread while another thread adds to `gradient`."""
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(backward)
        assert gradient.entered.wait(30)
        backward()
        gradient.other_done.set()
        first.result()


def test_a_pass_during_the_addition_of_another_is_not_lost() -> None:
    w = Tensor(np.ones(3), requires_grad=True)
    w._grad = _waiting(100.0)
    _pass_during_a_pass(w._grad, lambda: (w * 2).sum().backward())
    assert w.grad.tolist() == [104] * 3


def test_retained_gradients_of_a_shared_result_add_up() -> None:
    w = Tensor(np.ones(3), requires_grad=True)
    shared = w * 2
    shared.retain_grad()
    shared._grad = _waiting(100.0)
    _pass_during_a_pass(shared._grad, lambda: (shared * 3).sum().backward())
    assert shared.grad.tolist() == [106] * 3
    assert w.grad.tolist() == [12] * 3


def test_requested_gradients_of_a_shared_result_add_up() -> None:
    w = Tensor(np.ones(3), requires_grad=True)
    shared = w * 2
    shared._grad = _waiting(100.0)
    _pass_during_a_pass(shared._grad, lambda: (shared * 3).sum().backward(retain_grads=True))
    assert shared.grad.tolist() == [106] * 3


@pytest.mark.parametrize("keep", [True, False])
def test_many_passes_in_eight_threads(keep: bool) -> None:
    w, b = Tensor(np.zeros(20_000), requires_grad=True), Tensor(1.0, requires_grad=True)

    def work(k: int) -> None:
        np.sum(w * k + b).backward(retain_graph=keep)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert np.all(w.grad == sum(range(40)))
    assert b.grad == 40 * 20_000


def test_a_backward_pass_in_a_hook_adds_to_the_same_leaf() -> None:
    w = Tensor(3.0, requires_grad=True)
    y = w * 2
    y.register_hook(lambda g: (w * 10).backward())
    y.backward()
    assert w.grad == 12


def test_hooks_registered_at_the_same_time_all_run() -> None:
    for _ in range(50):
        w = Tensor(1.0, requires_grad=True)
        together = threading.Barrier(4, timeout=30)
        seen: list[Any] = []

        def register(w: Tensor = w, together: Any = together, seen: Any = seen) -> None:
            together.wait()
            w.register_hook(seen.append)

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(register) for _ in range(4)]:
                done.result()
        (w * 2).backward()
        assert seen == [2] * 4
