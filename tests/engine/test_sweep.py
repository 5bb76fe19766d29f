"""The walks over the record: what `backward` adds up, lets go of and refuses."""

import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import (
    GraphReleasedError,
    ShapeError,
    StaleGraphError,
    Tensor,
    grad,
    gradcheck,
    no_grad,
    variables,
)
from autograd.engine import sweep

# Adding up ---------------------------------------------------------------------------------------
from tests.counting import Counting


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (lambda x: x, 1),
        (lambda x: x + x, 2),
        (lambda x: x * x, 6),
        (lambda x: x * x * x, 27),
        (lambda x: x - x, 0),
        (lambda x: x / x, 0),
        (lambda x: x**x, 27 * (1 + np.log(3))),
        (lambda x: (x + 1) * (x + 2), 9),
        (lambda x: (lambda y: y * y + y)(2 * x), 26),
        (lambda x: (lambda a: (lambda b: b + b)(a + a))(x * 1), 4),
        (lambda x: np.sum(np.stack([x, x, 2 * x])), 4),
    ],
)
def test_every_use_of_a_variable_counts(fn: Callable[[Any], Any], expected: float) -> None:
    x = variables(x=3)
    fn(x).backward()
    assert x.grad == pytest.approx(expected, rel=1e-15)


def test_a_diamond_is_walked_once() -> None:
    """`b` waits for both of its uses before it hands its gradient on."""
    double = Counting(lambda x: 2 * x, slope=2.0)
    x = variables(x=3)
    b = double(x)
    (b * b + b * 5).backward()
    assert x.grad == 2 * (2 * 6 + 5)
    assert double.calls == 1


def test_a_ladder_of_diamonds_takes_linear_time() -> None:
    """With 2^200 paths, a walk over paths instead of nodes would never end."""
    x = y = variables(x=1)
    for _ in range(200):
        y = y + y
    y.backward()
    assert x.grad == 2.0**200


def test_a_second_pass_doubles_exactly() -> None:
    x, w = variables(x=[0.1, 0.2, 0.3], w=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    loss = np.sum(np.tanh(w @ x) ** 2)
    loss.backward()
    first = x.grad, w.grad
    copies = x.grad.copy(), w.grad.copy()
    loss.backward()
    for tensor, before, copy in zip((x, w), first, copies, strict=True):
        np.testing.assert_array_equal(tensor.grad, 2 * copy)
        # A gradient that was read earlier does not change.
        np.testing.assert_array_equal(before, copy)


def test_gradients_of_several_results_add_up() -> None:
    x = variables(x=2)
    h = x * 3
    (h * h).backward()
    (h + 1).backward()
    assert x.grad == 36 + 3


def test_the_gradient_handed_in_is_the_cotangent_of_the_result() -> None:
    x = variables(x=[1, 2, 3])
    for gradient in (
        [1, 10, 100],
        (1.0, 10.0, 100.0),
        np.array([1, 10, 100]),
        Tensor([1, 10, 100]),
    ):
        x.zero_grad()
        (x * x).backward(gradient)
        np.testing.assert_array_equal(x.grad, [2, 40, 600])


@pytest.mark.parametrize("gradient", [1.0, np.ones(2), np.ones((3, 1)), np.ones((1, 3)), []])
def test_a_gradient_of_another_shape_is_refused(gradient: Any) -> None:
    x = variables(x=[1, 2, 3])
    y = x * 2
    y.name = "y"
    with pytest.raises(ShapeError, match=r"gradient of shape .*, but tensor 'y' has shape \(3,\)"):
        y.backward(gradient)
    assert x.grad is None


def test_several_elements_need_a_gradient() -> None:
    x = variables(x=[1, 2, 3])
    with pytest.raises(ShapeError, match=r"needs one element, got shape \(3,\).*np\.sum"):
        (x * 2).backward()
    for one in (x[:1], x[:1].reshape(1, 1)):
        one.backward()
    np.testing.assert_array_equal(x.grad, [2, 0, 0])


@pytest.mark.parametrize("make", [lambda x: Tensor(1.0), lambda x: x.detach() * 2, lambda x: x > 1])
def test_a_result_that_needs_no_gradient_is_refused(make: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match=r"does not depend on any tensor .*autograd\.variables"):
        make(variables(x=2)).backward()


def test_constants_get_no_gradient() -> None:
    x, c = variables(x=2), Tensor(3.0)
    (x * c * np.float64(2)).backward()
    assert x.grad == 6
    assert c.grad is None


def test_backward_works_under_no_grad() -> None:
    x = variables(x=2)
    y = x * x
    with no_grad():
        y.backward()
    assert x.grad == 4


def test_gradients_of_intermediate_results() -> None:
    x = variables(x=2)
    a = x * 3
    b = a * a
    c = b + a
    a.retain_grad()
    c.backward(retain_grads=True)
    assert (c.grad, b.grad, a.grad, x.grad) == (1, 1, 13, 39)
    c.backward()
    assert (b.grad, a.grad, x.grad) == (1, 26, 78), "only `a` has asked for all passes"


def test_threads_do_not_meet() -> None:
    results: dict[int, Any] = {}

    def work(i: int) -> None:
        x = variables(x=i)
        y = x
        for _ in range(500):
            y = y * 1.001 + x
        y.backward()
        results[i] = x.grad

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results.values())) == 1


# Letting go --------------------------------------------------------------------------------------


def test_a_released_graph_cannot_be_walked_again() -> None:
    x = variables(x=2)
    y = x * 3
    y.name = "y"
    y.backward(retain_graph=False)
    assert x.grad == 3
    with pytest.raises(GraphReleasedError, match=r"operands of tensor 'y' .*retain_graph=False"):
        y.backward()
    assert x.grad == 3


def test_a_released_trunk_is_missed_by_the_other_branch() -> None:
    x = variables(x=2)
    trunk = np.exp(x)
    left, right = trunk * 2, trunk * 3
    left.backward(retain_graph=False)
    before = x.grad
    with pytest.raises(GraphReleasedError, match="made by exp"):
        right.backward()
    assert x.grad == before
    with pytest.raises(GraphReleasedError, match="made by exp"):
        (right * x).backward()


def test_what_a_transform_closes_over_may_be_released() -> None:
    w = variables(w=2)
    trunk = np.exp(w) * 1
    trunk.backward(retain_graph=False)
    slope = grad(lambda x: x * trunk * trunk)(3.0)
    assert slope.item() == pytest.approx(np.exp(4))
    with pytest.raises(GraphReleasedError, match="the operands of a tensor"):
        slope.backward()


def test_releasing_keeps_leaves_and_other_graphs() -> None:
    x = variables(x=2)
    for _ in range(2):
        (x * x).backward(retain_graph=False)
    assert x.grad == 8


def test_releasing_frees_the_arrays_below_a_result_that_is_kept() -> None:
    x = variables(x=np.ones(3))
    middle = x * 2
    seen = weakref.ref(middle)
    loss = np.sum(middle * middle)
    del middle
    loss.backward()
    assert seen() is not None
    loss.backward(retain_graph=False)
    assert seen() is None
    assert loss.data == 12


# Stale values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [lambda w: w.assign(5.0), lambda w: w.touch()])
def test_a_value_changed_after_use_is_noticed(change: Callable[[Tensor], None]) -> None:
    x, w = variables(x=2, w=3)
    y = np.exp(w * x)
    change(w)
    with pytest.raises(StaleGraphError, match=r"tensor 'w' was given a new value after multiply"):
        y.backward()
    assert x.grad is None
    (w * x).backward()
    assert x.grad == w.data


def test_a_changed_constant_is_noticed_too() -> None:
    x, c = variables(x=2), Tensor(3.0, name="c")
    y = c * x
    c.assign(4.0)
    with pytest.raises(StaleGraphError, match="tensor 'c'"):
        y.backward()


def test_a_value_changed_before_use_is_fine() -> None:
    x, w = variables(x=2, w=3)
    w.assign(4.0)
    y = w * x
    x.zero_grad()
    y.backward()
    assert (x.grad, w.grad) == (4, 2)


def test_a_closure_over_a_changed_value_is_noticed_by_transforms() -> None:
    w = variables(w=3)

    def fn(x: Any) -> Any:
        y = w * x
        w.assign(5.0)
        return y

    with pytest.raises(StaleGraphError, match="tensor 'w'"):
        grad(fn)(2.0)


def test_an_argument_changed_inside_is_noticed_by_transforms() -> None:
    def fn(x: Any) -> Any:
        y = np.exp(x * 2) + 1
        x.assign(5.0)
        return y

    with pytest.raises(StaleGraphError, match="given a new value after multiply"):
        grad(fn)(2.0)


# Order -------------------------------------------------------------------------------------------


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0), st.integers(0)), min_size=1, max_size=60),
    st.integers(1, 4),
    st.integers(0),
)
def test_operands_come_before_results(
    edges: list[tuple[int, int]], leaves: int, chosen: int
) -> None:
    tensors: list[Any] = [Tensor(float(i), requires_grad=True) for i in range(leaves)]
    for i, j in edges:
        tensors.append(tensors[i % len(tensors)] + tensors[j % len(tensors)])
    root = tensors[chosen % len(tensors)]

    reachable, ahead = {root}, [root]
    while ahead:
        new = set(ahead.pop().inputs) - reachable
        reachable |= new
        ahead += new
    nodes = sweep.order(root)
    place = {node: k for k, node in enumerate(nodes)}
    assert nodes[-1] is root
    assert set(nodes) == reachable
    assert len(nodes) == len(reachable)
    assert all(place[x] < place[node] for node in nodes for x in node.inputs)

    leaf = tensors[0]
    depends = {leaf}
    for node in nodes:
        if depends.intersection(node.inputs):
            depends.add(node)
    between = sweep.order(root, [leaf])
    assert [place[x] for x in between] == [place[x] for x in nodes if x in depends]


# Sums in place ------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("first", ["slices", "arrays", "whole"])
def test_gradients_of_slices_are_added_where_they_belong(first: str, order: Any) -> None:
    """In place, in any order and memory layout, also where an index names an entry twice."""
    value = np.asarray(np.random.default_rng(0).normal(size=(4, 3)), order=order)
    w = np.asarray(np.random.default_rng(0).normal(size=(4, 3)), order=order)
    twice = np.array([0, 2, 2, 3])
    uses = {
        "slices": lambda x: [np.sum(x[i] * w[i]) for i in range(4)],
        "arrays": lambda x: [np.sum(x[twice] * w), np.sum(x[:, [1, 1]] ** 2), x[0, 0] * 5],
        "whole": lambda x: [np.sum(x.T @ x), np.sum(x * w), np.sum(x * (2 * w))],
    }
    ordered = [uses[first], *(use for name, use in uses.items() if name != first)]
    gradcheck(lambda x: sum(part for use in ordered for part in use(x)), value)


def test_slices_leave_other_gradients_alone() -> None:
    """The gradient of the first use is handed on as it is, and may belong to another tensor."""
    x, y = variables(x=np.arange(3.0), y=np.arange(3.0))
    z = x + y
    (np.sum(z * [1.0, 2.0, 3.0]) + z[0] * 10 + z[[1, 1]].sum()).backward()
    np.testing.assert_array_equal(x.grad, [11, 4, 3])
    np.testing.assert_array_equal(y.grad, [11, 4, 3])
    (x + y)[0].backward()
    np.testing.assert_array_equal(x.grad, [12, 4, 3])


def test_scalars_may_be_indexed_too() -> None:
    x = variables(x=2.0)
    (x[()] * 3 + np.sum(x[None] * 4) + x[...] * 5).backward()
    assert x.grad == 12


def test_float32_slices_beside_float64_ones() -> None:
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    (x[0] * np.float64(2) + x[1] + np.sum(x.astype(np.float64) * 3)).backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, [5, 4, 3])
