"""Transforms inside transforms: closures, and derivatives of any order."""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import grad, jvp, vjp
from tests.derivatives import (
    MODES,
    Derivative,
    derivative_by_grad,
    derivative_by_jvp,
    derivative_by_vjp,
    each_mode,
    each_pair,
)


@each_pair
def test_perturbations_are_not_confused(outer: Derivative, inner: Derivative) -> None:
    """d/dx (x d/dy (x + y)) = 1; confused, the derivative of `x + y` would count x too: 2."""
    assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 1.0) == 1


@each_pair
def test_a_closure_loses_no_gradient(outer: Derivative, inner: Derivative) -> None:
    """d/dx d/dy (x^2 y^3) at y = 2 is 2x * 12, though y comes in as a plain number."""
    assert outer(lambda x: inner(lambda y: x**2 * y**3, 2.0), 3.0) == pytest.approx(72)


@each_pair
def test_the_same_variable_inside_and_outside(outer: Derivative, inner: Derivative) -> None:
    """d/dx (x d/dy (x y^2) at y = x) = d/dx 2x^3."""
    assert outer(lambda x: x * inner(lambda y: x * y * y, x), 2.0) == pytest.approx(24)


@each_pair
def test_a_shadowed_variable(outer: Derivative, inner: Derivative) -> None:
    """The inner function that ignores its argument is a constant to the inner derivative."""
    assert outer(lambda x: inner(lambda y: x * x, 1.0) + x, 3.0) == 1


@each_pair
def test_mixed_derivatives_commute(outer: Derivative, inner: Derivative) -> None:
    def fn(x: Any, y: Any) -> Any:
        return np.sin(x * y) * np.exp(x)

    first = outer(lambda x: inner(lambda y: fn(x, y), 0.7), 0.3)
    second = outer(lambda y: inner(lambda x: fn(x, y), 0.3), 0.7)
    assert first == pytest.approx(second, rel=1e-14)


def cube_of_closures(a: Derivative, b: Derivative, c: Derivative) -> Any:
    return a(lambda x: b(lambda y: c(lambda z: (x * y * z) ** 2, 4.0), 3.0), 2.0)


def test_three_levels_of_closures() -> None:
    """d/dx d/dy d/dz (x y z)^2 = 8 x y z."""
    for a, b, c in itertools.product(MODES, repeat=3):
        assert cube_of_closures(a, b, c) == pytest.approx(8 * 24)


def test_a_pullback_that_leaves_its_transform_keeps_its_graph() -> None:
    """d/dx of the pullback of y -> x y, called outside of the inner function."""

    def outer(x: Any) -> Any:
        _, pullback = vjp(lambda y: x * y, 5.0)
        return pullback(x)

    assert grad(outer)(3.0) == 6
    assert jvp(outer, 3.0, 1.0)[1] == 6


def test_an_outer_value_used_in_an_inner_structure() -> None:
    assert grad(lambda x: grad(lambda p: p["x"] ** 2 * p["y"])({"x": x, "y": 5.0})["x"])(3.0) == 10


DERIVATIVES: dict[str, tuple[Callable[[Any], Any], Callable[[float, int], float]]] = {
    "sin": (np.sin, lambda x, n: math.sin(x + n * math.pi / 2)),
    "exp": (np.exp, lambda x, n: math.exp(x)),
    "x^5": (lambda x: x**5, lambda x, n: math.perm(5, n) * x ** (5 - n) if n <= 5 else 0),
    "1/x": (lambda x: 1 / x, lambda x, n: (-1) ** n * math.factorial(n) / x ** (n + 1)),
    "log": (np.log, lambda x, n: (-1) ** (n - 1) * math.factorial(n - 1) / x**n),
    "sqrt": (
        np.sqrt,
        lambda x, n: math.prod(0.5 - k for k in range(n)) * x ** (0.5 - n),
    ),
    "2^x": (lambda x: 2**x, lambda x, n: math.log(2) ** n * 2**x),
}


@each_mode
@pytest.mark.parametrize("order", range(1, 7))
@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_of_any_order(name: str, order: int, d: Derivative) -> None:
    fn, expected = DERIVATIVES[name]
    for _ in range(order):
        fn = functools.partial(d, fn)
    assert fn(0.7) == pytest.approx(expected(0.7, order), rel=1e-12, abs=1e-12)


@each_mode
def test_derivatives_of_tanh(d: Derivative) -> None:
    """The n-th is a polynomial in t = tanh x: P_0 = t, P_(n+1) = P_n' (1 - t^2)."""
    fn: Callable[[Any], Any] = np.tanh
    polynomial = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(6):
        fn = functools.partial(d, fn)
        polynomial = polynomial.deriv() * np.polynomial.Polynomial([1.0, 0.0, -1.0])
        assert fn(0.7) == pytest.approx(polynomial(math.tanh(0.7)), rel=1e-11)


def test_modes_may_alternate() -> None:
    fn: Callable[[Any], Any] = np.sin
    for d in (derivative_by_grad, derivative_by_jvp, derivative_by_vjp, derivative_by_jvp):
        fn = functools.partial(d, fn)
    assert fn(0.7) == pytest.approx(math.sin(0.7), rel=1e-14)
