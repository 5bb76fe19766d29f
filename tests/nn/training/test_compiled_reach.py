"""A compiled step learns what the eager one learns, however the loss comes to depend on it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, no_grad

RNG = np.random.default_rng(0)
BATCHES = [(RNG.normal(size=(6, 2)), RNG.normal(size=(6, 1))) for _ in range(3)]
Made = tuple[nn.Module, Any, Any, list[Tensor]]
"""Model, loss, penalty and what is learned."""


def linear() -> nn.Linear:
    return nn.Linear(2, 1, dtype=np.float64, seed=0)


class Scaled(nn.Module):
    """A loss with a scale that is learned, too."""

    def __init__(self) -> None:
        self.scale = nn.Parameter(np.array(0.5))

    def forward(self, output: Any, target: Any) -> Any:
        return np.mean((self.scale * output - target) ** 2) + self.scale**2


class Decay(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        self.rate = nn.Parameter(np.array(0.1))
        self.model = model

    def forward(self, model: Any) -> Any:
        return self.rate**2 * nn.functional.l2_penalty(self.model.parameters())


class Listed(nn.Module):
    """Has a parameter in a list as well, by which it computes."""

    def __init__(self) -> None:
        self.layer = linear()
        self.others = [self.layer.weight]

    def forward(self, x: Any) -> Any:
        return self.layer(x) + x @ self.others[0].T


class InnerGradient(nn.Module):
    """Its input moved along gradients of its own, taken at an array and at the input."""

    def __init__(self) -> None:
        self.layer = linear()

    def forward(self, x: Any) -> Any:
        slope = autograd.grad(lambda z: np.sum(np.tanh(self.layer(z)) ** 2))
        return self.layer(x + slope(np.linspace(-1.0, 1.0, 2)) + slope(x))


def learned_loss() -> Made:
    model, loss = linear(), Scaled()
    return model, loss, None, [*model.parameters(), *loss.parameters()]


def learned_penalty() -> Made:
    model = linear()
    penalty = Decay(model)
    return model, nn.MSELoss(), penalty, [*model.parameters(), penalty.rate]


def penalty_of_a_list() -> Made:
    model = linear()
    held = list(model.parameters())
    return model, nn.MSELoss(), lambda _: sum(np.sum(p**2) for p in held), held


def loss_that_closes_over_a_weight() -> Made:
    model = linear()
    w = model.weight
    return model, lambda y, t: np.mean((y - t) ** 2) + np.sum(w**4), None, list(model.parameters())


def free_tensor() -> Made:
    model, free = linear(), Tensor(np.array(2.0), requires_grad=True)
    return model, lambda y, t: np.mean((free * y - t) ** 2), None, [*model.parameters(), free]


def in_a_list_as_well() -> Made:
    model = Listed()
    return model, nn.MSELoss(), None, list(model.parameters())


def hooked() -> Made:
    model = linear()
    model.weight.register_hook(lambda g: 2 * g)
    return model, nn.MSELoss(), None, list(model.parameters())


def with_an_inner_gradient() -> Made:
    model = InnerGradient()
    return model, nn.MSELoss(), None, list(model.parameters())


@pytest.mark.parametrize(
    "make",
    [
        learned_loss,
        learned_penalty,
        penalty_of_a_list,
        loss_that_closes_over_a_weight,
        free_tensor,
        in_a_list_as_well,
        hooked,
        with_an_inner_gradient,
    ],
)
def test_it_learns_the_same(make: Callable[[], Made]) -> None:
    model, loss, penalty, learned = make()
    step = nn.compile_step(model, loss, nn.Adam(learned, lr=0.1), penalty=penalty)
    twin, twin_loss, twin_penalty, twins = make()
    optimizer = nn.Adam(twins, lr=0.1)
    for x, y in BATCHES:
        step(x, y)
        optimizer.zero_grad()
        total = twin_loss(twin(x), y)
        if twin_penalty is not None:
            total = total + twin_penalty(twin)
        total.backward()
        optimizer.step()
        for p, q in zip(learned, twins, strict=True):
            np.testing.assert_allclose(p.grad, q.grad, rtol=1e-12)
            np.testing.assert_allclose(p.data, q.data, rtol=1e-12)
    assert step.compiles


def test_a_hook_that_comes_or_goes_is_seen() -> None:
    model = linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.0))
    x, y = BATCHES[0]
    step(x, y)
    plain = model.weight.grad.copy()
    handle = model.weight.register_hook(lambda g: 3 * g)
    step(x, y)
    np.testing.assert_allclose(model.weight.grad, 3 * plain)
    handle.remove()
    step(x, y)
    np.testing.assert_allclose(model.weight.grad, plain)


def test_fit_leaves_hooks_on_parameters_to_the_user() -> None:
    model = linear()
    seen: list[int] = []
    model.weight.register_hook(lambda g: seen.append(1))
    loader = nn.DataLoader(*BATCHES[0], batch_size=2)
    history = nn.fit(model, loader, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1), epochs=2)
    assert len(seen) == 6
    assert history.not_compiled == "a parameter has a hook"


class Counting(nn.Module):
    """Does something with what it keeps from one call to the next."""

    def __init__(self, keeps: Any, update: Callable[[Any, Any], Any]) -> None:
        self.layer, self.update = linear(), update
        if isinstance(keeps, np.ndarray):
            self.register_buffer("kept", keeps)
        else:
            self.kept = keeps

    def forward(self, x: Any) -> Any:
        self.kept = self.update(self.kept, x)
        return self.layer(x) * self.kept


@pytest.mark.parametrize(
    ("keeps", "update"),
    [
        (np.array(1.0), lambda kept, x: kept + 1),
        (1, lambda kept, x: kept + 1),
        (1.0, lambda kept, x: np.mean(x)),
    ],
)
def test_what_a_model_keeps_in_attributes_is_refused_and_as_it_was(keeps: Any, update: Any) -> None:
    model, twin = Counting(keeps, update), Counting(keeps, update)
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    optimizer = nn.SGD(twin.parameters(), lr=0.1)
    message = r"Counting changes its attribute 'kept' at every step; .*register_buffer"
    for k, (x, y) in enumerate(BATCHES):
        if k:
            step(x, y)
        else:
            with pytest.warns(UserWarning, match=message):
                step(x, y)
        optimizer.zero_grad()
        nn.MSELoss()(twin(x), y).backward()
        optimizer.step()
        np.testing.assert_array_equal(model.layer.weight.data, twin.layer.weight.data)


class Caching(nn.Module):
    """Makes a table at the first call."""

    def __init__(self) -> None:
        self.layer, self.table = linear(), None

    def forward(self, x: Any) -> Any:
        if self.table is None:
            self.table = np.linspace(1, 2, x.shape[-1])
        return self.layer(x * self.table)


def test_a_table_that_is_made_once_is_no_obstacle() -> None:
    model = Caching()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    for x, y in BATCHES:
        step(x, y)
    assert step.compiles


def test_without_anything_to_learn_the_error_is_backwards_own() -> None:
    model = linear()
    step = nn.compile_step(model, nn.MSELoss(), nn.SGD(model.parameters(), lr=0.1))
    before = model.weight.data.copy()
    with no_grad(), pytest.raises(ValueError, match="does not depend on any tensor that requires"):
        step(*BATCHES[0])
    step(*BATCHES[0])
    assert np.any(model.weight.data != before)
    before = model.weight.data.copy()
    with no_grad(), pytest.raises(ValueError, match="does not depend on any tensor that requires"):
        step(*BATCHES[0])
    model.requires_grad_(False)
    with pytest.raises(ValueError, match="does not depend on any tensor that requires"):
        step(*BATCHES[0])
    np.testing.assert_array_equal(model.weight.data, before)
