"""The walks over the record: what `backward` adds up, keeps, frees and refuses."""

import gc
import subprocess
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import (
    GraphReleasedError,
    ShapeError,
    StaleGraphError,
    Tensor,
    grad,
    jvp,
    no_grad,
    sweep,
    value_and_grad,
    variables,
    vjp,
)
from autograd.ops import REGISTRY
from autograd.primitive import Primitive, elementwise
from tests.cases import all_cases
from tests.cases.case import Case


class Counting:
    """An operation of constant slope that counts how often its derivative is asked for."""

    def __init__(self, function: Callable[[Any], Any], slope: float) -> None:
        self.calls = 0
        self._slope = slope
        self._op = elementwise(function, lambda y, x: self._count(), name="counting")

    def _count(self) -> float:
        self.calls += 1
        return self._slope

    def __call__(self, x: Any) -> Any:
        return self._op(x)


# Adding up ---------------------------------------------------------------------------------------


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
    with pytest.raises(GraphReleasedError, match=r"made tensor 'y' .*retain_graph=False"):
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


def test_what_a_transform_takes_as_a_constant_may_be_released() -> None:
    w = variables(w=2)
    trunk = np.exp(w) * 1
    trunk.backward(retain_graph=False)
    assert grad(lambda x: x * trunk * trunk)(3.0) == pytest.approx(np.exp(4))


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


# Memory of the gradients -------------------------------------------------------------------------

ALIASING: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "add to itself": lambda x, y: x + x + y,
    "subtract": lambda x, y: x - y,
    "negative": lambda x, y: -(x + y),
    "reshape": lambda x, y: (x + y).reshape(2, 2).reshape(4),
    "transpose": lambda x, y: (x.reshape(2, 2).T + y.reshape(2, 2)).ravel(),
    "swapaxes": lambda x, y: np.swapaxes(x.reshape(2, 2), 0, 1).ravel() + y,
    "broadcast": lambda x, y: np.broadcast_to(x, (1, 4))[0] + np.broadcast_to(y, (4,)),
    "getitem": lambda x, y: x[:] + y[::-1],
    "concatenate": lambda x, y: np.concatenate([x[:2], y[2:]]) + x + y,
    "stack": lambda x, y: np.stack([x, y])[0] + np.stack([x, y])[1],
    "sum": lambda x, y: np.sum(np.stack([x, y]), axis=0),
    "squeeze": lambda x, y: x[None].squeeze(0) + y,
    "astype": lambda x, y: x.astype(np.float64) + y,
    "where": lambda x, y: np.where([True, False, True, False], x, y),
}


@pytest.mark.parametrize("name", ALIASING)
def test_gradients_share_no_memory(name: str) -> None:
    """Neither with one another nor with the gradient handed in nor with any value."""
    x, y = variables(x=[1, 2, 3, 4], y=[5, 6, 7, 8])
    z = ALIASING[name](x, y)
    seed = np.arange(1.0, 5.0)
    untouched = seed.copy()
    z.backward(seed, retain_grads=True)
    z.backward(seed, retain_grads=True)
    intermediate = [t for t in sweep.order(z) if t.op is not None]
    arrays = [seed, *(t.grad for t in (x, y, *intermediate)), *(t.data for t in (x, y))]
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            assert not np.shares_memory(a, b)
    np.testing.assert_array_equal(seed, untouched)
    assert x.grad.flags.writeable


@pytest.mark.parametrize("name", ALIASING)
def test_adding_up_in_place_changes_no_other_gradient(name: str) -> None:
    """`x` gets three further contributions, `y` none."""
    x, y = variables(x=[1, 2, 3, 4], y=[5, 6, 7, 8])
    weights = np.arange(1.0, 5.0)
    np.sum(weights * ALIASING[name](x, y)).backward()
    alone = x.grad.copy(), y.grad.copy()
    x.zero_grad()
    y.zero_grad()
    (np.sum(weights * ALIASING[name](x, y)) + np.sum(2 * x) + np.sum(3 * x) + np.sum(x)).backward()
    np.testing.assert_array_equal(x.grad, alone[0] + 6)
    np.testing.assert_array_equal(y.grad, alone[1])


def test_the_gradient_of_a_leaf_is_not_the_gradient_handed_in() -> None:
    x = variables(x=[1, 2])
    seed = np.ones(2)
    x.backward(seed)
    seed[:] = 7
    np.testing.assert_array_equal(x.grad, [1, 1])


# dtypes ------------------------------------------------------------------------------------------


def test_a_gradient_has_the_dtype_of_its_tensor() -> None:
    single = Tensor([1, 2], requires_grad=True, dtype=np.float32)
    double = Tensor([3, 4], requires_grad=True)
    half = single * 2
    half.retain_grad()
    product = half * double
    assert product.dtype == np.float64
    product.backward(np.ones(2, np.float16))
    assert (half.grad.dtype, single.grad.dtype) == (np.float32, np.float32)
    assert double.grad.dtype == np.float64
    seen: list[Any] = []
    half.register_hook(seen.append)
    np.sum(product + half).backward()
    assert seen[0].dtype == np.float32


def test_the_cotangents_of_a_transform_have_the_dtype_of_their_arguments() -> None:
    single, double = np.ones(2, np.float32), np.ones(2)
    for lifted in (False, True):
        args = [Tensor(x, requires_grad=True) if lifted else x for x in (single, double)]
        first, second = grad(lambda x, y: np.sum(x * x * y), argnums=(0, 1))(*args)
        assert (first.dtype, second.dtype) == (np.float32, np.float64)
        value, tangent = jvp(lambda x: np.sum(x * x), (args[0],), (double,))
        assert (value.dtype, tangent.dtype) == (np.float32, np.float32)
        value, tangent = jvp(lambda x: x + double, (args[0],), (single,))
        assert (value.dtype, tangent.dtype) == (np.float64, np.float64)


SINGLE = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
    if REGISTRY[name].differentiable and name != "astype"
]


@pytest.mark.parametrize(("op", "case"), SINGLE)
def test_no_rule_makes_float64_of_float32(
    op: Primitive, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cast at the end would hide that a pass has worked in twice the precision."""

    def refuse(g: Any, node: Tensor) -> Any:
        raise AssertionError(f"{g.dtype} gradient of {node.dtype} {node!r}")

    monkeypatch.setattr(sweep, "_cast", refuse)
    operands = tuple(
        Tensor(x, requires_grad=True) if getattr(x, "dtype", None) == np.float32 else x
        for x in case.arrays(np.float32)
    )
    result = op.apply(operands, case.params)
    result.backward(np.ones(result.shape))
    leaves = [x for x in operands if type(x) is Tensor]
    assert all(x.grad.dtype == np.float32 for x in leaves)


# Long chains -------------------------------------------------------------------------------------

MILLION = """
import sys
import autograd

limit = sys.getrecursionlimit()
x = y = autograd.variables(x=1)
for _ in range(500_000):
    y = y * 1.000001 + 0.5
assert len(autograd.sweep.order(y)) == 1_000_001
y.backward()
assert abs(x.grad / 1.000001**500_000 - 1) < 1e-9
del y
assert sys.getrecursionlimit() == limit
print("done")
"""


def test_a_chain_of_a_million_steps() -> None:
    """Recorded, walked and freed: in a process of its own, which alone would crash."""
    run = subprocess.run(
        [sys.executable, "-c", MILLION],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr


@pytest.mark.parametrize("length", [1000, 5000, 20000])
def test_each_step_is_visited_once(length: int) -> None:
    """So the time is linear in the length."""
    step = Counting(lambda x: x + 1, slope=1.0)

    def chain(x: Any) -> Any:
        for _ in range(length):
            x = step(x)
        return x

    x = variables(x=0)
    chain(x).backward()
    assert step.calls == length
    assert jvp(chain, (0.0,), (1.0,))[1] == 1
    assert step.calls == 2 * length


def test_only_what_lies_between_leaf_and_result_is_visited() -> None:
    step = Counting(lambda x: x + 1, slope=1.0)
    w = variables(w=2)
    trunk = w
    for _ in range(100):
        trunk = step(trunk)
    assert grad(lambda x: x * trunk)(3.0) == 102
    assert not step.calls


# Memory ------------------------------------------------------------------------------------------


@contextmanager
def without_collector() -> Iterator[None]:
    """Only reference counting frees in here."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def network(x: Any) -> Any:
    for _ in range(20):
        x = np.tanh(x * 1.1 + x[::-1]) - np.mean(x)
    return np.sum(np.where(x > 0, x, 2 * x))


def backward() -> None:
    x = variables(x=np.linspace(-1, 1, 1000))
    loss = network(x)
    loss.backward()
    loss.backward(retain_grads=True)


def release() -> None:
    network(variables(x=np.linspace(-1, 1, 1000))).backward(retain_graph=False)


def hooks() -> None:
    x = variables(x=np.linspace(-1, 1, 1000))
    h = np.exp(x)
    handle = h.register_hook(lambda g: 2 * g)
    h.retain_grad()
    h.register_hook(lambda g: None)
    np.sum(h * h).backward()
    handle.remove()


def transforms() -> None:
    x = np.linspace(-1, 1, 100)
    value_and_grad(network)(x)
    value_and_grad(network)(Tensor(x, requires_grad=True))
    vjp(network, x)[1](1.0)
    jvp(network, x, x)
    grad(lambda x: np.sum(grad(network)(x) * x))(x)
    jvp(grad(network), x, x)


def refusals() -> None:
    x = variables(x=[1, 2])
    for refused in (lambda: x.backward(), lambda: x + np.ones(3), lambda: np.asarray(x)):
        try:
            refused()
        except (ValueError, TypeError):
            pass
        else:
            raise AssertionError


SCENES = [backward, release, hooks, transforms, refusals]


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_left_for_the_collector(scene: Callable[[], None]) -> None:
    """No reference cycles: reference counting frees everything at once."""
    scene()
    with without_collector():
        scene()
        assert gc.collect() == 0


@pytest.mark.parametrize("scene", SCENES)
def test_memory_returns(scene: Callable[[], None]) -> None:
    scene()
    with without_collector():
        tracemalloc.start()
        try:
            scene()
            before = tracemalloc.get_traced_memory()[0]
            scene()
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
    # NumPy's own caches of small objects are a part of what is left.
    assert after - before < 10_000


def test_intermediate_results_die_with_the_last_that_needs_them() -> None:
    with without_collector():
        x = variables(x=np.ones(3))
        a = x * 2
        b = np.exp(a)
        loss = np.sum(b)
        seen = [weakref.ref(t) for t in (a, b, loss)]
        del a, b
        assert all(ref() is not None for ref in seen)
        loss.backward()
        del loss
        assert [ref() for ref in seen] == [None] * 3


def test_the_collector_finds_a_cycle_when_there_is_one() -> None:
    """The control: a hook that holds its own tensor is a cycle, and of the user's making."""
    with without_collector():
        x = variables(x=1)
        y = x * 2
        y.register_hook(lambda g, y=y: None)
        del y
        assert gc.collect() > 0


# Random programs ---------------------------------------------------------------------------------

UNARY: list[Callable[[Any], Any]] = [
    np.sin,
    np.tanh,
    autograd.sigmoid,
    lambda a: -a,
    lambda a: a * a / (1 + a * a),
    lambda a: np.exp(-abs(a)) + a,
    lambda a: np.sqrt(1 + a**2) - 1,
    lambda a: np.log(2 + np.cos(a)),
    lambda a: np.mean(a),
    lambda a: np.sum(a, axis=-1, keepdims=True) / 4 if np.ndim(a) else a,
    lambda a: a[..., ::-1] if np.ndim(a) else a,
    lambda a: a[..., :1] if np.ndim(a) else a,
]
BINARY: list[Callable[[Any, Any], Any]] = [
    lambda a, b: (a + b) / 2,
    lambda a, b: a - b / 3,
    lambda a, b: np.sin(a) * b,
    lambda a, b: a / (2 + np.cos(b)),
    lambda a, b: (1.5 + np.sin(a)) ** np.tanh(b),
    lambda a, b: np.where(np.greater(a, b), np.sin(a), b),
    lambda a, b: np.maximum(a, b) / 2,
    lambda a, b: autograd.softmax(a * b, axis=-1) if np.ndim(a * b) else np.tanh(a * b),
]
SHAPES: list[tuple[int, ...]] = [(), (3,), (2, 1), (2, 3)]

Instruction = tuple[int, int, int]
programs = st.lists(
    st.tuples(st.integers(0, len(UNARY) + len(BINARY) - 1), st.integers(0), st.integers(0)),
    min_size=5,
    max_size=40,
)


def run(program: list[Instruction], inputs: Sequence[Any]) -> Any:
    """Each instruction takes its operands from all values so far; some values are used often."""
    values = list(inputs)
    for function, i, j in program:
        a, b = values[i % len(values)], values[-1 - j % len(values)]
        values.append(
            UNARY[function](a) if function < len(UNARY) else BINARY[function - len(UNARY)](a, b)
        )
    return np.sum(values[-1]) + np.sum(values[-2] * values[-3])


def assert_modes_agree(fn: Callable[..., Any], seed: int) -> None:
    """Reverse mode, `backward`, forward mode and central differences along a random direction."""
    rng = np.random.default_rng(seed)
    inputs, along = (tuple(rng.normal(size=shape)[()] for shape in SHAPES) for _ in range(2))
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    fn(*leaves).backward()
    value, pullback = vjp(fn, *inputs)
    assert value == fn(*inputs)
    reverse = sum(np.sum(g * d) for g, d in zip(pullback(1.0), along, strict=True))
    backward = sum(
        np.sum(x.grad * d) for x, d in zip(leaves, along, strict=True) if x.grad is not None
    )
    forward = jvp(fn, inputs, along)[1]
    np.testing.assert_allclose(backward, reverse, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(forward, reverse, rtol=1e-9, atol=1e-11)

    def difference(h: float) -> Any:
        ahead, behind = (
            fn(*(x + s * d for x, d in zip(inputs, along, strict=True))) for s in (h, -h)
        )
        return (ahead - behind) / (2 * h)

    wide, narrow = difference(1e-5), difference(5e-6)
    # Two steps that disagree have a kink between them, which says nothing about the rules.
    if abs(wide - narrow) < 1e-6 * (1 + abs(narrow)):
        np.testing.assert_allclose(reverse, narrow, rtol=1e-5, atol=1e-6)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(programs, st.integers(0, 2**32 - 1))
def test_random_programs(program: list[Instruction], seed: int) -> None:
    assert_modes_agree(lambda *inputs: run(program, inputs), seed)


def test_the_comparison_can_fail() -> None:
    wrong = elementwise(np.cbrt, lambda y, x: 1 / (3.001 * y * y), name="wrong")
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_modes_agree(lambda *inputs: np.sum(wrong(inputs[1])), 0)


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
