"""Fourier transforms: NumPy's spellings, and transposes over complex and Hermitian arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, grad, jvp, vjp
from tests.second_order import assert_derivatives
from tests.test_complex import steepest_ascent
from tests.versions import since

RNG = np.random.default_rng(0)
NORMS = [None, "backward", "ortho", "forward"]
FROM_REAL = ["rfft", "ihfft"]
ONE_AXIS = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
SEVERAL_AXES = ["fftn", "ifftn", "rfftn", "irfftn"]
TWO_AXES = ["fft2", "ifft2", "rfft2", "irfft2"]


def signal(name: str, *shape: int) -> Any:
    x = RNG.normal(size=shape)
    return x if name.startswith(("rfft", "ihfft")) else x + 1j * RNG.normal(size=shape)


def parts(z: Any) -> Any:
    return np.stack([np.real(z), np.imag(z)])


def check(transform: Callable[[Any], Any], x: Any) -> None:
    """Forward as on arrays, and derivatives over real and imaginary parts of operand and result."""
    recorded = transform(Tensor(x, requires_grad=True))
    plain = transform(x)
    # Before 2.1 NumPy went through several axes the other way round.
    rounding = 0 if since("2.1.0", True) else 1e-14
    np.testing.assert_allclose(recorded.data, plain, rtol=rounding, atol=rounding)
    assert recorded.dtype == plain.dtype
    if np.iscomplexobj(x):
        assert_derivatives(lambda re, im: parts(transform(re + im * 1j)), x.real, x.imag)
    else:
        assert_derivatives(lambda re: parts(transform(re)), x)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(ONE_AXIS),
    length=st.integers(2, 5),
    n=st.one_of(st.none(), st.integers(1, 7)),
    norm=st.sampled_from(NORMS),
    axis=st.sampled_from([0, 1, -1, -2]),
)
def test_one_axis(name: str, length: int, n: int | None, norm: Any, axis: int) -> None:
    transform = getattr(np.fft, name)
    shape = (length, 2) if axis in (0, -2) else (2, length)
    check(lambda x: transform(x, n=n, axis=axis, norm=norm), signal(name, *shape))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", SEVERAL_AXES)
@pytest.mark.parametrize(
    ("s", "axes"),
    [
        (None, None),
        (None, (0, -1)),
        ((3,), (1,)),
        ((4, 3), (-1, 0)),
        ((-1, 5, 2), (2, 0, 1)),
        ((2, -1), (0, 1)),
    ],
)
def test_several_axes(name: str, norm: Any, s: Any, axes: Any) -> None:
    transform = getattr(np.fft, name)
    check(lambda x: transform(x, s=s, axes=axes, norm=norm), signal(name, 2, 3, 2))


@pytest.mark.parametrize("name", TWO_AXES)
@pytest.mark.parametrize("params", [{}, {"s": (3, 4)}, {"axes": (0, 1)}, {"norm": "ortho"}])
def test_two_axes(name: str, params: dict[str, Any]) -> None:
    transform = getattr(np.fft, name)
    check(lambda x: transform(x, **params), signal(name, 3, 2, 2))


def test_a_repeated_axis_is_transformed_twice() -> None:
    check(lambda x: np.fft.fftn(x, axes=(0, 0)), signal("fftn", 3))


def test_s_without_axes_means_the_last_axes() -> None:
    x = signal("fftn", 2, 3, 2)
    np.testing.assert_array_equal(
        np.fft.fftn(Tensor(x), s=(2, 4)).data, np.fft.fftn(x, s=(2, 4), axes=(-2, -1))
    )


def test_parameters_may_be_positional() -> None:
    x = signal("fft", 4, 3)
    np.testing.assert_array_equal(
        np.fft.irfft(Tensor(x), 5, 0, "ortho").data, np.fft.irfft(x, 5, 0, "ortho")
    )
    np.testing.assert_array_equal(
        np.fft.fft2(Tensor(x), (3, 3), (1, 0), "forward").data,
        np.fft.fft2(x, (3, 3), (1, 0), "forward"),
    )
    np.testing.assert_array_equal(np.fft.fftshift(Tensor(x), 1).data, np.fft.fftshift(x, 1))


def test_no_axes_leave_the_operand_as_it_is() -> None:
    t = Tensor([1.0, 2.0], requires_grad=True)
    np.testing.assert_array_equal(np.fft.fftn(t, axes=()).data, [1, 2])


@pytest.mark.parametrize("n", [4, 5])
def test_interior_frequencies_of_half_a_spectrum_count_twice(n: int) -> None:
    """The gradient of the first sample is 1/n for each frequency that a bin stands for."""
    spectrum = np.ones(n // 2 + 1, complex)
    slopes = grad(lambda a: np.fft.irfft(a, n)[0])(spectrum)
    np.testing.assert_allclose(slopes * n, [1, 2, 1] if n == 4 else [1, 2, 2], atol=1e-15)


def test_imaginary_parts_that_do_not_count_have_no_gradient() -> None:
    """The mean and, for even n, the highest frequency of a real signal are real."""
    slopes = grad(lambda a: np.sum(np.fft.irfft(a, 4) * np.arange(4.0)))(np.zeros(3, complex))
    np.testing.assert_array_equal(slopes.imag[[0, 2]], 0)
    assert slopes.imag[1] != 0


@pytest.mark.parametrize("name", [*ONE_AXIS, *SEVERAL_AXES])
def test_gradient_is_the_direction_of_steepest_ascent(name: str) -> None:
    transform = getattr(np.fft, name)
    x = signal(name, 2, 4)

    def energy(x: Any) -> Any:
        return np.sum(np.abs(transform(x)) ** 2 * np.arange(1, 3)[:, None])

    expected = steepest_ascent(energy, x) if np.iscomplexobj(x) else None
    if expected is not None:
        np.testing.assert_allclose(grad(energy)(x), expected, rtol=1e-6, atol=1e-6)
    else:
        assert_derivatives(energy, x)
        assert grad(energy)(x).dtype == np.float64


def test_parseval() -> None:
    """The sum of |X|^2 is n times that of |x|^2, so that the gradient is 2 n x."""
    x = signal("fft", 8)
    slopes = grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(x)
    np.testing.assert_allclose(slopes, 16 * x, rtol=1e-12)


def test_third_derivatives_of_a_power_spectrum() -> None:
    x = RNG.normal(size=5)
    v = RNG.normal(size=5)

    def along(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: np.sum(grad(f)(x) * v)

    cubed = along(along(along(lambda x: np.sum(np.abs(np.fft.rfft(x)) ** 2) ** 2)))
    spectrum = [np.sum(np.abs(np.fft.rfft(x + t * v)) ** 2) ** 2 for t in range(-2, 3)]
    # A polynomial of degree 4 in t, whose third difference is exact.
    expected = np.dot([-0.5, 1, 0, -1, 0.5], spectrum)
    np.testing.assert_allclose(cubed(x), expected, rtol=1e-9)


def test_spacing_of_frequencies_is_differentiable() -> None:
    d = 0.3
    np.testing.assert_allclose(
        grad(lambda d: np.fft.fftfreq(4, d)[1])(d), -1 / (4 * d**2), rtol=1e-12
    )
    np.testing.assert_allclose(
        grad(lambda d: np.fft.rfftfreq(4, d)[2])(d), -2 / (4 * d**2), rtol=1e-12
    )


@pytest.mark.parametrize("name", ["fft", "irfft", "hfft"])
def test_complex64_stays_complex64(name: str) -> None:
    z = Tensor(signal("fft", 3).astype(np.complex64), requires_grad=True)
    y = getattr(np.fft, name)(z)
    assert y.dtype == (np.complex64 if name == "fft" else np.float32)
    y.backward(np.ones(y.shape, y.dtype))
    assert z.grad.dtype == np.complex64
    value, tangent = jvp(getattr(np.fft, name), z.data, z.data)
    assert tangent.dtype == y.dtype
    np.testing.assert_array_equal(tangent, value)


@pytest.mark.parametrize("name", [*FROM_REAL, "fft"])
def test_float32_stays_float32(name: str) -> None:
    value, pullback = vjp(getattr(np.fft, name), RNG.normal(size=4).astype(np.float32))
    assert value.dtype == np.complex64
    assert pullback(value).dtype == np.float32


def test_memory_layout_does_not_matter() -> None:
    x = RNG.normal(size=(6, 4)).T[::-1, ::2]
    check(lambda x: np.fft.rfft2(x), x)


@pytest.mark.parametrize("name", [*ONE_AXIS, *SEVERAL_AXES, *TWO_AXES])
def test_out_is_refused(name: str) -> None:
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    with pytest.raises(TypeError, match="out="):
        getattr(np.fft, name)(x, out=np.empty((2, 2), complex))


def test_what_numpy_refuses() -> None:
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    with pytest.raises(ValueError, match="number of FFT data points"):
        np.fft.fft(x, 0)
    with pytest.raises(ValueError, match=r"s has 1 lengths for 2 axes"):
        np.fft.fftn(x, s=(2,), axes=(0, 1))
    with pytest.raises(TypeError):
        np.fft.rfft(x * 1j)
