"""Plain NumPy code on tensors: what is recorded, and what is refused."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import NotDifferentiableError, ShapeError, Tensor, gradcheck, variables
from tests.versions import since

X: Any = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def leaf() -> Any:
    return Tensor(X, requires_grad=True, name="x")


def assert_recorded(result: Any, expected: Any) -> None:
    """Assert that `result` is NumPy's, and that its gradient arrives at its leaf."""
    assert type(result) is Tensor
    assert result.requires_grad
    np.testing.assert_array_equal(result.data, expected)
    assert result.dtype == np.asarray(expected).dtype


# Operators and functions -------------------------------------------------------------------------

OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
OTHERS = [
    2,
    2.0,
    True,
    np.float64(2),
    np.float32(2),
    np.int64(2),
    np.array(2.0),
    np.array([2.0, 1.0, 4.0]),
    np.array([[2.0], [3.0]]),
    np.array([[2, 1, 4]]),
    [2, 1, 4],
    [[2.0], [3.0]],
    (2.0, 1.0, 4.0),
    Tensor([2.0, 1.0, 4.0]),
]


def value(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


@pytest.mark.parametrize("other", OTHERS, ids=repr)
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_operators_take_numbers_arrays_and_lists_on_either_side(
    op: Callable[[Any, Any], Any], other: Any
) -> None:
    x = leaf()
    assert_recorded(op(x, other), op(X, np.asarray(value(other))))
    assert_recorded(op(other, x), op(np.asarray(value(other)), X))
    np.sum(op(x, other) + op(other, x)).backward()
    assert x.grad.shape == X.shape


@pytest.mark.parametrize("other", [X.T, X[0], X.T.tolist(), Tensor(X.T)], ids=type)
def test_matrix_products_take_arrays_and_lists_on_either_side(other: Any) -> None:
    x = leaf()
    array = np.asarray(value(other))
    assert_recorded(x @ other, X @ array)
    if array.ndim == 2:
        assert_recorded(other @ x, array @ X)
    else:
        assert_recorded(other @ x.T, array @ X.T)


@pytest.mark.parametrize("other", [3, 3.0, np.float64(3), np.array([1.0, 2.0, 9.0]), [1, 2, 9]])
@pytest.mark.parametrize(
    "op", [operator.gt, operator.ge, operator.lt, operator.le, operator.eq, operator.ne]
)
def test_comparisons_give_boolean_tensors(op: Callable[[Any, Any], Any], other: Any) -> None:
    x = leaf()
    for result, expected in (
        (op(x, other), op(X, np.asarray(other))),
        (op(other, x), op(np.asarray(other), X)),
    ):
        assert type(result) is Tensor
        assert result.dtype == np.bool_
        assert not result.requires_grad
        np.testing.assert_array_equal(result.data, expected)


@pytest.mark.parametrize("other", ["a", None, {}, object()], ids=lambda other: type(other).__name__)
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_operators_refuse_what_is_no_number(op: Callable[[Any, Any], Any], other: Any) -> None:
    with pytest.raises(TypeError, match=r"unsupported operand|scalar index"):
        op(leaf(), other)


def test_masks_combine() -> None:
    x = leaf()
    inside = (x > 1) & (x < 5) | (x == 6)
    np.testing.assert_array_equal(inside.data, ((X > 1) & (X < 5)) | (X == 6))
    np.testing.assert_array_equal((~inside).data, ~inside.data)
    np.testing.assert_array_equal((inside ^ True).data, ~inside.data)
    np.sum(x[inside]).backward()
    np.testing.assert_array_equal(x.grad, inside.data)


CALLS: list[Callable[[Any], Any]] = [
    lambda x: np.exp(x),
    lambda x: np.add(x, x),
    lambda x: np.add(X, x),
    lambda x: np.multiply(2, x),
    lambda x: np.multiply([1, 2, 3], x),
    lambda x: np.power(x, 2),
    lambda x: np.subtract(np.float64(1), x),
    lambda x: np.maximum(x, [1, 9, 1]),
    lambda x: np.sum(x),
    lambda x: np.sum(x, 0),
    lambda x: np.sum(x, axis=-1, keepdims=True),
    lambda x: np.sum(a=x, axis=(0, 1)),
    lambda x: np.sum(x, axis=0, dtype=None, out=None),
    lambda x: np.mean(x, axis=1),
    lambda x: np.max(x, 1),
    lambda x: np.amax(x, axis=0, keepdims=True),
    lambda x: np.min(x),
    lambda x: np.add.reduce(x),
    lambda x: np.add.reduce(x, axis=1, keepdims=True),
    lambda x: np.add.reduce(x, None),
    lambda x: np.maximum.reduce(x),
    lambda x: np.minimum.reduce(x, axis=-1),
    lambda x: np.reshape(x, (3, 2)),
    lambda x: np.reshape(x, -1),
    lambda x: np.transpose(x),
    lambda x: np.transpose(a=x, axes=(1, 0)),
    lambda x: np.transpose(x, [1, 0]),
    lambda x: np.swapaxes(x, axis1=0, axis2=1),
    lambda x: np.swapaxes(x, 0, -1),
    lambda x: np.squeeze(x[:1], axis=0),
    lambda x: np.expand_dims(x, axis=1),
    lambda x: np.ravel(x),
    lambda x: np.broadcast_to(x, (4, 2, 3)),
    lambda x: np.broadcast_to(array=x, shape=(4, 2, 3)),
    lambda x: np.concatenate([x, X, [[7, 8, 9]]]),
    lambda x: np.concatenate((x, x), axis=1),
    lambda x: np.concatenate([x, x], axis=None),
    lambda x: np.concatenate(x),
    lambda x: np.stack([x, X], axis=-1),
    lambda x: np.where(X > 2, x, 0),
    lambda x: np.clip(x, 2, 5),
    lambda x: np.clip(x, a_min=2, a_max=None),
    lambda x: np.matmul(x, X.T),
    lambda x: np.matmul(X.T, x),
    lambda x: np.dot(x, X.T),
    lambda x: np.dot(2, x),
    lambda x: np.dot(x, [1, 2, 3]),
    lambda x: np.outer(x, [1, 2]),
    lambda x: np.linalg.norm(x),
    lambda x: np.linalg.norm(x, axis=1, keepdims=True),
    lambda x: np.matrix_transpose(x),
    lambda x: x.sum(),
    lambda x: x.sum(0),
    lambda x: x.sum(axis=1, keepdims=True),
    lambda x: x.mean(axis=0),
    lambda x: x.max(axis=0),
    lambda x: x.min(),
    lambda x: x.reshape(3, 2),
    lambda x: x.reshape((3, 2)),
    lambda x: x.reshape(-1),
    lambda x: x.transpose(),
    lambda x: x.transpose(1, 0),
    lambda x: x.transpose((1, 0)),
    lambda x: x.swapaxes(0, 1),
    lambda x: x[:, :1].squeeze(),
    lambda x: x[:, :1].squeeze(1),
    lambda x: x.flatten(),
    lambda x: x.ravel(),
    lambda x: x.clip(2, 5),
    lambda x: x.dot(X.T),
    lambda x: x.T,
    lambda x: x.mT,
    lambda x: x[0],
    lambda x: x[..., 1],
    lambda x: x[None, :, ::-1],
    lambda x: x[[0, 0, 1], [0, 0, 2]],
    lambda x: x[X > 2],
    lambda x: x[np.array([True, False])],
    lambda x: x[:, np.array([1, 1])],
    lambda x: -x,
    lambda x: +x,
    lambda x: abs(x),
    *since(
        "2.1.0",
        lambda x: np.reshape(x, shape=(6,)),
        lambda x: np.clip(x, min=2, max=5),
        lambda x: np.clip(x, max=5),
    ),
]


@pytest.mark.parametrize("call", CALLS)
def test_numpy_code_is_recorded(call: Callable[[Any], Any]) -> None:
    """The same code on the array and on the tensor: same value, same dtype, right derivative."""
    assert_recorded(call(leaf()), call(X))
    gradcheck(call, np.linspace(0.3, 6.1, 6).reshape(2, 3), order=1)


METHODS = ["exp", "log", "sqrt", "sin", "cos", "tanh"]


@pytest.mark.parametrize("name", METHODS)
def test_functions_are_methods_too(name: str) -> None:
    assert_recorded(getattr(leaf(), name)(), getattr(np, name)(X))


@pytest.mark.parametrize("name", ["argmax", "argmin", "all", "any"])
def test_choices_are_recorded_as_constants(name: str) -> None:
    x = leaf()
    for result in (getattr(x, name)(axis=1), getattr(np, name)(x, axis=1)):
        assert (result.op.name, result.requires_grad) == (name, False)
        assert type(result) is Tensor
        np.testing.assert_array_equal(result.data, getattr(np, name)(X, axis=1))


def test_astype() -> None:
    x = leaf()
    assert_recorded(x.astype(np.float32), X.astype(np.float32))
    assert x.astype(np.float64, copy=False) is x
    assert x.astype(np.float64) is not x
    np.sum(x.astype("f4")).backward()
    assert x.grad.dtype == np.float64
    for discrete in (int, bool, np.uint8):
        assert not x.astype(discrete).requires_grad
        np.testing.assert_array_equal(x.astype(discrete).data, X.astype(discrete))


def test_integer_tensors_index() -> None:
    x, i = leaf(), Tensor([1, 0, 1])
    assert_recorded(x[i], X[[1, 0, 1]])
    assert_recorded(x[Tensor(1)], X[1])
    assert_recorded(x[:, np.argmax(x[0])], X[:, 2])
    assert_recorded(x[i, [Tensor(0), Tensor(1), Tensor(2)]], X[[1, 0, 1], [0, 1, 2]])
    np.sum(x[i]).backward()
    np.testing.assert_array_equal(x.grad, [[1, 1, 1], [2, 2, 2]])


def test_shape_questions_are_answered_without_recording() -> None:
    x = leaf()
    assert np.shape(x) == (2, 3)
    assert np.ndim(x) == 2
    assert (np.size(x), np.size(x, 1), np.size(x, axis=0)) == (6, 3, 2)


def test_constants_of_the_same_shape() -> None:
    x = leaf()
    for like in (np.zeros_like, np.ones_like):
        result = like(x)
        np.testing.assert_array_equal(result.data, like(X))
        assert not result.requires_grad


# What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: np.subtract.accumulate(x), r"np\.subtract\.accumulate"),
        (lambda x: np.subtract.reduce(x), r"np\.subtract\.reduce"),
    ],
)
def test_without_a_rule_the_function_is_named(call: Callable[[Any], Any], name: str) -> None:
    """The gradient is never dropped in silence."""
    with pytest.raises(NotDifferentiableError, match=rf"^{name} has no derivative rule.*primitive"):
        call(leaf())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.maximum.reduce(x, dtype=np.float32), "^max with dtype="),
        (lambda x: np.minimum.accumulate(x, dtype=np.float32), "^running_min with dtype="),
        (lambda x: np.exp(x, where=X > 2), r"^exp with where= .* supports: none$"),
        (lambda x: np.exp(x, dtype=np.float32), "^exp with dtype="),
        (lambda x: np.sort(x, order="field"), r"^np\.sort with order="),
        (lambda x: np.clip(x, 0, 1, dtype=np.float32), r"^np\.clip with dtype="),
    ],
)
def test_a_keyword_without_a_rule_is_named(call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(NotDifferentiableError, match=message):
        call(leaf())


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.exp(x, out=np.zeros((2, 3))),
        lambda x: np.exp(X, out=x),
        lambda x: np.exp(X, x),
        lambda x: np.add(x, X, X),
        lambda x: np.sum(X, axis=0, out=x),
        lambda x: np.sum(X, 0, None, x),
        lambda x: np.max(X, out=x),
        lambda x: np.stack([X, X], out=x),
        *since("2.1.0", lambda x: np.clip(X, 0, 1, out=x)),
        lambda x: np.zeros((2, 3)).__iadd__(x),
    ],
)
def test_nothing_is_written_into_out(call: Callable[[Any], Any]) -> None:
    x, before = leaf(), X.copy()
    with pytest.raises(TypeError, match="cannot write a tensor into out="):
        call(x)
    np.testing.assert_array_equal(x.data, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda x, v: x + v,
            r"^add of operands of shapes \(2, 3\) \(tensor 'x'\) and \(2,\) \(tensor 'v'\)",
        ),
        (
            lambda x, v: np.multiply(x, v),
            r"^multiply of .*\(2, 3\) \(tensor 'x'\) and \(2,\) \(tensor 'v'\)",
        ),
        (lambda x, v: x * np.ones(2), r"^multiply of .*\(2, 3\) \(tensor 'x'\) and \(2,\):"),
        (lambda x, v: np.ones(4) / x, r"^divide of .*\(4,\) and \(2, 3\) \(tensor 'x'\):"),
        (lambda x, v: x - [1, 2], r"^subtract of .*\(2, 3\) \(tensor 'x'\) and \(2,\):"),
        (lambda x, v: x @ v, r"^matmul of .*\(2, 3\) \(tensor 'x'\) and \(2,\) \(tensor 'v'\)"),
        (lambda x, v: np.ones((2, 2)) @ x.T, r"^matmul of .*\(2, 2\) and \(3, 2\):"),
        (lambda x, v: x > v, r"^greater of .*\(tensor 'x'\) and \(2,\) \(tensor 'v'\)"),
        (lambda x, v: np.where(x > 1, x, v), r"^where of .*\(2, 3\) .*tensor 'x'.*tensor 'v'"),
        (lambda x, v: np.concatenate([x, v]), r"^concatenate of .*tensor 'x'.*tensor 'v'"),
        (lambda x, v: np.stack([x, v]), r"^stack of .*tensor 'x'.*tensor 'v'"),
        (lambda x, v: x.reshape(4), r"^reshape of operands of shapes \(2, 3\) \(tensor 'x'\)"),
    ],
)
def test_shapes_that_do_not_fit(call: Callable[..., Any], message: str) -> None:
    x, v = variables(x=X, v=[1, 2])
    with pytest.raises(ShapeError, match=message):
        call(x, v)


def test_numpys_own_errors_pass() -> None:
    x = leaf()
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds"):
        np.sum(x, axis=2)
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        x[5]
    with pytest.raises(IndexError, match="only integers"):
        x[1.0]


def test_other_array_types_may_take_over() -> None:
    class Other:
        __array_ufunc__ = None

        def __radd__(self, other: Any) -> str:
            return "other"

        def __array_function__(self, *args: Any) -> str:
            return "other"

    x = leaf()
    assert x + Other() == "other"
    assert np.concatenate([x, Other()]) == "other"
