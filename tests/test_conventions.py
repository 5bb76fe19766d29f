"""The conventions at corners, where mathematics leaves a choice or floating point a trap."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, jvp, variables

INF, NAN = np.inf, np.nan


def slope(fn: Callable[[Any], Any], at: Any) -> Any:
    """Return the derivative at a number, or of the sum of results at an array, in both modes."""
    reverse = grad(lambda x: np.sum(fn(x)))(at)
    for index in np.ndindex(np.shape(at)):
        direction = np.zeros(np.shape(at))
        direction[index] = 1
        forward = jvp(lambda x: np.sum(fn(x)), at, direction[()])[1]
        np.testing.assert_array_equal(forward, np.asarray(reverse)[index])
    return reverse


# Kinks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fn", "at", "expected"),
    [
        (autograd.relu, 0.0, 0),
        (autograd.relu, -0.0, 0),
        (np.abs, 0.0, 0),
        (abs, -0.0, 0),
        (np.sign, 0.0, 0),
        (np.floor, 2.0, 0),
        (np.ceil, 2.5, 0),
        (np.rint, 2.5, 0),
        (lambda x: np.heaviside(x, 0.5), 0.0, 0),
        (lambda x: np.heaviside(x, 0.5), 1.0, 0),
        (lambda x: x // 2, 3.0, 0),
        (lambda x: 7 // x, 3.0, 0),
        (lambda x: x % 2, 3.0, 1),
        (lambda x: 7 % x, 3.0, -2),
        (lambda x: np.clip(x, -1.0, 1.0), 1.0, 1),
        (lambda x: np.clip(x, -1.0, 1.0), -1.0, 1),
        (lambda x: np.clip(x, -1.0, 1.0), 1.5, 0),
        (lambda x: np.clip(2.0, -1.0, x), 2.0, 0),
        (lambda x: np.clip(2.0, -1.0, x), 1.5, 1),
        (lambda x: autograd.leaky_relu(x, 0.1), 0.0, 0.1),
        (autograd.elu, 0.0, 1),
        (np.linalg.norm, np.zeros(3), [0, 0, 0]),
        (np.sinc, 0.0, 0),
        (np.prod, np.array([2.0, 0.0, 5.0]), [0, 10, 0]),
        (np.prod, np.array([2.0, 0.0, 0.0]), [0, 0, 0]),
        (lambda x: np.linalg.norm(x, axis=1), np.array([[0.0, 0], [3, 0]]), [[0, 0], [1, 0]]),
    ],
)
def test_at_a_kink_one_subgradient_is_chosen(
    fn: Callable[[Any], Any], at: Any, expected: Any
) -> None:
    np.testing.assert_array_equal(slope(fn, at), expected)


@pytest.mark.parametrize(
    ("fn", "at", "expected"),
    [
        (np.max, [1.0, 3.0, 3.0], [0, 0.5, 0.5]),
        (np.min, [1.0, 3.0, 1.0, 1.0], [1 / 3, 0, 1 / 3, 1 / 3]),
        (np.max, [INF, 0.0, INF], [0.5, 0, 0.5]),
        (np.min, [-INF, -INF, 0.0], [0.5, 0.5, 0]),
        (lambda x: np.max(x, axis=0), [[1.0, 2.0], [1.0, 0.0]], [[0.5, 1], [0.5, 0]]),
        (lambda x: np.maximum(x, [2.0, 3.0, INF]), [2.0, 1.0, INF], [0.5, 0, 0.5]),
        (lambda x: np.maximum([2.0, 3.0, INF], x), [2.0, 1.0, INF], [0.5, 0, 0.5]),
        (lambda x: np.minimum(x, [2.0, 3.0, -INF]), [2.0, 1.0, -INF], [0.5, 1, 0.5]),
        (lambda x: np.minimum([2.0, 3.0, -INF], x), [2.0, 1.0, -INF], [0.5, 1, 0.5]),
        (lambda x: np.maximum(x, 2), [2.0, 3.0], [0.5, 1]),
        (lambda x: np.maximum(x, x), [2.0, 3.0], [1, 1]),
        (lambda x: np.sort(x) * [1, 2, 4], [3.0, 3.0, 1.0], [3, 3, 1]),
        (lambda x: np.median(x), [1.0, 1.0, 5.0, 0.0], [0.5, 0.5, 0, 0]),
    ],
)
def test_ties_share_equally(fn: Callable[[Any], Any], at: Any, expected: Any) -> None:
    np.testing.assert_array_equal(slope(fn, np.array(at)), expected)


def test_both_sides_of_a_tie_get_their_share() -> None:
    x, y = variables(x=[1, 2], y=[1, 1])
    np.sum(np.maximum(x, y)).backward()
    np.testing.assert_array_equal(x.grad, [0.5, 1])
    np.testing.assert_array_equal(y.grad, [0.5, 0])


# Powers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zero", [0, 0.0, np.float64(0), np.array([0.0])])
@pytest.mark.parametrize("x", [0.0, 2.0, -3.0, INF])
def test_to_the_power_of_zero_is_constant(x: float, zero: Any) -> None:
    np.testing.assert_array_equal(slope(lambda x: x**zero, np.array([x])), [0])


@pytest.mark.parametrize("two", [2, 2.0, np.float64(2), np.array([2.0])])
def test_small_powers_at_zero(two: Any) -> None:
    zero = np.array([0.0])
    np.testing.assert_array_equal(slope(lambda x: x**two, zero), [0])
    np.testing.assert_array_equal(slope(lambda x: x ** (two / 2), zero), [1])
    np.testing.assert_array_equal(slope(lambda x: x ** (two + 1), zero), [0])


def test_zero_to_a_power() -> None:
    """The exponent's derivative is 0^n ln 0: its limit is 0 for n > 0."""
    for zero in (0, 0.0, np.float64(0), np.array([0.0])):
        power = partial(np.power, zero)
        np.testing.assert_array_equal(slope(power, np.array([2.0])), [0])
    x, n = variables(x=0, n=2)
    (x**n).backward()
    assert (x.grad, n.grad) == (0, 0)


def test_mixed_derivatives_of_powers() -> None:
    """d/dn d/dx x^n = x^(n-1) (1 + n ln x), which at n = 0 is 1/x."""
    x, n = np.array([2.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])
    mixed = grad(lambda n: np.sum(grad(lambda x: np.sum(x**n))(x)))(n)
    np.testing.assert_allclose(mixed, x ** (n - 1) * (1 + n * np.log(x)))


def test_negative_bases_have_integer_powers() -> None:
    assert slope(lambda x: x**3, -2.0) == 12
    assert slope(lambda x: x**3.0, -2.0) == 12
    assert slope(lambda x: x**-1, -2.0) == -0.25


# Infinity and NaN --------------------------------------------------------------------------------


def test_where_keeps_the_other_branch_out() -> None:
    x = np.array([-1.0, 0.0, 4.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.where(x > 0, x, NAN)))(x), [0, 0, 1])
    # The double where: the branch that is not taken is computed at a harmless place.
    safe = grad(lambda x: np.sum(np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), x)))(x)
    np.testing.assert_array_equal(safe, [1, 1, 0.25])
    cotangent = np.array([NAN, INF, 1.0])
    kept, other = variables(kept=x, other=x)
    np.where([False, True, True], kept, other).backward(cotangent)
    np.testing.assert_array_equal(kept.grad, [0, INF, 1])
    np.testing.assert_array_equal(other.grad, [NAN, 0, 0])


def test_a_zero_slope_is_zero_below_an_infinity_too() -> None:
    x = variables(x=0.5)
    with np.errstate(divide="ignore"):
        np.log(np.floor(x)).backward()
    assert x.grad == 0


@pytest.mark.parametrize(
    ("fn", "at", "value", "derivative", "warning"),
    [
        (np.log, 0.0, -INF, INF, "divide by zero"),
        (np.log2, 0.0, -INF, INF, "divide by zero"),
        (np.log, -1.0, NAN, -1, "invalid value"),
        (np.sqrt, 0.0, 0, INF, "divide by zero"),
        (lambda x: 1 / x, 0.0, INF, -INF, "divide by zero"),
        (lambda x: x**-1, 0.0, INF, -INF, "divide by zero"),
        (np.exp, 1e3, INF, INF, "overflow"),
    ],
)
def test_outside_its_domain_a_function_does_what_numpy_does(
    fn: Callable[[Any], Any], at: float, value: float, derivative: float, warning: str
) -> None:
    """Infinity or NaN, and NumPy's warning."""
    x = variables(x=at)

    def there_and_back() -> Any:
        y = fn(x)
        y.backward()
        return y

    with pytest.warns(RuntimeWarning, match=warning):
        y = there_and_back()
    np.testing.assert_array_equal(y.data, value)
    np.testing.assert_array_equal(x.grad, derivative)


# Numerical care ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fn", "at", "value", "derivative"),
    [
        (autograd.sigmoid, [-800.0, 800.0, 0.0], [0, 1, 0.5], [0, 0, 0.25]),
        (autograd.sigmoid, [-INF, INF], [0, 1], [0, 0]),
        (autograd.softplus, [-800.0, 800.0], [0, 800], [0, 1]),
        (autograd.softplus, [-INF, INF], [0, INF], [0, 1]),
        (autograd.elu, [-800.0, 800.0], [-1, 800], [0, 1]),
        (autograd.gelu, [-30.0, 30.0], [0, 30], [0, 1]),
        (np.tanh, [-800.0, 800.0], [-1, 1], [0, 0]),
        (autograd.relu, [-INF, INF], [0, INF], [0, 1]),
        (autograd.logsumexp, [800.0, 800.0], 800 + np.log(2), [0.5, 0.5]),
        (autograd.logsumexp, [-800.0, -800.0], -800 + np.log(2), [0.5, 0.5]),
        (autograd.logsumexp, [-INF, 3.0], 3, [0, 1]),
        (lambda x: autograd.softmax(x)[1], [-800.0, 0.0, 800.0], 0, [0, 0, 0]),
        (lambda x: autograd.softmax(x)[0], [-INF, 0.0, 0.0], 0, [0, 0, 0]),
        (lambda x: autograd.softmax(x)[1], [-INF, 0.0, 0.0], 0.5, [0, 0.25, -0.25]),
        (lambda x: autograd.log_softmax(x)[1], [-800.0, 0.0, 800.0], -800, [0, 1, -1]),
        (lambda x: autograd.log_softmax(x)[1], [-INF, 0.0, 0.0], -np.log(2), [0, 0.5, -0.5]),
    ],
)
def test_no_overflow_and_no_warning(
    fn: Callable[[Any], Any], at: list[float], value: Any, derivative: Any
) -> None:
    """Warnings are errors here."""
    x = np.array(at)
    np.testing.assert_allclose(fn(x), value, rtol=1e-15, atol=1e-150)
    np.testing.assert_allclose(slope(fn, x), derivative, rtol=1e-12, atol=1e-150)


def test_logsumexp_of_nothing_but_minus_infinity() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert autograd.logsumexp(np.array([-INF, -INF])) == -INF


def test_small_numbers_are_not_lost() -> None:
    for result, expected in (
        (autograd.sigmoid(-40.0), np.exp(-40.0)),
        (autograd.softplus(-40.0), np.exp(-40.0)),
        (autograd.elu(-1e-20), -1e-20),
        (grad(autograd.sigmoid)(-40.0), np.exp(-40.0)),
        (grad(autograd.softplus)(-40.0), np.exp(-40.0)),
    ):
        np.testing.assert_allclose(result, expected, rtol=1e-14)


def test_empty_arrays() -> None:
    x = Tensor(np.zeros((0, 3)), requires_grad=True)
    (np.sum(x * 2) + np.sum(np.exp(x), axis=0).sum()).backward()
    assert x.grad.shape == (0, 3)
