"""The same numbers as PyTorch's, in float64: optimizers, schedules, clipping."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

torch: Any = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RTOL = 1e-12
STEPS = 200
RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 3))
TARGETS = RNG.normal(size=(STEPS, 8, 2))
SHAPES = [(3, 4), (4,), (4, 2), (2,), ()]
STARTS = [RNG.normal(size=shape) for shape in SHAPES]


@pytest.fixture(autouse=True)
def _float64() -> Any:
    """Set the default dtype, in which PyTorch keeps the single numbers of the state."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def our_gradients(parameters: list[Any], t: int) -> None:
    """Of the mean squared error of a small network, with a new target at each step.

    Near a minimum the rules that divide by the size of the gradient would blow roundings up.
    """
    w, b, v, c, scale = parameters
    for parameter in parameters:
        parameter.zero_grad()
    error = (np.tanh(X @ w + b) @ v + c) * scale - TARGETS[t]
    np.mean(error * error).backward()


def their_gradients(parameters: list[Any], t: int) -> None:
    w, b, v, c, scale = parameters
    for parameter in parameters:
        parameter.grad = None
    error = (torch.tanh(torch.tensor(X) @ w + b) @ v + c) * scale - torch.tensor(TARGETS[t])
    torch.mean(error * error).backward()


def pair() -> tuple[list[Any], list[Any]]:
    ours = [nn.Parameter(start) for start in STARTS]
    return ours, [torch.nn.Parameter(torch.tensor(start)) for start in STARTS]


def in_groups(parameters: list[Any], groups: list[dict[str, Any]] | None) -> list[Any]:
    """Return the parameters dealt out to groups with settings of their own, if there are any."""
    if groups is None:
        return parameters
    cuts = [0, *range(2, 2 * len(groups), 2), len(parameters)]
    return [
        {"params": parameters[a:b], **group}
        for a, b, group in zip(cuts[:-1], cuts[1:], groups, strict=True)
    ]


def assert_same(ours: list[Any], theirs: list[Any]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.data, other.detach().numpy(), rtol=RTOL, atol=1e-13)


def compare(
    name: str, settings: dict[str, Any], groups: list[dict[str, Any]] | None = None
) -> tuple[Any, Any]:
    """200 steps of both; the optimizers, whose parameters were compared."""
    ours, theirs = pair()
    optimizer = getattr(nn, name)(in_groups(ours, groups), **settings)
    other = getattr(torch.optim, name)(in_groups(theirs, groups), **settings)
    for t in range(STEPS):
        our_gradients(ours, t)
        their_gradients(theirs, t)
        optimizer.step()
        other.step()
    assert_same(ours, theirs)
    return optimizer, other


OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.02, "momentum": 0.9}),
    ("SGD", {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "dampening": 0.3}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Adam", {}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-6}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-4, "momentum_decay": 0.1}),
    ("NAdam", {"lr": 0.01, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.01}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.01}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.005, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.01}),
    ("RMSprop", {"lr": 0.005, "centered": True, "eps": 1e-3}),
    ("RMSprop", {"lr": 0.002, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.002, "momentum": 0.5, "centered": True, "eps": 1e-3}),
]


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS)
def test_200_steps(name: str, settings: dict[str, Any]) -> None:
    optimizer, other = compare(name, settings)
    # And the state has PyTorch's names.
    for mine, theirs in zip(optimizer.parameters, other.param_groups[0]["params"], strict=True):
        for key, value in other.state[theirs].items():
            if value is not None:
                np.testing.assert_allclose(
                    optimizer.state[mine][key], value.numpy(), rtol=RTOL, atol=1e-13
                )
    for key, value in optimizer.param_groups[0].items():
        if key not in ("params", "bias_correction"):
            assert other.param_groups[0][key] == value


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("SGD", [{"lr": 0.1}, {"momentum": 0.9, "lr": 0.01}, {"weight_decay": 0.5, "lr": 0.02}]),
        ("AdamW", [{"lr": 0.01}, {"betas": (0.5, 0.8)}, {"weight_decay": 0.5, "lr": 0.02}]),
        ("RMSprop", [{"centered": True, "eps": 1e-3}, {"momentum": 0.5, "lr": 1e-3}, {}]),
    ],
)
def test_200_steps_of_groups(name: str, groups: list[dict[str, Any]]) -> None:
    compare(name, {}, groups)


@pytest.mark.parametrize("name", ["SGD", "Adam", "NAdam", "Adagrad", "Adadelta", "RMSprop"])
def test_parameters_that_join_later_and_pause(name: str) -> None:
    ours, theirs = pair()
    optimizer, other = getattr(nn, name)(ours, lr=0.01), getattr(torch.optim, name)(theirs, lr=0.01)
    for t in range(40):
        our_gradients(ours, t)
        their_gradients(theirs, t)
        for i in range(len(ours)):
            if (t + i) % (i + 2) == 0:
                ours[i].grad = theirs[i].grad = None
        optimizer.step()
        other.step()
    assert_same(ours, theirs)


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adagrad", "Adadelta", "RMSprop", "NAdam"])
def test_complex_parameters(name: str) -> None:
    start, gradients = (RNG.normal(size=(n, 3, 2)) @ [1, 1j] for n in (1, 20))
    mine, other = nn.Parameter(start), torch.nn.Parameter(torch.tensor(start))
    optimizer = getattr(nn, name)([mine], lr=0.1, weight_decay=0.1)
    theirs = getattr(torch.optim, name)([other], lr=0.1, weight_decay=0.1)
    for gradient in gradients:
        mine.grad, other.grad = gradient[None], torch.tensor(gradient[None])
        optimizer.step()
        theirs.step()
    assert_same([mine], [other])


# Schedules ---------------------------------------------------------------------------------------

Make = Callable[[Any, Any], Any]

SCHEDULES: dict[str, Make] = {
    "StepLR": lambda lib, o: lib.StepLR(o, 7, 0.5),
    "StepLR, defaults": lambda lib, o: lib.StepLR(o, 30),
    "MultiStepLR": lambda lib, o: lib.MultiStepLR(o, [20, 5, 5, 41], 0.3),
    "ExponentialLR": lambda lib, o: lib.ExponentialLR(o, 0.9),
    "LinearLR": lambda lib, o: lib.LinearLR(o),
    "LinearLR, down": lambda lib, o: lib.LinearLR(o, 1.0, 0.1, 33),
    "CosineAnnealingLR": lambda lib, o: lib.CosineAnnealingLR(o, 60),
    "CosineAnnealingLR, up again": lambda lib, o: lib.CosineAnnealingLR(o, 17, 0.01),
    "OneCycleLR": lambda lib, o: lib.OneCycleLR(o, 0.5, 60),
    "OneCycleLR, epochs": lambda lib, o: lib.OneCycleLR(o, 0.5, epochs=10, steps_per_epoch=6),
    "OneCycleLR, linear": lambda lib, o: lib.OneCycleLR(
        o, 0.5, 61, pct_start=0.43, anneal_strategy="linear", div_factor=10, final_div_factor=50
    ),
    "OneCycleLR, three phases": lambda lib, o: lib.OneCycleLR(o, 0.5, 70, three_phase=True),
    "OneCycleLR, groups": lambda lib, o: lib.OneCycleLR(
        o, [0.5, 0.2], 60, base_momentum=[0.7, 0.8], max_momentum=[0.9, 0.99]
    ),
    "OneCycleLR, rates only": lambda lib, o: lib.OneCycleLR(
        o, 0.5, 60, pct_start=0.0, cycle_momentum=False
    ),
    "SequentialLR": lambda lib, o: lib.SequentialLR(
        o,
        [lib.LinearLR(o, 0.1, total_iters=8), lib.ExponentialLR(o, 0.9), lib.StepLR(o, 4, 0.5)],
        [8, 30],
    ),
    "SequentialLR, warm-up and cosine": lambda lib, o: lib.SequentialLR(
        o, [lib.LinearLR(o, 0.01, total_iters=10), lib.CosineAnnealingLR(o, 50)], [10]
    ),
}


def optimizers(name: str) -> tuple[Any, Any]:
    ours, theirs = pair()
    groups = [{"lr": 0.4}, {"lr": 0.1}]
    return (
        getattr(nn, name)(in_groups(ours, groups)),
        getattr(torch.optim, name)(in_groups(theirs, groups)),
    )


def assert_same_groups(ours: Any, theirs: Any) -> None:
    for mine, other in zip(ours.param_groups, theirs.param_groups, strict=True):
        for key in ("lr", "momentum", "betas"):
            if key in mine:
                assert mine[key] == pytest.approx(other[key], rel=1e-12, abs=1e-15), key


@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_60_steps_of_a_schedule(make: Make, optimizer: str) -> None:
    ours, theirs = optimizers(optimizer)
    schedule, other = make(nn, ours), make(torch.optim.lr_scheduler, theirs)
    assert_same_groups(ours, theirs)
    for _ in range(60):
        ours.step()
        theirs.step()
        schedule.step()
        other.step()
        assert_same_groups(ours, theirs)
        assert schedule.get_last_lr() == pytest.approx(other.get_last_lr(), rel=1e-12, abs=1e-15)
        assert schedule.last_epoch == other.last_epoch


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 2},
        {"patience": 0, "factor": 0.7, "cooldown": 3},
        {"mode": "max", "patience": 1, "min_lr": [0.05, 0.02]},
        {"mode": "max", "threshold_mode": "abs", "threshold": 0.3, "patience": 1, "factor": 0.9},
        {"threshold_mode": "abs", "threshold": 0.3, "patience": 3, "factor": 0.9},
        {"threshold": 0.2, "patience": 1, "min_lr": 0.08, "eps": 0.01},
    ],
)
def test_60_steps_on_a_plateau(settings: dict[str, Any]) -> None:
    ours, theirs = optimizers("SGD")
    schedule = nn.ReduceLROnPlateau(ours, **settings)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **settings)
    t = np.arange(60)
    numbers = 3 * np.exp(-t / 10) + np.random.default_rng(1).normal(scale=0.3, size=60)
    numbers[17] = np.nan
    for number in numbers:
        schedule.step(number)
        other.step(number)
        assert_same_groups(ours, theirs)
        for key in ("best", "num_bad_epochs", "cooldown_counter", "last_epoch"):
            assert getattr(schedule, key) == getattr(other, key)
    assert schedule.get_last_lr() != [0.4, 0.1]


# Clipping ----------------------------------------------------------------------------------------


def with_gradients(*gradients: Any) -> tuple[list[Any], list[Any]]:
    ours, theirs = [], []
    for gradient in gradients:
        ours.append(nn.Parameter(np.zeros_like(gradient)))
        ours[-1].grad = gradient.copy()
        theirs.append(torch.nn.Parameter(torch.zeros(gradient.shape, dtype=torch.float64)))
        theirs[-1].grad = torch.tensor(gradient)
    ours.append(Tensor(0.0, requires_grad=True))
    theirs.append(torch.nn.Parameter(torch.tensor(0.0)))
    return ours, theirs


GRADIENTS = [RNG.normal(size=shape) for shape in [(3, 4), (5,), ()]]


@pytest.mark.parametrize("norm_type", [1, 2.0, 3, 0.5, float("inf"), "inf", float("-inf"), 0])
@pytest.mark.parametrize("max_norm", [0.0, 0.1, 1.0, 1e6])
def test_clip_grad_norm(norm_type: Any, max_norm: float) -> None:
    ours, theirs = with_gradients(*GRADIENTS)
    norm = nn.clip_grad_norm_(ours, max_norm, norm_type)
    other = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert norm == pytest.approx(other.item(), rel=1e-13)
    for mine, their in zip(ours[:-1], theirs, strict=False):
        np.testing.assert_allclose(mine.grad, their.grad.numpy(), rtol=1e-13)
    assert ours[-1].grad is None


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_clip_grad_norm_of_what_is_not_finite(bad: float) -> None:
    ours, theirs = with_gradients(np.array([1.0, bad]))
    norm = nn.clip_grad_norm_(ours, 1.0)
    assert str(norm) == str(torch.nn.utils.clip_grad_norm_(theirs, 1.0).item())
    np.testing.assert_array_equal(ours[0].grad, theirs[0].grad.numpy())


@pytest.mark.parametrize("limit", [0.0, 0.5, 10])
def test_clip_grad_value(limit: float) -> None:
    ours, theirs = with_gradients(*GRADIENTS, np.array([np.nan, np.inf]))
    nn.clip_grad_value_(ours, limit)
    torch.nn.utils.clip_grad_value_(theirs, limit)
    for mine, their in zip(ours[:-1], theirs, strict=False):
        np.testing.assert_array_equal(mine.grad, their.grad.numpy())
