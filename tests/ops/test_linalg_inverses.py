"""Inverses, equations and least squares in NumPy's spellings."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, gradcheck, jvp
from tests.cases.inverses import MATRIX, STACK, TALL
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)


def leaf(x: Any) -> Tensor:
    return Tensor(x, requires_grad=True)


@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 3, 7, np.int64(5)])
@pytest.mark.parametrize("a", [MATRIX, STACK, MATRIX + 0.3j * MATRIX.T])
def test_matrix_power(a: Any, n: int) -> None:
    recorded = np.linalg.matrix_power(leaf(a), n)
    np.testing.assert_allclose(recorded.data, np.linalg.matrix_power(a, n), rtol=1e-11, atol=1e-13)
    assert recorded.dtype == a.dtype
    if n:
        assert_derivatives(lambda x: np.linalg.matrix_power(x, n), a)


def test_matrix_power_refuses_what_numpy_refuses() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="must be square"):
        np.linalg.matrix_power(leaf(TALL), 2)
    with pytest.raises(TypeError, match="exponent must be an integer"):
        np.linalg.matrix_power(leaf(MATRIX), 1.5)


def test_one_dimensional_right_hand_sides_are_one_column() -> None:
    """NumPy 2: only a 1-d `b` is a vector; a stack of vectors is a matrix."""
    b = RNG.normal(size=(2, 3))
    x = np.linalg.solve(leaf(STACK), b[0])
    np.testing.assert_allclose(x.data, np.linalg.solve(STACK, b[0]))
    assert x.shape == (2, 3)
    with pytest.raises(ValueError, match="solve of operands of shapes"):
        np.linalg.solve(leaf(STACK), b)


def test_solve_with_constants_and_lists() -> None:
    assert_derivatives(lambda x: np.linalg.solve(x, [1, 2, 3]), MATRIX)
    assert_derivatives(lambda x: np.linalg.solve([[2, 1], [0, 3]], x), RNG.normal(size=(2, 2)))


@pytest.mark.parametrize("b", [(3,), (3, 2), (2, 3, 1)])
@pytest.mark.parametrize("a", [MATRIX, STACK])
def test_complex_equations(a: Any, b: tuple[int, ...]) -> None:
    right = RNG.normal(size=b) + 1j * RNG.normal(size=b)
    assert_derivatives(np.linalg.solve, a + 0.3j * a.mT, right)
    x = leaf(a)
    np.sum(np.abs(np.linalg.solve(x, right)) ** 2).backward()
    assert x.grad.dtype == np.float64


def test_solve_inverts_without_the_inverse() -> None:
    b = RNG.normal(size=3)
    by_solve = grad(lambda a: np.sum(np.linalg.solve(a, b) ** 3))(MATRIX)
    by_inverse = grad(lambda a: np.sum((np.linalg.inv(a) @ b) ** 3))(MATRIX)
    np.testing.assert_allclose(by_solve, by_inverse, rtol=1e-12)


def test_singular_matrices_raise_numpys_error() -> None:
    for function in (np.linalg.inv, lambda a: np.linalg.solve(a, np.ones(2))):
        with pytest.raises(ValueError, match="Singular matrix"):
            function(leaf(np.ones((2, 2))))


# Pseudoinverses and least squares -----------------------------------------------------------------


@pytest.mark.parametrize("keywords", [{}, {"rcond": 1e-10}, {"rtol": 1e-10}, {"rtol": None}])
def test_pinv_spellings(keywords: dict[str, Any]) -> None:
    expected = np.linalg.pinv(TALL, **keywords)
    np.testing.assert_array_equal(np.linalg.pinv(leaf(TALL), **keywords).data, expected)
    assert_derivatives(lambda x: np.linalg.pinv(x, **keywords), TALL)


def test_pinv_cuts_off_small_singular_values() -> None:
    a = np.diag([1.0, 1e-9])
    x = leaf(a)
    np.linalg.pinv(x, 1e-6)[0, 0].backward()
    np.testing.assert_allclose(x.grad, [[-1, 0], [0, 0]], atol=1e-12)


def test_pinv_where_the_rank_stays() -> None:
    """A product of thin factors has rank 2 wherever they move."""
    factors = RNG.normal(size=(4, 2)), RNG.normal(size=(2, 3))
    assert_derivatives(lambda u, v: np.linalg.pinv(u @ v, 1e-10), *factors, rtol=1e-5)


def test_pinv_of_hermitian_matrices_reads_one_triangle() -> None:
    assert_derivatives(lambda x: np.linalg.pinv(x, hermitian=True), MATRIX)
    expected = np.linalg.pinv(MATRIX, hermitian=True)
    recorded = np.linalg.pinv(leaf(MATRIX), hermitian=True)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-12)


@pytest.mark.parametrize("b", [RNG.normal(size=3), RNG.normal(size=(3, 2)), np.ones((3, 0))])
@pytest.mark.parametrize("a", [TALL, TALL.T @ TALL, TALL.T])
@pytest.mark.parametrize("make", [np.asarray, lambda x: x * (1 + 0.5j) + 0.1j])
def test_least_squares_is_numpys(a: Any, b: Any, make: Any) -> None:
    a, b = make(a), make(b)[: a.shape[0]]
    recorded = np.linalg.lstsq(leaf(a), leaf(b), rcond=None)
    assert type(recorded) is tuple
    for mine, theirs in zip(recorded, np.linalg.lstsq(a, b, rcond=None), strict=True):
        assert np.shape(mine) == np.shape(theirs)
        assert np.result_type(mine.data) == np.result_type(theirs) or mine is recorded[2]
        np.testing.assert_allclose(mine.data, theirs, rtol=1e-9, atol=1e-12)


def test_least_squares_is_differentiable() -> None:
    b = RNG.normal(size=(3, 2))
    assert_derivatives(lambda a, b: np.linalg.lstsq(a, b)[0], TALL, b)
    assert_derivatives(lambda a, b: np.linalg.lstsq(a, b, None)[1], TALL, b)
    assert_derivatives(lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0], TALL, b[:, 0])
    assert_derivatives(lambda a: np.linalg.lstsq(a, b, rcond=None)[3], TALL)
    assert_derivatives(lambda b: np.linalg.lstsq(TALL, b)[0], b)
    assert_derivatives(lambda a: np.linalg.lstsq(a, [1, 2, 3])[0], TALL)


def test_least_squares_without_full_rank_has_no_residuals() -> None:
    a = np.ones((3, 2))
    x, residuals, rank, s = np.linalg.lstsq(leaf(a), np.arange(3.0))
    assert residuals.shape == (0,)
    assert rank.data == 1
    np.testing.assert_allclose(x.data, [0.5, 0.5])
    np.testing.assert_allclose(s.data, [6**0.5, 0], atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="Incompatible dimensions"):
        np.linalg.lstsq(leaf(a), np.arange(2.0))


def test_rank_is_a_constant() -> None:
    rank = np.linalg.matrix_rank(leaf(np.ones((2, 3, 3))))
    assert rank.data.tolist() == [1, 1]
    assert not rank.requires_grad
    assert np.linalg.matrix_rank(leaf(np.diag([1.0, 1e-5])), rtol=1e-3).data == 1
    assert np.linalg.matrix_rank(leaf(np.eye(2)), hermitian=True).data == 2


# Arrays of more axes ------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "ind"), [((4, 6, 8, 3), 2), ((24, 8, 3), 1)])
def test_tensorinv(shape: tuple[int, ...], ind: int) -> None:
    a = np.eye(24).reshape(shape) + 0.1 * RNG.normal(size=shape)
    recorded = np.linalg.tensorinv(leaf(a), ind=ind)
    np.testing.assert_allclose(recorded.data, np.linalg.tensorinv(a, ind), rtol=1e-12, atol=1e-12)
    small = RNG.normal(size=(4, 2, 2)) if ind == 1 else RNG.normal(size=(2, 2, 4, 1))
    assert_derivatives(lambda x: np.linalg.tensorinv(x, ind), small, rtol=1e-5)


def test_tensorinv_of_no_axes() -> None:
    with pytest.raises(ValueError, match="Invalid ind argument"):
        np.linalg.tensorinv(leaf(np.ones((2, 2))), ind=0)


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [((2, 2, 4), (2, 2), None), ((2, 4, 2), (2, 2), (1,)), ((2, 2, 4), (4,), (0, 1))],
)
def test_tensorsolve(a: tuple[int, ...], b: tuple[int, ...], axes: Any) -> None:
    left, right = RNG.normal(size=a), RNG.normal(size=b)
    recorded = np.linalg.tensorsolve(leaf(left), right, axes)
    expected = np.linalg.tensorsolve(left, right, axes)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-12)
    gradcheck(lambda x, y: np.linalg.tensorsolve(x, y, axes=axes), left, right, rtol=1e-5)


def test_tensorsolve_needs_a_square() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="must satisfy the requirement"):
        np.linalg.tensorsolve(leaf(np.ones((2, 3))), np.ones(2))


def test_forward_mode_of_a_moving_equation() -> None:
    """x(t) = A(t)^-1 b(t):  A x' = b' - A' x."""
    b, da, db = RNG.normal(size=3), RNG.normal(size=(3, 3)), RNG.normal(size=3)
    x, dx = jvp(np.linalg.solve, (MATRIX, b), (da, db))
    np.testing.assert_allclose(MATRIX @ dx, db - da @ x, rtol=1e-12)
