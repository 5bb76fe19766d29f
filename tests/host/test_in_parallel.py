"""`in_parallel`: several functions at once, all of which end even after errors."""

import signal
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from autograd.host import threads
from autograd.host.threads import count_cores, in_parallel


def test_results_in_the_order_of_the_functions() -> None:
    assert in_parallel([]) == []
    assert in_parallel([lambda: 1]) == [1]
    for _ in range(50):
        assert in_parallel([lambda k=k: k * k for k in range(5)]) == [0, 1, 4, 9, 16]


def test_all_run_at_once_the_first_in_the_calling_thread() -> None:
    together = threading.Barrier(3, timeout=60)

    def meet() -> threading.Thread:
        together.wait()
        return threading.current_thread()

    found = in_parallel([meet] * 3)
    assert found[0] is threading.current_thread()
    assert len(set(found)) == 3
    # Later calls use the same threads.
    assert set(in_parallel([meet] * 3)) == set(found)


def test_functions_that_wait_for_each_other_inside_others_that_do() -> None:
    def meet() -> list[int]:
        together = threading.Barrier(2, timeout=60)
        return in_parallel([together.wait, together.wait])

    assert [sorted(x) for x in in_parallel([meet] * 3)] == [[0, 1]] * 3


def test_numpys_error_state_holds_in_all() -> None:
    def divide() -> Any:
        return np.float64(1) / np.float64(0)

    with np.errstate(divide="ignore"):
        assert in_parallel([divide] * 3) == [np.inf] * 3


def test_the_first_error_is_raised_when_all_have_ended() -> None:
    ended, aborted = [], threading.Event()

    def fail(name: str) -> None:
        raise ValueError(name)

    def wait() -> None:
        assert aborted.wait(10)
        time.sleep(0.05)
        ended.append(True)
        raise threading.BrokenBarrierError

    with pytest.raises(ValueError, match="first"):
        in_parallel([wait, lambda: fail("first"), wait, lambda: fail("second")], aborted.set)
    assert ended == [True, True]
    assert in_parallel([lambda: 1, lambda: 2]) == [1, 2]


def test_products_take_one_thread_each() -> None:
    blas = threads._load_blas()

    def count() -> list[int]:
        return [library["num_threads"] for library in blas.info()]

    with blas.limit(limits=2):
        before = count()
        for found in in_parallel([count, count]):
            assert found == [1] * len(before)
        assert count() == before


def interrupt(after: float = 0.0) -> None:
    time.sleep(after)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


needs_signals = pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="signals to a thread are POSIX"
)


@needs_signals
@pytest.mark.parametrize("wait", [0.0, 1.0])
def test_ctrl_c_waits_for_the_others(wait: float) -> None:
    """Interrupt the caller inside its function, or while it waits for the others to end."""
    ended = []

    def work() -> None:
        interrupt(after=0.05)
        time.sleep(0.1)
        ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        in_parallel([lambda: time.sleep(wait), work])
    assert ended == [True]


@pytest.mark.skipif(not hasattr(threads.os, "fork"), reason="needs fork")
def test_a_forked_process_starts_new_threads() -> None:
    program = (
        "import os, sys; from autograd.host.threads import in_parallel\n"
        "assert in_parallel([lambda: 1] * 3) == [1] * 3\n"
        "child = os.fork()\n"
        "assert in_parallel([lambda: 2] * 3) == [2] * 3\n"
        "if child == 0: os._exit(0)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0


def test_available_cores() -> None:
    assert 1 <= count_cores() <= (threads.os.cpu_count() or 1)
