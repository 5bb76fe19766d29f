"""`threads=`: when a compiled function is shared out among threads, and that it is still itself."""

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import value_and_grad
from autograd.compiler.shard import running as shards

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(65, 4)).astype(np.float32), np.arange(65) % 3


def loss(w: Any, x: Any) -> Any:
    return np.mean(np.tanh(x @ w) ** 2)


def compiled(threads: int | None, fn: Callable[..., Any] = loss) -> Any:
    return autograd.compile(value_and_grad(fn), batch_argnums=1, threads=threads)


@pytest.mark.parametrize("threads", [2, 3, 100])
def test_any_number_of_threads_gives_the_same(threads: int) -> None:
    w, x = rng.normal(size=(4, 3)), rng.normal(size=(65, 4))
    step = compiled(threads)
    for k in range(3):
        (value, slope), (expected, expected_slope) = step(w, x + k), value_and_grad(loss)(w, x + k)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-11)
    assert step.source.startswith(f"# samples 0:{65 // min(threads, 65)} of 65\n# w: ")


def test_small_arrays_are_not_shared_out_by_themselves() -> None:
    step = compiled(None)
    step(np.ones((4, 3)), X)
    assert step.source.startswith("# w: ")


def test_large_arrays_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "count_cores", lambda: 2)
    step = compiled(None)
    step(np.ones((4, 64)), np.ones((2000, 4)))
    assert step.source.startswith("# samples 0:1000 of 2000\n")
    # The gradient, which each thread would write, is as large as all the rest.
    step(np.ones((4000, 64)), np.ones((2000, 4000)))
    assert step.source.startswith("# w: ")


def test_one_core_is_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "count_cores", lambda: 1)
    step = compiled(None)
    step(np.ones((4, 64)), np.ones((2000, 4)))
    assert step.source.startswith("# w: ")


def test_what_cannot_be_shared_out_is_said_if_it_was_asked_for() -> None:
    def across(w: Any, x: Any) -> Any:
        return np.sum(np.sort(x @ w, axis=0)[0])

    w, x = rng.normal(size=(4, 3)), rng.normal(size=(5, 4))
    for threads in (None, 1):
        step = compiled(threads, across)
        np.testing.assert_allclose(step(w, x)[1], value_and_grad(across)(w, x)[1])
    step = compiled(2, across)
    with pytest.warns(UserWarning, match="^not shared out among threads: sort works"):
        step(w, x)
    np.testing.assert_allclose(step(w, x)[1], value_and_grad(across)(w, x)[1])


def test_less_than_one_thread() -> None:
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        autograd.compile(loss, batch_argnums=1, threads=0)


def test_results_are_ones_own_and_of_the_kind_of_the_arguments() -> None:
    def parts(x: Any) -> Any:
        return {"rows": x * 2.0, "sum": np.sum(x), "whole": np.ones(3)}

    run = autograd.compile(parts, batch_argnums=0, threads=2)
    run(X)
    first = run(X)
    kept = {name: np.array(value) for name, value in first.items()}
    run(X + 1)
    for name, value in first.items():
        np.testing.assert_array_equal(value, kept[name])
    of_tensor = run(autograd.Tensor(X))
    assert type(run(autograd.Tensor(X))["rows"]) is autograd.Tensor
    np.testing.assert_array_equal(of_tensor["rows"].data, X * 2)


def test_an_error_in_one_shard_ends_all() -> None:
    """The others wait for it, at the sum; the next call is as if nothing had been."""

    def normalized(x: Any) -> Any:
        low = np.linalg.cholesky(x)
        return low / np.sum(low)

    good = np.stack([np.eye(2)] * 6)
    bad = good.copy()
    bad[5] = -1.0
    run = autograd.compile(normalized, batch_argnums=0, threads=3)
    expected = run(good)
    with pytest.raises(np.linalg.LinAlgError):
        run(bad)
    np.testing.assert_allclose(run(good), expected)


def test_a_wrong_class_is_an_error_in_any_shard() -> None:
    step = autograd.compile(nn.functional.cross_entropy, batch_argnums=(0, 1), threads=2)
    expected = step(X, Y)
    for k in (0, 64):
        with pytest.raises(IndexError, match="class"):
            step(X, np.where(np.arange(65) == k, 7, Y))
    np.testing.assert_allclose(step(X, Y), expected)


def test_several_callers_at_once() -> None:
    step, w = compiled(2), rng.normal(size=(4, 3))
    inputs = [rng.normal(size=(65, 4)) for _ in range(4)]
    expected = [step(w, x)[1] for x in inputs]
    found: dict[int, Any] = {}

    def call(k: int) -> None:
        for _ in range(50):
            found[k] = step(w, inputs[k])[1]
            np.testing.assert_allclose(found[k], expected[k], rtol=1e-12)

    callers = [threading.Thread(target=call, args=(k,)) for k in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(found) == [0, 1, 2, 3]


# Training ----------------------------------------------------------------------------------------


def trained(threads: int | None, compile: bool = True) -> tuple[list[float], Any]:
    model = nn.Sequential(
        nn.Linear(4, 8, seed=0), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.2, seed=1),
        nn.Linear(8, 3, seed=2),
    )  # fmt: skip
    loader = nn.DataLoader(X, Y, batch_size=20, shuffle=True, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)

    def decay(model: nn.Module) -> Any:
        return 1e-3 * np.sum(model[0].weight ** 2)

    history = nn.fit(
        model, loader, nn.CrossEntropyLoss(), optimizer, epochs=4, penalty=decay,
        metrics=["accuracy"], compile=compile, threads=threads, progress=False,
    )  # fmt: skip
    return history["loss"], model.state_dict()


def test_fit_learns_the_same() -> None:
    """Batches of 20 and one of 5, with dropout, running statistics and a penalty."""
    losses, state = trained(None, compile=False)
    found, found_state = trained(3)
    np.testing.assert_allclose(found, losses, rtol=1e-4)
    for name, value in state.items():
        np.testing.assert_allclose(found_state[name], value, rtol=1e-4, atol=1e-5)


def test_fit_learns_the_same_bits_every_time() -> None:
    (losses, state), (again, found) = trained(3), trained(3)
    assert losses == again
    for name, value in state.items():
        np.testing.assert_array_equal(found[name], value)


@pytest.mark.parametrize("threads", [None, 2])
def test_a_program_keeps_no_value_of_the_traced_run(threads: int | None) -> None:
    traced: list[Any] = []

    def f(x: Any) -> Any:
        y = np.tanh(x)
        traced.append(weakref.ref(y))
        return 2 * y

    compiled = autograd.compile(f, batch_argnums=0, threads=threads)
    compiled(np.ones((4, 3)))
    gc.collect()
    assert traced[0]() is None
