"""Tracing: the behaviour of the engine while `compile` traces a function.

Numbers of the traced run must not enter the program as constants. So everything computed from a
tensor is recorded, also under `no_grad` and from tensors that require no gradients, and reading a
number raises `TraceError`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from autograd.engine.axes import Elementwise
from autograd.engine.declare import Primitive, constant, primitive
from autograd.engine.facts import Facts
from autograd.engine.modes import T, mode
from autograd.engine.tensor import Tensor, describe, next_seq
from autograd.errors import TraceError
from autograd.host.user_line import find_user_line

DETACH: Primitive = constant(
    lambda x: x, name="detach", facts=Facts(axes=Elementwise(), view=True, pure=True)
)


def _check_value(x: Any, *, check: Callable[[Any], None]) -> Any:
    check(np.asarray(x))
    return x


CHECKED: Primitive = primitive(
    _check_value,
    vjp=lambda g, y, x, *, check: g,
    jvp=lambda t, y, x, *, check: t,
    name="checked",
    facts=Facts(axes=Elementwise(), view=True, pure=True),
)


class Trace:
    """Record of one run of a function, from which a program is made."""

    def __init__(self) -> None:
        self.start = next_seq()
        # Sequence number at which a section begins, and its title.
        self.sections: list[tuple[int, str]] = [(self.start, "forward")]
        # Sequence number of an assignment, the tensor, its new value, and its number before.
        self.assigned: list[tuple[int, Tensor, Any, int]] = []
        self.draws: list[Any] = []
        # Steps whose results may have other shapes in other runs.
        self.shapes: list[Any] = []

    def refuse_to_show(self, tensor: Any) -> None:
        """Raise `TraceError` unless the value of `tensor` is the same in every run."""
        given = tensor.op is not None or tensor.seq < self.start
        # A tensor that was assigned to counts as made inside the run from then on.
        if given or any(tensor is x for _, x, _, _ in self.assigned):
            _refuse(
                f"the value of {describe(tensor)} was read while compile traces the function, but "
                "it changes with every call: use np.where(condition, a, b) in place of if, NumPy "
                "functions in place of float(), .item() and .data, autograd.checked(t, check) for "
                "a check, autograd.concrete(t) for a message"
            )

    def refuse_backward(self) -> NoReturn:
        """Raise `TraceError`, because gradients in `grad` are not results of the function."""
        _refuse(
            "backward() in a compiled function would add to .grad only once, while it is traced; "
            "compile autograd.value_and_grad(loss) instead"
        )

    def detached(self, tensor: T) -> T:
        """Return the same value as a step of the program through which no gradient flows."""
        return DETACH.apply((tensor,), {})  # type: ignore[no-any-return]  # of a tensor: a tensor

    def assign(self, tensor: Tensor, value: Any) -> None:
        """Record that the program assigns `value` to `tensor` at every call."""
        if type(value) is Tensor and value.dtype != tensor.dtype:
            value = value.astype(tensor.dtype)
        self.assigned.append((next_seq(), tensor, value, tensor.seq))

    def before_draw(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Do nothing before `draw(*args)`; the compiler overrides this to save generator states."""

    def drawn(self, tensor: T) -> T:
        """Record a random draw, which the program makes at every call, used or not."""
        self.draws.append(tensor)
        return tensor

    def note_shape(self, tensor: Any) -> None:
        """Note a result whose shape depends on values: the function may have read the shape."""
        self.shapes.append(tensor)

    def end(self) -> int:
        """Return a sequence number above those of all steps so far."""
        return next_seq()


def _refuse(message: str) -> NoReturn:
    line = find_user_line()
    raise TraceError(f"{message}\n  in {line}" if line else message)


@contextmanager
def section(title: str) -> Iterator[None]:
    """Give the steps recorded in the block a heading in the program."""
    trace = mode.trace
    if trace is None:
        yield
        return
    before = trace.sections[-1][1]
    trace.sections.append((next_seq(), title))
    yield
    trace.sections.append((next_seq(), before))


def tracing() -> bool:
    """Return whether `compile` is tracing a function in this thread."""
    return mode.trace is not None


def concrete(t: Any) -> Any:
    """Return the numbers that a tensor holds in this run, for checks and messages only.

    While `compile` traces a function, `t.data` raises `TraceError`, and these are the numbers of
    the traced call. The compiled program does not read them again, so nothing may be computed from
    them; `checked` reads them at every call. Otherwise the same as `np.asarray(t.data)`.

    >>> concrete(Tensor([1.0, 2.0], requires_grad=True))
    array([1., 2.])
    """
    return np.asarray(t._data if type(t) is Tensor else t)


def checked(t: Any, check: Callable[[Any], None]) -> Any:
    """Call `check(numbers)`, which raises an error for invalid numbers, and return `t`.

    A compiled program that uses the result checks at every call. Threads that share a batch check
    their own parts of it, so a check must concern single entries.

    >>> def positive(x):
    ...     if np.any(x <= 0):
    ...         raise ValueError("a scale must be positive")
    >>> checked(Tensor([1.0, 2.0]), positive)
    Tensor([1., 2.])
    """
    # Called here, because an operation would put its name before the message of the error.
    check(concrete(t))
    return CHECKED.apply((t,), {"check": check}) if tracing() and type(t) is Tensor else t
