"""The declarers: an operation is a NumPy callable plus its derivative, said once.

By what is mathematically true of it, an operation is declared `elementwise`, `linear`, `bilinear`,
`constant`, or, for the rest, as a `primitive` with explicit rules for both modes. From the
declaration comes everything else: recording, NumPy dispatch, reverse mode (`pulls`), forward mode
(`pushes`), higher derivatives, the formula in explanations and the tests.

A rule is ordinary NumPy code. It is called with the gradient or tangent, then the output, then the
operands, then the static parameters by keyword:

    pull(cotangent, output, *operands, **params)  ->  cotangent of one operand
    push(tangent, output, *operands, **params)    ->  tangent of the output

Run on arrays it computes; run on tensors it records itself, which is all there is to higher
derivatives; and the record of a rule run on named tensors is the formula a person would write.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial, wraps
from typing import Any

import numpy as np

from autograd import tensor
from autograd.arguments import positional_names, static_names, supported
from autograd.composite import composite
from autograd.dispatch import enter
from autograd.dtypes import as_value
from autograd.errors import NotDifferentiableError, ShapeError
from autograd.modes import mode
from autograd.shape_errors import reraise
from autograd.shapes import unbroadcast
from autograd.tensor import Tensor, unrecorded

__all__ = ["Primitive", "bilinear", "composite", "constant", "elementwise", "linear", "primitive"]

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


def _register(op: Primitive, also: Sequence[Any]) -> Primitive:
    """Enter `op` into NumPy's dispatch, under its function and any others that mean the same.

    Raises `ValueError` where a NumPy function has a rule already.
    """
    dispatched = [
        function
        for function in (op.function, *also)
        if isinstance(function, np.ufunc) or hasattr(function, "_implementation")
    ]
    enter(dispatched, op)
    return op


# The declarers -----------------------------------------------------------------------------------


def elementwise(
    function: Callable[..., Any],
    *slopes: Slope,
    vjp: Sequence[Rule | None] = (),
    fast: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
) -> Primitive:
    """Declare an operation that works entry by entry, by one slope (local derivative) per operand.

    A slope is NumPy code of the output and the operands, `lambda y, x: ...`, or a number; 1 and -1
    cost no multiplication, and 0 marks an operand that has no influence, such as a mask. `vjp`
    gives rules of its own, of gradient times slope, where multiplying wastes a pass or would make
    NaN of 0 * inf; the tests hold them to the slopes. A diagonal Jacobian is its own transpose, so
    they are the rules of forward mode too. `fast` is a quicker way to compute on positional arrays.

    >>> cube = elementwise(lambda x: x * x * x, lambda y, x: 3 * x * x, name="cube")
    >>> x = Tensor(2.0, requires_grad=True)
    >>> cube(x).backward()
    >>> x.grad
    np.float64(12.0)
    """
    arity = len(slopes)
    tuned = tuple(vjp) or (None,) * arity
    unrolled = arity == 2 and not static_names(filter(callable, slopes), 3)
    rules = [rule or _times(slope, unrolled) for rule, slope in zip(tuned, slopes, strict=True)]
    op = Primitive(
        function,
        "elementwise",
        [_fitted(k, rule) for k, rule in enumerate(rules)] if arity > 1 else rules,
        rules,
        slopes=slopes,
        compute=fast,
        name=name,
        bare=tuple(None if rule is _unchanged else rule for rule in rules) if unrolled else (),
    )
    return _register(op, also)


def _times(slope: Slope, unrolled: bool) -> Rule:
    """The rule that multiplies a gradient or tangent by `slope`.

    Operations on two operands without static parameters are `unrolled`: to pass `*xs` on costs
    more than the arithmetic on scalars.
    """
    if callable(slope):
        if unrolled:
            return lambda g, y, a, b: g * slope(y, a, b)
        return lambda g, y, *xs, **params: g * slope(y, *xs, **params)
    if slope == 1:
        return _unchanged
    if slope == -1:
        return (lambda g, y, a, b: -g) if unrolled else lambda g, y, *xs, **params: -g
    if slope == 0:
        # Zeros also where the gradient is infinite, as below a logarithm of 0.
        return lambda g, y, *xs, **params: np.zeros_like(g)
    return lambda g, y, *xs, **params: g * slope


def _unchanged(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
    """The rule of a slope of 1."""
    return g


def _fitted(k: int, rule: Rule) -> Rule:
    """`rule`, with the axes summed along which operand `k` was broadcast."""

    @wraps(rule)
    def pull(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
        c = rule(g, y, *xs, **params)
        shape = xs[k].shape
        return c if c.shape == shape else unbroadcast(c, shape)

    return pull


def _checked(k: int, rule: Rule) -> Rule:
    """`rule`, whose author is told if the cotangent has not the shape of operand `k`."""

    @wraps(rule)
    def pull(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
        c = rule(g, y, *xs, **params)
        if not hasattr(c, "dtype"):
            c = as_value(c)
        if c.shape != xs[k].shape:
            raise ShapeError(
                f"a reverse-mode rule gave a cotangent of shape {c.shape} for operand {k + 1}, "
                f"whose shape is {xs[k].shape}"
            )
        return c

    return pull


def linear(
    function: Callable[..., Any],
    transpose: Rule,
    *,
    fast: Callable[..., Any] | None = None,
    name: str | None = None,
    parameters: Sequence[str] | None = None,
    variadic: bool = False,
    also: Sequence[Any] = (),
) -> Primitive:
    """Declare an operation that is linear in its one operand (or in all of a variadic one's).

    Forward mode is the operation itself; `transpose(g, y, x, **params)` is reverse mode. With
    `variadic`, NumPy takes the operands as a sequence, and the rule is
    `transpose(k, g, y, *xs, **params)` for operand `k`.

    >>> double = linear(lambda x: 2 * x, lambda g, y, x: 2 * g, name="double")
    >>> double(Tensor(2.0))
    Tensor(4.0)
    """

    def push_variadic(k: int, t: Any, y: Any, *xs: Any, **params: Any) -> Any:
        return op([t if i == k else np.zeros_like(x) for i, x in enumerate(xs)], **params)

    def push(t: Any, y: Any, x: Any, **params: Any) -> Any:
        return op.apply((t,), params)

    op = Primitive(
        function,
        "linear",
        [transpose],
        [push_variadic if variadic else push],
        compute=fast,
        name=name,
        parameters=parameters,
        variadic=variadic,
    )
    return _register(op, also)


def bilinear(
    function: Callable[..., Any],
    *,
    left: Rule,
    right: Rule,
    fast: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
) -> Primitive:
    """Declare an operation that is linear in each of two operands, such as a product.

    Forward mode is the operation itself, argument by argument; `left` and `right` are the reverse
    rules of the operands. Axes along which an operand was broadcast are summed for them.

    >>> scale = bilinear(lambda a, b: a * b, left=lambda g, y, a, b: g * b,
    ...                  right=lambda g, y, a, b: g * a, name="scale")
    >>> scale(Tensor(2.0), 3.0)
    Tensor(6.0)
    """
    pushes = [
        lambda t, y, a, b, **params: op.apply((t, b), params),
        lambda t, y, a, b, **params: op.apply((a, t), params),
    ]
    op: Primitive = Primitive(
        function,
        "bilinear",
        [_fitted(k, rule) for k, rule in enumerate((left, right))],
        pushes,
        compute=fast,
        name=name,
        bare=() if static_names((left, right), 4) else (left, right),
    )
    return _register(op, also)


def constant(
    function: Callable[..., Any],
    *,
    arity: int = 1,
    fast: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
) -> Primitive:
    """Declare an operation whose result does not move with its operands: comparisons, argmax.

    It is recorded, and its results require no gradients.

    >>> is_positive = constant(lambda x: x > 0, name="is_positive")
    >>> is_positive(Tensor(2.0, requires_grad=True)).requires_grad
    False
    """
    rules = [None] * arity
    op = Primitive(
        function, "constant", rules, rules, compute=fast, name=name, differentiable=False
    )
    return _register(op, also)


def primitive(
    function: Callable[..., Any],
    *,
    vjp: Sequence[Rule | None] | Rule,
    jvp: Sequence[Rule | None] | Rule | None = None,
    fast: Callable[..., Any] | None = None,
    name: str | None = None,
    parameters: Sequence[str] | None = None,
    also: Sequence[Any] = (),
) -> Primitive:
    """Declare an operation by explicit rules for both modes, one per array operand.

    `vjp[k](g, y, *xs, **params)` is the cotangent of operand `k`, given `g`, that of the output
    `y`; `jvp[k](t, y, *xs, **params)` the output's tangent, given operand `k`'s. A single rule may
    stand without a list. Rules are NumPy code; static parameters are keywords with defaults.
    Without `jvp`, forward mode raises `NotDifferentiableError`.

    >>> square_sum = primitive(
    ...     lambda x: np.sum(x * x),
    ...     vjp=lambda g, y, x: g * 2 * x,
    ...     jvp=lambda t, y, x: np.sum(2 * x * t),
    ...     name="square_sum",
    ... )
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> square_sum(x).backward()
    >>> x.grad
    array([2., 4.])
    """
    pulls = [vjp] if callable(vjp) else list(vjp)
    pushes = [jvp] if callable(jvp) else list(jvp or [None] * len(pulls))
    op = Primitive(
        function,
        "primitive",
        [rule and _checked(k, rule) for k, rule in enumerate(pulls)],
        pushes,
        compute=fast,
        name=name,
        parameters=parameters,
    )
    return _register(op, also)
