"""`no_grad` and `enable_grad`: nested, as decorators, and each in its own thread."""

import threading

import numpy as np
import pytest

from autograd import enable_grad, is_grad_enabled, no_grad, set_grad_enabled, variables


def test_no_grad_records_nothing() -> None:
    x = variables(x=[1, 2])
    with no_grad():
        assert not is_grad_enabled()
        for y in (x * 2, np.exp(x), np.sum(x), x[0], x > 1, -x, x @ x):
            assert (y.op, y.inputs, y.requires_grad) == (None, (), False)
    assert is_grad_enabled()
    assert (x * 2).requires_grad


def test_modes_nest_and_survive_exceptions() -> None:
    inside: list[bool] = []

    @no_grad()
    def fail() -> None:
        with enable_grad():
            inside.append(is_grad_enabled())
        inside.append(is_grad_enabled())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert inside == [True, False]
    assert is_grad_enabled()


def test_one_mode_object_can_be_entered_twice() -> None:
    off = no_grad()
    with off, enable_grad(), off:
        assert not is_grad_enabled()
    assert is_grad_enabled()


def test_modes_are_decorators() -> None:
    @no_grad()
    def off(depth: int) -> list[bool]:
        return [is_grad_enabled(), *(on(depth - 1) if depth else [])]

    @enable_grad()
    def on(depth: int) -> list[bool]:
        return [is_grad_enabled(), *(off(depth - 1) if depth else [])]

    assert off(3) == [False, True, False, True]
    assert is_grad_enabled()
    assert off.__name__ == "off"


def test_modes_belong_to_their_thread() -> None:
    """Eight threads, every other one without recording, all inside at the same time."""
    together = threading.Barrier(8, timeout=30)
    recorded: dict[int, list[bool]] = {}

    @no_grad()
    def off(i: int) -> None:
        run(i)

    def run(i: int) -> None:
        x = variables(x=i)
        recorded[i] = []
        for _ in range(50):
            together.wait()
            recorded[i].append((x * x).requires_grad)

    threads = [threading.Thread(target=off if i % 2 else run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorded == {i: [i % 2 == 0] * 50 for i in range(8)}
    assert is_grad_enabled()


def test_a_decorated_function_may_run_in_two_threads_at_once() -> None:
    """Each call restores the mode that its own thread had."""
    inside, left = threading.Event(), threading.Event()
    after: list[bool] = []

    @no_grad()
    def wait(mine: threading.Event, other: threading.Event) -> None:
        mine.set()
        assert other.wait(30)

    def first() -> None:
        wait(threading.Event(), inside)
        after.append(is_grad_enabled())
        left.set()

    def second() -> None:
        with no_grad():
            wait(inside, left)
            after.append(is_grad_enabled())

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert after == [True, False]


def test_the_mode_can_be_set_for_good() -> None:
    try:
        set_grad_enabled(False)
        assert not is_grad_enabled()
        with enable_grad():
            assert is_grad_enabled()
        assert not is_grad_enabled()
    finally:
        set_grad_enabled(True)
    assert is_grad_enabled()
