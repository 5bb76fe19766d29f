"""Elementwise functions of complex numbers that are not holomorphic, or have cuts."""

import math
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from tests.test_conventions import slope

NAN, INF = np.nan, np.inf
Z = np.array([3 + 4j, -1 + 0.5j])


def test_the_sign_of_a_complex_number_is_its_direction() -> None:
    z = Tensor(Z, requires_grad=True)
    np.testing.assert_allclose(np.sign(z).data, np.sign(Z), rtol=1e-15)
    np.real(np.sign(z)).backward(np.ones(2))
    # Moving along z changes nothing; the part across it turns the sign.
    np.testing.assert_allclose(np.real(np.conj(z.grad) * Z), 0, atol=1e-15)
    np.testing.assert_allclose(z.grad[0], (16 - 12j) / 125)
    at_zero = Tensor(0j, requires_grad=True)
    assert np.sign(at_zero).data == 0


def test_the_angle_in_degrees_and_of_zero() -> None:
    assert slope(np.angle, 1.0) == 0
    z = Tensor([2j, 0], requires_grad=True)
    np.sum(np.angle(z, deg=True)).backward()
    np.testing.assert_allclose(z.grad, [-90 / math.pi, 0], rtol=1e-15)


def test_real_and_imaginary_parts_are_attributes() -> None:
    z = Tensor(Z, requires_grad=True)
    np.sum(z.real * 2 + z.imag * 3).backward()
    np.testing.assert_array_equal(z.grad, [2 + 3j, 2 + 3j])
    with pytest.raises(AttributeError):
        z.real = 1


def test_real_if_close() -> None:
    almost = Tensor(np.array([1 + 1e-15j, 2]), requires_grad=True)
    assert np.real_if_close(almost).dtype == np.float64
    assert np.real_if_close(almost, tol=1e-16).dtype == np.complex128
    assert np.real_if_close(Tensor(Z)).dtype == np.complex128


def test_nan_to_num_takes_the_parts_of_a_complex_number_by_themselves() -> None:
    broken = np.array([complex(NAN, 2), complex(1, -INF), 3 + 4j])
    z = Tensor(broken, requires_grad=True)
    y = np.nan_to_num(z, nan=5.0, neginf=6.0)
    np.testing.assert_array_equal(y.data, np.nan_to_num(broken, nan=5.0, neginf=6.0))
    y.backward(np.full(3, 7 + 8j))
    np.testing.assert_array_equal(z.grad, [8j, 7, 7 + 8j])


@pytest.mark.parametrize("n", [1 - 0.5j, np.array([2j, 1 + 1j])], ids=type)
def test_complex_powers_of_negative_numbers(n: Any) -> None:
    """The logarithm in the exponent's slope is complex, though the base is real."""
    derivative = (-2 + 0j) ** n * np.log(-2 + 0j)
    for base in (-2.0, np.array(-2.0)):
        z = Tensor(n, requires_grad=True)
        y = np.power(base, z)
        y.backward(np.ones(y.shape))
        np.testing.assert_allclose(z.grad, np.conj(derivative))
