"""Tensors and plain arrays: what may become the other, and by which protocol."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ConversionError, Tensor, variables

X: Any = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def leaf() -> Any:
    return Tensor(X, requires_grad=True, name="x")


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.asarray(x),
        lambda x: np.array(x),
        lambda x: np.array([x, x]),
        lambda x: np.array([x[0, 0], 1.0]),
        lambda x: np.r_[x, x],
        lambda x: np.c_[x, x],
        lambda x: np.int64(x[0, 0]),
        lambda x: X * [x, x],
        lambda x: x * [x, x],
        lambda x: np.testing.assert_array_equal(x, X),
    ],
)
def test_a_recorded_tensor_never_becomes_an_array(call: Callable[[Any], Any]) -> None:
    with pytest.raises(ConversionError, match=r"lose its gradient; take t\.data .*np\.stack"):
        call(leaf())


def test_a_constant_tensor_becomes_an_array() -> None:
    t = Tensor(X)
    np.testing.assert_array_equal(np.asarray(t), X)
    assert np.asarray(t, dtype=np.float32).dtype == np.float32
    assert np.shares_memory(np.asarray(t), t.data)
    assert not np.shares_memory(np.array(t), t.data)
    assert np.array([Tensor(1.0), Tensor(2.0)]).tolist() == [1, 2]
    assert np.r_[t, t].shape == (4, 3)


# DLPack ------------------------------------------------------------------------------------------


class OnlyDLPack:
    """An array of another library, which speaks DLPack and nothing else."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self._array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


def test_arrays_come_in_and_go_out_by_dlpack() -> None:
    array = np.array([1.0, 2.0])
    came_in = Tensor(OnlyDLPack(array), requires_grad=True)
    np.testing.assert_array_equal(came_in.data, array)
    went_out = np.from_dlpack(Tensor(array))
    np.testing.assert_array_equal(went_out, array)


def test_a_recorded_tensor_does_not_go_out_by_dlpack() -> None:
    with pytest.raises(ConversionError, match="tensor 'x' is recorded"):
        np.from_dlpack(variables(x=[1.0, 2.0]))


def test_a_constant_of_the_graph_becomes_an_array() -> None:
    """Nothing is lost: no gradient goes through a mask or an index."""
    x = variables(x=[1.0, 3.0, 2.0])
    np.testing.assert_array_equal(np.asarray(x > 1), [False, True, True])
    assert np.arange(3)[np.argmax(x)] == 1
