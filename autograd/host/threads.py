"""Several functions at once: NumPy lets go of the interpreter lock inside its loops."""

import os
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cache, partial
from queue import SimpleQueue
from threading import BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def available_cores() -> int:
    """How many processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def in_parallel(
    functions: Sequence[Callable[[], Any]], abort: Callable[[], object] | None = None
) -> list[Any]:
    """The results of functions without arguments, each called in a thread of its own.

    The first is called in the calling thread; the others see its context (`numpy.errstate`).
    Where there are several, the linear algebra library meanwhile uses one thread for each call, not
    all cores for one.

    When a function raises, `abort` is called, so that others that wait for it can end; then, when
    all have ended, the error of the first of `functions` that has one is raised. So is an
    interruption by Ctrl-C. A `BrokenBarrierError` counts only if there is no other error.

    >>> in_parallel([lambda: 1 + 1, lambda: "b" * 3])
    [2, 'bbb']
    """
    if len(functions) < 2:
        return [function() for function in functions]
    results: list[Any] = [None] * len(functions)
    errors: dict[int, BaseException] = {}

    def call(i: int) -> None:
        try:
            results[i] = functions[i]()
        except BaseException as error:
            errors[i] = error
            if abort is not None:
                abort()

    with one_blas_thread():
        workers = [_worker() for _ in functions[1:]]
        try:
            for i, worker in enumerate(workers, 1):
                worker.put(partial(copy_context().run, call, i))
            call(0)
        except KeyboardInterrupt as interruption:
            errors[0] = interruption
            if abort is not None:
                abort()
        _finish(workers, errors)
    _idle.extend(workers)
    raised = [errors[i] for i in sorted(errors)]
    raised.sort(key=lambda error: isinstance(error, BrokenBarrierError))
    if raised:
        raise raised[0]
    return results


def one_blas_thread() -> Any:
    """A context manager inside which a product of matrices is computed by one thread."""
    return _linear_algebra().limit(limits=1)


@cache
def _linear_algebra() -> "ThreadpoolController":
    # Most programs never need it.
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


class _Worker:
    """A thread that does what it is given, one thing after the other."""

    def __init__(self) -> None:
        tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self.put = tasks.put

        def work() -> None:
            # For libraries to which each thread says so for itself: MKL, and OpenBLAS on OpenMP.
            one_blas_thread()
            while True:
                tasks.get()()

        Thread(target=work, name="autograd worker", daemon=True).start()


_idle: list[_Worker] = []
"""Workers that wait. Callers that meet, also one inside another, have different ones, so that
functions that wait for each other never wait for one that has no thread."""


def _worker() -> _Worker:
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()


def _finish(workers: Sequence[_Worker], errors: dict[int, BaseException]) -> None:
    """Wait until all have done what they were given, also when Ctrl-C would end the waiting."""
    while True:
        try:
            done = SimpleQueue[None]()
            for worker in workers:
                worker.put(partial(done.put, None))
            for _ in workers:
                done.get()
            return
        except KeyboardInterrupt as interruption:
            errors[0] = interruption


# A child process has none of its parent's threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)
