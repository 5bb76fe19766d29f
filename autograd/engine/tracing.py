"""What the engine does differently while `compile` traces a function.

The numbers of the traced run must not get into the program as if they were constants. So whatever
is computed from a tensor is recorded then, also under `no_grad` and of tensors that require no
gradient; and to look at a number raises `TraceError`.
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
from autograd.host.user_line import users_line

DETACH: Primitive = constant(
    lambda x: x, name="detach", facts=Facts(axes=Elementwise(), view=True, pure=True)
)


def _looked_at(x: Any, *, check: Callable[[Any], None]) -> Any:
    check(np.asarray(x))
    return x


CHECKED: Primitive = primitive(
    _looked_at,
    vjp=lambda g, y, x, *, check: g,
    jvp=lambda t, y, x, *, check: t,
    name="checked",
    facts=Facts(axes=Elementwise(), view=True, pure=True),
)


class Trace:
    """One run of a function that is recorded as a program."""

    def __init__(self) -> None:
        self.start = next_seq()
        # When a section begins, and its title.
        self.sections: list[tuple[int, str]] = [(self.start, "forward")]
        # When a tensor was given a value, which one, the value, and the tensor's number before.
        self.assigned: list[tuple[int, Tensor, Any, int]] = []
        self.draws: list[Any] = []
        # Steps whose results may have other shapes in other runs.
        self.shapes: list[Any] = []

    def refuse_to_show(self, tensor: Any) -> None:
        """Raise `TraceError` unless the value of `tensor` is the same in every run."""
        given = tensor.op is not None or tensor.seq < self.start
        # One that was assigned to counts from then on as made here.
        if given or any(tensor is x for _, x, _, _ in self.assigned):
            _refuse(
                f"the value of {describe(tensor)} was asked for, and in a compiled function it is "
                "another one at every call: np.where(condition, a, b) chooses in the place of if, "
                "NumPy functions compute in the place of float(), .item() and .data, "
                "autograd.checked(t, check) looks at it in a check, autograd.concrete(t) for a "
                "message"
            )

    def refuse_backward(self) -> NoReturn:
        """Raise `TraceError`, for gradients in `grad` are no result of the function."""
        _refuse(
            "backward() in a compiled function would add to .grad once and never again; compile "
            "the function that autograd.value_and_grad(loss) gives"
        )

    def detached(self, tensor: T) -> T:
        """The same value through which no gradient flows, as a step of the program."""
        return DETACH.apply((tensor,), {})  # type: ignore[no-any-return]  # of a tensor: a tensor

    def assign(self, tensor: Tensor, value: Any) -> None:
        """Note that the program gives `tensor` a new value, here and at every call."""
        if type(value) is Tensor and value.dtype != tensor.dtype:
            value = value.astype(tensor.dtype)
        self.assigned.append((next_seq(), tensor, value, tensor.seq))

    def before_draw(self, draw: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Note that `draw(*args)` is about to be called."""

    def drawn(self, tensor: T) -> T:
        """Note a random draw, which is made at every call, be it used or not."""
        self.draws.append(tensor)
        return tensor

    def note_shape(self, tensor: Any) -> None:
        """Note a result whose shape depends on values: the function may have read the shape."""
        self.shapes.append(tensor)

    def end(self) -> int:
        """A number above those of all steps so far."""
        return next_seq()


def _refuse(message: str) -> NoReturn:
    line = users_line()
    raise TraceError(f"{message}\n  in {line}" if line else message)


@contextmanager
def section(title: str) -> Iterator[None]:
    """Say what the steps are for that are recorded in the block, as a heading in the program."""
    trace = mode.trace
    if trace is None:
        yield
        return
    before = trace.sections[-1][1]
    trace.sections.append((next_seq(), title))
    yield
    trace.sections.append((next_seq(), before))


def tracing() -> bool:
    """Whether `compile` is tracing a function in this thread."""
    return mode.trace is not None


def concrete(t: Any) -> Any:
    """The numbers that a tensor holds in this run, as an array: for checks and messages only.

    Elsewhere the same as `np.asarray(t.data)`. While `compile` traces a function, where `t.data`
    raises `TraceError`, these are the numbers of the traced call. The program that is compiled does
    not look at them again, so nothing may be computed from them; `checked` does look again.

    >>> concrete(Tensor([1.0, 2.0], requires_grad=True))
    array([1., 2.])
    """
    return np.asarray(t._data if type(t) is Tensor else t)


def checked(t: Any, check: Callable[[Any], None]) -> Any:
    """`t` itself, after `check(numbers)`, which raises an error where it does not like them.

    A compiled program checks at every call, as long as it uses what this returns; threads that
    share out a batch check their own parts of it, so that a check is one of single entries.

    >>> def positive(x):
    ...     if np.any(x <= 0):
    ...         raise ValueError("a scale must be positive")
    >>> checked(Tensor([1.0, 2.0]), positive)
    Tensor([1., 2.])
    """
    # Here, so that its error is as it is: one of an operation has the operation's name before it.
    check(concrete(t))
    return CHECKED.apply((t,), {"check": check}) if tracing() and type(t) is Tensor else t
