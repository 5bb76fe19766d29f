"""Singular values, QR and Cholesky: NumPy's results, and derivatives that hang on no choice."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import NotDifferentiableError, Tensor, grad, jvp
from tests.cases.decompositions import POSITIVE
from tests.cases.inverses import MATRIX, STACK, TALL
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)


def sample_complex(*shape: int) -> Any:
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


REAL_SHAPES = [MATRIX, TALL, TALL.T, STACK, STACK[..., :2], RNG.normal(size=(4, 2))]
COMPLEX_SHAPES = [
    sample_complex(3, 3),
    sample_complex(4, 2),
    sample_complex(2, 4),
    sample_complex(2, 3, 2),
]
SAMPLES = [*REAL_SHAPES, *COMPLEX_SHAPES]
VARIED = [MATRIX, TALL.T, STACK[..., :2], *COMPLEX_SHAPES[:3]]


def leaf(x: Any) -> Tensor:
    return Tensor(x, requires_grad=True)


def adjoint(x: Any) -> Any:
    return np.conjugate(np.swapaxes(x, -1, -2))


def parts(y: Any) -> Any:
    """Real and imaginary part, of which differences can be taken."""
    return np.stack([np.real(y), np.imag(y)])


def same(recorded: Any, expected: Any) -> None:
    """Return the containers, shapes, dtypes and numbers are NumPy's."""
    assert type(recorded) is type(expected)
    for mine, theirs in zip(recorded, expected, strict=True):
        assert mine.shape == theirs.shape
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(mine.data, theirs, rtol=1e-12, atol=1e-14)


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


# Singular values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [*SAMPLES, np.zeros((0, 3)), np.zeros((2, 3, 0))])
@pytest.mark.parametrize("full", [True, False])
def test_svd_is_numpys(a: Any, full: bool) -> None:
    same(np.linalg.svd(leaf(a), full_matrices=full), np.linalg.svd(a, full_matrices=full))
    same(np.linalg.svd(leaf(a), full), np.linalg.svd(a, full))


@pytest.mark.parametrize("a", VARIED)
def test_singular_values(a: Any) -> None:
    for function in (
        np.linalg.svdvals,
        lambda a: np.linalg.svd(a, compute_uv=False),
        lambda a: np.linalg.svd(a).S,
        lambda a: np.linalg.svd(a, full_matrices=False).S,
    ):
        np.testing.assert_allclose(
            function(leaf(a)).data, np.linalg.svd(a, compute_uv=False), rtol=1e-12
        )
        assert_derivatives(function, a, rtol=1e-5)


FREE_OF_PHASES: dict[str, Callable[[Any], Any]] = {
    "projector on the first left vector": lambda usv: usv.U[..., :1] @ adjoint(usv.U[..., :1]),
    "projector on the last right vector": lambda usv: (
        adjoint(usv.Vh[..., -1:, :]) @ usv.Vh[..., -1:, :]
    ),
    "the matrix": lambda usv: (usv.U * usv.S[..., None, :]) @ usv.Vh,
    "the rotation": lambda usv: usv.U @ usv.Vh,
    "the inverse": lambda usv: adjoint(usv.Vh) @ (adjoint(usv.U) / usv.S[..., :, None]),
}


@pytest.mark.parametrize("name", FREE_OF_PHASES)
@pytest.mark.parametrize("a", VARIED)
def test_singular_vectors_up_to_their_phases(a: Any, name: str) -> None:
    function = FREE_OF_PHASES[name]
    assert_derivatives(
        lambda a: parts(function(np.linalg.svd(a, full_matrices=False))), a, rtol=1e-5
    )


@pytest.mark.parametrize("a", [TALL, TALL.T, STACK[..., :1], *COMPLEX_SHAPES[1:]])
def test_the_complement_up_to_its_basis(a: Any) -> None:
    """`full_matrices` adds a basis of all that is orthogonal to the singular vectors."""
    k = min(a.shape[-2:])

    def projectors(a: Any) -> Any:
        u, _, vh = np.linalg.svd(a)
        left = u[..., k:] @ adjoint(u[..., k:])
        right = adjoint(vh[..., k:, :]) @ vh[..., k:, :]
        return np.concatenate([np.ravel(parts(left)), np.ravel(parts(right))])

    assert_derivatives(projectors, a, rtol=1e-5)


@pytest.mark.parametrize("a", [TALL, TALL.T])
def test_full_matrices_stay_orthogonal(a: Any) -> None:
    for k in (0, 2):
        u, du = jvp(lambda a, k=k: np.linalg.svd(a)[k], a, np.ones(a.shape))
        np.testing.assert_allclose(u.T @ du + du.T @ u, 0, atol=1e-12)


def test_values_alone_do_not_mind_coincidence() -> None:
    """The gradient of the sum of singular values is U V^H."""
    a = np.diag([2.0, 2.0, -2.0])
    for function in (np.linalg.svdvals, lambda a: np.linalg.svd(a).S):
        g = grad(lambda a, f=function: np.sum(f(a)))(a)
        np.testing.assert_allclose(g, np.diag([1.0, 1.0, -1.0]), atol=1e-15)


def test_singular_values_that_are_zero_do_not_move() -> None:
    a = np.diag([3.0, 0.0])
    np.testing.assert_array_equal(
        grad(lambda a: np.sum(np.linalg.svdvals(a)))(a), np.diag([1.0, 0.0])
    )


def test_vectors_of_coinciding_values_have_no_derivative() -> None:
    x = leaf(np.eye(2))
    y = np.sum(np.linalg.svd(x).U * np.array([[1.0, 2.0], [3.0, 4.0]]))
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid value"):
        y.backward()
    assert not np.isfinite(x.grad).all()


@pytest.mark.parametrize("a", [MATRIX - 2 * np.eye(3), STACK])
def test_svd_of_hermitian_matrices(a: Any) -> None:
    same(np.linalg.svd(leaf(a), hermitian=True), np.linalg.svd(a, hermitian=True))
    values = np.linalg.svd(leaf(a), compute_uv=False, hermitian=True)
    expected = np.linalg.svd(a, compute_uv=False, hermitian=True)
    np.testing.assert_allclose(values.data, expected, rtol=1e-12)
    assert_derivatives(lambda a: np.linalg.svd(a, compute_uv=False, hermitian=True), a)
    for k in range(3):
        assert_derivatives(lambda a, k=k: np.linalg.svd(a, hermitian=True)[k], a, rtol=1e-5)


def test_lapack_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x = leaf(TALL)
    calls = counted(monkeypatch, "svd")
    for full in (True, False):
        calls.clear()
        u, s, vh = np.linalg.svd(x, full_matrices=full)
        assert len(calls) == 1
        (np.sum(u**3) + np.sum(s**2) + np.sum(vh**3)).backward()
        assert len(calls) == 1


def test_third_derivatives() -> None:
    def second(a: Any) -> Any:
        first = grad(lambda a: np.sum(np.linalg.svdvals(a) ** 3))
        return grad(lambda a: np.sum(first(a) * TALL))(a)

    assert_derivatives(second, TALL, rtol=1e-5)


# Orthogonal times triangular ----------------------------------------------------------------------


@pytest.mark.parametrize("a", [*SAMPLES, np.zeros((0, 3)), np.zeros((2, 3, 0))])
@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_qr_is_numpys(a: Any, mode: Any) -> None:
    same(np.linalg.qr(leaf(a), mode), np.linalg.qr(a, mode))
    same(np.linalg.qr(leaf(a)), np.linalg.qr(a))
    np.testing.assert_allclose(
        np.linalg.qr(leaf(a), mode="r").data, np.linalg.qr(a, mode="r"), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("a", VARIED)
def test_qr_has_one_result_only(a: Any) -> None:
    """LAPACK's R has a real diagonal, which leaves no choice: every entry is differentiable."""
    for k in range(2):
        assert_derivatives(lambda a, k=k: parts(np.linalg.qr(a)[k]), a, rtol=1e-5)
    assert_derivatives(lambda a: parts(np.linalg.qr(a, "r")), a, rtol=1e-5)


@pytest.mark.parametrize("a", [TALL, STACK[..., :1], COMPLEX_SHAPES[1], COMPLEX_SHAPES[3]])
def test_complete_qr_up_to_its_basis(a: Any) -> None:
    k = a.shape[-1]

    def projector(a: Any) -> Any:
        q = np.linalg.qr(a, mode="complete").Q[..., k:]
        return parts(q @ adjoint(q))

    assert_derivatives(projector, a, rtol=1e-5)
    assert_derivatives(lambda a: parts(np.linalg.qr(a, "complete").R), a, rtol=1e-5)
    assert_derivatives(lambda a: parts(np.linalg.qr(a, "complete").Q[..., :k]), a, rtol=1e-5)


def test_a_product_does_not_notice_that_it_was_taken_apart() -> None:
    for a in SAMPLES:
        direction = RNG.normal(size=a.shape).astype(a.dtype)
        _, moved = jvp(lambda a: np.matmul(*np.linalg.qr(a)), a, direction)
        np.testing.assert_allclose(moved, direction, rtol=1e-10, atol=1e-10)


def test_modes_without_a_rule() -> None:
    for mode in ("raw", "full"):
        with pytest.raises(NotDifferentiableError, match=f"np.linalg.qr with mode='{mode}'"):
            np.linalg.qr(leaf(TALL), mode=mode)


def test_qr_asks_lapack_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x = leaf(TALL)
    calls = counted(monkeypatch, "qr")
    for mode in ("reduced", "complete"):
        calls.clear()
        q, r = np.linalg.qr(x, mode)
        (np.sum(q**3) + np.sum(r**2)).backward()
        assert len(calls) == 1


# Cholesky's triangle ------------------------------------------------------------------------------

HERMITIAN = COMPLEX_SHAPES[0] @ adjoint(COMPLEX_SHAPES[0]) + np.eye(3)
LOPSIDED = np.tril(HERMITIAN) + np.triu(np.full((3, 3), 77.0), 1)


@pytest.mark.parametrize("a", [POSITIVE, np.stack([POSITIVE, np.eye(3)]), HERMITIAN])
@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_is_numpys(a: Any, upper: bool) -> None:
    recorded = np.linalg.cholesky(leaf(a), upper=upper)
    np.testing.assert_allclose(recorded.data, np.linalg.cholesky(a, upper=upper), rtol=1e-12)
    assert_derivatives(lambda a: parts(np.linalg.cholesky(a, upper=upper)), a)


def test_the_gradient_is_that_of_the_triangle_that_is_read() -> None:
    assert_derivatives(lambda a: parts(np.linalg.cholesky(a)), LOPSIDED)
    assert_derivatives(lambda a: parts(np.linalg.cholesky(a, upper=True)), LOPSIDED.T)
    g = grad(lambda a: np.sum(np.linalg.cholesky(a)))(POSITIVE)
    np.testing.assert_array_equal(np.triu(g, 1), 0)
    g = grad(lambda a: np.sum(np.linalg.cholesky(a, upper=True)))(POSITIVE)
    np.testing.assert_array_equal(np.tril(g, -1), 0)


def test_a_gaussian_likelihood() -> None:
    """The logarithm of the determinant is twice that of the triangle's diagonal."""

    def by_cholesky(b: Any) -> Any:
        return 2 * np.sum(np.log(np.diagonal(np.linalg.cholesky(b @ b.T))))

    np.testing.assert_allclose(
        grad(by_cholesky)(MATRIX),
        grad(lambda b: np.linalg.slogdet(b @ b.T)[1])(MATRIX),
        rtol=1e-10,
    )


def test_matrices_without_a_triangle() -> None:
    with pytest.raises(ValueError, match="not positive definite"):
        np.linalg.cholesky(leaf(-np.eye(2)))


def test_float32_stays() -> None:
    for function in (
        lambda a: np.linalg.svd(a)[0],
        lambda a: np.linalg.qr(a, "complete").Q,
        np.linalg.svdvals,
        lambda a: np.linalg.cholesky(a.T @ a),
    ):
        x = leaf(TALL.astype(np.float32))
        y = function(x)
        assert y.dtype == np.float32
        y.backward(np.ones(y.shape, np.float32))
        assert x.grad.dtype == np.float32
