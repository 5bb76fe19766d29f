"""Numbers that leave the graph without being asked to, and so lose their gradient."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograd.engine.modes import Caller, mode
from autograd.errors import ConversionError, GradientLostWarning
from autograd.host.user_line import warn_at_user_line

_CURE = (
    ", and its gradient is lost: write np.sin for math.sin; np.stack or autograd.put in place of "
    "filling an array; t.item() for a number that shall have no gradient"
)


def refuse_to_lose(tensor: Any, event: str) -> None:
    """Raise `ConversionError` in a function that is being differentiated; warn elsewhere."""
    if any(caller.differentiates(tensor) for caller in mode.callers):
        raise ConversionError(event + _CURE)
    warn_at_user_line(event + _CURE, GradientLostWarning)


@contextmanager
def differentiating(caller: Caller) -> Iterator[None]:
    """Run a function for `caller`: what depends on its arguments does not become a plain number.

    Raises `ConversionError` also where NumPy makes another error of it, in filling an array.
    """
    mode.callers.append(caller)
    try:
        yield
    except ValueError as error:
        if isinstance(error.__cause__, ConversionError):
            raise error.__cause__.with_traceback(error.__traceback__) from None
        raise
    finally:
        mode.callers.pop()
