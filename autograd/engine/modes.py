"""Modes of each thread: whether operations are recorded, checked for anomalies, or traced."""

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any, NoReturn, Protocol, Self, TypeVar

from autograd.host.stepwise import decorate_steps

T = TypeVar("T")


class Tracer(Protocol):
    """Receiver of what happens while `compile` traces a function; see `tracing.Trace`."""

    sections: list[tuple[int, str]]

    def refuse_to_show(self, tensor: Any) -> None:
        """Raise `TraceError` unless the value of `tensor` is the same in every run."""

    def refuse_backward(self) -> NoReturn:
        """Raise `TraceError`."""

    def detached(self, tensor: T) -> T:
        """Return the same value as a step through which no gradient flows."""

    def assign(self, tensor: Any, value: Any) -> None:
        """Record that the program assigns a new value to `tensor`."""

    def before_draw(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Prepare for a call of `draw(*args)`."""

    def drawn(self, tensor: T) -> T:
        """Record a random draw."""

    def note_shape(self, tensor: Any) -> None:
        """Record a result whose shape depends on values."""


class Detector(Protocol):
    """Maker of observers for the sweeps while `detect_anomaly` is active."""

    def observe_reverse(self, leaves: Any) -> Callable[[Any, Any], None]:
        """Return an observer of a reverse sweep down to `leaves`."""

    def observe_forward(self, seeds: Any) -> Callable[[Any, Any], None]:
        """Return an observer of a forward sweep from `seeds`."""


class Caller(Protocol):
    """What runs a function in order to differentiate it: a transform, or `explain`."""

    def differentiates(self, tensor: Any) -> bool:
        """Return whether `tensor` depends on an argument of the function."""


class _Mode(threading.local):
    """Switches of the calling thread."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []

    recording = True
    anomaly: Detector | None = None
    trace: Tracer | None = None

    def observe_reverse(self, leaves: Any) -> Callable[[Any, Any], None] | None:
        """Return the observer of a reverse sweep that looks for anomalies, if any."""
        return None if self.anomaly is None else self.anomaly.observe_reverse(leaves)

    def observe_forward(self, seeds: Any) -> Callable[[Any, Any], None] | None:
        """Return the observer of a forward sweep that looks for anomalies, if any."""
        return None if self.anomaly is None else self.anomaly.observe_forward(seeds)


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

    def __call__(self, function: Any) -> Any:
        """Decorate a function; of a generator or a coroutine every step runs in the mode."""
        return decorate_steps(function, self._recreate_cm) or super().__call__(function)

    def _recreate_cm(self) -> Self:
        # A decorated function may run in several threads at once: one stack of modes for each call.
        return type(self)(self._recording)


def no_grad() -> _Recording:
    """Run code on tensors without recording it, as a context manager or a decorator.

    Holds for the calling thread only. A decorated generator or coroutine does not record in its own
    steps, and what runs between them is in the mode of its caller.

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
    """Switch recording on or off in this thread; unlike `no_grad` it does not end by itself.

    For code that has to restore the mode after an interruption: Ctrl-C may hit the very end of a
    `with` block, before the block has restored it.

    >>> set_grad_enabled(True)
    >>> is_grad_enabled()
    True
    """
    mode.recording = bool(flag)


def is_grad_enabled() -> bool:
    """Return whether operations on tensors are recorded in this thread.

    >>> is_grad_enabled()
    True
    """
    return mode.recording
