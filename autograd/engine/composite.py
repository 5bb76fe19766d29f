"""Composites: functions made of other operations, which need no derivative rule."""

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from autograd.engine.dispatch import numpy_name, register
from autograd.engine.operation import positional_names, supported
from autograd.engine.shape_errors import reraise

Run = Callable[..., Any]


def composite(
    *functions: Any, differentiable: bool = True, adapts: Any = None
) -> Callable[[Run], Run]:
    """Decorate a function that computes NumPy `functions` of tensors by other operations.

    A pair such as `(np.add, "reduce")` stands for a method of a universal function. A composite
    whose results never require gradients, such as indices or dtypes, is declared with
    `differentiable=False`. A composite that extends the operation `adapts` to the whole signature
    of NumPy's function replaces it in the dispatch.

    Raises `ValueError` where a NumPy function has a rule already that is not `adapts`.

    >>> import numpy as np
    >>> @composite()
    ... def distance(x, y):
    ...     return np.linalg.norm(x - y)
    """

    def decorate(run: Run) -> Run:
        vars(run)["differentiable"] = differentiable
        for function in functions:
            register([function], _guarded(run, function), adapts)
        return run

    return decorate


def _guarded(run: Run, function: Any) -> Run:
    """Return `run` with checks of its keywords and of `out=`; its errors name `function`.

    Arguments that `run` passes on are checked by the operations that receive them.
    """

    @wraps(run)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        names, out, taken = _signature(run, function)
        if out is not None and len(args) > out:
            kwargs.update(zip(names[out:], args[out:], strict=False))
            args = args[:out]
        if taken is not None:
            kwargs = supported(numpy_name(function), kwargs, taken)
        try:
            return run(*args, **kwargs)
        except ValueError as error:
            operands = [x for x in (*args, *kwargs.values()) if hasattr(x, "shape")]
            reraise(numpy_name(function), operands, error)

    return guarded


@cache
def _signature(run: Run, function: Any) -> tuple[list[str], int | None, frozenset[str] | None]:
    """Return the names of the arguments, the position of `out`, and the accepted keywords."""
    parameters = inspect.signature(run).parameters.values()
    kinds = {p.kind for p in parameters}
    # In some NumPy versions functions written in C have no signature.
    names = positional_names(function) or positional_names(run)
    sees_all = inspect.Parameter.VAR_POSITIONAL in kinds
    out = names.index("out") if "out" in names and not sees_all else None
    hands_on = inspect.Parameter.VAR_KEYWORD in kinds
    return names, out, None if hands_on else frozenset(p.name for p in parameters)
