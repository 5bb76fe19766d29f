"""Every exception that chalkgrad raises on purpose.

Each one says what was wrong and what to do about it. They share one base, so that
`except AutogradError` catches them all, and each also derives from the built-in exception that a
NumPy or PyTorch user would expect.
"""


class AutogradError(Exception):
    """Base of every exception below."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit: operands of an operation, or a gradient and its tensor."""


class GraphReleasedError(AutogradError, RuntimeError):
    """A backward pass over steps that `backward(retain_graph=False)` has let go of."""


class StaleGraphError(AutogradError, RuntimeError):
    """A tensor was given a new value after a recorded step had used the old one."""


class NotDifferentiableError(AutogradError, TypeError):
    """An operation for which no derivative rule is declared."""


class ConversionError(AutogradError, TypeError):
    """A recorded tensor was about to become a plain array and so lose its gradient."""


class GradientLostWarning(UserWarning):
    """A number left the graph, or the result of a function depends on none of its arguments."""


class AnomalyError(AutogradError, ArithmeticError):
    """The first NaN or infinity of a computation, found by `detect_anomaly`."""


class TraceError(AutogradError, RuntimeError):
    """A traced value was used where `compile` needs a number: `if`, `float()`, `.data`."""


class GradientMismatch(AutogradError, AssertionError):
    """`gradcheck` found an analytic derivative that differs from the numerical one."""


class ProgramError(AutogradError, ValueError):
    """A program text outside the small language of `explain` and `verify`."""


class WorksheetError(AutogradError, ValueError):
    """A worksheet or submission that cannot be read."""


class RendererNotFound(AutogradError, RuntimeError):
    """No program that can lay out a graph was found on this machine."""
