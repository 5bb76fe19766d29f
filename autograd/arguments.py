"""The arguments of an operation: their names, and which keywords its rules know."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from autograd.errors import NotDifferentiableError


def positional_names(function: Any) -> list[str]:
    """The names of a function's arguments, where Python can tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    skipped = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.kind not in skipped]


def static_names(rules: Iterable[Callable[..., Any]], leading: int) -> frozenset[str]:
    """The static parameters of rules: what their signatures have after the operands."""
    return frozenset(
        name
        for rule in rules
        for i, (name, p) in enumerate(inspect.signature(rule).parameters.items())
        if p.kind is p.KEYWORD_ONLY or (p.kind is p.POSITIONAL_OR_KEYWORD and i >= leading)
    )


def supported(name: str, kwargs: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Refuse what the rules do not know, at the call and not in a later backward pass."""
    if kwargs.get("out") is not None:
        raise TypeError(
            f"{name} cannot write a tensor into out=: its old value may be recorded; "
            "use the result that the function returns"
        )
    unknown = [k for k, v in kwargs.items() if k not in known and v is not None]
    if unknown:
        raise NotDifferentiableError(
            f"{name} with {unknown[0]}= has no derivative rule; "
            f"keywords it supports: {', '.join(sorted(known)) or 'none'}"
        )
    return {k: v for k, v in kwargs.items() if k in known}
