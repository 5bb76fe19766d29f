"""Jacobians and Hessians: what they are, their structure, and that batches are rows by rows."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, hessian, hvp, jacobian, jvp, value_and_grad
from tests.transforms.test_batch import row_by_row

V = np.array([1.0, 2.0, 3.0])
M = np.array([[1.0, -2.0, 0.5], [3.0, 1.0, 4.0]])
both_modes = pytest.mark.parametrize("mode", ["reverse", "forward"])


class Pair(NamedTuple):
    x: Any
    y: Any


# What they are -----------------------------------------------------------------------------------


@both_modes
def test_entries(mode: str) -> None:
    def fn(x: Any) -> Any:
        return np.stack([x[0] * x[1], np.sin(x[2]), x[0] ** 2, x[1]])

    expected = [[2, 1, 0], [0, 0, np.cos(3)], [2, 0, 0], [0, 1, 0]]
    np.testing.assert_allclose(jacobian(fn, mode=mode)(V), expected, rtol=1e-15)


@both_modes
@pytest.mark.parametrize(
    ("fn", "x", "shape"),
    [
        (lambda x: x**2, 3.0, ()),
        (lambda x: x * V, 3.0, (3,)),
        (np.sum, V, (3,)),
        (lambda x: x @ V, M, (2, 2, 3)),
        (lambda x: np.outer(x, x), V, (3, 3, 3)),
        (lambda x: x[:0], V, (0, 3)),
        (lambda x: np.sum(x) * V, V[:0], (3, 0)),
    ],
)
def test_shape_is_that_of_the_value_and_then_of_the_argument(
    mode: str, fn: Callable[..., Any], x: Any, shape: tuple[int, ...]
) -> None:
    J = jacobian(fn, mode=mode)(x)
    assert J.shape == shape
    assert not J.size or np.array_equal(J, row_by_row(fn, x)[0])


def test_auto_takes_the_shorter_side(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def spy(name: str) -> None:
        original = getattr(autograd.transforms.jacobians, name)

        def run(*args: Any) -> Any:
            taken.append(name)
            return original(*args)

        monkeypatch.setattr(autograd.transforms.jacobians, name, run)

    spy("_by_rows")
    spy("_by_columns")
    for fn, x in ((np.sum, V), (lambda x: x * V, 2.0), (lambda x: x, V)):
        jacobian(fn)(x)
    assert taken == ["_by_rows", "_by_columns", "_by_rows"]


def test_modes_are_named_rightly() -> None:
    with pytest.raises(ValueError, match="mode is 'auto', 'reverse' or 'forward', got 'backward'"):
        jacobian(np.sin, mode="backward")


@both_modes
def test_structures(mode: str) -> None:
    def fn(p: Any, y: Any) -> Any:
        return {"product": p["w"] * y, "pair": Pair(p["b"][0] ** 2, [y, 1.0])}

    J = jacobian(fn, (0, 1), mode=mode)({"w": V, "b": (4.0,)}, 5.0)
    by_p, by_y = J["product"]
    np.testing.assert_array_equal(by_p["w"], np.diag([5.0] * 3))
    np.testing.assert_array_equal(by_p["b"][0], [0, 0, 0])
    np.testing.assert_array_equal(by_y, V)
    assert type(J["pair"]) is Pair
    assert J["pair"].x[0]["b"] == (8,)
    assert J["pair"].x[1] == 0
    assert (J["pair"].y[0][1], J["pair"].y[1][1]) == (1, 0)
    assert jacobian(fn, 1, mode=mode)({"w": 2.0, "b": (4.0,)}, 5.0)["product"] == 2


@both_modes
def test_auxiliary_output(mode: str) -> None:
    J, aux = jacobian(lambda x: (x**2, {"twice": 2 * x, "note": "n"}), mode=mode, has_aux=True)(V)
    np.testing.assert_array_equal(J, np.diag(2 * V))
    assert aux["note"] == "n"
    assert isinstance(aux["twice"], np.ndarray)


def test_keyword_arguments_and_names() -> None:
    def powers(x: Any, *, n: int) -> Any:
        """Documented."""
        return x**n

    assert jacobian(powers)(2.0, n=3) == 12
    assert hessian(powers)(2.0, n=3) == 12
    assert jacobian(powers).__doc__ == hessian(powers).__doc__ == "Documented."


# Nesting -----------------------------------------------------------------------------------------


@both_modes
def test_a_jacobian_can_be_differentiated(mode: str) -> None:
    def volume(x: Any) -> Any:
        return np.sum(jacobian(lambda x: np.sin(x) * x[::-1], mode=mode)(x) ** 2)

    autograd.gradcheck(volume, V)
    x = autograd.variables(x=V)
    volume(x).backward()
    np.testing.assert_allclose(x.grad, grad(volume)(V), rtol=1e-13)


@both_modes
def test_a_jacobian_over_a_closure_loses_no_gradient(mode: str) -> None:
    """d/dw of d(w x^2)/dx summed is 2 sum(x)."""

    def fn(w: Any) -> Any:
        J = jacobian(lambda x: w * x**2, mode=mode)(V)
        assert type(J) is Tensor
        return np.sum(J)

    assert grad(fn)(3.0) == 2 * V.sum()
    assert jvp(fn, 3.0, 1.0)[1] == 2 * V.sum()


@both_modes
def test_tensors_in_tensors_out(mode: str) -> None:
    assert type(jacobian(np.sin, mode=mode)(Tensor(V))) is Tensor
    assert type(jacobian(np.sin, mode=mode)(V)) is np.ndarray


@both_modes
def test_third_derivatives(mode: str) -> None:
    third = jacobian(hessian(lambda x: np.prod(x) * x[0]), mode=mode)(V)
    # y = x0^2 x1 x2
    expected = np.zeros((3, 3, 3))
    for i, j, k in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        expected[i, j, k] = 2 * V[0]
    for i, j, k, value in ((0, 0, 1, V[2]), (0, 0, 2, V[1])):
        for index in {(i, j, k), (i, k, j), (k, i, j)}:
            expected[index] = 2 * value
    np.testing.assert_allclose(third, expected, rtol=1e-12, atol=1e-12)


# Hessians ----------------------------------------------------------------------------------------


def test_hessian_of_a_quadratic_form() -> None:
    A = np.arange(9.0).reshape(3, 3)
    np.testing.assert_allclose(hessian(lambda x: x @ A @ x)(V), A + A.T, rtol=1e-14)
    assert hessian(lambda x: x**3)(2.0) == 12


def test_hessian_of_several_arguments() -> None:
    H = hessian(lambda x, p: np.sum(x) * p["y"] ** 2, (0, 1))(V, {"y": 3.0})
    np.testing.assert_array_equal(H[0][0], np.zeros((3, 3)))
    np.testing.assert_array_equal(H[0][1]["y"], [6, 6, 6])
    np.testing.assert_array_equal(H[1]["y"][0], [6, 6, 6])
    assert H[1]["y"][1] == {"y": 12}


def test_hessian_with_auxiliary_output() -> None:
    H, aux = hessian(lambda x: (np.sum(x**2), x * 2), has_aux=True)(V)
    np.testing.assert_array_equal(H, 2 * np.eye(3))
    np.testing.assert_array_equal(aux, 2 * V)
    assert isinstance(aux, np.ndarray)


def test_hessian_needs_a_scalar() -> None:
    with pytest.raises(autograd.ShapeError, match="grad needs a scalar output"):
        hessian(np.sin)(V)


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_hvp_is_the_hessian_times_the_vector() -> None:
    x, v = np.random.default_rng(0).normal(size=(2, 10))
    np.testing.assert_allclose(hvp(rosenbrock, x, v), hessian(rosenbrock)(x) @ v, rtol=1e-12)
    np.testing.assert_allclose(hvp(rosenbrock, (x,), (v,)), hessian(rosenbrock)(x) @ v, rtol=1e-12)


def test_hvp_of_several_primals_and_structures() -> None:
    """Y = a^2 b: H = [[2b, 2a], [2a, 0]]."""
    assert hvp(lambda a, b: a**2 * b, (3.0, 5.0), (1.0, 10.0)) == (10 + 60, 6)
    product = hvp(lambda p: p["a"] ** 2 * p["b"], {"a": 3.0, "b": 5.0}, {"b": 10.0, "a": 1.0})
    assert product == {"a": 70, "b": 6}
    assert grad(lambda a: hvp(lambda x: x**3 * a, 2.0, 1.0))(5.0) == 12


# Complex numbers ---------------------------------------------------------------------------------

Z = np.array([0.7 + 0.4j, -1.1 + 0.9j])


@both_modes
def test_holomorphic_functions_have_plain_derivatives(mode: str) -> None:
    np.testing.assert_allclose(jacobian(np.exp, mode=mode)(Z), np.diag(np.exp(Z)), rtol=1e-14)
    A = np.array([[1, 2j], [3, 1 - 1j]])
    np.testing.assert_allclose(jacobian(lambda z: A @ z, mode=mode)(Z), A, rtol=1e-14)


@both_modes
def test_complex_functions_of_real_numbers(mode: str) -> None:
    x = np.array([0.3, 0.5])
    J = jacobian(lambda x: np.exp(1j * x), mode=mode)(x)
    np.testing.assert_allclose(J, np.diag(1j * np.exp(1j * x)), rtol=1e-14)


@both_modes
def test_real_functions_of_complex_numbers_have_gradients(mode: str) -> None:
    def fn(z: Any) -> Any:
        return np.sum(np.abs(z) ** 2)

    np.testing.assert_allclose(jacobian(fn, mode=mode)(Z), 2 * Z, rtol=1e-14)
    np.testing.assert_allclose(value_and_grad(fn)(Z)[1], 2 * Z, rtol=1e-14)


@both_modes
@pytest.mark.parametrize("fn", [np.conj, lambda z: z * np.abs(z), lambda z: np.real(z) + 0j])
def test_other_functions_of_complex_numbers_have_no_jacobian(
    mode: str, fn: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError, match="to be holomorphic or real; this one is neither"):
        jacobian(fn, mode=mode)(Z)
