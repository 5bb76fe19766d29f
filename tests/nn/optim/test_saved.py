"""The state dicts of optimizers: complete, plain, checked before anything changes."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from tests.nn.optim.kinds import KINDS, descend

Make = Callable[..., nn.Optimizer]


def assert_same(a: Any, b: Any) -> None:
    """Equality bit for bit, of types too."""
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        for name in a:
            assert_same(a[name], b[name])
    elif isinstance(a, list):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            assert_same(x, y)
    elif isinstance(a, np.ndarray):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    else:
        assert a == b


def assert_plain(value: Any) -> None:
    """Nothing but dicts with texts as keys, lists, numbers and arrays."""
    if isinstance(value, dict):
        assert all(type(name) is str for name in value)
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            assert_plain(entry)
    else:
        assert type(value) in (int, float, bool, np.ndarray)


def parameters(dtype: Any = np.float64) -> list[Tensor]:
    return [nn.Parameter(np.array(v, dtype)) for v in (0.5, [0.0, 1.0], [[1.0], [2.0]])]


def grouped(make: Make, own: list[Tensor]) -> nn.Optimizer:
    return make([{"params": own[:1], "weight_decay": 0.01}, {"params": own[1:]}])


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_going_on_from_a_saved_state_is_as_if_nothing_had_happened(make: Make, dtype: Any) -> None:
    straight, own = parameters(dtype), parameters(dtype)
    descend(grouped(make, straight), 10)
    first = grouped(make, own)
    descend(first, 4)
    values, state = [p.data.copy() for p in own], first.state_dict()
    kept = copy.deepcopy(state)
    # What happens to the first optimizer now must not reach the state that it gave.
    descend(first, 1)
    assert_same(state, kept)
    for p, value in zip(own, values, strict=True):
        p.assign(value)
    second = grouped(make, own)
    for group in second.param_groups:
        group["lr"] = 0.5
    second.load_state_dict(state)
    assert_same(second.state_dict(), kept)
    descend(second, 6)
    assert_same(state, kept)
    for p, q in zip(own, straight, strict=True):
        np.testing.assert_array_equal(p.data, q.data)


@pytest.mark.parametrize("make", KINDS)
def test_a_state_is_plain(make: Make) -> None:
    optimizer = grouped(make, parameters())
    descend(optimizer, 2)
    state = optimizer.state_dict()
    assert_plain(state)
    assert [group["params"] for group in state["param_groups"]] == [[0], [1, 2]]
    # Settings survive a text file.
    settings = json.loads(json.dumps(state["param_groups"]))
    other = grouped(make, parameters())
    other.load_state_dict({"state": state["state"], "param_groups": settings})
    assert_same(other.state_dict(), state)


def test_loading_keeps_the_group_itself_and_the_dtype() -> None:
    w32, w64 = nn.Parameter(np.zeros(2, np.float32)), nn.Parameter(np.zeros(2))
    saved = nn.Adam([w64], lr=0.25)
    descend(saved, 1)
    optimizer = nn.Adam([w32])
    group = optimizer.param_groups[0]
    optimizer.load_state_dict(saved.state_dict())
    assert optimizer.param_groups[0] is group
    assert group["lr"] == 0.25
    assert group["params"] == [w32]
    assert optimizer.state[w32]["exp_avg"].dtype == np.float32


def test_a_parameter_that_never_had_a_gradient_has_an_empty_state() -> None:
    own = parameters()
    optimizer = nn.Adam(own)
    own[1].grad = [1.0, 1.0]
    optimizer.step()
    state = optimizer.state_dict()
    assert [sorted(s) for s in state["state"]] == [
        [],
        ["beta1", "beta2", "gradient_sum", "square_sum", "step"],
        [],
    ]
    other = nn.Adam(parameters())
    other.load_state_dict(state)
    assert_same(other.state_dict(), state)


def test_an_initial_rate_of_a_schedule_is_saved_too() -> None:
    optimizer = nn.SGD(parameters(), lr=0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.5
    other = nn.SGD(parameters())
    other.load_state_dict(optimizer.state_dict())
    assert other.param_groups[0]["initial_lr"] == 0.5


Broken = Callable[[dict[str, Any]], Any]


def broken(change: Callable[[dict[str, Any]], None]) -> Broken:
    def apply(state: dict[str, Any]) -> Any:
        change(state)
        return state

    return apply


def entry(*path: Any, value: Any) -> Broken:
    """Return the state with another value somewhere."""

    def change(state: dict[str, Any]) -> None:
        at: Any = state
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value

    return broken(change)


MISFITS: list[tuple[Broken, str]] = [
    (lambda s: {}, "it has no list 'param_groups'\n  it has no list 'state'"),
    (lambda s: [s], "it has no list 'param_groups'"),
    (entry("state", value={}), "it has no list 'state'"),
    (broken(lambda s: s["state"].pop()), "'state' has 2 entries, not 3"),
    (broken(lambda s: s["param_groups"].append({})), "'param_groups' has 3 entries, not 2"),
    (entry("param_groups", 0, value=3), "group 0 is of type int, not a dict"),
    (broken(lambda s: s["param_groups"][1].pop("lr")), "group 1 has no lr"),
    (entry("param_groups", 1, "rho", value=1.0), "group 1 has unexpected rho"),
    (entry("param_groups", 1, "params", value=[1]), "group 1 is not of 2 parameters"),
    (entry("param_groups", 0, "lr", value=-1), "group 0: lr must be .* got -1"),
    (entry("param_groups", 0, "betas", value=3), "group 0: betas must be two numbers"),
    (entry("param_groups", 0, "initial_lr", value="a"), "group 0: initial_lr must be a number"),
    (entry("state", 0, value=3), "parameter 0 is of type int, not a dict"),
    (broken(lambda s: s["state"][0].pop("square_sum")), "parameter 0 has no square_sum"),
    (entry("state", 0, "sum", value=1.0), "parameter 0 has unexpected sum"),
    (entry("state", 0, "step", value="3"), "step of parameter 0 is '3', not a number"),
    (entry("state", 0, "step", value=float("nan")), "step of parameter 0 is nan, not a number"),
    (
        entry("state", 0, "square_sum", value=[1.0]),
        "square_sum of parameter 0 is a list, not an ar",
    ),
    (entry("state", 1, "square_sum", value=np.ones(3)), r"_sum of parameter 1 is \(3,\), not \(2,"),
    (entry("state", 1, "exp_avg", value=np.ones(3)), r"_sum of parameter 1 is \(3,\), not \(2,"),
    (entry("state", 1, "square_sum", value=np.ones(2, complex)), "is complex128, not float64"),
    (entry("state", 1, "square_sum", value=np.array(["a", "b"])), "is <U1, not float64"),
]


@pytest.mark.parametrize(("spoil", "said"), MISFITS)
def test_a_state_that_does_not_fit_is_refused_and_nothing_changes(spoil: Broken, said: str) -> None:
    saved, optimizer = grouped(nn.Adam, parameters()), grouped(nn.Adam, parameters())
    descend(saved, 2)
    descend(optimizer, 1)
    before = optimizer.state_dict()
    with pytest.raises(nn.CheckpointError, match=f"does not fit this Adam:[^$]*{said}"):
        optimizer.load_state_dict(spoil(saved.state_dict()))
    assert_same(optimizer.state_dict(), before)


def test_all_that_does_not_fit_is_listed() -> None:
    w, v = Tensor(np.zeros(2), requires_grad=True), Tensor(np.zeros(3), requires_grad=True)
    adam = nn.Adam([w])
    descend(adam, 1)
    with pytest.raises(nn.CheckpointError) as caught:
        nn.SGD([w]).load_state_dict(adam.state_dict())
    assert str(caught.value).splitlines() == [
        "the state dict does not fit this SGD:",
        "  group 0 has no dampening, momentum, nesterov",
        "  group 0 has unexpected betas, bias_correction, decoupled_weight_decay, eps",
        "  parameter 0 has unexpected beta1, beta2, gradient_sum, square_sum",
    ]
    other = nn.Adam([v], lr=0.7)
    with pytest.raises(nn.CheckpointError) as caught:
        other.load_state_dict(adam.state_dict())
    assert str(caught.value).splitlines()[1:] == [
        "  gradient_sum of parameter 0 is (2,), not (3,)",
        "  square_sum of parameter 0 is (2,), not (3,)",
    ]
    with pytest.raises(nn.CheckpointError, match="'state' has 1 entries, not 2"):
        nn.Adam([w, v]).load_state_dict(adam.state_dict())
    assert other.defaults["lr"] == 0.7
    assert other.state == {}
