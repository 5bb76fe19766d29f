"""NumPy's dispatch: what runs in place of a NumPy function that is called with a tensor.

NumPy asks the tensors among the arguments, by `__array_ufunc__` (NEP 13) for universal functions
and by `__array_function__` (NEP 18) for the others; the answer is in this registry.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from autograd.errors import NotDifferentiableError

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""The registry: a NumPy function, or a pair of a universal function and the name of one of its
methods, and what runs instead when one of its arguments is a tensor."""


def enter(functions: Iterable[Any], run: Callable[..., Any], adapts: Any = None) -> None:
    """Let `run` stand in for each of `functions`.

    Raises `ValueError` where something other than `adapts` does so already.
    """
    functions = list(functions)
    for function in functions:
        if FUNCTIONS.get(function, adapts) is not adapts:
            raise ValueError(
                f"{numpy_name(function)} has a derivative rule already; declare the new rule "
                "for a function of your own that calls it"
            )
    FUNCTIONS.update(dict.fromkeys(functions, run))


def refuse(function: Any) -> NoReturn:
    """Raise `NotDifferentiableError`, for nothing stands in for `function`."""
    name = numpy_name(function)
    raise NotDifferentiableError(f"{name} {reason(name)}")


def numpy_name(function: Any) -> str:
    """The name under which users know a NumPy function, or a universal function's method.

    >>> import numpy as np
    >>> numpy_name(np.linalg.inv), numpy_name(np.exp), numpy_name((np.add, "reduce"))
    ('np.linalg.inv', 'np.exp', 'np.add.reduce')
    """
    if isinstance(function, tuple):
        ufunc, method = function
        return f"{numpy_name(ufunc)}.{method}"
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


# Functions without a derivative rule-------------------------------------------------------------

_IN_PLACE = "writes into its argument, and the old value of a tensor may be recorded; "
_PUT = _IN_PLACE + (
    "autograd.put(t, index, value) or np.where(mask, value, t) returns a new tensor"
)
_DATES = "is of dates, which have no derivative; give it t.data"
_COUNTS = "has no derivative rule: its counts do not move with the points; give it t.data"
_ROUNDING = (
    "has no derivative rule: it is about the numbers that the machine has, not about real ones; "
    "give it t.data"
)

UNSUPPORTED: dict[str, str] = {
    "np.busday_count": _DATES,
    "np.busday_offset": _DATES,
    "np.copyto": _PUT,
    "np.datetime_as_string": _DATES,
    "np.fill_diagonal": _IN_PLACE
    + "with i = np.arange(n), autograd.put(t, (i, i), value) returns a new tensor",
    "np.histogram2d": _COUNTS,
    "np.histogramdd": _COUNTS,
    "np.in1d": "has no derivative rule; np.isin is its name now",
    "np.is_busday": _DATES,
    "np.isnat": _DATES,
    "np.nextafter": _ROUNDING,
    "np.place": _PUT,
    "np.put": _PUT,
    "np.put_along_axis": _IN_PLACE
    + "autograd.put_along_axis(t, indices, values, axis) returns a new tensor",
    "np.putmask": _PUT,
    "np.spacing": _ROUNDING,
}
"""The reason for every function, beginning with the verb that follows its name."""

METHODS: dict[str, str] = {
    "at": _IN_PLACE
    + "np.bincount(index, weights) or autograd.put(t, index, value) returns a new one",
    "reduceat": "has no derivative rule; sum slices, or take np.cumsum and differences of it",
}
"""The same for the methods that universal functions have beside the call."""


def reason(function: str) -> str:
    """Why a function, or a method of a universal function, has no derivative, and what to do.

    >>> reason("np.isnat")
    'is of dates, which have no derivative; give it t.data'
    """
    method = function.rpartition(".")[2]
    return (
        UNSUPPORTED.get(function)
        or METHODS.get(method)
        or "has no derivative rule; if no gradient is to flow through it, give it t.data, "
        "otherwise declare one with autograd.primitive"
    )
