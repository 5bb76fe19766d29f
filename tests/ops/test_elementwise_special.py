"""Special functions: any order of derivative, with SciPy and without it."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.ops.shared import special_values
from tests.second_order import assert_derivatives

NUMBERS = np.array([-3.7, -0.5, 0.0, 1e-9, 0.3, 1.0, 2.5, 8.0])


@pytest.fixture
def without_scipy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    special_values._scipy.cache_clear()
    yield
    special_values._scipy.cache_clear()


def nested(fn: Callable[[Any], Any], order: int) -> Callable[[Any], Any]:
    for _ in range(order):
        fn = grad(fn)
    return fn


# By their integrals and series, to any order -----------------------------------------------------

NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)
T = (NODES + 1) / 2


def sinc_by_integral(x: float, order: int) -> Any:
    """`sinc(x)` is the mean of `cos(pi x t)` over t from 0 to 1."""
    quadrant = math.pi * x * T + order * math.pi / 2
    return np.sum(WEIGHTS / 2 * (math.pi * T) ** order * np.cos(quadrant))


def i0_by_series(x: float, order: int) -> float:
    """`I_0(x)` is the sum of `(x / 2)^(2k) / k!^2`."""
    return math.fsum(
        math.perm(2 * k, order) * x ** (2 * k - order) / (4**k * math.factorial(k) ** 2)
        for k in range((order + 1) // 2, 60)
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.01, 0.5, 0.95, 1.0, 1.3, 2.0, -2.7, 6.5])
def test_sinc_has_derivatives_of_any_order(x: float, order: int) -> None:
    expected = sinc_by_integral(x, order)
    np.testing.assert_allclose(nested(np.sinc, order)(x), expected, rtol=1e-11, atol=1e-12)


def test_the_curvature_of_sinc_at_zero() -> None:
    assert nested(np.sinc, 2)(0.0) == pytest.approx(-(math.pi**2) / 3, rel=1e-15)
    # Close to 0, where cos(pi x) - sinc(x) has no digits left.
    assert grad(np.sinc)(1e-9) == pytest.approx(-1e-9 * math.pi**2 / 3, rel=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.01, 1.0, -2.7, 12.0, -20.0])
def test_i0_has_derivatives_of_any_order(x: float, order: int) -> None:
    expected = i0_by_series(x, order)
    np.testing.assert_allclose(nested(np.i0, order)(x), expected, rtol=1e-13, atol=1e-15)


def test_i0_of_large_numbers_beside_small_ones() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.array([1e-6, 1.0, 600.0, -700.0])
    slopes = grad(lambda x: np.sum(np.i0(x)))(x)
    np.testing.assert_allclose(slopes, special.i1(x), rtol=2e-13)


def test_nan_and_infinity_pass() -> None:
    x = np.array([np.nan, np.inf, 1.0])
    np.testing.assert_allclose(
        special_values.i0_derivative(x, 1), [np.nan, np.inf, i0_by_series(1, 1)]
    )


@pytest.mark.parametrize("fn", [np.sinc, np.i0])
def test_sinc_and_i0_of_arrays(fn: Callable[[Any], Any]) -> None:
    assert_derivatives(fn, NUMBERS)
    assert_derivatives(fn, NUMBERS.reshape(2, 4).T[::-1])


# The error and gamma functions -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fn", "of_numbers"),
    [(autograd.erf, math.erf), (autograd.erfc, math.erfc), (autograd.gammaln, math.lgamma)],
)
@pytest.mark.parametrize("scipy", [True, False])
def test_values_are_pythons(
    fn: Callable[[Any], Any], of_numbers: Callable[[float], float], scipy: bool, request: Any
) -> None:
    if scipy:
        pytest.importorskip("scipy")
    else:
        request.getfixturevalue("without_scipy")
    if fn is autograd.gammaln and not scipy:
        with pytest.raises(ImportError, match=r"gammaln needs SciPy: pip install .*\[special\]"):
            fn(NUMBERS)
        return
    x = NUMBERS[NUMBERS != 0]
    np.testing.assert_allclose(fn(x), [of_numbers(v) for v in x], rtol=1e-13)
    assert fn(Tensor(x.astype(np.float32))).dtype == np.float32
    assert type(fn(Tensor(0.5)).data) is np.float64
    assert np.shape(fn(np.zeros((0, 2)))) == (0, 2)


@pytest.mark.usefixtures("without_scipy")
def test_the_error_function_without_scipy_over_its_range() -> None:
    x = np.concatenate([np.linspace(-7, 7, 3001), np.geomspace(1e-300, 27, 1000)])
    np.testing.assert_allclose(autograd.erf(x), [math.erf(v) for v in x], rtol=1e-15, atol=0)
    np.testing.assert_allclose(autograd.erfc(x), [math.erfc(v) for v in x], rtol=2e-15, atol=0)
    # Below, single precision has no normal numbers.
    x = x[(x == 0) | (np.abs(x) > 1e-37)].astype(np.float32)
    np.testing.assert_allclose(autograd.erf(x), [math.erf(v) for v in x], rtol=5e-7, atol=0)
    x = x[x < 9]
    np.testing.assert_allclose(autograd.erfc(x), [math.erfc(v) for v in x], rtol=1e-6, atol=0)
    ends = np.array([np.nan, np.inf, -np.inf, 0.0, 40.0])
    np.testing.assert_array_equal(autograd.erf(ends), [np.nan, 1, -1, 0, 1])
    np.testing.assert_array_equal(autograd.erfc(ends), [np.nan, 0, 2, 1, 0])
    assert np.signbit(autograd.erf(-0.0))


def test_gammaln_at_its_poles() -> None:
    pytest.importorskip("scipy")
    np.testing.assert_array_equal(autograd.gammaln(np.array([0.0, -1.0, np.inf])), np.inf)


@pytest.mark.usefixtures("without_scipy")
def test_without_scipy_the_error_function_is_differentiated_and_the_gamma_function_says_how() -> (
    None
):
    assert_derivatives(autograd.erf, NUMBERS)
    assert_derivatives(autograd.erfc, NUMBERS)
    assert_derivatives(autograd.gelu, NUMBERS)
    x = Tensor(2.5, requires_grad=True)
    with pytest.raises(ImportError, match=r"digamma needs SciPy: pip install .*\[special\]"):
        autograd.digamma(x)
    with pytest.raises(ImportError, match="gammaln needs SciPy"):
        autograd.gammaln(x)


def test_the_gamma_function_has_derivatives_of_any_order() -> None:
    special = pytest.importorskip("scipy.special")
    for order in (1, 2, 3, 4):
        for x in (0.3, 1.0, 7.5, -0.5):
            expected = special.polygamma(order - 1, x)
            assert nested(autograd.gammaln, order)(x) == pytest.approx(expected, rel=1e-12)
    assert autograd.digamma(1.0) == pytest.approx(-np.euler_gamma)
    assert grad(autograd.digamma)(1.0) == pytest.approx(math.pi**2 / 6)


def test_erfc_keeps_its_digits() -> None:
    assert autograd.erfc(20.0) == pytest.approx(math.erfc(20.0), rel=1e-13)
    assert autograd.gelu(-20.0) == pytest.approx(-10 * math.erfc(20 / math.sqrt(2)), rel=1e-13)
