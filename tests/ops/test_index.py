"""Indexing, its transpose, `put`, and NumPy's functions that take."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import autograd
from autograd import Tensor, jvp
from autograd.ops.index import scatter
from autograd.ops.shared.axes_of_indices import Slot
from tests.ops.agreement import agrees, agrees_for_complex
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
V, M, C = (RNG.normal(size=shape) for shape in ((5,), (3, 4), (2, 3, 4)))
D = RNG.normal(size=(2, 3, 4, 5))
MASK = RNG.random((3, 4)) > 0.5

INDICES: dict[str, Any] = {
    "integer": 1,
    "negative": -1,
    "slice": slice(None, None, -2),
    "ellipsis": (..., 0),
    "new axis": (None, slice(1, None), None, ..., None),
    "list": [1, 0, 1],
    "nested list": [[0, 1], [1, 1]],
    "tuple of lists": ([0, 1, 1], [2, 0, 2]),
    "negative integers": (slice(None), np.array([-1, 2, -1])),
    "apart": (0, slice(None), [3, 0, 3]),
    "apart, broadcast": ([[0], [1]], slice(None), [3, 0, 3]),
    "together": (slice(None), [0, 0, 2], [1, 1, 0]),
    "with an ellipsis": ([1, 1], ..., [4, 0]),
    "with a new axis": ([1, 1], None, [2, 0]),
    "integer and array": (slice(None), 1, [3, 3, 0]),
    "small integers": np.array([1, 0, 0], np.uint8),
    "array without axes": np.array(1),
    "mask": np.array([True, False]),
    "mask over axes": (slice(None), MASK),
    "mask and integers": (np.array([True, True]), [2, 2], slice(1, 3)),
    "mask of one and integers": (np.array([True, False]), [2, 2, 1]),
    "list of booleans": [True, False],
    "True": True,
    "False": False,
    "nothing": (),
    "empty list": [],
    "numpy integers": (np.int64(1), np.uint8(2)),
}


@pytest.mark.parametrize("name", INDICES)
def test_agrees_with_numpy(name: str) -> None:
    agrees(lambda x: x[INDICES[name]] * 1.0, D)


@pytest.mark.parametrize("name", INDICES)
def test_scatter_adds_as_numpy_does(name: str) -> None:
    index = INDICES[name]
    g = RNG.normal(size=D[index].shape)
    expected = np.zeros(D.shape)
    np.add.at(expected, index, g)
    np.testing.assert_array_equal(scatter.apply((g,), {"index": index, "shape": D.shape}), expected)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_index(data: st.DataObject) -> None:
    shape = data.draw(npst.array_shapes(min_dims=1, max_dims=4, max_side=4))
    index = data.draw(
        st.one_of(
            npst.basic_indices(shape, allow_newaxis=True),
            npst.integer_array_indices(shape),
            npst.arrays(bool, shape),
        )
    )
    x = RNG.normal(size=shape)
    t = Tensor(x, requires_grad=True)
    result = t[index]
    np.testing.assert_array_equal(result.data, x[index])
    g = RNG.normal(size=np.shape(x[index]))
    expected = np.zeros(shape)
    np.add.at(expected, index, g)
    if type(result) is Tensor:
        result.backward(g)
        np.testing.assert_array_equal(t.grad, expected)
    v = RNG.normal(size=np.shape(x[index]))
    written = x.copy()
    written[index] = v
    np.testing.assert_array_equal(autograd.put(x, index, v), written)


@pytest.mark.parametrize("rows", [[2, 0, 2, 2], [[1, 1], [0, 2]], []])
def test_rows_that_are_picked_several_times_add_up(rows: Any) -> None:
    """What an embedding does."""
    x = Tensor(M, requires_grad=True)
    np.sum(x[np.array(rows, int)] * 2).backward()
    counts = np.bincount(np.ravel(np.array(rows, int)), minlength=3)
    np.testing.assert_array_equal(x.grad, np.repeat(2.0 * counts[:, None], 4, axis=1))


def test_float32_and_complex_gradients_add_up_in_their_own_precision() -> None:
    for dtype in (np.float32, np.complex64):
        g = RNG.normal(size=(50, 2)).astype(dtype)
        index = RNG.integers(0, 3, 50)
        expected = np.zeros((3, 2), dtype)
        np.add.at(expected, index, g)
        result = scatter.apply((g,), {"index": index, "shape": (3, 2)})
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, expected)


# Tensors as indices ------------------------------------------------------------------------------


def test_a_tensor_as_index_stays_where_it_is_in_forward_mode() -> None:
    index = Tensor(np.array([2, 0, 2]))
    tangent = np.array([1.0, 2.0, 3.0])
    _, pushed = jvp(lambda x: x[index], (V[:3],), (tangent,))
    np.testing.assert_array_equal(pushed, [3, 1, 3])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[np.argsort(x[:, 0])],
        lambda x: x[np.argmax(x[:, 0]), np.argmin(x, axis=1)],
        lambda x: x[x > 0],
        lambda x: x[np.any(x > 0, axis=1), 1:],
        lambda x: x[[np.argmax(x[:, 1]), 0]],
        lambda x: x[: np.argmax(x[:, 1]) + 1],
        lambda x: x[np.nonzero(x > 0)],
        lambda x: np.ravel(x)[np.flatnonzero(x < 0)],
        lambda x: x[np.unravel_index(np.argmax(x), x.shape)],
        lambda x: x[np.unravel_index(np.argmax(x, axis=1), x.shape, order="F")],
        lambda x: autograd.put(x, x > 0.3, x[:1, 0]),
        lambda x: autograd.put(x, np.argmin(x, axis=0)[:3], 2.0),
    ],
)
def test_indices_that_come_from_tensors(function: Any) -> None:
    assert_derivatives(lambda x: np.sin(function(x)), M)


def test_the_record_names_slots() -> None:
    x = Tensor(M, requires_grad=True)
    y = x[np.argsort(x[:, 0]), 1:]
    assert y.params is not None
    assert repr(y.params["index"]) == "(operand 2, slice(1, None, None))"
    assert isinstance(y.params["index"][0], Slot)


@pytest.mark.parametrize(
    "index", [5, (0, 4), [0, 7], (slice(None), [-5]), np.zeros((2, 4), bool), (0, 0, 0), 1.0, "a"]
)
def test_numpy_s_own_errors(index: Any) -> None:
    x = Tensor(M, requires_grad=True)
    with pytest.raises(IndexError) as ours:
        x[index]
    with pytest.raises(IndexError) as numpys:
        M[index]
    assert str(ours.value) == str(numpys.value)
    with pytest.raises(IndexError):
        autograd.put(x, index, 1.0)


# Writing -----------------------------------------------------------------------------------------

PUTS: dict[str, tuple[Any, Any]] = {
    "entry": ((0, 1, 2), ()),
    "row": (1, (3, 4)),
    "broadcast row": ((slice(None), 0), (4,)),
    "number everywhere": (..., ()),
    "slices": ((slice(None), slice(None, None, 2), 1), (2, 1)),
    "leading axes of length one": ((0, 0), (1, 1, 4)),
    "mask": (np.stack([MASK, ~MASK]), (12,)),
    "mask with one value": (np.stack([MASK, ~MASK]), ()),
    "integers": ([1, 0], (2, 3, 4)),
    "repeated": ((0, [1, 1, 0], [2, 2, 3]), (3,)),
    "repeated rows": ((slice(None), [2, 2, 2]), (2, 3, 4)),
    "repeated, one value": ((0, [1, 1, 0]), ()),
    "apart": (([0, 1], slice(None), [3, 3]), (2, 3)),
}


def written(x: Any, index: Any, value: Any) -> Any:
    x = np.array(x)
    x[index] = value
    return x


@pytest.mark.parametrize("name", PUTS)
def test_put(name: str) -> None:
    index, shape = PUTS[name]
    value = RNG.normal(size=shape)[()]
    x, v = Tensor(C, requires_grad=True), Tensor(value, requires_grad=True)
    result = autograd.put(x, index, v)
    np.testing.assert_array_equal(result.data, written(C, index, value))
    np.testing.assert_array_equal(x.data, C)
    assert_derivatives(lambda x, v: np.sin(autograd.put(x, index, v)), C, value)
    assert_derivatives(lambda v: autograd.put(C, index, v) ** 2, value)
    assert_derivatives(lambda x: autograd.put(x, index, value) ** 2, C)


def test_the_last_of_repeated_indices_gets_the_gradient() -> None:
    x, v = Tensor(np.zeros(3), requires_grad=True), Tensor([10.0, 20.0, 30.0], requires_grad=True)
    y = autograd.put(x, [1, 1, 0], v)
    np.testing.assert_array_equal(y.data, [30, 20, 0])
    y.backward(np.array([1.0, 2.0, 4.0]))
    np.testing.assert_array_equal(x.grad, [0, 0, 4])
    np.testing.assert_array_equal(v.grad, [0, 2, 1])


def test_put_of_arrays_gives_an_array() -> None:
    x = np.arange(3.0)
    result = autograd.put(x, 0, 9)
    assert isinstance(result, np.ndarray)
    np.testing.assert_array_equal(result, [9, 1, 2])
    assert x[0] == 0


def test_put_keeps_the_dtype() -> None:
    x = Tensor(np.zeros(3, np.float32), requires_grad=True)
    v = Tensor(2.0, requires_grad=True)
    y = autograd.put(x, 0, v)
    assert y.dtype == np.float32
    y.backward(np.ones(3, np.float32))
    assert (x.grad.dtype, v.grad.dtype) == (np.float32, np.float64)
    assert autograd.put(np.zeros(2, int), 0, 3).dtype == int
    with pytest.raises(TypeError, match="put of float64 values into an array of dtype int64"):
        autograd.put(np.zeros(2, int), 0, v)
    with pytest.raises(TypeError, match="put of complex128 values"):
        autograd.put(x, 0, 1j)


def test_put_of_the_wrong_shape() -> None:
    with pytest.raises(autograd.ShapeError, match="put of operands"):
        autograd.put(Tensor(M, requires_grad=True), 0, np.ones(3))


def test_put_of_complex_values() -> None:
    z, w = M + 1j * M[::-1], V[:4] - 2j * V[1:]
    agrees_for_complex(lambda z, w: autograd.put(z, ([0, 1, 1, 2], [0, 3, 3, 1]), w), z, w)


@pytest.mark.parametrize(
    ("indices", "values", "axis"),
    [
        (np.array([[3, 0, 0], [1, 1, 2], [0, 0, 0]]), M[:, :3], 1),
        (np.array([[0, 1, 2, 2]]), V[:4], 0),
        (np.array([[0], [3], [1]]), np.float64(3.0), -1),
        ([5, 0, 5], V[:3], None),
    ],
)
def test_put_along_axis(indices: Any, values: Any, axis: int | None) -> None:
    expected = M.copy()
    np.put_along_axis(expected, np.asarray(indices), values, axis)
    np.testing.assert_array_equal(autograd.put_along_axis(M, indices, values, axis), expected)
    assert_derivatives(lambda x, v: autograd.put_along_axis(x, indices, v, axis) ** 2, M, values)
    taken = autograd.put_along_axis(Tensor(M), Tensor(np.asarray(indices)), values, axis)
    np.testing.assert_array_equal(taken.data, expected)


# Taking ------------------------------------------------------------------------------------------

ALONG = np.array([[3, 0, 0], [1, 1, 2], [0, 0, 0]])
TAKES: dict[str, tuple[Any, ...]] = {
    "take": (lambda x: np.take(x, [[7, -1], [0, 0]]), M),
    "take axis": (lambda x: np.take(x, indices=np.array([[2, 0], [1, 1]]), axis=1), M),
    "take one": (lambda x: np.take(x, 2, 0), M),
    "take nothing": (lambda x: np.take(x, [], axis=1), M),
    "take wrap": (lambda x: np.take(x, [7, -9, 2], mode="wrap"), V),
    "take clip": (lambda x: np.take(x, np.array([[7, -9]]), axis=0, mode="clip"), M),
    "take tuple": (lambda x: x.take((0, 2, 2)), M),
    "take_along_axis": (lambda x: np.take_along_axis(x, ALONG, 1), M),
    "take_along_axis 0": (lambda x: np.take_along_axis(x, ALONG[:1, [0, 1, 2, 2]] % 3, axis=0), M),
    "take_along_axis flat": (lambda x: np.take_along_axis(x, np.array([5, 1]), axis=None), M),
    "take_along_axis broadcast": (
        lambda x: np.take_along_axis(x, np.array([[[1], [0], [2]]]), axis=-1),
        C,
    ),
    "compress": (lambda x: np.compress([True, False, True], x, axis=0), M),
    "compress flat": (lambda x: np.compress([False, True], x), M),
    "method compress": (lambda x: x.compress([0, 1, 1], axis=1), M),
    "extract": (lambda x: np.extract(MASK, x), M),
    "bincount": (lambda w: np.bincount([0, 2, 2, 1, 0], w, minlength=5), V),
    "piecewise": (
        lambda x: np.piecewise(
            x, [x < -0.5, x >= 0.5], [lambda v: v**2, 3.0, lambda v: np.sqrt(v + 0.5)]
        ),
        M,
    ),
    "piecewise, one condition": (
        lambda x: np.piecewise(x, x < 0, [lambda v, k: -v * k, lambda v, k: v], 2),
        V,
    ),
    "piecewise with keywords": (
        lambda x: np.piecewise(x, [x < 0], [lambda v, k: v * k, lambda v, k: -v], k=3),
        V,
    ),
    "piecewise of a number": (
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * 2]),
        np.float64(3.0),
    ),
    "piecewise, the last one counts": (
        lambda x: np.piecewise(x, [x < 9, x < 0], [lambda v: v, lambda v: v * 2]),
        V,
    ),
}


@pytest.mark.parametrize("name", TAKES)
def test_taking_agrees_with_numpy(name: str) -> None:
    agrees(*TAKES[name])


@pytest.mark.parametrize("name", ["take axis", "take_along_axis", "compress", "extract"])
def test_taking_complex(name: str) -> None:
    function, x = TAKES[name]
    agrees_for_complex(function, x + 1j * RNG.normal(size=x.shape))


def test_taking_by_tensors() -> None:
    assert_derivatives(lambda x: np.take(x, np.argsort(x[0]), axis=1) ** 2, M)
    assert_derivatives(lambda x: np.take_along_axis(x, np.argsort(x, axis=0), axis=0) ** 2, M)
    assert_derivatives(lambda x: np.compress(x[0] > 0, x, axis=1) ** 2, M)
    assert_derivatives(lambda x: np.extract(x > 0, x) ** 2, M)
    index = Tensor(np.array([0, 2, 2, 1, 0]))
    np.testing.assert_array_equal(np.bincount(index).data, [2, 1, 2])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.take(x, 12), IndexError, "index 12 is out of bounds"),
        (lambda x: np.take(x, 0, axis=2), np.exceptions.AxisError, "axis 2 is out of bounds"),
        (lambda x: np.take(x, 0, mode="other"), ValueError, "mode must be"),
        (lambda x: np.take(x, 0, None, np.zeros(3)), TypeError, "cannot write a tensor into out="),
        (lambda x: np.take(x, 0, out=np.zeros(3)), TypeError, "cannot write a tensor into out="),
        (lambda x: np.take_along_axis(x, np.array([0]), 0), ValueError, "number of dimensions"),
        (lambda x: np.compress(MASK, x), ValueError, "1-d"),
        (lambda x: np.piecewise(x, [x > 0], [1, 2, 3]), ValueError, "1 or 2 functions"),
        (lambda x: np.nonzero(x[0, 0]), ValueError, "0d"),
    ],
)
def test_errors(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))
