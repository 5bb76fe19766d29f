"""Whether operations on tensors are recorded, checked, or traced: switches for each thread."""

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any, NoReturn, Protocol, Self, TypeVar

T = TypeVar("T")


class Tracer(Protocol):
    """What the engine reports to while `compile` traces a function; see `tracing.Trace`."""

    sections: list[tuple[int, str]]

    def refuse_to_show(self, tensor: Any) -> None:
        """Raise `TraceError` unless the value of `tensor` is the same in every run."""

    def refuse_backward(self) -> NoReturn:
        """Raise `TraceError`."""

    def detached(self, tensor: T) -> T:
        """Return the same value as a step through which no gradient flows."""

    def assign(self, tensor: Any, value: Any) -> None:
        """Note that the program gives `tensor` a new value."""

    def before_draw(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Note that `draw(*args)` is about to be called."""

    def drawn(self, tensor: T) -> T:
        """Note a random draw."""

    def note_shape(self, tensor: Any) -> None:
        """Note a result whose shape depends on values."""


class _Mode(threading.local):
    recording = True
    anomaly = False
    trace: Tracer | None = None


mode = _Mode()


class _Recording(ContextDecorator):
    """Switch recording on or off in this thread, as a context manager or a decorator."""

    def __init__(self, recording: bool) -> None:
        self._recording = recording
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(mode.recording)
        mode.recording = self._recording

    def __exit__(self, *_: object) -> None:
        mode.recording = self._before.pop()

    def _recreate_cm(self) -> Self:
        # A decorated function may run in several threads at once: one stack of modes for each call.
        return type(self)(self._recording)


def no_grad() -> _Recording:
    """Run code on tensors without recording it, as a context manager or a decorator.

    Holds for the calling thread only.

    >>> from autograd import variables
    >>> x = variables(x=3)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """
    return _Recording(False)


def enable_grad() -> _Recording:
    """Record again inside a `no_grad` block, as a context manager or a decorator.

    >>> with no_grad(), enable_grad():
    ...     is_grad_enabled()
    True
    """
    return _Recording(True)


def set_grad_enabled(flag: bool) -> None:
    """Record from here on, or not, in this thread; `no_grad` and `enable_grad` end by themselves.

    For what has to put the mode back after an interruption: Ctrl-C may hit the very end of a
    `with` block, before it has.

    >>> set_grad_enabled(True)
    >>> is_grad_enabled()
    True
    """
    mode.recording = bool(flag)


def is_grad_enabled() -> bool:
    """Whether operations on tensors are recorded in this thread.

    >>> is_grad_enabled()
    True
    """
    return mode.recording
