"""Wrong shapes are `ShapeError`, bad options `ValueError`, and both name the function."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ShapeError, Tensor, variables

v, x, symmetric, a, b = variables(
    v=[1, 2, 3], x=[[1, 2, 3], [4, 5, 6]], symmetric=[[2, 1], [1, 3]], a=1, b=2
)
fft: Any = np.fft

OPTIONS: list[tuple[str, str, Callable[[], Any]]] = [
    ("gelu", "approximate must be", lambda: autograd.gelu(v, approximate="x")),
    ("fft", "norm value x", lambda: fft.fft(v, norm="x")),
    ("np.fft.rfft2", "norm value x", lambda: fft.rfft2(x, norm="x")),
    ("reshape", "order must be", lambda: np.reshape(x, (3, 2), order="X")),
    ("np.ravel", "order must be", lambda: np.ravel(x, order="X")),
    ("np.pad", "'x' is not supported", lambda: np.pad(v, 1, mode="x")),
    ("np.quantile", "'x' is not a valid method", lambda: np.quantile(v, 0.5, method="x")),
    ("np.quantile", r"in the range \[0, 1\]", lambda: np.quantile(v, 1.5)),
    ("sort", "sort kind must be", lambda: np.sort(v, kind="x")),
    ("argsort", "sort kind must be", lambda: np.argsort(v, kind="x")),
    ("searchsorted", "search side must be", lambda: np.searchsorted(v, 2.0, side="x")),
    ("convolve", "mode must be", lambda: np.convolve(v, v, "x")),
    ("norm", "order 'x'", lambda: np.linalg.norm(v, ord="x")),
    ("eigh", "UPLO", lambda: np.linalg.eigh(symmetric, UPLO="X")),
    ("np.take", "mode must be", lambda: np.take(v, [0], mode="x")),
    ("np.choose", "clipmode must be", lambda: np.choose([0, 1, 0], [v, v], mode="x")),
    ("np.diff", "non-negative", lambda: np.diff(v, -1)),
    ("np.gradient", "edge_order must be", lambda: np.gradient(v, edge_order=3)),
    ("np.meshgrid", "'xy' and 'ij'", lambda: np.meshgrid(v, [1], indexing="x")),
    ("np.histogram", "'x' is not a valid estimator", lambda: np.histogram(v, bins="x")),
    ("np.unravel_index", "out of bounds", lambda: np.unravel_index(Tensor(9), (2, 2))),
    ("partition", "out of bounds", lambda: np.partition(v, 7)),
    ("power", "negative integer power", lambda: Tensor([1, 2]) ** -1),
    ("np.linspace", "non-negative", lambda: np.linspace(v, 3, -1)),
]


@pytest.mark.parametrize(("name", "message", "call"), OPTIONS)
def test_a_bad_option_is_no_wrong_shape(name: str, message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert type(caught.value) is ValueError
    assert name in str(caught.value)
    assert "of shapes" not in str(caught.value)


SHAPES: list[tuple[str, Callable[[], Any]]] = [
    ("np.split", lambda: np.split(v, 2)),
    ("np.squeeze", lambda: np.squeeze(x, 0)),
    ("transpose", lambda: np.transpose(x, (0,))),
    ("broadcast_to", lambda: np.broadcast_to(x, (3, 3))),
    ("max", lambda: np.max(v[:0])),
    ("argmax", lambda: np.argmax(v[:0])),
    ("roots", lambda: np.roots(x)),
    ("np.interp", lambda: np.interp(v, [1, 2], [3])),
    ("np.insert", lambda: np.insert(v, [1, 2], [1, 2, 3])),
    ("einsum", lambda: np.einsum("ij", v)),
    ("np.vander", lambda: np.vander(x)),
    ("np.rot90", lambda: np.rot90(v)),
    ("matmul", lambda: v @ 2),
    ("matmul", lambda: 2 @ v),
    ("matmul", lambda: operator.matmul(a, b)),
]


@pytest.mark.parametrize(("name", "call"), SHAPES)
def test_a_wrong_shape_is_one(name: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ShapeError) as caught:
        call()
    assert str(caught.value).startswith(f"{name} of operands of shapes (")


def test_an_error_is_not_its_own_cause() -> None:
    """That would be a cycle, which keeps the arrays of all frames alive."""
    with pytest.raises(np.exceptions.AxisError) as caught:
        np.cumsum(x, 5)
    assert caught.value.__cause__ is None
