"""Leaves, values, attributes and modes: what a tensor is before anything is differentiated."""

import copy
import math
import operator
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    ConversionError,
    ShapeError,
    Tensor,
    enable_grad,
    is_grad_enabled,
    no_grad,
    variables,
)

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


# Attributes --------------------------------------------------------------------------------------


def test_attributes_are_numpys() -> None:
    x = Tensor(np.zeros((2, 3), np.float32), name="x")
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert x.dtype == np.float32
    assert x.T.shape == (3, 2)
    assert Tensor(np.zeros((2, 3, 4))).mT.shape == (2, 4, 3)


def test_a_leaf_and_a_result_say_how_they_came_to_be() -> None:
    x = variables(x=2)
    y = x * 3
    assert (x.op, x.inputs, x.is_leaf, x.requires_grad, x.name) == (None, (), True, True, "x")
    assert y.op.name == "multiply"
    assert y.inputs[0] is x
    assert y.inputs[1] == 3
    assert (y.is_leaf, y.requires_grad, y.name) == (False, True, None)
    y.name = "y"
    assert y.name == "y"


def test_only_what_depends_on_a_recorded_leaf_is_recorded() -> None:
    assert (Tensor(2.0) * 3).op is None
    x = variables(x=2)
    mask = x > 1
    assert mask.op.name == "greater"
    assert not mask.requires_grad
    # A replay would otherwise freeze what is computed from the mask.
    assert (mask & True).op.name == "bitwise_and"
    assert (mask & mask).op.name == "bitwise_and"
    assert (~mask).op.name == "invert"
    assert (mask * 2.0).op.name == "multiply"
    assert not (mask * 2.0).requires_grad


def test_requires_grad_can_be_set_on_leaves_only() -> None:
    x = Tensor(2.0)
    x.requires_grad = True
    assert x.requires_grad
    assert x.requires_grad_(False) is x
    assert not x.requires_grad
    y = x.requires_grad_() * 2
    y.requires_grad = True
    with pytest.raises(ValueError, match=r"made by multiply follows from its operands.*detach"):
        y.requires_grad = False
    assert y.requires_grad


def test_gradients_can_be_set_and_forgotten() -> None:
    x = variables(x=[1, 2])
    assert x.grad is None
    x.grad = [3, 4]
    assert x.grad.dtype == np.float64
    with pytest.raises(ShapeError, match=r"gradient of shape \(3,\) was given to tensor 'x'"):
        x.grad = np.ones(3)
    np.testing.assert_array_equal(x.grad, [3, 4])
    x.zero_grad()
    assert x.grad is None
    x.grad = Tensor([5.0, 6.0])
    assert type(x.grad) is np.ndarray
    x.grad = None
    assert x.grad is None


def test_the_gradient_of_an_intermediate_result_is_kept_on_request_only() -> None:
    x = variables(x=2)
    y = x * 3
    z = y * y
    z.backward()
    with pytest.warns(UserWarning, match=r"retain_grad\(\).*backward\(retain_grads=True\)") as seen:
        assert y.grad is None
    assert seen[0].filename == __file__
    y.retain_grad()
    z.backward()
    assert y.grad == 12
    x.zero_grad()
    x.retain_grad()
    z.backward()
    assert x.grad == 36, "a leaf keeps its gradient anyway, and once"
    assert (Tensor(1.0) * 2).grad is None, "nothing to warn of without a graph"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Tensor(-4.0), "Tensor(-4.0)"),
        (lambda: Tensor(3), "Tensor(3)"),
        (lambda: Tensor([1.0, 2.0]), "Tensor([1., 2.])"),
        (lambda: Tensor(1.0, dtype=np.float32), "Tensor(1.0, dtype=float32)"),
        (lambda: variables(x=1), "Tensor(1.0, requires_grad=True, name='x')"),
        (lambda: variables(x=1) * 2, "Tensor(2.0, op=multiply)"),
        (lambda: Tensor(np.zeros((2, 1))), "Tensor([[0.],\n        [0.]])"),
    ],
)
def test_repr(make: Callable[[], Any], text: str) -> None:
    assert repr(make()) == str(make()) == f"{make()}" == text


def test_format_of_a_scalar_is_that_of_its_number() -> None:
    assert f"{Tensor(2.0):.3f}" == "2.000"
    with pytest.raises(TypeError, match="format"):
        format(Tensor([2.0]), ".3f")


# Values ------------------------------------------------------------------------------------------


def test_detach_shares_the_value_but_not_the_graph() -> None:
    x = variables(x=[1, 2])
    y = (x * 2).detach()
    assert (y.op, y.requires_grad, y.is_leaf) == (None, False, True)
    assert np.shares_memory(x.detach().data, x.data)
    assert x.detach().name == "x"


def test_numpy_gives_an_array() -> None:
    x, s = variables(x=[1, 2], s=3)
    assert x.numpy() is x.data
    assert type(s.numpy()) is np.ndarray


def test_one_element_converts_to_python_numbers() -> None:
    for t in (Tensor(2.5), Tensor([2.5]), Tensor([[2.5]]), variables(x=2.5)):
        assert type(t.item()) is float
        assert (t.item(), float(t), int(t), complex(t)) == (2.5, 2.5, 2, 2.5)
    assert type(Tensor(3).item()) is int
    assert math.sin(Tensor(1.0)) == math.sin(1.0)
    assert [10, 20, 30][Tensor(1)] == 20
    with pytest.raises(TypeError, match="float64"):
        operator.index(Tensor(1.0))


@pytest.mark.parametrize("convert", [float, int, complex, Tensor.item])
def test_several_elements_convert_to_no_number(convert: Callable[[Tensor], Any]) -> None:
    with pytest.raises(ValueError, match="array of size 1"):
        convert(Tensor([1.0, 2.0]))


def test_truth_is_that_of_one_element() -> None:
    x = variables(x=2)
    assert x > 1
    assert not x > 3
    assert not Tensor(0.0)
    assert Tensor([1.0])
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Tensor([True, True]))


def test_length_and_iteration() -> None:
    x, s = variables(x=[[1, 2], [3, 4]], s=1)
    assert len(x) == 2
    first, second = x
    np.testing.assert_array_equal(second.data, [3, 4])
    np.sum(first * [1, 10]).backward()
    np.testing.assert_array_equal(x.grad, [[1, 10], [0, 0]])
    with pytest.raises(TypeError, match="tensor 's' is a scalar and has no length"):
        len(s)
    with pytest.raises(TypeError, match="tensor 's' is a scalar and cannot be iterated over"):
        iter(s)


def test_equality_is_elementwise_and_hashing_by_identity() -> None:
    x, y = variables(x=[1, 2], y=[1, 3])
    assert (x == y).data.tolist() == [True, False]
    assert (x != y).data.tolist() == [False, True]
    assert (x == [1, 2]).data.all()
    assert not operator.eq(x, "no number")
    assert operator.ne(x, None)
    assert len({x, y, x}) == 2
    assert {x: "x", y: "y"}[y] == "y"
    assert hash(x) != hash(Tensor(x))


def test_a_tensor_cannot_be_changed_in_place() -> None:
    x: Any = variables(x=[1, 2])
    with pytest.raises(TypeError, match=r"np\.where.*autograd\.put"):
        x[0] = 5
    np.testing.assert_array_equal(x.data, [1, 2])


@pytest.mark.parametrize(
    "change", [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]
)
def test_augmented_assignment_makes_a_new_tensor(change: Callable[[Any, Any], Any]) -> None:
    leaf = t = variables(x=[1, 2])
    t = change(t, 2)
    assert t is not leaf
    assert t.inputs[0] is leaf
    np.testing.assert_array_equal(leaf.data, [1, 2])


# Copies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_leaves_can_be_copied(clone: Callable[[Tensor], Any]) -> None:
    for x in (Tensor([1.0, 2.0], requires_grad=True, name="x"), Tensor(3), Tensor(2.0) * 2):
        twin = clone(x)
        assert twin is not x
        assert (twin.name, twin.requires_grad, twin.dtype) == (x.name, x.requires_grad, x.dtype)
        np.testing.assert_array_equal(twin.data, x.data)
        assert isinstance(twin.data, np.ndarray if x.shape else np.generic)


def test_a_deep_copy_shares_nothing() -> None:
    x = Tensor([1.0, 2.0])
    assert not np.shares_memory(copy.deepcopy(x).data, x.data)
    module = {"w": x, "again": x}
    twins = copy.deepcopy(module)
    assert twins["w"] is twins["again"]


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, pickle.dumps])
def test_results_cannot_be_copied(clone: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"made by multiply belongs to a graph.*detach\(\)"):
        clone(variables(x=1) * 2)


# Assignment --------------------------------------------------------------------------------------


def test_assign_keeps_shape_and_dtype() -> None:
    w = Tensor(np.ones(2, np.float32), requires_grad=True, name="w")
    w.assign([3, 4])
    assert w.data.tolist() == [3, 4]
    assert w.dtype == np.float32
    w.assign(Tensor([5.0, 6.0]))
    assert w.data.tolist() == [5, 6]
    with pytest.raises(ShapeError, match=r"\(3,\) cannot be assigned to tensor 'w'.*\(2,\)"):
        w.assign(np.ones(3))
    with pytest.raises(ValueError, match="only leaves change"):
        (w * 2).assign([1.0, 2.0])
    assert w.data.tolist() == [5, 6]


# Hooks -------------------------------------------------------------------------------------------


def test_a_hook_sees_the_whole_gradient_once() -> None:
    x = variables(x=3)
    y = x * 2
    seen: list[Any] = []
    y.register_hook(seen.append)
    (y * y + y).backward()
    # The rule of `where` makes an array of shape ().
    piece: Any = np.where(x > 0, y, 0)
    piece.backward()
    assert seen == [13, 1]
    assert [type(g) for g in seen] == [np.float64] * 2


def test_hooks_run_in_order_and_can_be_removed() -> None:
    x = variables(x=1)
    double = x.register_hook(lambda g: 2 * g)
    x.register_hook(lambda g: g + 1)
    (x * 3).backward()
    assert x.grad == 7
    double.remove()
    double.remove()
    x.zero_grad()
    (x * 3).backward()
    assert x.grad == 4


def test_what_a_hook_returns_goes_on_below() -> None:
    x = variables(x=[1, 2])
    y = x * 3
    y.retain_grad()
    y.register_hook(lambda g: [10, 20])
    np.sum(y).backward()
    np.testing.assert_array_equal(y.grad, [10, 20])
    np.testing.assert_array_equal(x.grad, [30, 60])


@pytest.mark.parametrize("replacement", [5, 5.0, np.float32(5), Tensor(5.0)])
def test_a_hook_may_return_any_number(replacement: Any) -> None:
    x = variables(x=2)
    y = x * 3
    y.register_hook(lambda g: replacement)
    np.exp(y * 0).backward()
    assert x.grad == 15
    assert type(x.grad) is np.float64


def test_a_hook_cannot_change_the_shape() -> None:
    x = variables(x=[1, 2])
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(ShapeError, match=r"hook of tensor 'x' returned.*\(3,\).*\(2,\)"):
        np.sum(x).backward()


def test_a_hook_may_register_and_remove_hooks() -> None:
    x = variables(x=1)
    calls: list[str] = []

    def once(g: Any) -> None:
        calls.append("once")
        handle.remove()
        x.register_hook(lambda g: calls.append("later"))

    handle = x.register_hook(once)
    (x * 1).backward()
    (x * 1).backward()
    assert calls == ["once", "later"]


def test_a_hook_that_would_never_run_is_refused() -> None:
    with pytest.raises(ValueError, match="does not require gradients"):
        Tensor(1.0, name="c").register_hook(print)


# Modes -------------------------------------------------------------------------------------------


def test_no_grad_records_nothing() -> None:
    x = variables(x=[1, 2])
    with no_grad():
        assert not is_grad_enabled()
        for y in (x * 2, np.exp(x), np.sum(x), x[0], x > 1, -x, x @ x):
            assert (y.op, y.inputs, y.requires_grad) == (None, (), False)
    assert is_grad_enabled()
    assert (x * 2).requires_grad


def test_modes_nest_and_survive_exceptions() -> None:
    inside: list[bool] = []

    @no_grad()
    def fail() -> None:
        with enable_grad():
            inside.append(is_grad_enabled())
        inside.append(is_grad_enabled())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert inside == [True, False]
    assert is_grad_enabled()


def test_one_mode_object_can_be_entered_twice() -> None:
    off = no_grad()
    with off, enable_grad(), off:
        assert not is_grad_enabled()
    assert is_grad_enabled()


def test_modes_are_decorators() -> None:
    @no_grad()
    def off(depth: int) -> list[bool]:
        return [is_grad_enabled(), *(on(depth - 1) if depth else [])]

    @enable_grad()
    def on(depth: int) -> list[bool]:
        return [is_grad_enabled(), *(off(depth - 1) if depth else [])]

    assert off(3) == [False, True, False, True]
    assert is_grad_enabled()
    assert off.__name__ == "off"


def test_modes_belong_to_their_thread() -> None:
    """Eight threads, every other one without recording, all inside at the same time."""
    together = threading.Barrier(8, timeout=30)
    recorded: dict[int, list[bool]] = {}

    @no_grad()
    def off(i: int) -> None:
        run(i)

    def run(i: int) -> None:
        x = variables(x=i)
        recorded[i] = []
        for _ in range(50):
            together.wait()
            recorded[i].append((x * x).requires_grad)

    threads = [threading.Thread(target=off if i % 2 else run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorded == {i: [i % 2 == 0] * 50 for i in range(8)}
    assert is_grad_enabled()


def test_a_decorated_function_may_run_in_two_threads_at_once() -> None:
    """Each call restores the mode that its own thread had."""
    inside, left = threading.Event(), threading.Event()
    after: list[bool] = []

    @no_grad()
    def wait(mine: threading.Event, other: threading.Event) -> None:
        mine.set()
        assert other.wait(30)

    def first() -> None:
        wait(threading.Event(), inside)
        after.append(is_grad_enabled())
        left.set()

    def second() -> None:
        with no_grad():
            wait(inside, left)
            after.append(is_grad_enabled())

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert after == [True, False]


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
