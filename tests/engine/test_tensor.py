"""Attributes, values, copies and assignment: what a tensor is before it is differentiated."""

import copy
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ShapeError, Tensor, variables

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


@pytest.mark.parametrize(
    ("record", "kinds"),
    [
        (lambda x, y: x * y, "xy"),
        (lambda x, y: y * x, "yx"),
        (lambda x, y: np.multiply(x, y), "xy"),
        (lambda x, y: x @ y, "xy"),
        (lambda x, y: x > y, "xy"),
        (lambda x, y: x - 2.0, "xc"),
        (lambda x, y: 2.0 - x, "cx"),
        (lambda x, y: x - np.ones(3), "xc"),
        (lambda x, y: np.float64(2) - x, "cx"),
        (lambda x, y: x * x, "xx"),
        (lambda x, y: -x, "x"),
        (lambda x, y: np.sum(x, axis=0), "x"),
        (lambda x, y: np.where(x > 0, x, y), "cxy"),
        (lambda x, y: np.stack([x, y]), "xy"),
    ],
)
def test_operands_are_kept_in_call_order(record: Callable[..., Tensor], kinds: str) -> None:
    named = dict(zip("xy", variables(x=[1, 2, 3], y=[3, 2, 1]), strict=True))
    inputs = record(**named).inputs
    assert [next((k for k, t in named.items() if t is x), "c") for x in inputs] == list(kinds)


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
    for t in (Tensor(2.5), Tensor([2.5]), Tensor([[2.5]])):
        assert type(t.item()) is float
        assert (t.item(), float(t), int(t), complex(t)) == (2.5, 2.5, 2, 2.5)
    assert type(Tensor(3).item()) is int
    assert math.sin(Tensor(1.0)) == math.sin(1.0)
    assert [10, 20, 30][Tensor(1)] == 20
    with pytest.raises(TypeError, match="float64"):
        operator.index(Tensor(1.0))


@pytest.mark.parametrize("convert", [float, int, complex])
def test_several_elements_convert_to_no_number(convert: Callable[[Tensor], Any]) -> None:
    name = convert.__name__
    with pytest.raises(TypeError, match=rf"^{name}\(\) takes a tensor of one .* \(2,\); t\.astype"):
        convert(Tensor([1.0, 2.0]))
    with pytest.raises(ValueError, match="array of size 1"):
        Tensor([1.0, 2.0]).item()


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
