"""Complex gradients: PyTorch's convention, the direction of steepest ascent.

For a real L and z = x + iy the gradient is dL/dx + i dL/dy, which for L = Re(f), f holomorphic, is
the conjugate of f'(z).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jvp, value_and_grad, vjp

M = np.array([[1, 2j], [3 - 1j, 0.5]])
POINTS = np.array([0.7 + 0.4j, -1.1 + 0.9j])

REAL_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": lambda z: np.sum(np.abs(z)),
    "angle": lambda z: np.sum(np.angle(z)),
    "real of square": lambda z: np.sum(np.real(z * z)),
    "imag of exp": lambda z: np.sum(np.imag(np.exp(z))),
    "conj": lambda z: np.sum(np.real(np.conj(z) * z * z)),
    "quotient": lambda z: np.sum(np.abs(1 / (z + 2))),
    "power": lambda z: np.sum(np.real(z**3)),
    "log, sqrt": lambda z: np.sum(np.imag(np.log(z) * np.sqrt(z))),
    "trigonometric": lambda z: np.sum(np.real(np.sin(z) * np.cos(z) + np.tanh(z))),
    "matmul": lambda z: np.sum(np.abs(M @ z) ** 2),
    "norm": lambda z: np.linalg.norm(z),
    "real numbers among complex ones": lambda z: np.sum(np.real(z) * np.abs(z * 1j + 2.0)),
    "indexing": lambda z: np.abs(z[0] * z[[1, 1]].sum()),
}


def steepest_ascent(f: Callable[[Any], Any], z: Any, h: float = 1e-6) -> Any:
    """dL/dx + i dL/dy by central differences."""
    result = np.zeros(z.shape, complex)
    for index in np.ndindex(z.shape):
        for unit in (1, 1j):
            step = np.zeros(z.shape, complex)
            step[index] = h * unit
            result[index] += unit * (f(z + step) - f(z - step)) / (2 * h)
    return result


@pytest.mark.parametrize("name", REAL_FUNCTIONS)
def test_gradient_is_the_direction_of_steepest_ascent(name: str) -> None:
    f = REAL_FUNCTIONS[name]
    expected = steepest_ascent(f, POINTS)
    np.testing.assert_allclose(grad(f)(POINTS), expected, rtol=1e-7, atol=1e-8)
    z = Tensor(POINTS, requires_grad=True)
    f(z).backward()
    np.testing.assert_allclose(z.grad, expected, rtol=1e-7, atol=1e-8)
    assert z.grad.dtype == np.complex128


@pytest.mark.parametrize("name", REAL_FUNCTIONS)
def test_forward_mode_agrees(name: str) -> None:
    f = REAL_FUNCTIONS[name]
    direction = np.array([0.3 - 0.2j, 1j])
    _, tangent = jvp(f, POINTS, direction)
    along = np.sum(np.real(np.conj(grad(f)(POINTS)) * direction))
    np.testing.assert_allclose(tangent, along, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", REAL_FUNCTIONS)
def test_second_derivatives(name: str) -> None:
    f = REAL_FUNCTIONS[name]
    direction = np.array([0.3 - 0.2j, 1j])

    def slope(z: Any) -> Any:
        return np.sum(np.real(np.conj(grad(f)(z)) * direction))

    np.testing.assert_allclose(
        grad(slope)(POINTS), steepest_ascent(slope, POINTS), rtol=1e-6, atol=1e-7
    )


def test_real_inputs_get_real_gradients() -> None:
    x = Tensor(2.0, requires_grad=True)
    (np.abs(x * (1 + 2j)) ** 2).backward()
    assert x.grad == pytest.approx(20)
    assert x.grad.dtype == np.float64


def test_complex64_stays_complex64() -> None:
    z = Tensor(POINTS.astype(np.complex64), requires_grad=True)
    L = np.sum(np.abs(z * 2) ** 2)
    L.backward()
    assert L.dtype == np.float32
    assert z.grad.dtype == np.complex64


def test_vjp_of_a_holomorphic_function_is_the_conjugate_of_its_derivative() -> None:
    value, pullback = vjp(lambda z: z * z, 1 + 1j)
    assert value == 2j
    assert pullback(1.0) == 2 - 2j


def test_hooks_see_what_users_see() -> None:
    z = Tensor(3 + 4j, requires_grad=True)
    seen: list[Any] = []
    z.register_hook(seen.append)
    np.real(z * z).backward()
    assert seen == [6 - 8j] == [z.grad]
    z.register_hook(lambda g: g * 1j)
    z.zero_grad()
    np.real(z * z).backward()
    assert z.grad == (6 - 8j) * 1j


def test_a_complex_output_has_no_gradient_of_its_own() -> None:
    z = Tensor(1 + 1j, requires_grad=True)
    with pytest.raises(TypeError, match="needs a real number, got dtype complex128"):
        (z * z).backward()
    with pytest.raises(TypeError, match="grad needs a real output, got dtype complex128"):
        value_and_grad(lambda z: z * z)(1 + 1j)
    (z * z).backward(1.0)
    assert z.grad == 2 - 2j
