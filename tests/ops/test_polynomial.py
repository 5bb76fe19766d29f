"""Polynomials: NumPy's values, spellings and errors, and derivatives of every function."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import ShapeError, Tensor, grad, jvp, vjp
from tests.second_order import assert_derivatives

CUBIC = np.array([2.0, -3.0, 0.5, 1.0])
LINE = np.array([1.5, -0.7])
WITH_ZEROS = np.array([0.0, 0.0, 1.5, -0.7])
POINTS = np.array([0.0, 0.4, 1.1, 1.9, 3.0])
HEIGHTS = np.array([1.0, 0.2, -0.5, 0.7, 2.5])

CALLS: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "polyval": (np.polyval, [CUBIC, POINTS]),
    "polyval of a matrix": (np.polyval, [CUBIC, POINTS[:4].reshape(2, 2)]),
    "polyval of a number": (np.polyval, [CUBIC, 0.3]),
    "polyval of a constant": (np.polyval, [CUBIC[:1], POINTS]),
    "polyadd": (np.polyadd, [CUBIC, LINE]),
    "polyadd, longer right": (np.polyadd, [LINE, CUBIC]),
    "polyadd of a number": (np.polyadd, [CUBIC, 0.3]),
    "polysub": (np.polysub, [CUBIC, LINE]),
    "polysub, longer right": (np.polysub, [LINE, CUBIC]),
    "polymul": (np.polymul, [CUBIC, LINE]),
    "polymul of leading zeros": (lambda p: np.polymul(np.concatenate([[0, 0], p]), CUBIC), [LINE]),
    "quotient": (lambda u, v: np.polydiv(u, v)[0], [CUBIC, LINE]),
    "remainder": (lambda u, v: np.polydiv(u, v)[1], [CUBIC, LINE]),
    "quotient by a longer one": (lambda u, v: np.polydiv(u, v)[1], [LINE, CUBIC]),
    "quotient by a number": (lambda u, v: np.polydiv(u, v)[0], [CUBIC, 2.0]),
    "polyder": (np.polyder, [CUBIC]),
    "polyder twice": (lambda p: np.polyder(p, 2), [CUBIC]),
    "polyder, none": (lambda p: np.polyder(p, m=0), [CUBIC]),
    "polyint": (np.polyint, [CUBIC]),
    "polyint twice": (lambda p: np.polyint(p, 2, k=[3, 4]), [CUBIC]),
    "polyint, one constant": (lambda p, k: np.polyint(p, 3, k), [LINE, 0.7]),
    "polyint, constants": (lambda p, k: np.polyint(p, 2, k), [LINE, CUBIC]),
    "polyint, none": (lambda p: np.polyint(p, 0), [LINE]),
    "poly": (np.poly, [CUBIC]),
    "poly of a matrix": (np.poly, [np.array([[1.0, 0.3], [0.2, -2.0]])]),
    "roots": (np.roots, [np.poly([1.0, -2.0, 4.0])]),
    "roots, leading zeros": (lambda p: np.roots(np.concatenate([[0], p])), [np.poly([1.0, 4.0])]),
    "roots, trailing zeros": (np.roots, [np.array([1.0, 1.0, -6.0, 0.0])]),
    "polyfit": (lambda x, y: np.polyfit(x, y, 2), [POINTS, HEIGHTS]),
    "polyfit of several": (lambda x, y: np.polyfit(x, y, 1), [POINTS, np.outer(HEIGHTS, LINE)]),
    "polyfit, weighted": (
        lambda x, y, w: np.polyfit(x, y, 2, w=w),
        [POINTS, HEIGHTS, np.array([1.0, 2.0, 0.5, 1.5, 3.0])],
    ),
    "residuals of polyfit": (lambda x, y: np.polyfit(x, y, 1, full=True)[1], [POINTS, HEIGHTS]),
    "covariance of polyfit": (lambda x, y: np.polyfit(x, y, 1, cov=True)[1], [POINTS, HEIGHTS]),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_dtypes_are_numpys(name: str) -> None:
    function, arrays = CALLS[name]
    recorded = function(*(Tensor(x, requires_grad=True) for x in arrays))
    plain = function(*arrays)
    assert type(recorded) is Tensor
    assert recorded.requires_grad
    np.testing.assert_allclose(recorded.data, plain, rtol=1e-12, atol=1e-14)
    assert (recorded.shape, recorded.dtype) == (np.shape(plain), np.result_type(plain))


@pytest.mark.parametrize("name", CALLS)
def test_derivatives_are_differences(name: str) -> None:
    function, arrays = CALLS[name]
    assert_derivatives(function, *arrays)


@pytest.mark.parametrize("name", ["polyadd", "polysub", "polymul", "polyval"])
def test_a_list_may_stand_beside_a_tensor(name: str) -> None:
    function, line = getattr(np, name), Tensor(LINE, requires_grad=True)
    np.testing.assert_allclose(
        function([1, 2, 3], line).data, function([1, 2, 3], LINE), rtol=1e-14
    )
    np.testing.assert_allclose(
        function(line, [1, 2, 3]).data, function(LINE, [1, 2, 3]), rtol=1e-14
    )


def test_coefficients_may_be_a_list_of_tensors() -> None:
    a, b, x = (Tensor(v, requires_grad=True) for v in (2.0, 3.0, 5.0))
    np.polyval([a, b], x).backward()
    assert (a.grad, b.grad, x.grad) == (5, 1, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda p: np.polyadd(p, p),
        lambda p: np.polymul(p, p),
        lambda p: np.polyval(p, p),
        lambda p: np.poly(p),
        lambda p: np.roots(p),
        lambda p: np.polydiv(p, p)[0],
    ],
)
def test_float32_stays(call: Callable[[Any], Any]) -> None:
    p = np.array([1.0, 3.0, 2.0], np.float32)
    t = Tensor(p, requires_grad=True)
    y = call(t)
    assert y.dtype == call(p).dtype == np.float32
    np.sum(y).backward()
    assert t.grad.dtype == np.float32


# Roots --------------------------------------------------------------------------------------------


def test_complex_roots_move_as_implicit_differentiation_says() -> None:
    """x^2 + b x + c at b = 2, c = 5: r = -1 +- 2i, and dr/dc = -1 / (2 r + b) = -+ 1/4i."""
    p = np.array([1.0, 2.0, 5.0])
    r, moved = jvp(np.roots, (p,), (np.array([0.0, 0.0, 1.0]),))
    np.testing.assert_allclose(moved, -1 / (2 * r + 2))
    distance, pullback = vjp(lambda p: np.sum(np.abs(np.roots(p)) ** 2), p)
    # |r|^2 = c for both roots.
    np.testing.assert_allclose(distance, 10)
    np.testing.assert_allclose(pullback(1.0), [-10, 0, 2], atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6))
def test_the_polynomial_of_the_roots_is_the_polynomial(seed: int, degree: int) -> None:
    """poly(roots(p)) = p / p0, so the derivative of the composition is known."""
    rng = np.random.default_rng(seed)
    p = rng.normal(size=degree + 1)
    p[0] = 1
    back, pullback = vjp(lambda p: np.real(np.poly(np.roots(p))), p)
    np.testing.assert_allclose(back, p, atol=1e-6)
    g = rng.normal(size=degree + 1)
    np.testing.assert_allclose(pullback(g)[1:], g[1:], atol=1e-5)


def test_a_double_root_has_no_derivative() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = grad(lambda p: np.roots(p)[0])(np.array([1.0, 0.0, 0.0]))
    assert not np.isfinite(gradient).all()


def test_polynomials_without_roots() -> None:
    assert np.roots(Tensor([3.0], requires_grad=True)).shape == (0,)
    assert np.roots(Tensor([0.0, 0.0], requires_grad=True)).shape == (0,)
    assert np.poly(Tensor(np.empty(0), requires_grad=True)) == 1.0


def test_conjugate_roots_make_a_real_polynomial() -> None:
    z = np.array([1 + 2j, 1 - 2j])
    assert np.poly(Tensor(z, requires_grad=True)).dtype == np.float64
    assert np.poly(Tensor(z * 1j, requires_grad=True)).dtype == np.complex128


# Fitting ------------------------------------------------------------------------------------------


def test_fitting_recovers_the_polynomial() -> None:
    y = Tensor(np.polyval(CUBIC, POINTS), requires_grad=True)
    np.testing.assert_allclose(np.polyfit(POINTS, y, 3).data, CUBIC)


def test_everything_about_a_fit() -> None:
    y = Tensor(HEIGHTS, requires_grad=True)
    recorded, plain = (np.polyfit(POINTS, h, 2, full=True) for h in (y, HEIGHTS))
    assert len(recorded) == len(plain) == 5
    for r, p in zip(recorded, plain, strict=True):
        np.testing.assert_allclose(r.data if type(r) is Tensor else r, p)
    for cov in (True, "unscaled"):
        for heights in (HEIGHTS, np.outer(HEIGHTS, LINE)):
            t = Tensor(heights, requires_grad=True)
            recorded = np.polyfit(POINTS, t, 2, cov=cov)
            plain = np.polyfit(POINTS, heights, 2, cov=cov)
            for r, p in zip(recorded, plain, strict=True):
                np.testing.assert_allclose(r.data if type(r) is Tensor else r, p, atol=1e-12)


def test_a_fit_to_too_few_points_warns() -> None:
    with pytest.warns(np.exceptions.RankWarning, match="poorly conditioned"):
        np.polyfit(Tensor(POINTS[:2], requires_grad=True), HEIGHTS[:2], 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.polyder(t, -1), ValueError, "Order of derivative"),
        (lambda t: np.polyint(t, -1), ValueError, "Order of integral"),
        (lambda t: np.polyint(t, 3, k=[1, 2]), ValueError, "k must be"),
        (lambda t: np.poly(t[None]), ValueError, "1d or non-empty square"),
        (lambda t: np.roots(t[None]), ShapeError, "rank-1"),
        (lambda t: np.polyfit(t, t, -1), ValueError, "deg >= 0"),
        (lambda t: np.polyfit(t[None], t, 1), TypeError, "1D vector for x"),
        (lambda t: np.polyfit(t[:0], t, 1), TypeError, "non-empty"),
        (lambda t: np.polyfit(t, t[None, None], 1), TypeError, "1D or 2D"),
        (lambda t: np.polyfit(t, t[1:], 1), TypeError, "same length"),
        (lambda t: np.polyfit(t, t, 1, w=t[None]), TypeError, "1-d array for weights"),
        (lambda t: np.polyfit(t, t, 1, w=t[1:]), TypeError, "w and y"),
        (lambda t: np.polyfit(t, t, 3, cov=True), ValueError, "must exceed order"),
    ],
)
def test_errors_are_numpys(call: Callable[[Any], Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(CUBIC, requires_grad=True))
    with pytest.raises((ValueError, TypeError), match=message):
        call(CUBIC)
