"""Determinants, also of singular matrices, and their logarithms."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jvp
from tests.cases.determinants import FLAT, SINGULAR
from tests.cases.inverses import MATRIX, STACK
from tests.second_order import assert_derivatives

COMPLEX = MATRIX + 0.4j * MATRIX.T @ MATRIX


def minors(a: Any) -> Any:
    """Cofactors by their definition."""
    n = len(a)
    result = np.zeros_like(a)
    for i, j in np.ndindex(n, n):
        rest = np.delete(np.delete(a, i, axis=0), j, axis=1)
        result[i, j] = (-1) ** (i + j) * np.linalg.det(rest)
    return result


@pytest.mark.parametrize("a", [MATRIX, SINGULAR, FLAT, np.zeros((3, 3)), np.diag([0.0, 2, 3, 4])])
def test_gradient_is_the_matrix_of_cofactors(a: Any) -> None:
    np.testing.assert_allclose(grad(np.linalg.det)(a), minors(a), rtol=1e-12, atol=1e-14)


def test_gradient_of_a_complex_determinant() -> None:
    x = Tensor(COMPLEX, requires_grad=True)
    np.real(np.linalg.det(x)).backward()
    np.testing.assert_allclose(x.grad, np.conjugate(minors(COMPLEX)), rtol=1e-12)


def test_large_determinants_do_not_overflow_on_the_way() -> None:
    a = np.diag([1e150, 1e150, 1e-200, 1e-100])
    np.testing.assert_allclose(
        np.diag(grad(np.linalg.det)(a)), [1e-150, 1e-150, 1e200, 1e100], rtol=1e-12
    )


@pytest.mark.parametrize("a", [SINGULAR, FLAT, np.zeros((3, 3))])
def test_second_derivatives_at_singular_matrices(a: Any) -> None:
    assert_derivatives(np.linalg.det, a)


def test_third_derivatives_at_nonsingular_matrices() -> None:
    direction = np.arange(9.0).reshape(3, 3) / 4

    def second(a: Any) -> Any:
        first = grad(np.linalg.det)
        return grad(lambda x: np.sum(first(x) * direction))(a)

    assert_derivatives(second, MATRIX)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        jvp(second, np.zeros((3, 3)), direction)


def test_the_cofactors_of_the_identity() -> None:
    """Equal singular values are no obstacle."""
    np.testing.assert_allclose(grad(np.linalg.det)(np.eye(3)), np.eye(3), atol=1e-15)
    assert_derivatives(np.linalg.det, np.eye(3))


# Logarithms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [MATRIX, -MATRIX, STACK, COMPLEX, np.eye(2)])
def test_slogdet_is_numpys(a: Any) -> None:
    recorded = np.linalg.slogdet(Tensor(a, requires_grad=True))
    expected = np.linalg.slogdet(a)
    assert type(recorded) is type(expected)
    for mine, theirs in zip(recorded, expected, strict=True):
        np.testing.assert_allclose(mine.data, theirs, rtol=1e-14)
        assert mine.dtype == theirs.dtype
    assert_derivatives(lambda x: np.linalg.slogdet(x).logabsdet, a)
    assert_derivatives(lambda x: np.linalg.slogdet(x).sign, a)
    assert_derivatives(
        lambda x: np.sum(np.linalg.slogdet(x)[0] * np.exp(np.linalg.slogdet(x)[1])), a
    )


def test_the_logarithm_of_a_small_determinant() -> None:
    a = np.eye(3) * 1e-200
    assert np.linalg.det(a) == 0
    np.testing.assert_allclose(
        grad(lambda x: np.linalg.slogdet(x)[1])(a), np.eye(3) * 1e200, rtol=1e-14
    )


def test_the_logarithm_at_a_singular_matrix() -> None:
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    sign, logarithm = np.linalg.slogdet(x)
    assert sign.data == 0
    assert logarithm.data == -np.inf
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        logarithm.backward()


def test_float32_stays() -> None:
    for function in (np.linalg.det, lambda a: np.linalg.slogdet(a)[1]):
        x = Tensor(MATRIX.astype(np.float32), requires_grad=True)
        function(x).backward()
        assert x.grad.dtype == np.float32
