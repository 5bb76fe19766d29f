"""The declarers: an operation is a NumPy callable plus its derivative, said once.

By what is mathematically true of it, an operation is declared `elementwise`, `linear`, `bilinear`,
`constant`, or, for the rest, as a `primitive` with explicit rules for both modes. From the
declaration comes everything else: recording, NumPy dispatch, reverse mode (`vjps`), forward mode
(`jvps`), higher derivatives, the formula in explanations and the tests.

A rule is ordinary NumPy code. It is called with the gradient or tangent, then the output, then the
operands, then the static parameters by keyword:

    vjp(cotangent, output, *operands, **params)  ->  cotangent of one operand
    jvp(tangent, output, *operands, **params)    ->  tangent of the output

Run on arrays it computes; run on tensors it records itself, which is all there is to higher
derivatives; and the record of a rule run on named tensors is the formula a person would write.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.engine.composite import composite
from autograd.engine.dispatch import register
from autograd.engine.dtypes import as_value
from autograd.engine.facts import NO_FACTS, Facts
from autograd.engine.operation import Rule, Slope, static_names
from autograd.engine.record import Primitive
from autograd.engine.shapes import unbroadcast
from autograd.errors import ShapeError

__all__ = ["Primitive", "bilinear", "composite", "constant", "elementwise", "linear", "primitive"]


def _register(op: Primitive, also: Sequence[Any]) -> Primitive:
    """Register `op` with NumPy's dispatch, for its function and for others of the same meaning.

    Raises `ValueError` where a NumPy function has a rule already.
    """
    dispatched = [
        function
        for function in (op.function, *also)
        if isinstance(function, np.ufunc) or hasattr(function, "_implementation")
    ]
    register(dispatched, op)
    return op


# The declarers -----------------------------------------------------------------------------------


def elementwise(
    function: Callable[..., Any],
    *slopes: Slope,
    vjp: Sequence[Rule | None] = (),
    impl: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
    facts: Facts = NO_FACTS,
) -> Primitive:
    """Declare an operation that works entry by entry, by one slope (local derivative) per operand.

    A slope is NumPy code of the output and the operands, `lambda y, x: ...`, or a number; 1 and -1
    cost no multiplication, and 0 marks an operand that has no influence, such as a mask. `vjp`
    gives rules for gradient times slope where multiplying wastes a pass or would make
    NaN of 0 * inf; the tests hold them to the slopes. A diagonal Jacobian is its own transpose, so
    they are the rules of forward mode too. `impl` is a quicker way to compute on positional arrays.

    >>> from autograd import Tensor
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
        [_unbroadcasting(k, rule) for k, rule in enumerate(rules)] if arity > 1 else rules,
        rules,
        slopes=slopes,
        impl=impl,
        name=name,
        raw_vjps=tuple(None if rule is _unchanged else rule for rule in rules) if unrolled else (),
        facts=facts,
    )
    return _register(op, also)


def _times(slope: Slope, unrolled: bool) -> Rule:
    """Return the rule that multiplies a gradient or tangent by `slope`.

    Operations on two operands without static parameters are `unrolled`: passing `*xs` on would
    cost more than the arithmetic on scalars.
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
        # Zero also where the gradient is infinite, as below a logarithm of 0.
        return lambda g, y, *xs, **params: np.zeros_like(g)
    return lambda g, y, *xs, **params: g * slope


def _unchanged(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
    """Return `g`: the rule of a slope of 1."""
    return g


def _unbroadcasting(k: int, rule: Rule) -> Rule:
    """Return `rule` with a sum over the axes along which operand `k` was broadcast."""

    @wraps(rule)
    def vjp(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
        c = rule(g, y, *xs, **params)
        shape = xs[k].shape
        return c if c.shape == shape else unbroadcast(c, shape)

    return vjp


def _checked(k: int, rule: Rule) -> Rule:
    """Return `rule` with a check that the cotangent has the shape of operand `k`."""

    @wraps(rule)
    def vjp(g: Any, y: Any, *xs: Any, **params: Any) -> Any:
        c = rule(g, y, *xs, **params)
        if not hasattr(c, "dtype"):
            c = as_value(c)
        if c.shape != xs[k].shape:
            raise ShapeError(
                f"a reverse-mode rule gave a cotangent of shape {c.shape} for operand {k + 1}, "
                f"whose shape is {xs[k].shape}"
            )
        return c

    return vjp


def linear(
    function: Callable[..., Any],
    transpose: Rule,
    *,
    impl: Callable[..., Any] | None = None,
    name: str | None = None,
    parameters: Sequence[str] | None = None,
    variadic: bool = False,
    also: Sequence[Any] = (),
    facts: Facts = NO_FACTS,
) -> Primitive:
    """Declare an operation that is linear in its one operand (or in all of a variadic one's).

    Forward mode is the operation itself; `transpose(g, y, x, **params)` is reverse mode. With
    `variadic`, NumPy takes the operands as a sequence, and the rule is
    `transpose(k, g, y, *xs, **params)` for operand `k`.

    >>> from autograd import Tensor
    >>> double = linear(lambda x: 2 * x, lambda g, y, x: 2 * g, name="double")
    >>> double(Tensor(2.0))
    Tensor(4.0)
    """

    def jvp_variadic(k: int, t: Any, y: Any, *xs: Any, **params: Any) -> Any:
        return op([t if i == k else np.zeros_like(x) for i, x in enumerate(xs)], **params)

    def jvp(t: Any, y: Any, x: Any, **params: Any) -> Any:
        return op.apply((t,), params)

    op = Primitive(
        function,
        "linear",
        [transpose],
        [jvp_variadic if variadic else jvp],
        impl=impl,
        name=name,
        parameters=parameters,
        variadic=variadic,
        facts=facts,
    )
    return _register(op, also)


def bilinear(
    function: Callable[..., Any],
    *,
    left: Rule,
    right: Rule,
    impl: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
    facts: Facts = NO_FACTS,
) -> Primitive:
    """Declare an operation that is linear in each of two operands, such as a product.

    Forward mode is the operation itself, argument by argument; `left` and `right` are the reverse
    rules of the operands. Axes along which an operand was broadcast are summed for them.

    >>> from autograd import Tensor
    >>> scale = bilinear(lambda a, b: a * b, left=lambda g, y, a, b: g * b,
    ...                  right=lambda g, y, a, b: g * a, name="scale")
    >>> scale(Tensor(2.0), 3.0)
    Tensor(6.0)
    """
    jvps = [
        lambda t, y, a, b, **params: op.apply((t, b), params),
        lambda t, y, a, b, **params: op.apply((a, t), params),
    ]
    op: Primitive = Primitive(
        function,
        "bilinear",
        [_unbroadcasting(k, rule) for k, rule in enumerate((left, right))],
        jvps,
        impl=impl,
        name=name,
        raw_vjps=() if static_names((left, right), 4) else (left, right),
        facts=facts,
    )
    return _register(op, also)


def constant(
    function: Callable[..., Any],
    *,
    arity: int = 1,
    impl: Callable[..., Any] | None = None,
    name: str | None = None,
    also: Sequence[Any] = (),
    facts: Facts = NO_FACTS,
) -> Primitive:
    """Declare an operation whose result does not move with its operands: comparisons, argmax.

    It is recorded, and its results require no gradients.

    >>> from autograd import Tensor
    >>> is_positive = constant(lambda x: x > 0, name="is_positive")
    >>> is_positive(Tensor(2.0, requires_grad=True)).requires_grad
    False
    """
    rules = [None] * arity
    op = Primitive(
        function, "constant", rules, rules, impl=impl, name=name, differentiable=False, facts=facts
    )
    return _register(op, also)


def primitive(
    function: Callable[..., Any],
    *,
    vjp: Sequence[Rule | None] | Rule,
    jvp: Sequence[Rule | None] | Rule | None = None,
    impl: Callable[..., Any] | None = None,
    name: str | None = None,
    parameters: Sequence[str] | None = None,
    also: Sequence[Any] = (),
    facts: Facts = NO_FACTS,
) -> Primitive:
    """Declare an operation by explicit rules for both modes, one per array operand.

    `vjp[k](g, y, *xs, **params)` is the cotangent of operand `k`, given `g`, that of the output
    `y`; `jvp[k](t, y, *xs, **params)` the output's tangent, given operand `k`'s. A single rule may
    stand without a list. Rules are NumPy code; static parameters are keywords with defaults.
    Without `jvp`, forward mode raises `NotDifferentiableError`. `facts` tells what else is true, so
    that batches, compiled programs and threads need not take the function for a black box.

    >>> from autograd import Tensor
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
    vjps = [vjp] if callable(vjp) else list(vjp)
    jvps = [jvp] if callable(jvp) else list(jvp or [None] * len(vjps))
    op = Primitive(
        function,
        "primitive",
        [rule and _checked(k, rule) for k, rule in enumerate(vjps)],
        jvps,
        impl=impl,
        name=name,
        parameters=parameters,
        facts=facts,
    )
    return _register(op, also)
