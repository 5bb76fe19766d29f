"""NumPy's dispatch: the functions that run when a NumPy function is called with a tensor.

NumPy asks the tensors among the arguments: by `__array_ufunc__` (NEP 13) for universal functions,
by `__array_function__` (NEP 18) for all others. The answers are in this registry.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from autograd.errors import NotDifferentiableError

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""Registry: NumPy function, or pair of a universal function and the name of one of its methods, to
the function that runs instead when an argument is a tensor."""


def register(functions: Iterable[Any], run: Callable[..., Any], adapts: Any = None) -> None:
    """Register `run` to be called in place of each of `functions`.

    Raises `ValueError` if a function other than `adapts` is registered already.
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
    """Raise `NotDifferentiableError`, because nothing is registered for `function`."""
    name = numpy_name(function)
    raise NotDifferentiableError(f"{name} {reason(name)}")


def numpy_name(function: Any) -> str:
    """Return the public name of a NumPy function, or of a method of a universal function.

    >>> import numpy as np
    >>> numpy_name(np.linalg.inv), numpy_name(np.exp), numpy_name((np.add, "reduce"))
    ('np.linalg.inv', 'np.exp', 'np.add.reduce')
    """
    if isinstance(function, tuple):
        ufunc, method = function
        return f"{numpy_name(ufunc)}.{method}"
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


# Functions without a derivative rule -------------------------------------------------------------

_IN_PLACE = "writes into its argument, and the old value of a tensor may be recorded; "
_PUT = _IN_PLACE + (
    "autograd.put(t, index, value) or np.where(mask, value, t) returns a new tensor"
)
_DATES = "works on dates, which have no derivative; pass t.data"
_COUNTS = "has no derivative rule: its counts do not depend smoothly on the points; pass t.data"
_ROUNDING = "has no derivative rule: it works on machine numbers, not on real numbers; pass t.data"

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
"""Reason for each function; it begins with the verb that follows the name."""

METHODS: dict[str, str] = {
    "at": _IN_PLACE
    + "np.bincount(index, weights) or autograd.put(t, index, value) returns a new one",
    "reduceat": "has no derivative rule; sum slices, or take np.cumsum and differences of it",
}
"""Reason for each method of universal functions."""


def reason(function: str) -> str:
    """Return why a function, or a method of a universal function, has no derivative, and the cure.

    >>> reason("np.isnat")
    'works on dates, which have no derivative; pass t.data'
    """
    method = function.rpartition(".")[2]
    return (
        UNSUPPORTED.get(function)
        or METHODS.get(method)
        or "has no derivative rule; pass t.data if no gradient shall flow through it, "
        "otherwise declare a rule with autograd.primitive"
    )
