"""What compiled calls leave behind: in tensors that they assign to, in programs and buffers."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, TraceError, value_and_grad


class OwnError(Exception):
    pass


def refused(x: Any) -> Any:
    return x if np.sum(x) > 0 else -x


def failed(x: Any) -> Any:
    raise OwnError


@pytest.mark.parametrize(("end", "error"), [(refused, TraceError), (failed, OwnError)])
def test_assignments_of_a_run_that_failed_are_taken_back(
    end: Callable[[Any], Any], error: type[Exception]
) -> None:
    total, count = Tensor(np.zeros(3), name="total"), Tensor(0)
    before = total.data, count.data

    def f(x: Any) -> Any:
        total.assign(total + x)
        total.assign(total * 2)
        count.assign(count + 1)
        return end(total)

    compiled = autograd.compile(f)
    for _ in range(2):
        with pytest.raises(error):
            compiled(np.ones(3))
        assert (total.data is before[0], count.data) == (True, before[1])
    np.testing.assert_array_equal(total.data, 0)
    assert float(total[0] + 1) == 1


@pytest.mark.parametrize("look", [Tensor.item, float, lambda t: t.data])
def test_a_number_that_was_assigned_cannot_be_looked_at(look: Callable[[Tensor], Any]) -> None:
    total = Tensor(0.0)

    def f(x: Any) -> Any:
        total.assign(total + x)
        return x * look(total)

    with pytest.raises(TraceError, match="the value of"):
        autograd.compile(f)(1.0)
    assert total.data == 0


def test_assignments_are_made_once_by_the_call_that_records() -> None:
    total = Tensor(0.0)

    def f(x: Any) -> Any:
        total.assign(total + x)
        return total * 1

    compiled = autograd.compile(f)
    assert [compiled(x) for x in (1.0, 2.0, 4.0)] == [1, 3, 7]
    assert [compiled(np.float64(x)) for x in (1.0, 2.0)] == [8, 10]
    assert total.data == 10


def test_the_programs_that_were_used_last_are_kept() -> None:
    recorded: list[int] = []

    def f(x: Any) -> Any:
        recorded.append(len(x))
        return np.sum(x * 2)

    compiled = autograd.compile(f)
    for n in range(1, 17):
        assert compiled(np.ones(n)) == 2 * n
    assert compiled(np.ones(1)) == 2
    # One more than are kept: not the oldest goes, but the one that nobody has used for longest.
    assert compiled(np.ones(17)) == 34
    assert compiled(np.ones(1)) == 2
    assert recorded == list(range(1, 18))
    assert compiled(np.ones(2)) == 4
    assert recorded[-1] == 2


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns all the time, also in the middle of a program."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty")
def test_threads_that_record_and_replay_at_once() -> None:
    """Other numbers in each, of forms that both meet for the first time."""

    def f(x: Any) -> Any:
        return np.sum(np.exp(np.sin(x) * x))

    compiled, eager = autograd.compile(value_and_grad(f)), value_and_grad(f)
    rng, start = np.random.default_rng(0), threading.Barrier(2)
    given = [[rng.normal(size=1000 + k) for k in range(5)] for _ in range(2)]
    expected = [[eager(x) for x in xs] for xs in given]
    wrong: list[Any] = []

    def work(row: int) -> None:
        start.wait()
        for _ in range(200):
            for x, (value, slope) in zip(given[row], expected[row], strict=True):
                found, found_slope = compiled(x)
                if not (np.isclose(found, value) and np.allclose(found_slope, slope)):
                    wrong.append((row, x))

    threads = [threading.Thread(target=work, args=(row,)) for row in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
