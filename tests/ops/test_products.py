"""Products in NumPy's spellings, with every rank of operand, real and complex."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import NotDifferentiableError, ShapeError, Tensor
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)


def sample(*shape: int) -> Any:
    return RNG.normal(size=shape)[()]


def sample_complex(*shape: int) -> Any:
    return (RNG.normal(size=shape) + RNG.normal(size=shape) * 1j)[()]


def check(function: Callable[..., Any], *operands: Any) -> None:
    """As NumPy forward, and as differences, second order included."""
    recorded = function(*[Tensor(x, requires_grad=True) for x in operands])
    expected = function(*operands)
    assert recorded.shape == np.shape(expected)
    assert recorded.dtype == np.result_type(expected)
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-12, atol=1e-14)
    assert_derivatives(function, *operands)


RANKS = [
    ((), ()),
    ((), (3,)),
    ((2, 3), ()),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((3,), (2, 3, 4)),
    ((2, 3), (4, 3, 2)),
    ((4, 2, 3), (3,)),
    ((4, 2, 3), (3, 2)),
    ((4, 2, 3), (2, 3, 2)),
]


@pytest.mark.parametrize(("a", "b"), RANKS)
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_dot_of_any_ranks(a: tuple[int, ...], b: tuple[int, ...], make: Callable[..., Any]) -> None:
    check(np.dot, make(*a), make(*b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((), (2, 3)),
        ((3,), ()),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (2, 3)),
        ((2, 3), (4, 3)),
        ((2, 2, 3), (4, 3)),
        ((2, 3), (2, 4, 3)),
    ],
)
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_inner_of_any_ranks(
    a: tuple[int, ...], b: tuple[int, ...], make: Callable[..., Any]
) -> None:
    check(np.inner, make(*a), make(*b))


@pytest.mark.parametrize(("a", "b"), [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ())])
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_vdot(a: tuple[int, ...], b: tuple[int, ...], make: Callable[..., Any]) -> None:
    check(np.vdot, make(*a), make(*b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((2,), (3,)),
        ((2, 3), (3, 2)),
        ((2, 3), (4,)),
        ((4,), (2, 3)),
        ((2, 1, 2), (2, 3)),
        ((), (2, 2)),
        ((2, 2), ()),
        ((0,), (3,)),
    ],
)
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_kron(a: tuple[int, ...], b: tuple[int, ...], make: Callable[..., Any]) -> None:
    check(np.kron, make(*a), make(*b))


def test_lists_and_numbers_on_either_side() -> None:
    for function in (np.dot, np.inner, np.vdot, np.kron, np.outer, np.matmul, np.vecdot):
        check(lambda x, f=function: f([1, 2, 3], x), sample(3))
        check(lambda x, f=function: f(x, [1, 2, 3]), sample(3))
    check(lambda x: np.dot(2, x) + np.inner(x, 3) + np.kron(x, 2), sample(2, 3))
    check(lambda x: np.tensordot([[1, 2]], x, 1), sample(2, 3))
    check(lambda x: np.cross([1, 2, 3], x), sample(2, 3))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((2, 3), (3, 4), 1),
        ((2, 3), (3, 4), np.int64(1)),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (4, 2), (-1, 0)),
        ((2, 3, 4), (4, 3, 2), ([2, 1], [0, 1])),
        ((2, 3, 4), (4, 3, 2), ((0, 1, 2), (2, 1, 0))),
        ((2, 3, 4), (4, 3, 2), np.array([[1], [1]])),
    ],
)
def test_tensordot_axes(a: tuple[int, ...], b: tuple[int, ...], axes: Any) -> None:
    check(lambda x, y: np.tensordot(x, y, axes), sample(*a), sample(*b))
    check(lambda x, y: np.tensordot(b=y, a=x, axes=axes), sample(*a), sample(*b))
    check(lambda x, y: np.linalg.tensordot(x, y, axes=axes), sample(*a), sample(*b))


def test_tensordot_sums_two_axes_unless_told() -> None:
    check(np.tensordot, sample(2, 3, 4), sample(3, 4, 2))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((3,), (3,), {}),
        ((4, 3), (3,), {}),
        ((3,), (4, 3), {}),
        ((3, 4), (3,), {"axisa": 0}),
        ((3,), (3, 4), {"axisb": 0, "axisc": 0}),
        ((3, 4), (4, 3), {"axisa": 0, "axisb": 1, "axisc": 0}),
        ((3, 4), (3, 4), {"axis": 0}),
        ((2, 3, 4), (3, 4), {"axisa": 1, "axisb": 0, "axisc": 1}),
        ((5, 2, 3, 4), (2, 3, 4), {"axisa": -2, "axisb": -2, "axisc": 0}),
    ],
)
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_cross_along_axes(
    a: tuple[int, ...], b: tuple[int, ...], axes: dict[str, int], make: Callable[..., Any]
) -> None:
    check(lambda x, y: np.cross(x, y, **axes), make(*a), make(*b))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((2,), (3,), {}),
        ((4, 3), (2,), {}),
        ((2,), (4, 3), {"axisc": 0}),
        ((2,), (2,), {}),
        ((4, 2), (2,), {}),
        ((2, 4), (4, 2), {"axisa": 0}),
    ],
)
@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors are deprecated")
def test_cross_of_plane_vectors(
    a: tuple[int, ...], b: tuple[int, ...], axes: dict[str, int]
) -> None:
    try:
        np.cross(np.ones(2), np.ones(2))
    except ValueError:
        pytest.skip("this NumPy crosses vectors of space only")
    check(lambda x, y: np.cross(x, y, **axes), sample(*a), sample(*b))


def test_linalg_namesakes() -> None:
    check(np.linalg.matmul, sample(2, 3), sample(3, 4))
    check(np.linalg.outer, sample(2), sample(3))
    check(np.linalg.vecdot, sample(4, 3), sample(3))
    check(lambda x, y: np.linalg.vecdot(x, y, axis=0), sample(3, 2), sample(3, 2))
    check(np.linalg.cross, sample(4, 3), sample(3))
    check(lambda x, y: np.linalg.cross(x, y, axis=0), sample(3, 4), sample(3, 4))
    check(np.linalg.matrix_transpose, sample(4, 2, 3))
    check(np.linalg.diagonal, sample(2, 3, 3))
    check(np.linalg.trace, sample(2, 3, 3))


def test_linalg_namesakes_take_what_numpy_takes() -> None:
    x = Tensor(sample(2, 3), requires_grad=True)
    with pytest.raises(ValueError, match=r"one-dimensional, but they are x1.ndim=2 and x2.ndim=1"):
        np.linalg.outer(x, x[0])
    with pytest.raises(ValueError, match="but they are 2 and 3 dimensional instead"):
        np.linalg.cross(x[:, :2], x)


@pytest.mark.parametrize("make", [sample, sample_complex])
def test_vecdot_along_an_axis(make: Callable[..., Any]) -> None:
    check(np.vecdot, make(4, 3), make(3))
    check(lambda x, y: np.vecdot(x, y, axis=0), make(3, 4), make(3, 1))
    check(lambda x, y: np.vecdot(x, y, keepdims=True), make(3), make(4, 3))


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="NumPy 2.2 brought them")
@pytest.mark.parametrize("make", [sample, sample_complex])
def test_matvec_and_vecmat(make: Callable[..., Any]) -> None:
    check(np.matvec, make(2, 3), make(3))
    check(np.matvec, make(4, 2, 3), make(4, 3))
    check(np.matvec, make(2, 3), make(4, 3))
    check(np.vecmat, make(2), make(2, 3))
    check(np.vecmat, make(4, 2), make(4, 2, 3))
    check(np.vecmat, make(4, 2), make(2, 3))


@pytest.mark.parametrize(
    "shapes",
    [
        ((2, 3), (3, 4)),
        ((3,), (3, 4)),
        ((2, 3), (3, 4), (4, 2)),
        ((3,), (3, 4), (4, 2), (2,)),
        ((5, 2), (2, 6), (6, 1), (1, 4)),
        ((3,), (3,)),
        ((2,), (2, 3), (3,)),
        ((0, 3), (3, 2), (2, 4)),
    ],
)
def test_multi_dot(shapes: Any) -> None:
    check(lambda *xs: np.linalg.multi_dot(xs), *(sample(*s) for s in shapes))
    check(lambda *xs: np.linalg.multi_dot(list(xs)), *(sample_complex(*s) for s in shapes))


def test_multi_dot_multiplies_in_the_cheapest_order() -> None:
    a, b, c = (Tensor(np.ones(s), requires_grad=True) for s in ((50, 2), (2, 50), (50, 2)))
    last = np.linalg.multi_dot([a, b, c])
    assert last.inputs[0] is a
    assert last.inputs[1].shape == (2, 2)
    last = np.linalg.multi_dot([c.T, a, b])
    assert last.inputs[0].shape == (2, 2)


def test_multi_dot_refuses_what_numpy_refuses() -> None:
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    with pytest.raises(ValueError, match="at least two arrays"):
        np.linalg.multi_dot([x])
    with pytest.raises(np.linalg.LinAlgError, match="3-dimensional array given"):
        np.linalg.multi_dot([x, np.ones((2, 2, 2)), x])
    with pytest.raises(np.linalg.LinAlgError, match="1-dimensional array given"):
        np.linalg.multi_dot([x, np.ones(2), x])


def test_shapes_that_do_not_fit_are_named() -> None:
    x = Tensor(np.ones(3), requires_grad=True, name="x")
    for function in (np.dot, np.inner, np.vdot, np.matmul, np.vecdot):
        with pytest.raises(ShapeError, match=r"\(3,\)"):
            function(x, np.ones(2))
    with pytest.raises(ShapeError, match="tensor 'x'"):
        np.tensordot(x, np.ones((2, 2)), 1)


def test_out_is_refused() -> None:
    x = Tensor(np.ones(3), requires_grad=True)
    with pytest.raises(TypeError, match="cannot write a tensor into out="):
        np.dot(x, x, out=np.zeros(()))
    with pytest.raises(NotDifferentiableError, match="axes="):
        np.matmul(x, x, axes=[(0,), (0,), ()])


def test_float32_stays() -> None:
    x, y = (Tensor(sample(2, 3, 3).astype(np.float32), requires_grad=True) for _ in range(2))
    for function in (np.dot, np.inner, np.vdot, np.matmul, np.cross, np.kron, np.vecdot):
        result = function(x, y)
        assert result.dtype == np.float32
        x.zero_grad()
        result.backward(np.ones(result.shape, np.float32))
        assert x.grad.dtype == np.float32


def test_methods() -> None:
    x = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]]), requires_grad=True)
    y = x.dot(x).trace()
    y.backward()
    np.testing.assert_allclose(x.grad, 2 * x.data.T)
