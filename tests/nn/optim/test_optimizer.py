"""What all optimizers share: checks, dtypes, skipping, staleness, saving."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import StaleGraphError, Tensor, variables

Make = Callable[..., nn.Optimizer]
OPTIMIZERS: list[Make] = [
    nn.SGD,
    lambda p, **k: nn.SGD(p, momentum=0.9, weight_decay=0.1, **k),
    lambda p, **k: nn.SGD(p, momentum=0.9, nesterov=True, **k),
    nn.Adam,
    lambda p, **k: nn.Adam(p, weight_decay=0.1, bias_correction=False, **k),
]


def descend(optimizer: nn.Optimizer, steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        sum(np.sum((p - 3) ** 2) for p in optimizer.parameters).backward()
        optimizer.step()


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_descends_in_every_shape_and_dtype(
    make: Make, shape: tuple[int, ...], dtype: type
) -> None:
    w = Tensor(np.zeros(shape, dtype), requires_grad=True)
    optimizer = make([w], lr=np.float64(0.1))
    descend(optimizer, 300)
    assert w.dtype == dtype
    assert w.shape == shape
    held = [v for v in optimizer.state[0].values() if isinstance(v, np.ndarray | np.generic)]
    assert {v.dtype for v in held} <= {np.dtype(dtype)}
    # Weight decay of 0.1 moves the minimum of (w - 3)^2 from 3 to 6 / 2.1.
    assert np.min(w.data) > 2.8
    assert np.max(w.data) < 3.001


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_no_float64_appears_in_a_float32_step(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    w = Tensor(np.zeros(3, np.float32), requires_grad=True)
    optimizer = make([w], lr=np.float64(0.1))
    changes = []
    change = optimizer.change
    monkeypatch.setattr(optimizer, "change", lambda *a: changes.append(change(*a)) or changes[-1])
    descend(optimizer, 2)
    assert [c.dtype for c in changes] == [np.float32] * 2


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_parameters_without_gradient_are_skipped(make: Make) -> None:
    used, unused = variables(used=1, unused=1)
    optimizer = make([used, unused])
    (used * 2).backward()
    optimizer.step()
    assert used.data != 1
    assert unused.data == 1
    assert optimizer.state[1] == {}


def test_values_taken_before_a_step_stay_what_they_were() -> None:
    data = np.ones(2)
    w = Tensor(data, requires_grad=True)
    before, detached = w.data, w.detach()
    descend(nn.SGD([w], lr=0.1), 1)
    assert before.tolist() == detached.data.tolist() == data.tolist() == [1, 1]
    assert w.data.tolist() == [1.4, 1.4]


def test_a_step_makes_older_graphs_stale() -> None:
    (w,) = (variables(w=1.0),)
    loss = w * w
    loss.backward()
    nn.SGD([w], lr=0.1).step()
    with pytest.raises(StaleGraphError):
        loss.backward()


def test_zero_grad_forgets_all_gradients() -> None:
    x, y = variables(x=1.0, y=2.0)
    (x * y).backward()
    nn.SGD([x, y]).zero_grad()
    assert x.grad is None
    assert y.grad is None


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_going_on_from_a_saved_state_is_as_if_nothing_had_happened(make: Make) -> None:
    straight, w = (nn.Parameter([0.0, 1.0]) for _ in range(2))
    descend(make([straight], lr=0.05), 10)
    first = make([w], lr=0.05)
    descend(first, 4)
    value, state = w.data, first.state_dict()
    # What happens to the first optimizer now must not reach the state that it gave.
    descend(first, 1)
    w.assign(value)
    second = make([w], lr=0.5)
    second.load_state_dict(state)
    assert second.lr == 0.05
    descend(second, 6)
    np.testing.assert_array_equal(w.data, straight.data)


def test_a_state_of_another_optimizer_is_refused_and_nothing_changes() -> None:
    w, v = Tensor(np.zeros(2), requires_grad=True), Tensor(np.zeros(3), requires_grad=True)
    adam = nn.Adam([w])
    descend(adam, 1)
    with pytest.raises(nn.CheckpointError, match=r"does not fit this SGD: its settings are \['be"):
        nn.SGD([w]).load_state_dict(adam.state_dict())
    other = nn.Adam([v], lr=0.7)
    with pytest.raises(nn.CheckpointError, match=r"m of parameter 0 is \(2,\), not \(3,\); v of"):
        other.load_state_dict(adam.state_dict())
    with pytest.raises(nn.CheckpointError, match="it has 1 parameters, not 2"):
        nn.Adam([w, v]).load_state_dict(adam.state_dict())
    with pytest.raises(nn.CheckpointError, match=r"has 'settings' and 'state', got \['param_g"):
        other.load_state_dict({"param_groups": []})
    assert other.lr == 0.7
    assert other.state == [{}]


@pytest.mark.parametrize("make", [nn.SGD, nn.Adam])
def test_parameters_are_checked(make: Make) -> None:
    w = Tensor([1.0], requires_grad=True)
    with pytest.raises(
        ValueError, match=r"at least one parameter; model.parameters\(\) is used up"
    ):
        make(p for p in ())
    with pytest.raises(ValueError, match="in the list twice"):
        make([w, w])
    for wrong in (w, {w}, {"w": w}):
        with pytest.raises(TypeError, match=r"as a list, .* pass model.parameters\(\) or \[w, b\]"):
            make(wrong)
    with pytest.raises(TypeError, match="parameter 1 is of type ndarray, not a Tensor"):
        make([w, np.ones(2)])
    with pytest.raises(TypeError, match="parameter 0 is the result of an operation"):
        make([w * 2])


SETTINGS: list[tuple[Make, dict[str, Any], str]] = [
    (nn.SGD, {"lr": -0.1}, "lr must be a finite number of at least 0, got -0.1"),
    (nn.SGD, {"lr": float("nan")}, "lr must be .* got nan"),
    (nn.SGD, {"momentum": -1}, "momentum must be .* got -1"),
    (nn.SGD, {"dampening": -1}, "dampening must be .* got -1"),
    (nn.SGD, {"weight_decay": -1}, "weight_decay must be .* got -1"),
    (nn.SGD, {"nesterov": True}, "nesterov needs a momentum above 0 and no dampening, got mom"),
    (nn.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "got momentum=0.9 and dam"),
    (nn.Adam, {"lr": -1}, "lr must be .* got -1"),
    (nn.Adam, {"eps": -1}, "eps must be .* got -1"),
    (nn.Adam, {"weight_decay": -1}, "weight_decay must be .* got -1"),
    (nn.Adam, {"betas": (1.0, 0.9)}, r"betas\[0\] must be at least 0 and less than 1, got 1.0"),
    (nn.Adam, {"betas": (0.9, -0.1)}, r"betas\[1\] must be .* got -0.1"),
]


@pytest.mark.parametrize(("make", "settings", "said"), SETTINGS)
def test_settings_are_checked(make: Make, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make([Tensor([1.0], requires_grad=True)], **settings)


def test_the_repr_shows_the_settings() -> None:
    w = Tensor([1.0], requires_grad=True)
    assert repr(nn.SGD([w], lr=0.1)) == (
        "SGD(1 parameters, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)"
    )
