"""An operation: a NumPy callable with its derivative rules for both modes."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any

from autograd.errors import NotDifferentiableError

Rule = Callable[..., Any]
Slope = Rule | float
"""A local derivative: NumPy code of (output, *operands), or a number."""


class Operation(ABC):
    """A NumPy callable and its derivative rules.

    `pulls` and `pushes` hold one rule for each operand; for a variadic operation, whose operands
    NumPy takes as one sequence, they hold a single rule that is told the operand's position first.
    `bare` holds the reverse rules of an operation on two operands without static parameters, `None`
    for a slope of 1, before the axes are summed along which an operand was broadcast: the sweep
    does that itself there.
    `add_to(total, g, *others, **params)` adds the first operand's cotangent to an array in place,
    for an operation whose reverse rule would make a new array of mostly zeros.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        kind: str,
        pulls: Sequence[Rule | None],
        pushes: Sequence[Rule | None],
        *,
        slopes: Sequence[Slope] = (),
        compute: Callable[..., Any] | None = None,
        name: str | None = None,
        parameters: Sequence[str] | None = None,
        variadic: bool = False,
        differentiable: bool = True,
        bare: tuple[Rule | None, ...] = (),
        add_to: Callable[..., None] | None = None,
    ) -> None:
        self.function = function
        self.compute = compute or function
        self.kind = kind
        self.differentiable = differentiable
        self.name = name or function.__name__.lstrip("_")
        self.pulls = tuple(r or self._missing(k, "reverse") for k, r in enumerate(pulls))
        self.pushes = tuple(r or self._missing(k, "forward") for k, r in enumerate(pushes))
        self.bare, self.add_to = bare, add_to
        self.slopes = tuple(slopes)
        self.variadic = variadic
        self.arity = 1 if variadic else len(self.pulls)
        self._parameters = parameters
        self.__doc__ = function.__doc__
        self.__name__ = self.name

    def __repr__(self) -> str:
        return f"<{self.kind} operation {self.name}>"

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, and record if an operand is a recorded tensor; see `record.Primitive`."""

    @abstractmethod
    def apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute and record, with the arguments in the rules' own form."""

    def pull(self, k: int) -> Rule:
        """The reverse-mode rule for operand `k`."""
        return partial(self.pulls[0], k) if self.variadic else self.pulls[k]

    def push(self, k: int) -> Rule:
        """The forward-mode rule for operand `k`."""
        return partial(self.pushes[0], k) if self.variadic else self.pushes[k]

    def _missing(self, k: int, mode: str) -> Rule:
        """Stands for a rule that was not declared."""

        def rule(*_: Any, **__: Any) -> Any:
            raise NotDifferentiableError(
                f"{self.name} has no {mode}-mode derivative rule for its operand {k + 1}; declare "
                f"one with {'vjp' if mode == 'reverse' else 'jvp'}=, or differentiate in the other "
                "mode"
            )

        return rule

    # Found out when they are first asked for: it takes longer than all the rest of a declaration.

    @cached_property
    def operand_names(self) -> list[str]:
        """The names of the operands in the signature of the function."""
        return positional_names(self.function)[: self.arity]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the static parameters, in the order of NumPy's positional ones."""
        if self._parameters is not None:
            return tuple(self._parameters)
        return tuple(positional_names(self.function)[self.arity :])

    @cached_property
    def supported(self) -> frozenset[str]:
        """The keywords that the rules know."""
        if not self.differentiable:
            return frozenset(self.parameters)
        rules = (*self.pulls, *self.pushes)
        slopes = [slope for slope in self.slopes if callable(slope)]
        return static_names(rules, 2 + self.arity) | static_names(slopes, 1 + self.arity)

    def _bind(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arrays become positional and static parameters keywords, whatever NumPy allows."""
        kwargs = dict(kwargs)
        by_name = [n for n in self.operand_names[len(args) :] if n in kwargs]
        args = (*args, *(kwargs.pop(n) for n in by_name))
        operands, static = args[: self.arity], args[self.arity :]
        if len(operands) < self.arity or len(static) > len(self.parameters):
            raise TypeError(
                f"{self.name} takes {self.arity} operand(s) and then {list(self.parameters)}, "
                f"got {len(args)} positional argument(s)"
            )
        for parameter, value in zip(self.parameters, static, strict=False):
            if parameter in kwargs:
                raise TypeError(f"{self.name} got two values for {parameter!r}")
            kwargs[parameter] = value
        return operands, kwargs


# The arguments of an operation ------------------------------------------------------------------


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
