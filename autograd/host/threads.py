"""Several functions at once: NumPy releases the interpreter lock inside its loops."""

import os
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cache, partial
from queue import SimpleQueue
from threading import BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def count_cores() -> int:
    """Return the number of processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def in_parallel(
    functions: Sequence[Callable[[], Any]], abort: Callable[[], object] | None = None
) -> list[Any]:
    """Call functions without arguments, each in its own thread, and return their results.

    The first function runs in the calling thread; the others see its context (`numpy.errstate`).
    If there are several, the linear algebra library meanwhile uses one thread for each call instead
    of all cores.

    When a function raises, `abort` is called, so that functions that wait for it can end. When all
    have ended, the error of the first of `functions` that failed is raised, or the
    `KeyboardInterrupt` of Ctrl-C. A `BrokenBarrierError` is raised only without another error.

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

    with use_one_blas_thread():
        workers = [_take_worker() for _ in functions[1:]]
        try:
            for i, worker in enumerate(workers, 1):
                worker.put(partial(copy_context().run, call, i))
            call(0)
        except KeyboardInterrupt as interruption:
            errors[0] = interruption
            if abort is not None:
                abort()
        _wait_for(workers, errors)
    _idle.extend(workers)
    raised = [errors[i] for i in sorted(errors)]
    raised.sort(key=lambda error: isinstance(error, BrokenBarrierError))
    if raised:
        raise raised[0]
    return results


def use_one_blas_thread() -> Any:
    """Return a context manager inside which one thread computes a product of matrices."""
    return _load_blas().limit(limits=1)


@cache
def _load_blas() -> "ThreadpoolController":
    # Imported here because most programs never need it.
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


class _Worker:
    """A thread that runs the tasks put into its queue, one after the other."""

    def __init__(self) -> None:
        tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self.put = tasks.put

        def work() -> None:
            # MKL, and OpenBLAS on OpenMP, have the setting in each thread.
            use_one_blas_thread()
            while True:
                tasks.get()()

        Thread(target=work, name="autograd worker", daemon=True).start()


_idle: list[_Worker] = []
"""Workers without a task. Concurrent and nested callers take different ones, so that functions that
wait for each other all have a thread."""


def _take_worker() -> _Worker:
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()


def _wait_for(workers: Sequence[_Worker], errors: dict[int, BaseException]) -> None:
    """Wait until all workers have finished, even if Ctrl-C interrupts the wait."""
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


# A forked process has none of its parent's threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)
