"""Operations that other operations make up: they need no rule, for what they call is recorded."""

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from autograd.engine.dispatch import enter, numpy_name
from autograd.engine.operation import positional_names, supported
from autograd.engine.shape_errors import reraise

Run = Callable[..., Any]


def composite(
    *functions: Any, differentiable: bool = True, adapts: Any = None
) -> Callable[[Run], Run]:
    """Decorate a function that does with tensors what NumPy `functions` do, by other operations.

    A pair such as `(np.add, "reduce")` means a method of a universal function. A composite whose
    results never require gradients, as they are indices or dtypes, is declared with
    `differentiable=False`. One that gives the operation `adapts` the whole of NumPy's signature
    takes that operation's place.

    Raises `ValueError` where a NumPy function has a rule already that is not `adapts`.

    >>> import numpy as np
    >>> @composite()
    ... def distance(x, y):
    ...     return np.linalg.norm(x - y)
    """

    def register(run: Run) -> Run:
        vars(run)["differentiable"] = differentiable
        for function in functions:
            enter([function], _guarded(run, function), adapts)
        return run

    return register


def _guarded(run: Run, function: Any) -> Run:
    """`run`, which refuses what it does not know, and `out=` also where it has no name.

    What `run` hands on, those refuse to which it hands it. Its errors name `function`.
    """

    @wraps(run)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        names, out, taken = _known(run, function)
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
def _known(run: Run, function: Any) -> tuple[list[str], int | None, frozenset[str] | None]:
    """The names of the arguments, the place of `out=`, and the keywords that are taken."""
    parameters = inspect.signature(run).parameters.values()
    kinds = {p.kind for p in parameters}
    # Some NumPy versions tell no signature of functions written in C.
    names = positional_names(function) or positional_names(run)
    sees_all = inspect.Parameter.VAR_POSITIONAL in kinds
    out = names.index("out") if "out" in names and not sees_all else None
    hands_on = inspect.Parameter.VAR_KEYWORD in kinds
    return names, out, None if hands_on else frozenset(p.name for p in parameters)
