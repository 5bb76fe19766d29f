"""Parameters in one stretch of memory: whatever is done to them from outside, steps stay right."""

import copy
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, StaleGraphError, Tensor, variables
from nn.optim import blocks
from tests.nn.optim.kinds import KINDS, descend

# What others see ---------------------------------------------------------------------------------


def test_values_change_in_place_also_for_those_who_hold_them() -> None:
    given = np.ones(2)
    w = Tensor(given, requires_grad=True)
    optimizer = nn.SGD([w], lr=0.1)
    data, detached, part = w.data, w.detach(), w.data[1:]
    descend(optimizer, 1)
    assert w.data is data
    assert data.tolist() == detached.data.tolist() == [1.4, 1.4]
    assert part.tolist() == [1.4]
    # The array that the tensor was made of is the user's own.
    assert given.tolist() == [1, 1]


def test_scalars_have_new_values() -> None:
    w = variables(w=1.0)
    optimizer = nn.SGD([w], lr=0.1)
    before = w.data
    descend(optimizer, 1)
    assert (before, w.data) == (1.0, 1.4)
    assert type(w.data) is np.float64


def test_state_dicts_are_copies() -> None:
    model = nn.Linear(2, 1, seed=0)
    optimizer = nn.RMSprop(model.parameters())
    descend(optimizer, 1)
    states = [model.state_dict(), *optimizer.state_dict()["state"]]
    before = copy.deepcopy(states)
    descend(optimizer, 1)
    np.testing.assert_equal(states, before)


def test_an_interrupted_step_makes_older_graphs_stale() -> None:
    w = variables(w=[1.0, 2.0])
    loss = np.sum(w * w)
    loss.backward()
    optimizer = nn.Adam([w])

    def breaks(*_: Any) -> Any:
        raise KeyboardInterrupt

    optimizer.rule = breaks  # type: ignore[method-assign]  # as Ctrl-C would
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    with pytest.raises(StaleGraphError):
        loss.backward()


def test_a_search_for_a_rate_puts_back_what_is_no_part_of_the_model() -> None:
    model, scale = nn.Linear(2, 1, seed=0), nn.Parameter([1.5])
    optimizer = nn.SGD([*model.parameters(), scale])
    batches = [(np.ones((2, 2)), np.zeros((2, 1)))]
    nn.find_lr(model, batches, lambda y, target: np.mean((scale * y - target) ** 2), optimizer)
    assert scale.data.tolist() == [1.5]


# The place of gradients --------------------------------------------------------------------------


def test_a_gradient_in_its_place_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [nn.Parameter(np.zeros(shape)) for shape in [(3, 2), (4,), (0,)]]
    optimizer = nn.SGD(own, lr=1.0)
    for p in own:
        p.grad = np.zeros(p.shape)
    optimizer.step()
    places = [optimizer.gradient_of(p) for p in own]
    assert [(g.shape, g.dtype, g.flags.c_contiguous) for g in places] == [
        ((3, 2), np.float64, True),
        ((4,), np.float64, True),
        ((0,), np.float64, True),
    ]
    for p, g in zip(own, places, strict=True):
        assert optimizer.gradient_of(p) is g
        g[...] = 2.0
        p.grad = g
        assert p.grad is g
    with monkeypatch.context() as patch:
        patch.setattr(np, "concatenate", None)
        optimizer.step()
    assert own[0].data.tolist() == [[-2, -2]] * 3
    assert own[1].data.tolist() == [-2] * 4
    with pytest.raises(ValueError, match="the optimizer does not learn this parameter"):
        optimizer.gradient_of(Tensor([1.0], requires_grad=True))


def test_the_place_of_one_gradient_may_hold_that_of_another() -> None:
    w, v = nn.Parameter([0.0, 0.0]), nn.Parameter([0.0, 0.0])
    optimizer = nn.SGD([w, v], lr=1.0)
    of_w, of_v = optimizer.gradient_of(w), optimizer.gradient_of(v)
    of_w[:], of_v[:] = 1.0, 2.0
    w.grad, v.grad = of_v, of_w
    optimizer.step()
    assert (w.data.tolist(), v.data.tolist()) == ([-2, -2], [-1, -1])
    assert (of_w.tolist(), of_v.tolist()) == ([1, 1], [2, 2])


# Other groups, dtypes, shapes --------------------------------------------------------------------


def test_groups_may_be_edited() -> None:
    w, v, u = (nn.Parameter([1.0, 1.0]) for _ in range(3))
    optimizer = nn.Adam([w, v], lr=0.5)
    descend(optimizer, 1)
    group = optimizer.param_groups[0]
    group["params"].append(u)
    descend(optimizer, 1)
    assert [optimizer.state[p]["step"] for p in (w, v, u)] == [2, 2, 1]
    group["params"] = [u, w]
    before = v.data.copy()
    descend(optimizer, 1)
    assert v.data.tolist() == before.tolist()
    assert [optimizer.state[p]["step"] for p in (w, u)] == [3, 2]
    group["params"][0] = v
    descend(optimizer, 1)
    assert optimizer.state[w]["step"] == 4
    assert v.data.tolist() != before.tolist()
    saved = optimizer.state_dict()
    optimizer.param_groups.append({**group, "params": [u]})
    optimizer.load_state_dict(
        {
            "state": [*saved["state"], saved["state"][1]],
            "param_groups": [*saved["param_groups"], {**saved["param_groups"][0], "params": [2]}],
        }
    )
    before = u.data.copy()
    descend(optimizer, 1)
    assert [optimizer.state[p]["step"] for p in (w, u)] == [5, 5]
    assert u.data.tolist() != before.tolist()


def test_a_parameter_that_rests_stays_with_the_optimizer_that_moves_it() -> None:
    w, v = nn.Parameter([1.0, 1.0]), nn.Parameter([1.0, 1.0])
    of_both, of_one = nn.SGD([w, v], lr=0.5), nn.SGD([v], lr=0.5)
    values = v.data
    w.grad = np.ones(2)
    of_both.step()
    assert v.data is values
    v.grad = np.ones(2)
    of_both.step()
    of_one.step()
    assert (w.data.tolist(), v.data.tolist()) == ([0, 0], [0, 0])


def test_a_model_may_change_its_dtype() -> None:
    model = nn.Linear(2, 1, seed=0)
    optimizer = nn.Adam(model.parameters(), lr=0.5)
    descend(optimizer, 1)
    weight = model.weight.data.astype(np.float64)
    model.double()
    descend(optimizer, 1)
    assert model.weight.dtype == optimizer.state[model.weight]["exp_avg"].dtype == np.float64
    assert optimizer.state[model.weight]["step"] == 2
    assert np.all(np.abs(model.weight.data - weight) > 0.1)


def test_a_gradient_of_another_dtype_is_converted() -> None:
    w = nn.Parameter(np.zeros(3, np.float32))
    w.grad = np.ones(3, np.float32)
    w.data = w.data.astype(np.float64)
    nn.SGD([w], lr=0.5).step()
    assert w.data.tolist() == [-0.5] * 3


def test_another_shape_needs_another_state() -> None:
    w = nn.Parameter([1.0, 2.0])
    optimizer = nn.Adam([w])
    w.data = np.ones(3)
    descend(optimizer, 1)
    w.data = np.ones((3, 1))
    w.grad = np.ones((3, 1))
    for _ in range(2):
        with pytest.raises(ShapeError, match=r"the shape \(3, 1\) now, and \(3,\) when the optim"):
            optimizer.step()


def test_a_pickle_goes_on_by_itself() -> None:
    w = nn.Parameter([0.0, 1.0])
    optimizer = nn.Adam([w], lr=0.05)
    descend(optimizer, 3)
    twin = pickle.loads(pickle.dumps(optimizer))
    descend(optimizer, 3)
    descend(twin, 3)
    assert not np.shares_memory(twin.parameters[0].data, w.data)
    np.testing.assert_array_equal(twin.parameters[0].data, w.data)


# Running means -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [nn.Adam, nn.NAdam, nn.Lion])
def test_means_may_be_loaded_in_the_place_of_sums(make: Any) -> None:
    w, v = (nn.Parameter([0.0, 1.0, -2.0]) for _ in range(2))
    optimizer, other = make([w], lr=0.05), make([v], lr=0.05)
    descend(optimizer, 3)
    v.assign(w.data.copy())
    shown = dict(optimizer.state[w])
    assert {"exp_avg"} <= shown.keys() <= {"step", "mu_product", "exp_avg", "exp_avg_sq"}
    other.load_state_dict({**optimizer.state_dict(), "state": [shown]})
    descend(optimizer, 3)
    descend(other, 3)
    np.testing.assert_allclose(v.data, w.data, rtol=1e-14)


# Threads -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_several_threads_give_the_same_bits(make: Any) -> None:
    rng = np.random.default_rng(0)
    start = [rng.normal(size=size).astype(np.float32) for size in (200_001, 7, 70_000, 300)]
    slopes = [[rng.normal(size=x.size).astype(np.float32) for x in start] for _ in range(2)]
    results = []
    for threads in (1, 2, 3):
        own = [nn.Parameter(x) for x in start]
        optimizer = make(own, lr=0.1)
        optimizer.threads = threads
        for gradients in slopes:
            for p, gradient in zip(own, gradients, strict=True):
                p.grad = gradient
            optimizer.step()
        results.append([p.data for p in own])
    for result in results[1:]:
        np.testing.assert_equal(result, results[0])


def test_threads_know_which_errors_to_ignore_and_pass_on_others() -> None:
    # In the second half, which is not the calling thread's.
    w = nn.Parameter(np.repeat([1.0, 1e300], 200_000))
    optimizer = nn.Adam([w])
    optimizer.threads = 2
    w.grad = w.data.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        optimizer.step()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        optimizer.step()


def test_the_number_of_threads_is_checked() -> None:
    optimizer = nn.SGD([nn.Parameter([1.0])])
    assert optimizer.threads == 1
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        optimizer.threads = 0
    with pytest.raises(TypeError, match="threads must be a whole number, got"):
        optimizer.threads = 1.5  # type: ignore[assignment]  # the mistake that is tested


# Memory ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "arrays"), [(nn.SGD, 0), (nn.Adam, 2), (nn.Adadelta, 2)])
def test_it_needs_the_memory_of_the_values_and_the_state_and_steps_need_none(
    make: Any, arrays: int
) -> None:
    size = 2_000_000
    w = nn.Parameter(np.zeros(size))
    w.grad = np.ones(size)
    tracemalloc.start()
    try:
        optimizer = make([w])
        optimizer.step()
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        optimizer.step()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    scratch = 4 * blocks.BLOCK + 100_000
    assert (1 + arrays) * 8 * size < held < (1 + arrays) * 8 * size + scratch
    assert peak - held < 100_000
