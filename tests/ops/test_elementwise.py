"""Elementwise functions: NumPy's spellings, corners, extreme operands, and what is refused."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import (
    NotDifferentiableError,
    ShapeError,
    Tensor,
    grad,
    jvp,
    variables,
)
from autograd.engine.tensor import FUNCTIONS
from autograd.ops import REGISTRY
from tests.second_order import assert_derivatives
from tests.test_conventions import slope
from tests.versions import since

X: Any = np.array([[0.3, -0.7, 1.1], [-1.4, 0.26, 0.6]])
INF, NAN = np.inf, np.nan


def value(result: Any) -> Any:
    return result.data if type(result) is Tensor else result


def assert_same(result: Any, expected: Any) -> None:
    """Return NumPy's result in tensors: values, dtypes and containers."""
    if isinstance(expected, tuple):
        assert type(result) is type(expected)
        for part, expected_part in zip(result, expected, strict=True):
            assert_same(part, expected_part)
        return
    assert type(result) is Tensor
    np.testing.assert_allclose(result.data, expected, rtol=1e-15)
    assert result.shape == np.shape(expected)
    assert result.dtype == np.asarray(expected).dtype


# NumPy's spellings -------------------------------------------------------------------------------

CALLS: list[Callable[[Any], Any]] = [
    lambda x: np.round(x, 1),
    lambda x: np.round(a=x, decimals=1),
    lambda x: np.around(x, decimals=-1),
    lambda x: x.round(),
    lambda x: x.round(1),
    lambda x: np.fix(x),
    lambda x: np.nan_to_num(x),
    lambda x: np.nan_to_num(x, True, 1.0, 2.0, neginf=3.0),
    lambda x: np.nan_to_num(x, copy=True, nan=7.0),
    lambda x: np.float_power(x + 2, 3),
    lambda x: np.float_power([2, 3, 4], x),
    lambda x: np.divmod(x, 0.4),
    lambda x: np.divmod([3, 4, 5], x),
    lambda x: divmod(x, 0.4),
    lambda x: divmod(7.0, x),
    lambda x: np.modf(x),
    lambda x: np.frexp(x),
    lambda x: np.ldexp(x, [1, 2, 3]),
    lambda x: np.hypot(x, [3, 4, 5]),
    lambda x: np.arctan2([3, 4, 5], x),
    lambda x: np.logaddexp(x, 0),
    lambda x: np.copysign(x, -1),
    lambda x: np.heaviside(x, 0.5),
    lambda x: np.fmax(x, [0, 1, 0]),
    lambda x: np.clip(x, -0.5, 0.5),
    lambda x: np.clip(x, None, 0.5),
    *since("2.1.0", lambda x: np.clip(x, min=[-1, 0, 1], max=1)),
    lambda x: np.where(x > 0, x, [1, 2, 3]),
    lambda x: np.where([2, 0, -1], x, 0.0),
    lambda x: np.angle(x),
    lambda x: np.angle(x, True),
    lambda x: np.angle(z=x, deg=True),
    lambda x: np.real(x),
    lambda x: np.imag(x),
    lambda x: x.real,
    lambda x: x.imag,
    lambda x: x.conj(),
    lambda x: x.conjugate(),
    lambda x: np.real_if_close(x),
    lambda x: np.add.outer(x, [1, 2]),
    lambda x: np.subtract.outer([1.0, 2.0], x),
    lambda x: np.multiply.outer(x, x),
    lambda x: np.power.outer(x + 2, 2),
    lambda x: np.divmod.outer(x, [1.0, 2.0]),
    lambda x: np.isclose(x, [0.3, 0, 1.1], atol=0.1),
    lambda x: np.isclose(x, X, 0.1, equal_nan=True),
    lambda x: np.greater.outer(x, [0, 1]),
    lambda x: np.signbit(x),
    lambda x: np.isposinf(x),
    lambda x: np.isreal(x),
    lambda x: np.logical_xor(x > 0, True),
    lambda x: np.where(x > 0),
    lambda x: np.where(x),
]


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")
@pytest.mark.parametrize("call", CALLS)
def test_numpys_spellings(call: Callable[[Any], Any]) -> None:
    with np.errstate(invalid="ignore"):
        expected = call(X)
    assert_same(call(Tensor(X)), expected)
    assert_same(call(Tensor(X, requires_grad=True)), expected)


@pytest.mark.parametrize("call", [np.allclose, np.array_equal, np.array_equiv])
def test_whole_arrays_compare(call: Callable[..., Any]) -> None:
    x = Tensor(X, requires_grad=True)
    same, other = call(x, X), call(X, x + 1)
    assert same
    assert not other
    assert (same.op.name, same.requires_grad) == (call.__name__, False)
    assert np.allclose(x, X + 0.1, rtol=0, atol=0.2)
    assert np.array_equal(x * NAN, x * NAN, equal_nan=True)


def test_what_kind_of_numbers_is_answered_without_recording() -> None:
    x, z = Tensor(X, requires_grad=True), Tensor(X * 1j, requires_grad=True)
    assert [np.iscomplexobj(t) for t in (x, z)] == [False, True]
    assert [np.isrealobj(t) for t in (x, z)] == [True, False]


def test_where_with_one_argument_is_nonzero() -> None:
    x = Tensor(X, requires_grad=True)
    rows, columns = np.where(x > 0)
    np.testing.assert_array_equal(x[rows, columns].data, X[X > 0])
    with pytest.raises(TypeError):
        np.where(x > 0, x)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("abs", "absolute"),
        ("acos", "arccos"),
        ("acosh", "arccosh"),
        ("asin", "arcsin"),
        ("asinh", "arcsinh"),
        ("atan", "arctan"),
        ("atan2", "arctan2"),
        ("atanh", "arctanh"),
        ("bitwise_invert", "invert"),
        ("conj", "conjugate"),
        ("degrees", "rad2deg"),
        ("mod", "remainder"),
        ("pow", "power"),
        ("radians", "deg2rad"),
        ("around", "round"),
        ("true_divide", "divide"),
    ],
)
def test_aliases_are_the_same_operation(alias: str, name: str) -> None:
    assert FUNCTIONS[getattr(np, alias)] is REGISTRY[name]


def test_every_ufunc_of_real_numbers_has_a_rule_or_none_on_purpose() -> None:
    """The next float moves with its operand in a way that differences of floats do not show."""
    without = {
        name
        for name, f in vars(np).items()
        if isinstance(f, np.ufunc) and f.signature is None and f not in FUNCTIONS
    }
    assert without == {"nextafter", "spacing", "isnat"}


@pytest.mark.parametrize("kinds", ["iii", "bbb", "iib"])
def test_integers_and_masks(kinds: str) -> None:
    i, b = np.array([6, 5, 3]), np.array([True, False, True])
    of = {"i": i, "b": b}
    x, y = of[kinds[0]], of[kinds[1]]
    for f in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.logical_xor):
        assert_same(f(Tensor(x), y), f(x, y))
    if kinds[0] == "i":
        assert_same(Tensor(x) << 1, x << 1)
        assert_same(1 << Tensor(x), 1 << x)
        assert_same(Tensor(x) >> y, x >> y)
        assert_same(np.bitwise_count(Tensor(x)), np.bitwise_count(x))
        assert_same(np.gcd(Tensor(x), 9), np.gcd(x, 9))


@given(st.data())
def test_clip_of_all_bounds_is_numpys(data: Any) -> None:
    number = st.floats(-2, 2, width=16)
    x = np.array(data.draw(st.lists(number, min_size=2, max_size=2)))
    low, high = (data.draw(st.none() | number) for _ in range(2))
    assume((low, high) != (None, None) or since("2.1.0", True))
    tensor = Tensor(x, requires_grad=True)
    y = np.clip(tensor, low, high)
    assert_same(y, np.clip(x, low, high))
    y.sum().backward()
    inside = (x >= (-INF if low is None else low)) & (x <= (INF if high is None else high))
    np.testing.assert_array_equal(tensor.grad, inside)


# Corners -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fn", "at", "expected"),
    [
        (np.fabs, 0.0, 0),
        (np.trunc, 1.0, 0),
        (np.fix, 1.5, 0),
        (lambda x: np.round(x, 1), 0.25, 0),
        (lambda x: np.modf(x)[0], 2.0, 1),
        (lambda x: np.modf(x)[1], 2.0, 0),
        (lambda x: np.frexp(x)[0], 6.0, 0.125),
        (lambda x: np.frexp(x)[0], 0.0, 1),
        (lambda x: np.copysign(x, -1.0), 0.0, 0),
        (lambda x: np.copysign(x, -0.0), 2.0, -1),
        (lambda x: np.copysign(2.0, x), -3.0, 0),
        (lambda h: np.heaviside(0.0, h), 0.5, 1),
        (lambda h: np.heaviside(1.0, h), 0.5, 0),
        (lambda x: np.hypot(x, 0.0), 0.0, 0),
        (lambda x: np.hypot(x, 0.0), -2.0, -1),
        (np.sinc, 0.0, 0),
        (np.i0, 0.0, 0),
        (lambda x: np.fmax(x, 2.0), 2.0, 0.5),
        (lambda x: np.fmin(x, 2.0), 2.0, 0.5),
        (lambda x: np.fmax(x, NAN), 2.0, 1),
        (lambda x: np.fmin(NAN, x), 2.0, 1),
        (lambda x: np.fmax(2.0, x), NAN, 0),
        # Crossed bounds: the result is the upper one.
        (lambda x: np.clip(0.0, 2.0, x), 1.0, 1),
        (lambda x: np.clip(0.0, x, 1.0), 2.0, 0),
        (lambda x: np.clip(x, 2.0, 1.0), 1.5, 0),
        *since("2.1.0", (lambda x: np.clip(x, None, None), 1.5, 1)),
        (lambda x: np.fmod(x, 0.1), 1.0, 1),
        (lambda x: np.fmod(1.0, x), 0.1, -9),
        (lambda x: np.fmod(-7.0, x), 2.0, 3),
        (lambda x: np.remainder(-7.0, x), 2.0, 4),
        (lambda x: np.remainder(1.0, x), 0.1, -9),
        (np.nan_to_num, NAN, 0),
        (np.nan_to_num, INF, 0),
        (np.nan_to_num, -2.0, 1),
    ],
)
def test_at_a_corner(fn: Callable[[Any], Any], at: float, expected: float) -> None:
    np.testing.assert_array_equal(slope(fn, at), expected)


@pytest.mark.parametrize("fn", [np.divmod, divmod])
def test_quotient_and_remainder(fn: Callable[..., Any]) -> None:
    x, y = variables(x=7, y=2)
    quotient, rest = fn(x, y)
    (10 * quotient + rest).backward()
    assert (x.grad, y.grad) == (1, -3)


def test_a_condition_of_numbers_chooses_in_both_modes() -> None:
    condition, direction = np.array([2.0, 0.0, -1.0]), np.array([1.0, 10.0, 100.0])
    _, tangent = jvp(lambda x: np.where(condition, x, 3 * x), X[0], direction)
    np.testing.assert_array_equal(tangent, [1, 30, 100])


@pytest.mark.parametrize(
    ("fn", "at", "expected"),
    [
        (np.log1p, 1e-20, 1),
        (np.expm1, -40.0, np.exp(-40.0)),
        (np.arcsin, 1 - 2.0**-50, 2.0**24.5 / math.sqrt(1 - 2.0**-51)),
        (np.arccos, -1 + 2.0**-50, -(2.0**24.5) / math.sqrt(1 - 2.0**-51)),
        (np.arctanh, 1 - 2.0**-50, 2.0**49 / (1 - 2.0**-51)),
        (np.arccosh, 1 + 2.0**-50, 2.0**24.5 / math.sqrt(1 + 2.0**-51)),
        (lambda x: np.logaddexp(x, 0.0), 0.0, 0.5),
        (lambda x: np.logaddexp(x, -1000.0), 1000.0, 1),
        (lambda x: np.logaddexp(x, -INF), 3.0, 1),
        (lambda x: np.logaddexp(x, 3.0), -INF, 0),
        (lambda x: np.logaddexp(x, -INF), -INF, 0),
        (lambda x: np.logaddexp2(x, 2048.0), 2048.0, 0.5),
        (lambda x: np.hypot(x, 1e200), 1e200, math.sqrt(0.5)),
        (lambda x: np.ldexp(x, -3), 1e-300, 0.125),
    ],
)
def test_digits_are_kept(fn: Callable[[Any], Any], at: float, expected: float) -> None:
    np.testing.assert_allclose(slope(fn, at), expected, rtol=1e-14)


def test_a_choice_that_is_not_taken_keeps_nan_out() -> None:
    x = Tensor([NAN, INF, 2.0], requires_grad=True)
    np.nan_to_num(x).backward([NAN, INF, 3.0])
    np.testing.assert_array_equal(x.grad, [0, 0, 3])


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("fn", "derivative"),
    [
        (np.sin, lambda x, n: np.sin(x + n * math.pi / 2)),
        (np.exp2, lambda x, n: np.exp2(x) * math.log(2) ** n),
        (np.log1p, lambda x, n: -math.factorial(n - 1) * (-1 / (1 + x)) ** n),
        (np.reciprocal, lambda x, n: math.factorial(n) * (-1 / x) ** n / x),
        (np.sinh, lambda x, n: np.cosh(x) if n % 2 else np.sinh(x)),
    ],
)
def test_derivatives_of_higher_orders(
    fn: Callable[[Any], Any], derivative: Callable[[Any, int], Any], order: int
) -> None:
    nested = fn
    for _ in range(order):
        nested = grad(nested)
    np.testing.assert_allclose(nested(0.7), derivative(0.7, order), rtol=1e-12)


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: np.modf(3 * x)[0] * x,
        lambda x: np.frexp(x)[0] * np.sin(x),
        lambda x: np.divmod(x, 0.4)[1] ** 2,
        lambda x: np.float_power(x + 3, x),
        lambda x: np.multiply.outer(np.sin(x), x),
        lambda x: np.arctan2(x, x**2 + 1) * np.hypot(x, 2.0),
    ],
)
def test_second_derivatives_through_compositions(fn: Callable[[Any], Any]) -> None:
    assert_derivatives(fn, X)
    assert_derivatives(fn, X.T[::-1])
    assert_derivatives(fn, 0.3)


def test_float32_stays_float32() -> None:
    x = Tensor(X.astype(np.float32), requires_grad=True)
    half = np.float32(0.5)
    for y in (
        np.logaddexp(x, 0),
        np.copysign(x, 2),
        np.hypot(x, 2),
        np.fmax(x, 0),
        np.heaviside(x, 0.5),
        np.sinc(x),
        np.i0(x),
        np.round(x, 2),
        np.divmod(x, half)[1],
        np.frexp(x)[0],
        np.deg2rad(x),
        np.add.outer(x, half),
    ):
        assert y.dtype == np.float32
    assert np.float_power(x, 2).dtype == np.float64
    np.sum(np.float_power(x, 2)).backward()
    assert x.grad.dtype == np.float32


def test_empty_arrays() -> None:
    x = Tensor(np.zeros((0, 3)), requires_grad=True)
    parts = [*np.modf(x), *np.divmod(x, 2), np.float_power(x, 2), np.add.outer(x, [1, 2]).sum(2)]
    np.sum(sum(parts, start=np.sinc(x))).backward()
    assert x.grad.shape == (0, 3)


# What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.add(x, x, where=X > 0), "^add with where="),
        (lambda x: np.exp(x, dtype=np.float32), "^exp with dtype="),
        (lambda x: np.add(x, x, casting="unsafe"), "^add with casting="),
        (lambda x: np.float_power(x, 2, dtype=float), r"^np\.float_power with dtype="),
        (lambda x: np.modf(x, where=X > 0), r"^np\.modf with where="),
        (lambda x: np.sign(x, where=X > 0), r"^np\.sign with where="),
        (lambda x: np.add.outer(x, x, dtype=float), "^add with dtype="),
        (lambda x: np.nextafter(x, 1), r"^np\.nextafter has no derivative rule"),
        (lambda x: np.nextafter.outer(x, x), r"^np\.nextafter has no derivative rule"),
        (lambda x: np.spacing(x), r"^np\.spacing has no derivative rule"),
    ],
)
def test_what_has_no_rule_is_named(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(NotDifferentiableError, match=message):
        call(Tensor(X, requires_grad=True))


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.add.outer(X, x, out=np.zeros((2, 3, 2, 3))),
        lambda x: np.round(x, 1, np.zeros((2, 3))),
        lambda x: np.modf(x, out=(np.zeros((2, 3)), None)),
        lambda x: np.fix(x, out=np.zeros((2, 3))),
    ],
)
def test_nothing_is_written_into_out(call: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="cannot write a tensor into out="):
        call(Tensor(X, requires_grad=True))


def test_clip_takes_its_bounds_by_one_spelling() -> None:
    for bounds in ({"min": 0}, {"max": 5}):
        with pytest.raises(ValueError, match="a_min and a_max, or min and max"):
            np.clip(Tensor(X), 0, 1, **bounds)  # type: ignore[call-overload]


def test_nan_to_num_does_not_work_in_place() -> None:
    with pytest.raises(TypeError, match="leave copy=False out"):
        np.nan_to_num(Tensor(X, requires_grad=True), copy=False)


def test_shapes_that_do_not_fit() -> None:
    x = Tensor(X, requires_grad=True, name="x")
    with pytest.raises(ShapeError, match=r"^hypot of .*\(2, 3\) \(tensor 'x'\) and \(2,\)"):
        np.hypot(x, [1, 2])
