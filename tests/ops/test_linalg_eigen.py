"""Eigenvalues and eigenvectors: NumPy's results, and derivatives that do not hang on phases."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jvp
from tests.cases.eigen import REAL
from tests.cases.inverses import MATRIX, STACK
from tests.second_order import assert_derivatives

ROTATION = np.array([[0.3, -1.0, 0.2], [1.5, 0.1, 0.4], [0.0, 0.3, 2.0]])
COMPLEX = MATRIX + 0.4j * MATRIX.T @ MATRIX + 0.1j * np.arange(9).reshape(3, 3)
OBSERVABLE = np.array([[1.0, 0.5, 0.0], [0.5, -1.0, 2.0], [0.0, 2.0, 0.3]])


def leaf(x: Any) -> Tensor:
    return Tensor(x, requires_grad=True)


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Any]:
    """Return the calls that a function of `np.linalg` gets for arrays from now on."""
    calls: list[Any] = []
    original = getattr(np.linalg, name)

    def counting(*args: Any, **kwargs: Any) -> Any:
        if type(args[0]) is np.ndarray:
            calls.append(args)
        return original(*args, **kwargs)

    monkeypatch.setattr(np.linalg, name, counting)
    return calls


@pytest.mark.parametrize("a", [MATRIX, STACK, COMPLEX, np.eye(1)])
@pytest.mark.parametrize("arguments", [(), ("L",), ("U",), ("u",)])
def test_eigh_is_numpys(a: Any, arguments: tuple[str, ...]) -> None:
    recorded = np.linalg.eigh(leaf(a), *arguments)
    expected = np.linalg.eigh(a, *arguments)
    assert type(recorded) is type(expected)
    for mine, theirs in zip(recorded, expected, strict=True):
        np.testing.assert_array_equal(mine.data, theirs)
        assert mine.dtype == theirs.dtype
    values = np.linalg.eigvalsh(leaf(a), *arguments)
    np.testing.assert_allclose(values.data, np.linalg.eigvalsh(a, *arguments), rtol=1e-12)


@pytest.mark.parametrize("uplo", ["L", "U"])
@pytest.mark.parametrize("a", [MATRIX, COMPLEX, np.stack([COMPLEX, COMPLEX.T @ COMPLEX])])
def test_the_gradient_is_that_of_the_triangle_that_is_read(a: Any, uplo: str) -> None:
    assert_derivatives(lambda a: np.linalg.eigvalsh(a, UPLO=uplo), a)
    g = grad(lambda a: np.sum(np.linalg.eigvalsh(a, uplo) ** 3))(a)
    unread = np.triu(g, 1) if uplo == "L" else np.tril(g, -1)
    np.testing.assert_array_equal(unread, 0)


def test_the_gradient_through_a_symmetric_matrix_is_the_symmetric_one() -> None:
    """The gradient of tr(A^3) is 3 A^2."""
    a = MATRIX + MATRIX.T
    g = grad(lambda b: np.sum(np.linalg.eigvalsh(b + b.T) ** 3))(MATRIX)
    np.testing.assert_allclose(g, 6 * a @ a, rtol=1e-10)


def phase_free(v: Any) -> Any:
    """Return the expectation of an observable for each eigenvector."""
    return np.real(np.einsum("...ji,jk,...ki->...i", np.conjugate(v), OBSERVABLE, v))


@pytest.mark.parametrize("a", [MATRIX, COMPLEX, np.stack([COMPLEX, COMPLEX.T @ COMPLEX])])
def test_eigenvectors_of_hermitian_matrices(a: Any) -> None:
    assert_derivatives(lambda a: phase_free(np.linalg.eigh(a).eigenvectors), a, rtol=1e-5)


@pytest.mark.parametrize("a", [MATRIX, COMPLEX])
def test_the_matrix_is_put_together_again(a: Any) -> None:
    def rebuilt(a: Any) -> Any:
        w, v = np.linalg.eigh(a)
        return (v * w) @ np.conjugate(v.T)

    direction = np.random.default_rng(0).normal(size=(3, 3))
    lower = np.tril(direction, -1)
    _, moved = jvp(rebuilt, a, direction.astype(a.dtype))
    np.testing.assert_allclose(
        moved, lower + lower.T + np.diag(np.diag(direction)), rtol=1e-9, atol=1e-9
    )


def test_values_alone_do_not_mind_coincidence() -> None:
    np.testing.assert_allclose(grad(lambda a: np.sum(np.linalg.eigh(a)[0]))(np.eye(3)), np.eye(3))
    np.testing.assert_allclose(grad(lambda a: np.sum(np.linalg.eigvalsh(a)))(np.eye(3)), np.eye(3))


def test_vectors_of_coinciding_values_have_no_derivative() -> None:
    x = leaf(np.eye(2))
    y = np.sum(np.linalg.eigh(x).eigenvectors * np.array([[1.0, 2.0], [3.0, 4.0]]))
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid value"):
        y.backward()
    assert not np.isfinite(x.grad).all()


def test_lapack_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x = leaf(MATRIX)
    calls = counted(monkeypatch, "eigh")
    w, v = np.linalg.eigh(x)
    assert len(calls) == 1
    (np.sum(w**2) + np.sum(phase_free(v))).backward()
    assert len(calls) == 1


# Matrices that are not Hermitian ------------------------------------------------------------------


@pytest.mark.parametrize("a", [REAL, ROTATION, COMPLEX, np.stack([REAL, ROTATION])])
def test_eig_is_numpys(a: Any) -> None:
    recorded, expected = np.linalg.eig(leaf(a)), np.linalg.eig(a)
    assert type(recorded) is type(expected)
    for mine, theirs in zip(recorded, expected, strict=True):
        np.testing.assert_array_equal(mine.data, theirs)
        assert mine.dtype == theirs.dtype
    np.testing.assert_allclose(np.linalg.eigvals(leaf(a)).data, expected[0], rtol=1e-12)


def parts(y: Any) -> Any:
    return np.stack([np.real(y), np.imag(y)])


@pytest.mark.parametrize("a", [REAL, ROTATION, COMPLEX, np.stack([COMPLEX, COMPLEX.T])])
def test_eigenvalues(a: Any) -> None:
    assert_derivatives(lambda a: parts(np.linalg.eigvals(a)), a)
    assert_derivatives(lambda a: parts(np.linalg.eig(a)[0]), a)


@pytest.mark.parametrize("a", [REAL, ROTATION, COMPLEX, np.stack([COMPLEX, COMPLEX.T])])
def test_eigenvectors_up_to_their_phase(a: Any) -> None:
    assert_derivatives(lambda a: phase_free(np.linalg.eig(a).eigenvectors), a, rtol=1e-5)


def test_eigenvectors_stay_of_unit_length() -> None:
    def lengths(a: Any) -> Any:
        return np.linalg.norm(np.linalg.eig(a)[1], axis=0)

    _, change = jvp(lengths, ROTATION, np.ones((3, 3)))
    np.testing.assert_allclose(change, 0, atol=1e-12)


def test_real_matrices_get_real_gradients() -> None:
    x = leaf(ROTATION)
    np.sum(np.abs(np.linalg.eigvals(x)) ** 2).backward()
    assert x.grad.dtype == np.float64


def test_traces_of_powers() -> None:
    """The sum of w^3 is tr(A^3), of gradient 3 (A^T)^2."""
    g = grad(lambda a: np.sum(np.real(np.linalg.eigvals(a) ** 3)))(ROTATION)
    np.testing.assert_allclose(g, 3 * ROTATION.T @ ROTATION.T, rtol=1e-10)


def exponential(a: Any) -> Any:
    w, v = np.linalg.eig(a)
    return np.real((v * np.exp(w)) @ np.linalg.inv(v))


def by_series(a: Any) -> Any:
    term = total = np.eye(3)
    for k in range(1, 30):
        term = term @ a / k
        total = total + term
    return total


def test_functions_of_matrices() -> None:
    weights = np.arange(9.0).reshape(3, 3)
    g = grad(lambda a: np.sum(weights * exponential(a)))(ROTATION)
    expected = grad(lambda a: np.sum(weights * by_series(a)))(ROTATION)
    np.testing.assert_allclose(g, expected, rtol=1e-9)
    assert_derivatives(exponential, ROTATION, rtol=1e-5)


def test_third_derivatives() -> None:
    def second(a: Any) -> Any:
        first = grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 4))
        return grad(lambda a: np.sum(first(a) * OBSERVABLE))(a)

    assert_derivatives(second, MATRIX, rtol=1e-5)


def test_float32_stays() -> None:
    for function in (np.linalg.eigvalsh, np.linalg.eigvals, lambda a: np.linalg.eigh(a)[1]):
        x = leaf(REAL.astype(np.float32))
        y = function(x)
        # Since 2.5 NumPy's eigenvalues are complex, though they may all be real.
        assert np.finfo(y.dtype).dtype == np.float32
        y.backward(np.ones(y.shape, y.dtype))
        assert x.grad.dtype == np.float32
