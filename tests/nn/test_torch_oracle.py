"""The same numbers as PyTorch's, in float64: networks, losses, optimizers, state dicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 5))
RTOL = 1e-9


def torch_mlp(activation: Any = torch.nn.ReLU) -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(5, 7), activation(), torch.nn.Linear(7, 4), activation(),
        torch.nn.Linear(4, 3),
    ).double()  # fmt: skip


def ours_like(theirs: Any, activation: str = "relu") -> nn.MLP:
    ours = nn.MLP([5, 7, 4, 3], activation=activation, dtype=np.float64)
    ours.load_state_dict(theirs.state_dict())
    return ours


def assert_close(ours: Any, theirs: Any) -> None:
    value = ours.data if type(ours) is Tensor else ours
    np.testing.assert_allclose(value, theirs.detach().numpy(), rtol=RTOL, atol=1e-12)


def assert_same_gradients(ours: nn.Module, theirs: Any) -> None:
    other = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        assert_close(parameter.grad, other[name].grad)


def test_mlp() -> None:
    theirs = torch_mlp(torch.nn.Tanh)
    ours = ours_like(theirs, "tanh")
    np.sum(ours(X) ** 2).backward()
    (theirs(torch.tensor(X)) ** 2).sum().backward()
    assert_same_gradients(ours, theirs)


CLASSES = np.array([0, 4, 2, 2, 1, 3])
SHARES = RNG.dirichlet(np.ones(5), size=6)
CHANCES = RNG.uniform(0.01, 0.99, size=(6, 5))
PICTURE, PICTURE_CLASSES = RNG.normal(size=(2, 5, 3, 3)), RNG.integers(0, 5, size=(2, 3, 3))
BITS = RNG.integers(0, 2, size=(6, 5)).astype(float)

LOSSES = [
    (nn.MSELoss, torch.nn.MSELoss, X, SHARES),
    (nn.L1Loss, torch.nn.L1Loss, X, SHARES),
    (nn.BCELoss, torch.nn.BCELoss, CHANCES, BITS),
    (nn.BCELoss, torch.nn.BCELoss, CHANCES, SHARES),
    (nn.BCEWithLogitsLoss, torch.nn.BCEWithLogitsLoss, X, BITS),
    (nn.BCEWithLogitsLoss, torch.nn.BCEWithLogitsLoss, 5 * X, SHARES),
    (nn.CrossEntropyLoss, torch.nn.CrossEntropyLoss, X, CLASSES),
    (nn.CrossEntropyLoss, torch.nn.CrossEntropyLoss, X, SHARES),
    (nn.CrossEntropyLoss, torch.nn.CrossEntropyLoss, X[0], CLASSES[0]),
    (nn.CrossEntropyLoss, torch.nn.CrossEntropyLoss, PICTURE, PICTURE_CLASSES),
]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("ours", "theirs", "value", "target"), LOSSES)
def test_losses(ours: Any, theirs: Any, value: Any, target: Any, reduction: str) -> None:
    x, xt = Tensor(value, requires_grad=True), torch.tensor(value, requires_grad=True)
    loss = ours(reduction=reduction)(x, target)
    theirs_loss = theirs(reduction=reduction)(xt, torch.tensor(target))
    assert_close(loss, theirs_loss)
    assert loss.shape == tuple(theirs_loss.shape)
    np.sum(loss).backward()
    theirs_loss.sum().backward()
    assert_close(x.grad, xt.grad)


OPTIMIZERS: list[tuple[Callable[..., nn.Optimizer], Any, dict[str, Any]]] = [
    (nn.SGD, torch.optim.SGD, {"lr": 0.05}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.01}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.02, "momentum": 0.8, "dampening": 0.3}),
    (nn.SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    (nn.Adam, torch.optim.Adam, {}),
    (nn.Adam, torch.optim.Adam, {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-6}),
    (nn.Adam, torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.1}),
]


@pytest.mark.parametrize(("ours", "theirs", "settings"), OPTIMIZERS)
def test_200_steps_of_an_optimizer(ours: Any, theirs: Any, settings: dict[str, Any]) -> None:
    their_model = torch_mlp(torch.nn.Tanh)
    model = ours_like(their_model, "tanh")
    optimizer = ours(model.parameters(), **settings)
    their_optimizer = theirs(their_model.parameters(), **settings)
    # A new target at each step: near a minimum Adam would blow roundings up to its step length.
    for target in RNG.normal(size=(200, 6, 3)):
        optimizer.zero_grad()
        nn.MSELoss()(model(X), target).backward()
        optimizer.step()
        their_optimizer.zero_grad()
        torch.nn.MSELoss()(their_model(torch.tensor(X)), torch.tensor(target)).backward()
        their_optimizer.step()
    for name, parameter in their_model.named_parameters():
        assert_close(model.state_dict()[name], parameter)


def test_state_dicts_go_both_ways() -> None:
    theirs = torch_mlp()
    ours = ours_like(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_close(ours(X), theirs(torch.tensor(X)))
    fresh = nn.MLP([5, 7, 4, 3], dtype=np.float64, seed=1)
    theirs.load_state_dict({k: torch.from_numpy(v) for k, v in fresh.state_dict().items()})
    assert_close(fresh(X), theirs(torch.tensor(X)))
