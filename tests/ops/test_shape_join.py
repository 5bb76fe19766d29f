"""Joining, splitting, inserting and diagonals: NumPy's spellings, results and derivatives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ShapeError, Tensor
from tests.ops.agreement import agrees, agrees_for_complex

RNG = np.random.default_rng(0)
S = np.float64(1.5)
V, M, C = (RNG.normal(size=shape) for shape in ((5,), (3, 4), (2, 3, 4)))
windows = np.lib.stride_tricks.sliding_window_view

JOINS: dict[str, tuple[Any, ...]] = {
    "concatenate lists": (lambda x: np.concatenate([x, [1.0, 2.0], (3.0,)], 0), V),
    "concatenate rows of one": (lambda x: np.concatenate(x), M),
    "concat": (lambda x, y: np.concat((x, y), axis=-1), M, M[:, :1]),
    "concatenate flat": (lambda x, y: np.concatenate([x, y], axis=None), M, V),
    "stack": (lambda x: np.stack([x, x * 2], axis=-1), M),
    "stack rows of one": (lambda x: np.stack(x, axis=1), M),
    "vstack": (lambda x: np.vstack([x, np.ones(5), [1] * 5]), V),
    "vstack matrices": (lambda x, y: np.vstack((x, y)), M, M[:1]),
    "hstack": (lambda x: np.hstack([x, [1.0]]), V),
    "hstack scalars": (lambda x: np.hstack([x, 1.0]), S),
    "hstack matrices": (lambda x, y: np.hstack((x, y)), M, M[:, :2]),
    "dstack": (lambda x, y: np.dstack((x, y)), V, V),
    "dstack matrices": (lambda x: np.dstack([x, x]), M),
    "column_stack": (lambda x, y: np.column_stack([x, y]), M, M[:, 0]),
    "column_stack vectors": (lambda x: np.column_stack([x, [1, 2, 3, 4, 5]]), V),
    "append": (lambda x: np.append(x, [[1.0]]), M),
    "append axis": (lambda x: np.append(x, x, axis=1), M),
    "append to a list": (lambda x: np.append([1.0, 2.0], values=x), M),
    "block": (lambda x, v: np.block([[x, v], [np.ones((1, 4)), np.ones((1, 1))]]), M, M[:, :1]),
    "block of vectors": (lambda x: np.block([x, 1.0, x]), V),
    "block of rows": (lambda x: np.block([[x], [x]]), V),
    "block of one": (lambda x: np.block(x) * 1.0, V),
    "block of different axes": (lambda x: np.block([[[x], [np.ones((2, 1, 4))]]]), C),
    "unstack": (lambda x: np.unstack(x, axis=-1), C),
    "hsplit": (lambda x: np.hsplit(x, [1]), M),
    "hsplit vector": (lambda x: np.hsplit(x, [1, 3]), V),
    "vsplit": (lambda x: np.vsplit(x, 3), M),
    "dsplit": (lambda x: np.dsplit(x, 2), C),
    "array_split unequal": (lambda x: np.array_split(x, 3), V),
    "array_split too many": (lambda x: np.array_split(x, 7), V),
    "split axis": (lambda x: np.split(x, 2, axis=-1), C),
    "delete flat": (lambda x: np.delete(x, [1, -1]), M),
    "insert column": (lambda x, v: np.insert(x, 1, v, axis=1), M, V[:3]),
    "insert columns": (lambda x, v: np.insert(x, [1, 1, 3], v, axis=1), M, V[:3]),
    "insert rows": (lambda x, v: np.insert(x, slice(0, 2), v, axis=0), M, V[:4]),
    "insert number": (lambda x: np.insert(x, 2, 9.0), M),
    "insert several": (lambda x, v: np.insert(x, [0, 3], v), V, V[:2]),
    "insert into an array": (lambda v: np.insert(np.arange(3.0), 1, v), V[:1]),
    "resize shorter": (lambda x: np.resize(x, 2), M),
    "resize longer": (lambda x: np.resize(x, (5, 7)), M),
    "windows": (lambda x: windows(x, (2, 2)), M),
    "windows along an axis": (lambda x: windows(x, 3, axis=1), M),
    "trim_zeros": (lambda x: np.trim_zeros(x * np.array([0, 1, 0, 1, 0])), V),
    "trim_zeros front": (lambda x: np.trim_zeros(x * np.array([0, 1, 0, 1, 0]), "f"), V),
    "trim_zeros back": (lambda x: np.trim_zeros(x * np.array([0, 1, 0, 1, 0]), trim="b"), V),
    "diag": (lambda x: np.diag(x, k=-2), V),
    "diag of a matrix": (lambda x: np.diag(x, 1), M),
    "diagflat": (lambda x: np.diagflat(x, k=1), M),
    "diagonal": (lambda x: x.diagonal(1, axis1=1, axis2=0), C),
    "trace": (lambda x: np.trace(x, 1, 1, 2), C),
    "trace offset": (lambda x: x.trace(offset=-1), M),
    "linalg.trace": (lambda x: np.linalg.trace(x, offset=1), C),
    "linalg.diagonal": (lambda x: np.linalg.diagonal(x, offset=-1), C),
    "tril": (lambda x: np.tril(x, k=1), C),
    "triu of a vector": (lambda x: np.triu(x, -1), V),
    "vander": (lambda x: np.vander(x), V),
    "vander increasing": (lambda x: np.vander(x, N=3, increasing=True), V),
}
if not hasattr(np, "unstack"):
    del JOINS["unstack"]


@pytest.mark.parametrize("name", JOINS)
def test_agrees_with_numpy(name: str) -> None:
    # Powers are rounded otherwise than products.
    agrees(*JOINS[name], rtol=1e-14 if name.startswith("vander") else 0)


@pytest.mark.parametrize("sections", [1, 5, [1, 3], (3, 1), [-1], [0, 9], np.array([2])])
@pytest.mark.parametrize("function", [np.split, np.array_split])
def test_split(function: Any, sections: Any) -> None:
    agrees(lambda x: function(x, sections), V)


@pytest.mark.parametrize(
    "obj", [0, -1, [0, 2], slice(None, None, 2), np.array([True, False, True]), [], np.int64(1)]
)
def test_delete(obj: Any) -> None:
    agrees(lambda x: np.delete(x, obj, axis=0), M)


@pytest.mark.parametrize(
    "name", ["concat", "block", "insert columns", "resize longer", "windows", "diag", "trace"]
)
def test_complex(name: str) -> None:
    function, *arrays = JOINS[name]
    agrees_for_complex(function, *(x + 1j * RNG.normal(size=x.shape) for x in arrays))


def test_dtypes_of_joins() -> None:
    x = Tensor(V.astype(np.float32), requires_grad=True)
    y = Tensor(V, requires_grad=True)
    assert np.concatenate([x, x]).dtype == np.float32
    joined = np.concatenate([x, y], dtype=np.float32, casting="same_kind")
    assert joined.dtype == np.float32
    joined.backward(np.arange(10, dtype=np.float32))
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(y.grad, np.arange(5, 10))
    assert np.vstack([x, y], dtype=np.float64).dtype == np.float64
    assert np.stack([x, y], dtype=np.float32).dtype == np.float32
    # NumPy inserts into a copy, which keeps its dtype.
    assert np.insert(x, 0, y[0]).dtype == np.float32
    assert np.vander(x).dtype == np.vander(x.data).dtype


def test_integers_beside_tensors_do_not_move() -> None:
    x = Tensor(V, requires_grad=True)
    np.sum(np.concatenate([np.arange(3), x]) ** 2).backward()
    np.testing.assert_allclose(x.grad, 2 * V)


def test_empty_arrays() -> None:
    x = Tensor(np.zeros((0, 3)), requires_grad=True)
    y = Tensor(np.ones((2, 3)), requires_grad=True)
    np.sum(np.concatenate([x, y])).backward()
    assert x.grad.shape == (0, 3)
    np.testing.assert_array_equal(y.grad, np.ones((2, 3)))
    np.testing.assert_array_equal(np.resize(x, (2, 2)).data, np.zeros((2, 2)))
    assert [p.shape for p in np.split(x, 3, axis=1)] == [(0, 1)] * 3


def test_indices_from_a_tensor() -> None:
    x = Tensor(RNG.normal(size=(3, 3)), requires_grad=True)
    for function in (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from):
        index = function(x)
        np.testing.assert_array_equal(np.array(index), np.array(function(x.data)))
        np.testing.assert_array_equal(x[index].data, x.data[index])
    np.testing.assert_array_equal(np.tril_indices_from(x, k=-1), np.tril_indices_from(x.data, -1))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: np.concatenate([x, x[:, :1]], 0), ShapeError, "concatenate"),
        (lambda x: np.concatenate([x], out=np.zeros((3, 4))), TypeError, "out="),
        (lambda x: np.stack([x, x[0]]), ShapeError, "stack"),
        (lambda x: np.split(x, 2), ValueError, "equal division"),
        (lambda x: np.hsplit(x[0, 0], 1), ValueError, "1 or more dimensions"),
        (lambda x: np.vsplit(x[0], 1), ValueError, "2 or more dimensions"),
        (lambda x: np.dsplit(x, 1), ValueError, "3 or more dimensions"),
        (lambda x: np.block([[x], x]), ValueError, "mismatched"),
        (lambda x: np.block([[x, (x,)]]), TypeError, "tuple"),
        (lambda x: np.block([[x, x[:1]]]), ValueError, "concatenat"),
        (lambda x: np.delete(x, 3, axis=0), IndexError, "index 3 is out of bounds"),
        (lambda x: np.insert(x, 99, 0.0), IndexError, "index 99 is out of bounds"),
        (lambda x: np.diag(np.stack([x, x])), ValueError, "1- or 2-d"),
        (lambda x: np.diagonal(x[0]), ValueError, "two dimensions"),
        (lambda x: np.vander(x), ValueError, "one-dimensional"),
        (lambda x: windows(x, (9, 9)), ValueError, "window shape"),
    ],
)
def test_errors(call: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Tensor(M, requires_grad=True))
