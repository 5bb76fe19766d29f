"""What `compile` promises: nothing frozen, nothing shared, one program for each form."""

import math
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, hessian, hvp, jvp, no_grad, value_and_grad, vjp


def programs_of(compiled: Any) -> int:
    return len(compiled._programs)


# Values ------------------------------------------------------------------------------------------


def test_other_numbers_give_other_results() -> None:
    compiled = autograd.compile(lambda x: np.sum(x * x))
    assert [compiled(np.array([1.0, k])) for k in (1.0, 2.0, 3.0)] == [2.0, 5.0, 10.0]


def test_arrays_give_arrays_and_tensors_tensors() -> None:
    compiled = autograd.compile(lambda x: x * 2)
    for _ in range(2):
        assert type(compiled(np.ones(2))) is np.ndarray
        assert type(compiled(Tensor(np.ones(2)))) is Tensor
        assert type(compiled(np.float64(1))) is np.float64
        assert type(compiled(1.0)) is float


def test_python_numbers_stay_weak() -> None:
    def scale(x: Any, rate: Any) -> Any:
        return x * (1 - rate) * rate

    compiled = autograd.compile(scale)
    x = np.ones(3, np.float32)
    for rate in (0.5, 0.25):
        result = compiled(x, rate)
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, scale(x, rate))
    assert compiled(x, np.float64(0.5)).dtype == np.float64
    assert grad(scale)(2.0, 0.5) == autograd.compile(grad(scale))(2.0, 0.5)


@pytest.mark.parametrize("number", [3, 3.0, 1 + 2j])
def test_any_python_number(number: Any) -> None:
    def f(x: Any, n: Any) -> Any:
        return x**n + n * np.exp(n) - n

    compiled = autograd.compile(f)
    for n in (number, number + 1):
        np.testing.assert_allclose(compiled(np.array([2.0, 3.0]), n), f(np.array([2.0, 3.0]), n))


@dataclass
class Layer:
    w: Any
    b: Any


def test_structures_come_in_and_go_out() -> None:
    def f(layer: Layer, pair: Any, *, extra: Any) -> Any:
        y = layer.w @ pair[0] + layer.b
        return {"y": y, 1: [y + extra["k"], None], "layer": Layer(y, pair[1])}, "name"

    compiled = autograd.compile(f)
    rng = np.random.default_rng(0)
    for _ in range(3):
        layer = Layer(rng.normal(size=(2, 3)), rng.normal(size=2))
        given = (layer, (rng.normal(size=3), 2.0))
        (result, name), (expected, _) = (run(*given, extra={"k": 1.5}) for run in (compiled, f))
        assert name == "name"
        np.testing.assert_array_equal(result["y"], expected["y"])
        np.testing.assert_array_equal(result[1][0], expected[1][0])
        assert result[1][1] is None
        np.testing.assert_array_equal(result["layer"].w, expected["layer"].w)
        assert result["layer"].b == expected["layer"].b
    assert programs_of(compiled) == 1


# Signatures --------------------------------------------------------------------------------------


def test_each_form_has_a_program() -> None:
    compiled = autograd.compile(lambda x, flag=False: np.mean(x) * (2 if flag else 1))
    batches = [np.full(n, float(n)) for n in (4, 4, 3)]
    assert [compiled(x) for x in batches] == [4, 4, 3]
    assert programs_of(compiled) == 2
    assert compiled(batches[0], True) == compiled(batches[0], flag=True) == 8
    compiled(batches[0].astype(np.float32))
    compiled(Tensor(batches[0]))
    compiled([batches[0]][0], False)
    assert programs_of(compiled) == 7


def test_the_oldest_programs_are_given_up() -> None:
    compiled = autograd.compile(lambda x: np.sum(x))
    for n in range(1, 30):
        assert compiled(np.ones(n)) == n
    assert programs_of(compiled) == 16
    assert compiled(np.ones(1)) == 1


def test_the_grad_mode_is_part_of_the_form() -> None:
    compiled = autograd.compile(lambda x: x * (2 if autograd.is_grad_enabled() else 3))
    for _ in range(2):
        assert compiled(1.0) == 2
        with no_grad():
            assert compiled(1.0) == 3


def test_arguments_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(TypeError, match="whatever can be hashed; got set"):
        autograd.compile(lambda x, s: x)(1.0, {1})


@pytest.mark.parametrize("result", [lambda x: abs, lambda x: {1}, lambda x: (x, object())])
def test_results_that_could_hide_numbers_are_refused(result: Any) -> None:
    with pytest.raises(TypeError, match="a compiled function returns tensors, arrays and numbers"):
        autograd.compile(result)(1.0)


# Nothing is frozen -------------------------------------------------------------------------------


def test_tensors_of_the_closure_are_read_at_every_call() -> None:
    w = Tensor(np.array([1.0, 2.0]), requires_grad=True, name="weight")
    scale = Tensor(2.0)
    compiled = autograd.compile(lambda x: np.sum(x * w) * np.sqrt(scale))
    x = np.array([1.0, 1.0])
    np.testing.assert_allclose(compiled(x), 3 * math.sqrt(2))
    w.assign([3.0, 4.0])
    np.testing.assert_allclose(compiled(x), 7 * math.sqrt(2))
    scale.assign(4.0)
    assert compiled(x) == 14
    assert "weight" in compiled.source
    assert programs_of(compiled) == 1


def test_a_tensor_of_the_closure_may_change_its_dtype() -> None:
    w = Tensor(np.ones(2))
    compiled = autograd.compile(lambda x: x * w)
    x = np.ones(2, np.float32)
    assert compiled(x).dtype == np.float64
    w.data = np.ones(2, np.float32)
    assert compiled(x).dtype == compiled(x).dtype == np.float32


def test_a_result_of_the_closure_stays_what_it_is() -> None:
    w = Tensor(2.0, requires_grad=True)
    y = w * 3
    compiled = autograd.compile(lambda x: x * y)
    assert compiled(1.0) == compiled(1.0) == 6
    w.assign(5.0)
    assert compiled(1.0) == 6


def test_nothing_is_frozen_where_nothing_is_recorded() -> None:
    def f(x: Any) -> Any:
        with no_grad():
            shift = np.max(x)
        return np.exp(x - shift) + x.detach() if type(x) is Tensor else np.exp(x - shift) + x

    compiled = autograd.compile(f)
    for x in (np.array([1.0, 2.0]), np.array([5.0, 3.0])):
        np.testing.assert_allclose(compiled(x), f(x))


def test_random_numbers_are_drawn_at_every_call() -> None:
    def f(rng: np.random.Generator) -> Any:
        return lambda x: x * (autograd.sample(rng.random, 5) > 0.5)

    compiled = autograd.compile(f(np.random.default_rng(0)))
    eager = f(np.random.default_rng(0))
    for _ in range(4):
        np.testing.assert_array_equal(compiled(np.ones(5)), eager(np.ones(5)).data)


def test_draws_that_nothing_needs_are_made_too() -> None:
    def f(rng: np.random.Generator) -> Any:
        def drawn(x: Any) -> Any:
            autograd.sample(rng.random)
            return x * autograd.sample(rng.random)

        return drawn

    compiled, eager = (g(f(np.random.default_rng(0))) for g in (autograd.compile, lambda f: f))
    assert [compiled(1.0) for _ in range(3)] == [eager(1.0).data for _ in range(3)]


def test_values_are_assigned_at_every_call() -> None:
    def counting(wrap: Any) -> Any:
        total, count = Tensor(0.0, name="total"), Tensor(np.zeros(2, np.float32))

        def f(x: Any) -> Any:
            total.assign(total * 0.5 + np.sum(x))
            count.assign(count + 1)
            before = total * 1
            total.assign(total + 1)
            return before * count

        run = wrap(f)
        results = [np.array(run(np.array([k, 1.0]))) for k in (1.0, 2.0, 3.0)]
        return results, total.data, count.data

    eager, compiled = counting(lambda f: lambda x: f(x).data), counting(autograd.compile)
    np.testing.assert_array_equal(eager[0], compiled[0])
    np.testing.assert_array_equal(eager[1], compiled[1])
    np.testing.assert_array_equal(eager[2], compiled[2])
    assert compiled[2].dtype == np.float32


def test_conditions_stay_traced() -> None:
    def f(x: Any, y: Any) -> Any:
        z = np.where(x > y, x * x, -y)
        return np.sum(np.where((z > 0) & (z < 5), z, 0) * (x != y))

    compiled, eager = autograd.compile(grad(f)), grad(f)
    rng = np.random.default_rng(1)
    for _ in range(5):
        x, y = rng.normal(size=(2, 6)) * 2
        np.testing.assert_array_equal(compiled(x, y), eager(x, y))


def test_a_mask_may_pick_another_number_of_entries() -> None:
    def f(x: Any) -> Any:
        return np.mean(x[x > 0] * 2)

    compiled = autograd.compile(value_and_grad(f))
    for x in ([1.0, -1.0, 3.0], [-1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [-1.0, 2.0, -4.0]):
        value, slope = compiled(np.array(x))
        expected, expected_slope = value_and_grad(f)(np.array(x))
        assert value == expected
        np.testing.assert_array_equal(slope, expected_slope)


# Nothing is shared -------------------------------------------------------------------------------


def _identity(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    "function",
    [
        _identity,
        lambda x: x.T,
        lambda x: (x * 2, (x * 2).T, x * 2),
        lambda x: np.exp(x)[1:],
        lambda x: (np.exp(x) * 2 + 1).T,
        lambda x: np.zeros((2, 2)),
        lambda x: Tensor(np.zeros((2, 2))),
        lambda x: np.broadcast_to(np.sum(x, 0), (3, 2)),
        grad(lambda x: np.sum(x * x)),
    ],
)
def test_results_share_memory_with_nothing(function: Any) -> None:
    compiled = autograd.compile(function)
    x = np.arange(4.0).reshape(2, 2)
    results: list[Any] = []
    for k in range(4):
        given = x + k
        result = compiled(given)
        result = result if isinstance(result, tuple) else (result,)
        expected = function(Tensor(given))
        expected = expected if isinstance(expected, tuple) else (expected,)
        for r in result:
            assert not np.may_share_memory(r, given)
            assert all(not np.may_share_memory(r, other) for other in results)
            results.append(r)
        for r, e in zip(result, expected, strict=True):
            np.testing.assert_array_equal(r, e.data if type(e) is Tensor else e)
        for r in result:
            r[...] = math.nan


def test_buffers_are_handed_out_on_request() -> None:
    compiled = autograd.compile(lambda x: np.exp(x), copy=False)
    compiled(np.ones(2))
    first = compiled(np.zeros(2))
    second = compiled(np.ones(2))
    assert first is second


def test_each_thread_replays_on_its_own_buffers() -> None:
    compiled = autograd.compile(value_and_grad(lambda x: np.sum(np.exp(np.sin(x) * x))))
    given = [np.random.default_rng(k).normal(size=2000) for k in range(4)]
    expected = [compiled(x) for x in given]
    wrong: list[int] = []

    def work(k: int) -> None:
        for _ in range(50):
            value, slope = compiled(given[k])
            if value != expected[k][0] or not np.array_equal(slope, expected[k][1]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Together with the transforms --------------------------------------------------------------------


def cube(x: Any) -> Any:
    return np.sum(x**3 * np.sin(x))


@pytest.mark.parametrize(
    "function",
    [
        grad(cube),
        value_and_grad(cube),
        hessian(cube),
        lambda x: hvp(cube, x, np.ones(3)),
        lambda x: jvp(cube, (x,), (x,)),
        lambda x: vjp(np.exp, x)[1](x),
        lambda x: grad(lambda y: np.sum(grad(cube)(y) * x))(x),
        autograd.jacobian(lambda x: np.outer(x, x)),
        grad(autograd.checkpoint(cube)),
        grad(autograd.compile(cube)),
        autograd.compile(grad(cube)),
    ],
)
def test_transforms_inside(function: Any) -> None:
    compiled = autograd.compile(function)
    for k in range(3):
        x = np.array([0.5, 1.0, -2.0]) + k
        for a, b in zip(
            autograd.transforms.trees.leaves_of(compiled(x)),
            autograd.transforms.trees.leaves_of(function(x)),
            strict=True,
        ):
            np.testing.assert_allclose(a, b, rtol=1e-12)


def test_transforms_outside_run_the_function_itself() -> None:
    compiled = autograd.compile(cube)
    x = np.array([0.5, 1.0])
    compiled(x)
    np.testing.assert_array_equal(grad(compiled)(x), grad(cube)(x))
    np.testing.assert_array_equal(hessian(compiled)(x), hessian(cube)(x))
    w = Tensor(x, requires_grad=True)
    compiled(w).backward()
    np.testing.assert_array_equal(w.grad, grad(cube)(x))


def test_anomalies_are_found() -> None:
    compiled = autograd.compile(lambda x: np.log(x))
    assert compiled(1.0) == 0
    with autograd.detect_anomaly(), pytest.raises(autograd.AnomalyError, match="log gave inf"):
        compiled(Tensor(0.0, requires_grad=True))


def test_a_compiled_function_keeps_its_name() -> None:
    assert autograd.compile(cube).__name__ == "cube"
