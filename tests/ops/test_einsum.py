"""`np.einsum`: both forms, every kind of expression, errors, and its derivatives."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import NotDifferentiableError, ShapeError, Tensor, grad, jvp
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
A, B, C = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))
SQUARE = RNG.normal(size=(3, 3))


def tensors(*arrays: Any) -> list[Tensor]:
    return [Tensor(a, requires_grad=True) for a in arrays]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ij, jk -> ik", "ij,jk->ik"),
        ("ij,jk", "ij,jk->ik"),
        (" i j , j k ", "ij,jk->ik"),
        ("ki,ij", "ki,ij->jk"),
    ],
)
def test_spaces_and_implicit_results(written: str, plain: str) -> None:
    recorded = np.einsum(written, *tensors(A, B))
    np.testing.assert_array_equal(recorded.data, np.einsum(plain, A, B))
    assert_derivatives(lambda *xs: np.einsum(written, *xs), A, B)


@pytest.mark.parametrize(
    "arguments",
    [
        (A, [0, 1], B, [1, 2], [0, 2]),
        (A, [0, 1], B, [1, 2]),
        (A, [51, 1], B, [1, 0]),
        (A, [Ellipsis, 1], B, [1, 2], [2, Ellipsis]),
        (SQUARE, [0, 0], [0]),
        (A, (0, 1), []),
        (A, np.array([3, 1])),
    ],
)
def test_list_form(arguments: tuple[Any, ...]) -> None:
    arrays = [x for x in arguments[::2] if isinstance(x, np.ndarray) and x.dtype.kind == "f"]

    def function(*moving: Any) -> Any:
        rest = iter(moving)
        return np.einsum(*[next(rest) if any(x is a for a in arrays) else x for x in arguments])

    recorded = function(*tensors(*arrays))
    np.testing.assert_array_equal(recorded.data, np.einsum(*arguments))
    assert_derivatives(function, *arrays)


@pytest.mark.parametrize("optimize", [False, True, "greedy", "optimal", ("greedy", 1000)])
def test_optimize_is_passed_on(optimize: Any) -> None:
    recorded = np.einsum("ij,jk,kl->il", *tensors(A, B, C), optimize=optimize)
    np.testing.assert_allclose(recorded.data, A @ B @ C, rtol=1e-13)
    recorded.backward(np.ones((2, 2)))
    assert_derivatives(lambda *xs: np.einsum("ij,jk,kl->il", *xs, optimize=optimize), A, B, C)


def test_a_path_that_was_given_is_followed() -> None:
    path, _ = np.einsum_path("ij,jk,kl->il", *tensors(A, B, C))
    assert path == np.einsum_path("ij,jk,kl->il", A, B, C)[0]
    assert_derivatives(lambda *xs: np.einsum("ij,jk,kl->il", *xs, optimize=path), A, B, C)


def test_einsum_path_of_lists_and_tensors() -> None:
    path, text = np.einsum_path(Tensor(A), [0, 1], Tensor(B), [1, 2], optimize="optimal")
    assert path == ["einsum_path", (0, 1)]
    assert "Complete contraction" in text


@pytest.mark.parametrize("optimize", [False, True, "optimal"])
def test_large_derivatives_are_searched_for_a_good_order(optimize: Any) -> None:
    a, b, c = (RNG.normal(size=(20, 20)) for _ in range(3))
    xs = tensors(a, b, c)
    np.einsum("ij,jk,kl->il", *xs, optimize=optimize).backward(np.ones((20, 20)))
    ones = np.ones((20, 20))
    expected = ones @ (b @ c).T, a.T @ ones @ c.T, (a @ b).T @ ones
    for x, gradient in zip(xs, expected, strict=True):
        np.testing.assert_allclose(x.grad, gradient, rtol=1e-10)


def test_constants_among_the_operands() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.einsum("i,i,->i", x, [3, 4], 2)
    assert y.data.tolist() == [6.0, 16.0]
    y.backward(np.ones(2))
    assert x.grad.tolist() == [6.0, 8.0]


def test_the_diagonal_gets_the_gradient_and_nothing_else_does() -> None:
    (x,) = tensors(SQUARE)
    np.einsum("ii->i", x).backward(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(x.grad, np.diag([1.0, 2.0, 3.0]))
    x.zero_grad()
    np.einsum("ii", x).backward()
    np.testing.assert_array_equal(x.grad, np.eye(3))


def test_float32_stays() -> None:
    x, y = tensors(SQUARE.astype(np.float32), A.astype(np.float32))
    z = np.einsum("ii,ji->j", x, y)
    assert z.dtype == np.float32
    jacobian = np.einsum("ii,ji->j", np.ones((3, 3), np.float32), A.astype(np.float32))
    z.backward(np.ones(2, np.float32))
    assert x.grad.dtype == y.grad.dtype == jacobian.dtype == np.float32


def test_views_of_any_layout() -> None:
    assert_derivatives(
        lambda x, y: np.einsum("ij,kj->ik", x, y), A[::-1, ::2], B.T[::2, ::-1][:, :2]
    )


def test_a_quadratic_form() -> None:
    x = np.array([1.0, -2.0, 0.5])
    slope = grad(lambda x: np.einsum("i,ij,j", x, SQUARE, x))
    np.testing.assert_allclose(slope(x), (SQUARE + SQUARE.T) @ x, rtol=1e-13)
    second = grad(lambda x: slope(x)[1])(x)
    np.testing.assert_allclose(second, SQUARE[1] + SQUARE[:, 1], rtol=1e-13)


def test_the_same_tensor_several_times() -> None:
    np.testing.assert_allclose(grad(lambda x: np.einsum("ij,ij", x, x))(A), 2 * A, rtol=1e-14)
    _, tangent = jvp(lambda x: np.einsum("ij,ji", x, x), SQUARE, np.eye(3))
    assert tangent == pytest.approx(2 * np.trace(SQUARE))


@pytest.mark.parametrize(
    "subscripts",
    [
        "ij,jk->iz",
        "i$,jk",
        "ij",
        "ij,jk,kl",
        "ijk,jk",
        "ij,ik->jk",
        "ij,jk->ikk",
        "i,jk",
        "ij.,jk",
    ],
)
def test_what_numpy_says_of_bad_subscripts(subscripts: str) -> None:
    try:
        np.einsum(subscripts, A, B)
    except ValueError as error:
        message = str(error)
    with pytest.raises(ShapeError, match=re.escape(message)):
        np.einsum(subscripts, *tensors(A, B))


def test_numbers_out_of_range() -> None:
    for number in (52, -1):
        with pytest.raises(ValueError, match=rf"subscript {number} is not within the valid range"):
            np.einsum(*tensors(A), [0, number])


def test_keywords_without_a_rule() -> None:
    with pytest.raises(NotDifferentiableError, match=r"np\.einsum with dtype= has no derivative"):
        np.einsum("ij", *tensors(A), dtype=np.float32)
    with pytest.raises(TypeError, match="cannot write a tensor into out="):
        np.einsum("ij", *tensors(A), out=np.zeros((2, 3)))


SIZES = {"i": 2, "j": 3, "k": 1, "l": 2}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_expression(data: st.DataObject) -> None:
    """Random terms, repeated letters and stretched axes: forward, and <v, J t> = <J^T v, t>."""
    terms = data.draw(st.lists(st.text("ijkl", max_size=3), min_size=1, max_size=3))
    letters = sorted(set("".join(terms)))
    result = "".join(data.draw(st.permutations(letters)))[: data.draw(st.integers(0, 4))]
    # One length for each letter of an operand; between operands, 1 fits any other.
    shapes = []
    for term in terms:
        short = data.draw(st.sets(st.sampled_from("ijkl"), max_size=1))
        shapes.append(tuple(1 if letter in short else SIZES[letter] for letter in term))
    rng = np.random.default_rng(0)
    operands = [rng.normal(size=shape)[()] for shape in shapes]
    subscripts = f"{','.join(terms)}->{result}"
    xs = tensors(*operands)
    y = np.einsum(subscripts, *xs)
    expected = np.einsum(subscripts, *operands)
    np.testing.assert_array_equal(y.data, expected)
    v = rng.normal(size=np.shape(expected))[()]
    y.backward(v)
    for k, (x, operand) in enumerate(zip(xs, operands, strict=True)):
        t = rng.normal(size=np.shape(operand))[()]
        pushed = np.einsum(subscripts, *operands[:k], t, *operands[k + 1 :])
        assert x.grad.shape == np.shape(operand)
        np.testing.assert_allclose(np.sum(v * pushed), np.sum(x.grad * t), rtol=1e-9, atol=1e-9)
