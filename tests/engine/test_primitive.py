"""Declaring an operation: what follows from the declaration, and what is refused."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import NotDifferentiableError, ShapeError, Tensor, gradcheck, variables
from autograd.engine.declare import Primitive, bilinear, composite, constant, elementwise, linear
from autograd.engine.tensor import FUNCTIONS

X: Any = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def leaf() -> Any:
    return Tensor(X, requires_grad=True, name="x")


cube = elementwise(lambda x: x**3, lambda y, x: 3 * x**2, name="cube")
hypotenuse = elementwise(
    lambda x, y: (x * x + y * y) ** 0.5,
    lambda z, x, y: x / z,
    lambda z, x, y: y / z,
    name="hypotenuse",
)
scaled = elementwise(
    lambda x, by=2.0: by * np.sin(x), lambda y, x, by=2.0: by * np.cos(x), name="scaled"
)
tuned = elementwise(
    lambda x: 1 / x, lambda y, x: -(y**2), vjp=[lambda g, y, x: -g * y * y], name="tuned"
)
doubled = linear(lambda x: 2 * x, lambda g, y, x: 2 * g, name="doubled")
flipped: Primitive = linear(
    lambda x, axis=0: np.flip(x, axis), lambda g, y, x, axis=0: flipped(g, axis=axis), name="flip"
)
scale = bilinear(
    lambda a, b: a * b, left=lambda g, y, a, b: g * b, right=lambda g, y, a, b: g * a, name="scale"
)
square_sum = autograd.primitive(
    lambda x: np.sum(x * x),
    vjp=lambda g, y, x: g * 2 * x,
    jvp=lambda t, y, x: np.sum(2 * x * t),
    name="square_sum",
)
shifted = autograd.primitive(
    lambda x, s, power=2: (x - s) ** power,
    vjp=[
        lambda g, y, x, s, power=2: g * power * (x - s) ** (power - 1),
        lambda g, y, x, s, power=2: np.sum(-g * power * (x - s) ** (power - 1)),
    ],
    jvp=[
        lambda t, y, x, s, power=2: t * power * (x - s) ** (power - 1),
        lambda t, y, x, s, power=2: -t * power * (x - s) ** (power - 1),
    ],
    name="shifted",
)
sign_of = constant(lambda x: np.sign(x), name="sign_of")


@composite()
def norm_of_difference(x: Any, y: Any) -> Any:
    return np.linalg.norm(x - y)


V = np.array([0.3, 0.7, 1.1])


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (cube, [V]),
        (cube, [np.float64(2)]),
        (hypotenuse, [V, X]),
        (hypotenuse, [X, np.float64(2)]),
        (lambda x: scaled(x, by=3.0), [V]),
        (lambda x: scaled(x, 3.0), [V]),
        (tuned, [V]),
        (doubled, [X]),
        (lambda x: flipped(x, axis=1), [X]),
        (lambda x: flipped(x, 1), [X]),
        (scale, [X, V]),
        (square_sum, [X]),
        (shifted, [X, np.float64(1.5)]),
        (lambda x, s: shifted(x, s, power=3), [X, np.float64(1.5)]),
        (lambda x: x * sign_of(x), [V - 0.5]),
        (norm_of_difference, [V, V[::-1] + 1]),
    ],
)
def test_a_declared_operation_is_differentiated(
    fn: Callable[..., Any], args: Sequence[Any]
) -> None:
    """From the one declaration: both modes, and second order."""
    gradcheck(fn, *args)
    assert type(fn(*args)) is not Tensor


def test_a_wrong_rule_of_a_primitive_is_told_apart() -> None:
    total = autograd.primitive(lambda x: np.sum(x), vjp=lambda g, y, x: g, name="total")
    with pytest.raises(ShapeError, match=r"cotangent of shape \(\) for operand 1.*\(2, 3\)"):
        total(leaf()).backward()


def test_a_primitive_may_return_python_numbers_and_lists() -> None:
    total = autograd.primitive(lambda x: float(np.sum(x)), vjp=lambda g, y, x: [1.0, 1.0])
    x = variables(x=[1, 2])
    y = total(x)
    assert type(y.data) is np.float64
    (y * 2).backward()
    np.testing.assert_array_equal(x.grad, [1, 1])


def test_a_missing_rule_is_missed_when_it_is_needed() -> None:
    one_way = autograd.primitive(
        lambda x, y: x * y, vjp=[lambda g, z, x, y: g * y, None], name="one_way"
    )
    x, y = variables(x=2, y=3)
    one_way(x, 3.0).backward()
    assert x.grad == 3
    with pytest.raises(NotDifferentiableError, match=r"one_way has no reverse-mode .* operand 2"):
        one_way(2.0, y).backward()
    with pytest.raises(NotDifferentiableError, match=r"one_way has no forward-mode .* operand 1"):
        autograd.jvp(one_way, (2.0, 3.0), (1.0, 0.0))


def test_a_numpy_function_can_be_given_a_rule_once() -> None:
    ufunc: Any = np.spacing
    assert ufunc not in FUNCTIONS
    op = elementwise(ufunc, 0)
    try:
        assert FUNCTIONS[ufunc] is op
        result: Any = np.spacing(leaf())
        assert result.op is op
        with pytest.raises(ValueError, match=r"^np\.spacing has a derivative rule already"):
            elementwise(ufunc, 0)
    finally:
        del FUNCTIONS[ufunc]


@pytest.mark.parametrize(
    "declare",
    [
        lambda: elementwise(np.exp, lambda y, x: y),
        lambda: linear(np.reshape, lambda g, y, x, shape: g),
        lambda: bilinear(np.matmul, left=lambda *_: 0, right=lambda *_: 0),
        lambda: constant(np.greater, arity=2),
        lambda: autograd.primitive(np.max, vjp=lambda g, y, x: g),
        lambda: elementwise(lambda x: x, 1, also=[np.exp]),
    ],
)
def test_a_second_rule_for_a_numpy_function_is_refused(declare: Callable[[], Any]) -> None:
    before = dict(FUNCTIONS)
    with pytest.raises(ValueError, match="has a derivative rule already; declare the new rule"):
        declare()
    assert before == FUNCTIONS


def test_a_call_with_too_many_or_too_few_arguments() -> None:
    x = leaf()
    with pytest.raises(TypeError, match=r"scaled takes 1 operand\(s\).*\['by'\], got 3"):
        scaled(x, 1.0, 2.0)
    with pytest.raises(TypeError, match="scaled got two values for 'by'"):
        scaled(x, 1.0, by=2.0)
    with pytest.raises(TypeError, match=r"hypotenuse takes 2 operand\(s\).* got 1"):
        hypotenuse(x)
