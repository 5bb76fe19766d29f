"""An operation: a NumPy callable with its derivative rules for both modes."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any, Self

import numpy as np

from autograd.engine.axes import Axes, Elementwise
from autograd.engine.facts import NO_FACTS, Facts
from autograd.engine.masked import is_masked, refuse_masked
from autograd.errors import NotDifferentiableError

Rule = Callable[..., Any]
Slope = Rule | float
"""A local derivative: NumPy code of (output, *operands), or a number."""


class _Signature:
    """The signature of an operation, that of its function; read when it is first asked for.

    Reading those of NumPy's functions takes longer than the rest of their declarations.
    """

    def __get__(self, op: "Operation | None", owner: type) -> inspect.Signature | None:
        # A property would answer for the class too, whose signature is that of its `__init__`.
        if op is None:
            return None
        try:
            found = inspect.signature(op.function)
        except ValueError:  # Some NumPy versions tell no signature of functions written in C.
            found = inspect.signature(op.__call__)
        vars(op)["__signature__"] = found
        return found


class Operation(ABC):
    """A NumPy callable, its derivative rules, and further facts about it.

    * `function`: the NumPy callable; `impl` computes the same, faster, on positional arrays.
    * `vjps`, `jvps`: one reverse-mode and one forward-mode rule for each operand. A variadic
      operation, whose operands NumPy takes as one sequence, has a single rule, which gets the
      position of the operand as its first argument.
    * `raw_vjps`: for an operation on two operands without static parameters, the reverse-mode
      rules without un-broadcasting, which the sweep does itself; `None` is a slope of 1.
    * `slopes`: the local derivatives of an elementwise operation.
    * `add_to(total, g, *others, **params)` adds the cotangent of the first operand to an array in
      place, for an operation whose reverse-mode rule would make a new array of mostly zeros.
    * `facts`: notation, axes and whatever else interpreters of the record need; see `facts.Facts`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        kind: str,
        vjps: Sequence[Rule | None],
        jvps: Sequence[Rule | None],
        *,
        slopes: Sequence[Slope] = (),
        impl: Callable[..., Any] | None = None,
        name: str | None = None,
        parameters: Sequence[str] | None = None,
        variadic: bool = False,
        differentiable: bool = True,
        raw_vjps: tuple[Rule | None, ...] = (),
        add_to: Callable[..., None] | None = None,
        facts: Facts = NO_FACTS,
    ) -> None:
        self.function = function
        self.impl = impl or function
        self.kind = kind
        self.differentiable = differentiable
        self.name = name or function.__name__.lstrip("_")
        self.vjps = tuple(r or self._missing(k, "reverse") for k, r in enumerate(vjps))
        self.jvps = tuple(r or self._missing(k, "forward") for k, r in enumerate(jvps))
        self.raw_vjps, self.add_to = raw_vjps, add_to
        self.slopes = tuple(slopes)
        self.facts = facts
        self.has_unsure_shape = facts.shape_from_values is not False
        self.variadic = variadic
        self.arity = 1 if variadic else len(self.vjps)
        self._parameters = parameters
        self.__doc__ = function.__doc__
        self.__name__ = self.name
        # The module that `help` names.
        self.__module__ = getattr(function, "__module__", None) or "numpy"

    __signature__ = _Signature()

    def __get__(self, instance: object, owner: type | None = None) -> Self:
        """Return the operation itself: in the body of a class it does not bind to instances.

        An object with this method is a routine to `inspect`, so `help` shows its signature.
        """
        return self

    def __repr__(self) -> str:
        return f"<{self.kind} operation {self.name}>"

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, and record if an operand is a recorded tensor; see `record.Primitive`."""

    @abstractmethod
    def apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute and record, with the arguments in the rules' own form."""

    def vjp(self, k: int) -> Rule:
        """Return the reverse-mode rule for operand `k`."""
        return partial(self.vjps[0], k) if self.variadic else self.vjps[k]

    def jvp(self, k: int) -> Rule:
        """Return the forward-mode rule for operand `k`."""
        return partial(self.jvps[0], k) if self.variadic else self.jvps[k]

    def _missing(self, k: int, mode: str) -> Rule:
        """Return a rule that raises, in place of one that was not declared."""

        def rule(*_: Any, **__: Any) -> Any:
            raise NotDifferentiableError(
                f"{self.name} has no {mode}-mode derivative rule for its operand {k + 1}; declare "
                f"one with {'vjp' if mode == 'reverse' else 'jvp'}=, or differentiate in the other "
                "mode"
            )

        return rule

    # Computed on first use: reading signatures takes longer than the rest of a declaration.

    @cached_property
    def axes(self) -> Axes | None:
        """The axes that it works along; operations that work entry by entry need not declare them.

        Those are the elementwise ones and NumPy's universal functions without a signature.
        """
        if self.facts.axes is not None:
            return self.facts.axes
        is_ufunc = isinstance(self.function, np.ufunc) and self.function.signature is None
        return Elementwise() if self.kind == "elementwise" or is_ufunc else None

    @cached_property
    def operand_names(self) -> list[str]:
        """Names of the operands in the signature of the function."""
        return positional_names(self.function)[: self.arity]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the static parameters, in the order of NumPy's positional arguments."""
        if self._parameters is not None:
            return tuple(self._parameters)
        return tuple(positional_names(self.function)[self.arity :])

    @cached_property
    def supported(self) -> frozenset[str]:
        """Keywords that the rules know."""
        if not self.differentiable:
            return frozenset(self.parameters)
        rules = (*self.vjps, *self.jvps)
        slopes = [slope for slope in self.slopes if callable(slope)]
        return static_names(rules, 2 + self.arity) | static_names(slopes, 1 + self.arity)

    def _bind(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return operands as positional arguments and static parameters as keywords."""
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
    """Return the names of a function's arguments; none where Python cannot tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    skipped = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.kind not in skipped]


def static_names(rules: Iterable[Callable[..., Any]], leading: int) -> frozenset[str]:
    """Return the static parameters of rules: the arguments after the operands."""
    return frozenset(
        name
        for rule in rules
        for i, (name, p) in enumerate(inspect.signature(rule).parameters.items())
        if p.kind is p.KEYWORD_ONLY or (p.kind is p.POSITIONAL_OR_KEYWORD and i >= leading)
    )


def supported(name: str, kwargs: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return the keywords that are `known`; refuse others now, not in a later backward pass."""
    if kwargs.get("out") is not None:
        raise TypeError(
            f"{name} cannot write a tensor into out=: its old value may be recorded; "
            "use the result that the function returns"
        )
    if any(is_masked(type(v)) for v in kwargs.values()):
        refuse_masked(name)
    unknown = [k for k, v in kwargs.items() if k not in known and v is not None]
    if unknown:
        raise NotDifferentiableError(
            f"{name} with {unknown[0]}= has no derivative rule; "
            f"keywords it supports: {', '.join(sorted(known)) or 'none'}"
        )
    return {k: v for k, v in kwargs.items() if k in known}
