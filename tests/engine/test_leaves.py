"""Leaves and dtypes: what may require gradients, and which dtype results have."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ConversionError, Tensor, no_grad, variables

# Construction and dtypes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (3, np.float64),
        (2.5, np.float64),
        ([1, 2], np.float64),
        (((1, 2), (3, 4)), np.float64),
        ([], np.float64),
        (np.float32(3), np.float32),
        (np.ones(2, np.float32), np.float32),
        (np.ones(2, np.float16), np.float16),
    ],
)
def test_leaves_that_require_gradients_are_floating(data: Any, dtype: Any) -> None:
    leaf = Tensor(data, requires_grad=True)
    assert leaf.dtype == dtype
    np.testing.assert_array_equal(leaf.data, np.asarray(data, dtype))


@pytest.mark.parametrize(
    ("data", "dtype", "fix"),
    [
        (np.array([1, 2]), "int64", r"array\.astype\(np\.float64\)"),
        (np.int32(1), "int32", r"array\.astype\(np\.float64\)"),
        (np.array([1], np.uint8), "uint8", r"array\.astype\(np\.float64\)"),
        (np.array([True]), "bool", r"array\.astype\(np\.float64\)"),
        ([True, False], "bool", r"array\.astype\(np\.float64\)"),
        (np.array(["1.0"]), "<U3", "give numbers"),
    ],
)
def test_other_dtypes_cannot_require_gradients(data: Any, dtype: str, fix: str) -> None:
    with pytest.raises(TypeError, match=f"dtype {dtype} cannot require gradients; .*{fix}"):
        Tensor(data, requires_grad=True)
    constant = Tensor(data)
    with pytest.raises(TypeError, match=f"dtype {dtype}"):
        constant.requires_grad = True
    assert not constant.requires_grad


@pytest.mark.parametrize("data", [None, {"x": 1.0}, np.array([1.0, None]), 10**400, object()])
@pytest.mark.parametrize("requires_grad", [True, False])
def test_a_tensor_holds_numbers(data: Any, requires_grad: bool) -> None:
    with pytest.raises(TypeError, match=f"{type(data).__name__} has no NumPy dtype"):
        Tensor(data, requires_grad=requires_grad)


def test_dtype_may_be_chosen() -> None:
    assert Tensor([1, 2], requires_grad=True, dtype=np.float32).dtype == np.float32
    assert Tensor([1.5, 2.5], dtype=np.int64).dtype == np.int64
    with pytest.raises(TypeError, match="dtype int64 cannot require"):
        Tensor([1, 2], requires_grad=True, dtype=np.int64)


def test_constants_keep_their_dtype() -> None:
    assert Tensor(3).dtype == np.int64
    assert Tensor([True]).dtype == np.bool_


def test_the_array_is_shared_and_of_a_tensor_only_the_value_is_taken() -> None:
    array = np.zeros(3)
    assert np.shares_memory(Tensor(array).data, array)
    x = Tensor(array, requires_grad=True, name="x")
    again = Tensor(x)
    assert (again.requires_grad, again.name, again.op) == (False, None, None)
    assert np.shares_memory(again.data, array)


@pytest.mark.parametrize(
    "result",
    [
        lambda x, s: s,
        lambda x, s: s + 1,
        lambda x, s: -s,
        lambda x, s: s * s,
        lambda x, s: np.float64(2) * s,
        lambda x, s: np.sum(x),
        lambda x, s: x.mean(),
        lambda x, s: np.max(x),
        lambda x, s: x[1],
        lambda x, s: x @ x,
        lambda x, s: x[:1].reshape(()),
        lambda x, s: np.squeeze(x[:1]),
        lambda x, s: np.where(s > 0, s, 0),
        lambda x, s: s > 1,
        lambda x, s: np.argmax(x),
        lambda x, s: s.astype(np.float32),
        lambda x, s: s.detach(),
    ],
)
def test_scalars_are_numpy_scalars(result: Callable[[Any, Any], Any]) -> None:
    """Arithmetic on 0-d arrays is ten times slower, and 0-d arrays can be changed in place."""
    x, s = variables(x=[1, 2, 3], s=2)
    assert isinstance(result(x, s).data, np.generic)
    assert result(x, s).shape == ()
    with no_grad():
        assert isinstance(result(x, s).data, np.generic)


@pytest.mark.parametrize(
    "result",
    [
        lambda x: x + 1,
        lambda x: 2.5 * x,
        lambda x: 1 - x,
        lambda x: x / 3,
        lambda x: 3 / x,
        lambda x: x**2,
        lambda x: 2.0**x,
        lambda x: x**0.5,
        lambda x: np.add(x, 1.5),
        lambda x: np.maximum(x, 0.0),
        lambda x: np.where(x > 1, x, 0.0),
        lambda x: np.clip(x, 0.0, 1.5),
        lambda x: autograd.gelu(x),
        lambda x: autograd.sigmoid(x),
        lambda x: np.mean(x),
        lambda x: np.log2(x),
    ],
)
@pytest.mark.parametrize("data", [[1.0, 2.0], 2.0])
def test_float32_stays_float32(result: Callable[[Any], Any], data: Any) -> None:
    x = Tensor(data, requires_grad=True, dtype=np.float32)
    y = result(x)
    assert y.dtype == np.float32
    y.backward(np.ones(y.shape))
    assert x.grad.dtype == np.float32


def test_promotion_is_numpys() -> None:
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    assert (x * np.ones(2)).dtype == np.float64
    assert (x + np.arange(2)).dtype == np.float64
    assert (x + np.arange(2, dtype=np.int8)).dtype == np.float32


# variables ---------------------------------------------------------------------------------------


def test_variables_are_named_leaves() -> None:
    x, y = variables(x=-2, y=[1, 2])
    assert (x.name, y.name) == ("x", "y")
    assert x.requires_grad
    assert y.requires_grad
    assert (x.dtype, y.dtype) == (np.float64, np.float64)
    assert variables(z=1.0).name == "z"
    with pytest.raises(TypeError, match="at least one"):
        variables()
    with pytest.raises(TypeError, match="dtype int64"):
        variables(n=np.arange(3))


def test_a_recorded_tensor_is_not_swallowed_by_a_new_leaf() -> None:
    s = variables(s=1)
    with pytest.raises(ConversionError, match="tensor 's'"):
        Tensor([s, s])
    np.testing.assert_array_equal(Tensor([Tensor(1.0), Tensor(2.0)]).data, [1, 2])
