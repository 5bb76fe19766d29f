"""NumPy's dispatch: what runs in place of a NumPy function that is called with a tensor.

NumPy asks the tensors among the arguments, by `__array_ufunc__` (NEP 13) for universal functions
and by `__array_function__` (NEP 18) for the others; the answer is in this registry.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from autograd.errors import NotDifferentiableError
from autograd.unsupported import reason

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
