"""What an operation is: a NumPy callable, its rules for both modes, and how a call is recorded."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd import tensor
from autograd.arguments import positional_names, static_names, supported
from autograd.dtypes import as_value
from autograd.errors import NotDifferentiableError
from autograd.modes import mode
from autograd.shape_errors import reraise
from autograd.tensor import Tensor, unrecorded

Rule = Callable[..., Any]
Slope = Rule | float
"""A local derivative: NumPy code of (output, *operands), or a number."""
_SEQUENCES = (list, tuple)


class Primitive:
    """A differentiable operation; called like the NumPy function that it records.

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

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, and record if an operand is a recorded tensor."""
        if len(args) != self.arity:
            args, kwargs = self._bind(args, kwargs)
        if kwargs:
            kwargs = supported(self.name, kwargs, self.supported)
        return self.apply(tuple(args[0]) if self.variadic else args, kwargs)

    def apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute on `operands` and record; the arguments are in the rules' own form.

        Constants of the graph (masks, argmax) are recorded too: a replay of the record would
        otherwise freeze them. Without a tensor among the operands the result is a plain value.
        """
        values: list[Any] = []
        plain = True
        tracked = requires_grad = False
        for x in operands:
            if type(x) is Tensor:
                values.append(x._data)
                plain = False
                requires_grad = requires_grad or x._requires_grad
                tracked = tracked or x.op is not None
            elif isinstance(x, _SEQUENCES):
                return self.apply(tuple(map(_as_operand, operands)), params)
            else:
                values.append(x)
        try:
            value = self.compute(*values, **params)
        except ValueError as error:
            reraise(self.name, operands, error)
        if type(value) is np.ndarray:
            value = value if value.ndim else value[()]
        elif not hasattr(value, "dtype"):
            # A function of the user's own may return a Python number or a list.
            value = as_value(value)
        if plain:
            return value
        if not ((tracked or requires_grad) and mode.recording):
            return unrecorded(value, self, operands, params or None)
        requires_grad = requires_grad and self.differentiable
        # By way of its module, where `detect_anomaly` has another one stand in.
        if self.bare:
            return tensor.make(value, self, None, None, requires_grad, *operands)
        return tensor.make(value, self, operands, params or None, requires_grad)

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


def _as_operand(x: Any) -> Any:
    return np.asarray(x) if isinstance(x, _SEQUENCES) else x
