"""Shape and layout: NumPy's spellings, results and containers; derivatives; errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import NotDifferentiableError, Tensor, grad
from tests.ops.agreement import agrees, agrees_for_complex

RNG = np.random.default_rng(0)
S = np.float64(1.5)
V, M, C = (RNG.normal(size=shape) for shape in ((5,), (3, 4), (2, 3, 4)))

RESHAPES: dict[str, tuple[Callable[..., Any], Any]] = {
    "positional": (lambda x: np.reshape(x, (6, 4)), C),
    "F": (lambda x: np.reshape(x, (6, 4), order="F"), C),
    "A of C": (lambda x: np.reshape(x, (6, -1), "A"), C),
    "A of F": (lambda x: np.reshape(x.T, (6, -1), "A"), C),
    "method": (lambda x: x.reshape(4, 3), M),
    "method F": (lambda x: x.reshape((4, 3), order="F"), M),
    "ravel": (lambda x: np.ravel(x), M),
    "ravel F": (lambda x: np.ravel(x, "F"), C),
    "ravel A": (lambda x: x.T.ravel(order="A"), C),
    "ravel K": (lambda x: np.ravel(np.transpose(x, (1, 0, 2)), order="K"), C),
    "ravel K reversed": (lambda x: np.ravel(x[::-1].T, "K"), M),
    "flatten": (lambda x: x.flatten(), M),
    "flatten F": (lambda x: x.flatten("F"), C),
    "expand_dims": (lambda x: np.expand_dims(x, axis=(0, -1)), M),
    "squeeze": (lambda x: np.squeeze(x[:, None, :, None]), M),
    "squeeze axis": (lambda x: x[:, None, :, None].squeeze(axis=(1,)), M),
    "broadcast_to": (lambda x: np.broadcast_to(x, shape=(2, 5), subok=False), V),
    "transpose": (lambda x: np.transpose(x, axes=[2, 0, 1]), C),
    "permute_dims": (lambda x: np.permute_dims(x, (1, 0, 2)), C),
    "method transpose": (lambda x: x.transpose(1, 0, 2), C),
    "moveaxis": (lambda x: np.moveaxis(x, source=[0, 1], destination=[-1, 0]), C),
    "swapaxes": (lambda x: np.swapaxes(x, axis1=0, axis2=-1), C),
    "matrix_transpose": (lambda x: np.matrix_transpose(x) * x.mT, C),
    "flip": (lambda x: np.flip(x), C),
    "flip axes": (lambda x: np.flip(x, (0, -1)), C),
    "flipud": (lambda x: np.flipud(x), M),
    "fliplr": (lambda x: np.fliplr(m=x), M),
    "roll": (lambda x: np.roll(x, 2), C),
    "roll axis": (lambda x: np.roll(x, shift=-1, axis=1), C),
    "roll axes": (lambda x: np.roll(x, (1, -2), axis=(0, 2)), C),
    "roll one shift": (lambda x: np.roll(x, 3, axis=(0, 1)), C),
    "roll array": (lambda x: np.roll(x, np.array([1]), axis=[0]), M),
    "repeat": (lambda x: np.repeat(x, 2), M),
    "repeat axis": (lambda x: x.repeat(3, axis=-1), M),
    "repeat each": (lambda x: np.repeat(x, [1, 0, 2], axis=0), M),
    "repeat array": (lambda x: np.repeat(x, repeats=np.array([1, 2, 0, 1]), axis=1), M),
    "repeat list of one": (lambda x: np.repeat(x, [2], axis=0), M),
    "repeat never": (lambda x: np.repeat(x, 0, axis=0), M),
    "copy": (lambda x: np.copy(x, order="C"), M),
    "method copy": (lambda x: x.copy(), S),
    "flat": (lambda x: np.stack([e * e for e in x.flat]), M),
}


@pytest.mark.parametrize("name", RESHAPES)
def test_agrees_with_numpy(name: str) -> None:
    agrees(*RESHAPES[name])


@pytest.mark.parametrize("start", range(4))
@pytest.mark.parametrize("axis", range(-3, 3))
def test_rollaxis(axis: int, start: int) -> None:
    agrees(lambda x: np.rollaxis(x, axis, start), C)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (-1, 0)])
@pytest.mark.parametrize("k", range(-4, 5))
def test_rot90(k: int, axes: tuple[int, int]) -> None:
    agrees(lambda x: np.rot90(x, k, axes) * 1.0, C)


@pytest.mark.parametrize("reps", [2, (2,), (1, 2), [2, 2], (2, 1, 3), (3, 1, 1, 2), 0, ()])
@pytest.mark.parametrize("x", [S, V, M], ids=np.ndim)
def test_tile(x: Any, reps: Any) -> None:
    agrees(lambda x: np.tile(x, reps) * 1.0, x)


@pytest.mark.parametrize("function", [np.atleast_1d, np.atleast_2d, np.atleast_3d])
def test_atleast(function: Any) -> None:
    for x in (S, V, M, C):
        agrees(lambda x: function(x) * 1.0, x)
    agrees(lambda x, y: function(x, y, 3.0), V, M)


def test_results_in_containers() -> None:
    agrees(lambda x, y: np.broadcast_arrays(x, y, [1.0]), V[:4], M)
    agrees(lambda x, y: np.meshgrid(x, y), V, V[:2])
    agrees(lambda x, y, z: np.meshgrid(x, y, z, sparse=True, indexing="ij"), V, V[:2], V[:1])


def test_forms_of_a_matrix_are_stacked() -> None:
    agrees(lambda x: np.linalg.matrix_transpose(x), C)


@pytest.mark.parametrize("name", ["F", "ravel K", "roll axes", "flip axes", "repeat each"])
def test_complex(name: str) -> None:
    function, x = RESHAPES[name]
    agrees_for_complex(function, x + 1j * RNG.normal(size=x.shape))


@settings(max_examples=50, deadline=None)
@given(
    axes=st.permutations(range(3)),
    order=st.sampled_from("CFA"),
    shape=st.sampled_from([(24,), (4, 6), (3, 2, 4), (-1, 3), (1, 24, 1)]),
    flip=st.booleans(),
)
def test_reshape_of_every_layout(axes: list[int], order: Any, shape: Any, flip: bool) -> None:
    x = np.transpose(C, axes)[:: -1 if flip else 1]
    expected = np.reshape(x, shape, order)
    t = Tensor(x, requires_grad=True)
    result = np.reshape(t, shape, order=order)
    np.testing.assert_array_equal(result.data, expected)
    result.backward(expected)
    # The transpose of a rearrangement undoes it.
    np.testing.assert_array_equal(t.grad, x)
    np.testing.assert_array_equal(np.ravel(t, "K").data, np.ravel(x, "K"))


def test_a_copy_is_one() -> None:
    x = Tensor(M.copy(), requires_grad=True)
    y = np.copy(x)
    x.data[0, 0] = 99
    assert y.data[0, 0] == M[0, 0]


def test_astype() -> None:
    x = Tensor(V, requires_grad=True)
    y = np.astype(x, np.float32)
    assert y.dtype == np.float32
    y.backward(np.ones(5, np.float32))
    assert x.grad.dtype == np.float64
    assert not np.astype(x, int).requires_grad


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
@pytest.mark.parametrize("name", RESHAPES)
def test_dtypes_are_kept(name: str, dtype: Any) -> None:
    function, x = RESHAPES[name]
    t = Tensor(x.astype(dtype), requires_grad=True)
    y = function(t)
    assert y.dtype == dtype
    y.backward(np.ones(y.shape, dtype))
    assert t.grad.dtype == dtype


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.reshape(x, (5, 5)), ValueError, "reshape of operands of shapes"),
        (lambda x: np.reshape(x), TypeError, "shape"),
        (lambda x: np.squeeze(x, axis=0), ValueError, "not equal to one"),
        (lambda x: np.expand_dims(x, 7), np.exceptions.AxisError, "axis 7 is out of bounds"),
        (lambda x: np.flip(x, 2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda x: np.rot90(x, axes=(0, 0)), ValueError, "Axes must be different"),
        (lambda x: np.matrix_transpose(x[0]), ValueError, "two axes"),
        (lambda x: np.moveaxis(x, 0, 5), np.exceptions.AxisError, "axis 5 is out of bounds"),
        (lambda x: np.broadcast_arrays(x, np.ones(7)), ValueError, "shape mismatch"),
        (lambda x: np.copy(x, subok=7, other=1), TypeError, "unexpected keyword"),
    ],
)
def test_errors(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))


IN_PLACE = [
    (lambda x: x.sort(), r"np\.sort\(t\)"),
    (lambda x: x.fill(0), r"np\.full_like"),
    (lambda x: x.put([0], 1), r"autograd\.put"),
    (lambda x: x.partition(1), r"np\.partition"),
    (lambda x: x.resize(3), r"np\.resize"),
    (lambda x: np.put(x, [0], 1.0), r"autograd\.put\(t, index, value\)"),
    (lambda x: np.place(x, x > 0, 1.0), r"np\.where\(mask, value, t\)"),
    (lambda x: np.putmask(x, x > 0, 1.0), r"np\.where"),
    (lambda x: np.copyto(x, 1.0), r"np\.where"),
    (lambda x: np.copyto(np.zeros((3, 4)), x), r"np\.where"),
    (lambda x: np.put_along_axis(x, np.array([[0]]), 1.0, 1), r"autograd\.put_along_axis"),
    (lambda x: np.fill_diagonal(x, 1.0), r"autograd\.put\(t, \(i, i\), value\)"),
]


@pytest.mark.parametrize(("call", "instead"), IN_PLACE)
def test_what_writes_in_place_is_refused(call: Callable[[Any], Any], instead: str) -> None:
    x = Tensor(M.copy(), requires_grad=True)
    with pytest.raises(TypeError, match=instead):
        call(x)
    np.testing.assert_array_equal(x.data, M)


def test_likenesses() -> None:
    x = Tensor(M, requires_grad=True)
    assert np.zeros_like(x, dtype=np.float32).dtype == np.float32
    assert np.empty_like(x, shape=(2,)).shape == (2,)
    np.testing.assert_array_equal(np.full_like(x, 3).data, np.full_like(M, 3))
    assert np.full_like(x, 2.7, dtype=int).dtype == int
    agrees(lambda x, v: np.full_like(x, v, shape=(2, 4)) * np.sum(x), M, V[:4])
    assert not np.full_like(x, 3).requires_grad


def test_questions_about_dtypes() -> None:
    x = Tensor(M, requires_grad=True)
    z = Tensor(V.astype(np.complex64), requires_grad=True)
    assert np.result_type(x, z) == np.complex128
    assert np.result_type(z, 1.0, np.float32) == np.complex64
    assert np.can_cast(x, np.float32, casting="same_kind")
    assert not np.can_cast(x, np.float32)
    assert np.common_type(x, np.ones(2, np.float32)) is np.float64
    assert np.iscomplexobj(z)
    assert not np.iscomplexobj(x)
    assert np.isrealobj(x)
    assert x.tolist() == M.tolist()


def test_ascontiguousarray_says_why_not() -> None:
    with pytest.raises(TypeError, match=r"take t\.data"):
        np.ascontiguousarray(Tensor(M, requires_grad=True))


def test_unknown_keywords_are_refused() -> None:
    with pytest.raises(NotDifferentiableError, match=r"sort with order="):
        np.sort(Tensor(V, requires_grad=True), order="name")


def test_rows_that_are_repeated_share_no_memory_with_the_gradient() -> None:
    x = Tensor(V, requires_grad=True)
    g = np.ones((2, 5))
    np.broadcast_to(x, (2, 5)).backward(g)
    g[:] = 7
    np.testing.assert_array_equal(x.grad, np.full(5, 2.0))
    assert grad(lambda x: np.sum(np.tile(x, 4)))(2.0) == 4
