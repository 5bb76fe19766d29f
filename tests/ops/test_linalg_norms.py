"""Norms of every order, along any axes, real and complex, and their corners."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, compile, grad, jvp
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(1)
VECTOR, MATRIX, CUBE = RNG.normal(size=3), RNG.normal(size=(3, 2)), RNG.normal(size=(2, 3, 4))
INF = np.inf


def complex_like(x: Any) -> Any:
    return x + 1j * np.random.default_rng(2).uniform(0.2, 0.9, x.shape)


CALLS: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    *((VECTOR, (order,), {}) for order in (None, 2, 1, INF, -INF, 3, 0.5, -1, -2, 2.5)),
    *((MATRIX, (order,), {}) for order in (None, "fro", "nuc", 2, -2, 1, -1, INF, -INF)),
    (MATRIX, (3, 0), {}),
    (MATRIX, (1, -1, True), {}),
    (CUBE, (), {}),
    (CUBE, (), {"keepdims": True}),
    (CUBE, (), {"axis": 1}),
    (CUBE, (), {"axis": (1,)}),
    (CUBE, (), {"axis": (0, 2)}),
    (CUBE, (INF,), {"axis": (2, 0)}),
    (CUBE, (1,), {"axis": (2, 0), "keepdims": True}),
    (CUBE, ("nuc", (-1, 1)), {}),
    (CUBE, (2, (0, 1), True), {}),
    (CUBE, ("f", (0, -1)), {}),
    (CUBE, (INF, 1), {}),
    (CUBE, (), {"ord": 3, "axis": -1, "keepdims": True}),
]


@pytest.mark.parametrize(("x", "args", "keywords"), CALLS)
@pytest.mark.parametrize("make", [np.asarray, complex_like])
def test_norm_is_numpys(x: Any, args: Any, keywords: dict[str, Any], make: Any) -> None:
    x = make(x)
    expected = np.linalg.norm(x, *args, **keywords)
    recorded = np.linalg.norm(Tensor(x, requires_grad=True), *args, **keywords)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-13)
    assert recorded.shape == np.shape(expected)
    assert recorded.dtype == np.float64
    assert_derivatives(lambda x: np.linalg.norm(x, *args, **keywords), x)


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"axis": None, "keepdims": True},
        {"axis": (0, 2)},
        {"axis": (2, 0, 1), "ord": 3},
        {"axis": 1, "ord": 1},
        {"ord": INF},
        {"ord": -INF, "axis": (0, 1), "keepdims": True},
    ],
)
def test_vector_norm_is_numpys(keywords: dict[str, Any]) -> None:
    expected = np.linalg.vector_norm(CUBE, **keywords)
    recorded = np.linalg.vector_norm(Tensor(CUBE, requires_grad=True), **keywords)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-13)
    assert_derivatives(lambda x: np.linalg.vector_norm(x, **keywords), CUBE)


@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, INF, -INF])
@pytest.mark.parametrize("keepdims", [False, True])
def test_matrix_norm_is_numpys(order: Any, keepdims: bool) -> None:
    expected = np.linalg.matrix_norm(CUBE, ord=order, keepdims=keepdims)
    x = Tensor(CUBE, requires_grad=True)
    recorded = np.linalg.matrix_norm(x, ord=order, keepdims=keepdims)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-13)
    assert recorded.shape == expected.shape
    assert_derivatives(lambda x: np.linalg.matrix_norm(x, ord=order, keepdims=keepdims), CUBE)


def test_the_norm_of_order_zero_counts() -> None:
    x = Tensor([0.0, 3.0, -1.0], requires_grad=True)
    y = np.linalg.norm(x, 0)
    assert y.data == 2.0
    assert y.dtype == np.float64
    assert not y.requires_grad


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5, INF])
def test_the_derivative_of_the_norm_of_zeros_is_zero(order: Any) -> None:
    np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(np.zeros(3)), 0)


@pytest.mark.parametrize("order", ["fro", "nuc", 2, 1, INF])
def test_the_derivative_of_the_norm_of_a_matrix_of_zeros_is_zero(order: Any) -> None:
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(np.zeros((3, 2))), 0)


def test_rows_of_zeros_among_others() -> None:
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    expected = [[0.6, 0.8], [0.0, 0.0]]
    np.testing.assert_allclose(grad(lambda x: np.sum(np.linalg.norm(x, axis=1)))(x), expected)


def test_the_largest_entries_share() -> None:
    g = grad(lambda x: np.linalg.norm(x, INF))(np.array([2.0, -2.0, 1.0]))
    np.testing.assert_array_equal(g, [0.5, -0.5, 0.0])


def test_orders_that_numpy_does_not_know() -> None:
    x = Tensor(MATRIX, requires_grad=True)
    with pytest.raises(ValueError, match="Invalid norm order 'fro' for vectors"):
        np.linalg.norm(x, "fro", axis=0)
    with pytest.raises(ValueError, match="Invalid norm order for matrices"):
        np.linalg.norm(x, 3)
    with pytest.raises(ValueError, match="Invalid norm order for matrices"):
        np.linalg.norm(x, "nuclear")
    with pytest.raises(ValueError, match="Improper number of dimensions"):
        np.linalg.norm(Tensor(CUBE, requires_grad=True), 2)
    with pytest.raises(np.exceptions.AxisError):
        np.linalg.norm(x, axis=5)
    with pytest.raises(np.exceptions.AxisError):
        np.linalg.norm(x, 1, axis=(0, 5))


def test_float32_stays() -> None:
    for order in (None, "nuc", 2, 1, INF):
        x = Tensor(MATRIX.astype(np.float32), requires_grad=True)
        y = np.linalg.norm(x, order)
        y.backward()
        assert y.dtype == x.grad.dtype == np.float32


# Condition numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [None, 2, -2, "fro", 1, -1, INF, -INF, "nuc"])
@pytest.mark.parametrize("make", [np.asarray, complex_like])
def test_cond_is_numpys(p: Any, make: Any) -> None:
    a = make(CUBE[:, :, :3] + 2 * np.eye(3))
    expected = np.linalg.cond(a, p)
    if np.iscomplexobj(expected):
        pytest.skip("this NumPy has complex condition numbers")
    recorded = np.linalg.cond(Tensor(a, requires_grad=True), p)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-12)
    assert_derivatives(lambda x: np.linalg.cond(x, p), a, rtol=1e-5)


def test_cond_of_matrices_that_are_not_square() -> None:
    assert_derivatives(np.linalg.cond, MATRIX)


def test_cond_of_singular_and_empty_matrices() -> None:
    assert np.linalg.cond(Tensor(np.zeros((2, 2)) + np.diag([1.0, 0]))).data == INF
    with pytest.raises(np.linalg.LinAlgError, match="not defined on empty arrays"):
        np.linalg.cond(Tensor(np.zeros((0, 2))))


@pytest.mark.parametrize("order", [-3, -1, -0.5, 0.25, 0.5, 1.5, 3])
@pytest.mark.parametrize("dtype", [float, complex])
def test_zeros_among_the_entries(order: float, dtype: Any) -> None:
    """A zero makes a norm of negative order 0 with slopes 0; for others its own slope is 0."""
    x = np.array([[0, 3, -4], [1, 2, 5], [0, 0, 0]], dtype)

    def f(x: Any) -> Any:
        return np.sum(np.linalg.vector_norm(x, ord=order, axis=1))

    expected = np.zeros_like(x)
    for i, row in enumerate(x):
        kept = row != 0
        if kept.any() and (order > 0 or kept.all()):
            expected[i, kept] = grad(lambda r: np.linalg.vector_norm(r, ord=order))(row[kept])
    with np.errstate(divide="ignore"):  # NumPy's norms of negative order divide by zero.
        got = grad(f)(x)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=0)
        np.testing.assert_array_equal(compile(grad(f))(x), got)
        slope = jvp(f, (x,), (np.ones_like(x),))[1]
    np.testing.assert_allclose(slope, np.sum(np.real(expected)), rtol=1e-12)
