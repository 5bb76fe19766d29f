"""Layers against PyTorch's: its state dict loads as it is, and then all numbers are the same.

Output, gradients of input and parameters, state and repr, in float64.
"""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)


def assert_close(ours: Any, theirs: Any) -> None:
    value = ours.data if type(ours) is Tensor else ours
    np.testing.assert_allclose(value, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


def pair(name: str, settings: tuple[Any, ...], options: dict[str, Any]) -> tuple[nn.Module, Any]:
    """Our layer and theirs, with the same random parameters and buffers."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(*settings, **options).double()
    for parameter in theirs.parameters():
        # Also those that start at 0 or 1, where a mistake would not show.
        torch.nn.init.normal_(parameter)
    learned = {"dtype": np.float64} if list(theirs.parameters()) else {}
    ours = getattr(nn, name)(*settings, **options, **learned)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def compare(ours: nn.Module, theirs: Any, *shapes: tuple[int, ...]) -> None:
    """One forward and backward pass through both, in the mode they are in."""
    values = [RNG.normal(size=shape) for shape in shapes]
    inputs = [Tensor(v, requires_grad=True) for v in values]
    their_inputs = [torch.tensor(v, requires_grad=True) for v in values]
    y, theirs_y = ours(*inputs), theirs(*their_inputs)
    assert_close(y, theirs_y)
    weights = RNG.normal(size=y.shape)
    ours.zero_grad()
    theirs.zero_grad()
    np.sum(y * weights).backward()
    (theirs_y * torch.tensor(weights)).sum().backward()
    for x, their_x in zip(inputs, their_inputs, strict=True):
        assert_close(x.grad, their_x.grad)
    their_parameters = dict(theirs.named_parameters())
    assert [name for name, _ in ours.named_parameters()] == list(their_parameters)
    for parameter_name, parameter in ours.named_parameters():
        assert_close(parameter.grad, their_parameters[parameter_name].grad)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for key, value in ours.state_dict().items():
        assert value.dtype == state[key].numpy().dtype
        assert_close(value, state[key])


def case(name: str, *settings: Any, on: Any, **options: Any) -> Any:
    shapes = on if isinstance(on, list) else [on]
    label = ",".join([*map(str, settings), *(f"{k}={v}" for k, v in options.items())])
    return pytest.param(name, settings, options, shapes, id=f"{name}({label})-{shapes}")


SEQUENCE, IMAGE = (3, 4, 9), (3, 4, 8, 7)

LAYERS = [
    case("Linear", 4, 3, on=(5, 4)),
    case("Linear", 4, 3, False, on=(2, 5, 4)),
    case("Bilinear", 3, 4, 2, on=[(5, 3), (5, 4)]),
    case("Bilinear", 3, 4, 2, False, on=[(2, 5, 3), (2, 5, 4)]),
    case("PReLU", on=(5, 4)),
    case("PReLU", 4, 0.1, on=IMAGE),
    case("PReLU", 4, on=(5, 4)),
    *(
        case(name, on=(5, 4))
        for name in (
            "Sigmoid",
            "LogSigmoid",
            "Tanh",
            "Softsign",
            "Hardtanh",
            "ReLU",
            "ReLU6",
            "LeakyReLU",
            "ELU",
            "SELU",
            "GELU",
            "SiLU",
            "Mish",
            "Softplus",
            "Identity",
        )
    ),
    case("Softplus", 2.0, 1.0, on=(5, 4)),
    case("Hardtanh", -0.5, 0.25, on=(5, 4)),
    case("Softmax", 1, on=(5, 4)),
    case("LogSoftmax", dim=0, on=(5, 4)),
    case("Flatten", 0, 1, on=IMAGE),
    # Convolution
    case("Conv1d", 4, 6, 3, on=SEQUENCE),
    case("Conv1d", 4, 6, 3, on=(4, 9)),
    case("Conv1d", 4, 6, 3, 2, 1, 2, 2, False, on=SEQUENCE),
    case("Conv1d", 4, 6, 4, padding="valid", on=SEQUENCE),
    case("Conv1d", 4, 6, 3, padding="same", dilation=2, on=SEQUENCE),
    case("Conv2d", 4, 6, 3, on=IMAGE),
    case("Conv2d", 4, 6, (3, 2), on=(4, 8, 7)),
    case("Conv2d", 4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2, False, on=IMAGE),
    case("Conv2d", 4, 4, 3, groups=4, padding="same", on=IMAGE),
    case("ConvTranspose1d", 4, 6, 3, on=SEQUENCE),
    case("ConvTranspose1d", 4, 6, 3, 2, 1, 1, 2, False, 2, on=SEQUENCE),
    case("ConvTranspose2d", 4, 6, 3, on=(4, 5, 4)),
    case("ConvTranspose2d", 4, 6, (3, 2), (2, 3), (1, 0), (1, 2), 2, False, 1, on=IMAGE),
    case("ConvTranspose2d", 4, 6, 2, stride=2, dilation=3, output_padding=2, on=IMAGE),
    # Pooling
    case("MaxPool1d", 2, on=SEQUENCE),
    case("MaxPool1d", 3, 2, 1, 2, ceil_mode=True, on=(4, 9)),
    case("MaxPool2d", 2, on=IMAGE),
    case("MaxPool2d", (3, 2), (2, 1), (1, 0), (1, 2), ceil_mode=True, on=IMAGE),
    case("MaxPool2d", 3, stride=2, on=(4, 8, 7)),
    case("AvgPool1d", 2, on=SEQUENCE),
    case("AvgPool1d", 3, 2, 1, True, False, on=SEQUENCE),
    case("AvgPool2d", 2, on=IMAGE),
    case("AvgPool2d", (3, 2), (2, 1), (1, 0), True, on=(4, 8, 7)),
    case("AvgPool2d", 3, 2, 1, count_include_pad=False, on=IMAGE),
    case("AdaptiveAvgPool2d", 1, on=IMAGE),
    case("AdaptiveAvgPool2d", (3, None), on=IMAGE),
    case("AdaptiveAvgPool2d", 5, on=(4, 8, 7)),
    # Normalization
    case("BatchNorm1d", 4, on=(5, 4)),
    case("BatchNorm1d", 4, 1e-3, on=SEQUENCE),
    case("BatchNorm1d", 4, affine=False, track_running_stats=False, on=SEQUENCE),
    case("BatchNorm2d", 4, on=IMAGE),
    case("BatchNorm2d", 4, 1e-4, None, on=IMAGE),
    case("LayerNorm", 4, on=(5, 4)),
    case("LayerNorm", (8, 7), 1e-3, on=IMAGE),
    case("LayerNorm", [7], elementwise_affine=False, on=IMAGE),
    case("LayerNorm", 7, bias=False, on=IMAGE),
    case("GroupNorm", 2, 4, on=IMAGE),
    case("GroupNorm", 4, 4, 1e-3, False, on=(5, 4)),
    case("GroupNorm", 1, 4, bias=False, on=SEQUENCE),
    case("BatchNorm1d", 4, bias=False, on=SEQUENCE),
    case("RMSNorm", 4, on=(5, 4)),
    case("RMSNorm", (8, 7), 1e-3, False, on=IMAGE),
]


@pytest.mark.parametrize(("name", "settings", "options", "shapes"), LAYERS)
def test_output_gradients_and_state(
    name: str, settings: Any, options: dict[str, Any], shapes: list[tuple[int, ...]]
) -> None:
    ours, theirs = pair(name, settings, options)
    for _ in range(3):
        compare(ours, theirs, *shapes)
    ours.eval()
    theirs.eval()
    compare(ours, theirs, *shapes)


@pytest.mark.parametrize(("name", "settings", "options", "shapes"), LAYERS)
def test_reprs(name: str, settings: Any, options: dict[str, Any], shapes: Any) -> None:
    ours, theirs = pair(name, settings, options)
    # Ours has no threshold unless it is given, and says what it was given.
    if name not in ("Softplus", "AvgPool1d"):
        assert repr(ours).replace("'", "") == repr(theirs).replace("'", "")


ENTRYWISE = [
    ("Sigmoid", {}), ("LogSigmoid", {}), ("Tanh", {}), ("Softsign", {}), ("Hardtanh", {}),
    ("ReLU", {}), ("ReLU6", {}), ("LeakyReLU", {"negative_slope": 0.2}), ("PReLU", {}),
    ("ELU", {"alpha": 1.5}), ("SELU", {}), ("GELU", {}), ("GELU", {"approximate": "tanh"}),
    ("SiLU", {}), ("Mish", {}), ("Softplus", {"beta": 2.0}), ("Softmax", {"dim": 0}),
    ("LogSoftmax", {"dim": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), ENTRYWISE)
def test_activations_at_their_kinks_and_tails(name: str, options: dict[str, Any]) -> None:
    ours, theirs = pair(name, (), options)
    values = np.array([[0.0, 1.0, -1.0, 6.0], [15.0, -15.0, 30.0, -30.0]])
    weights = RNG.normal(size=values.shape)
    x, their_x = Tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    y, theirs_y = ours(x), theirs(their_x)
    assert_close(y, theirs_y)
    np.sum(y * weights).backward()
    (theirs_y * torch.tensor(weights)).sum().backward()
    assert_close(x.grad, their_x.grad)


STARTS: list[tuple[str, tuple[Any, ...]]] = [
    ("Linear", (200, 300)),
    ("Bilinear", (40, 20, 300)),
    ("Conv1d", (50, 300, 5)),
    ("Conv2d", (20, 300, (3, 4), 1, 0, 1, 2)),
    ("ConvTranspose1d", (50, 300, 5)),
    ("ConvTranspose2d", (20, 300, (3, 4), 1, 0, 0, 2)),
    ("Embedding", (300, 200, 7)),
    ("BatchNorm2d", (5,)),
    ("GroupNorm", (1, 5)),
    ("LayerNorm", (5,)),
    ("RMSNorm", (5,)),
    ("PReLU", (5,)),
]


SEEDED = [name for name, _ in STARTS if "Norm" not in name and name != "PReLU"]


@pytest.mark.parametrize(("name", "settings"), STARTS)
def test_starts_have_the_same_distribution(name: str, settings: tuple[Any, ...]) -> None:
    torch.manual_seed(0)
    seed = {"seed": 0} if name in SEEDED else {}
    ours, theirs = getattr(nn, name)(*settings, **seed), getattr(torch.nn, name)(*settings)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for key, mine in ours.state_dict().items():
        other = state[key].numpy()
        assert (mine.dtype, mine.shape) == (other.dtype, other.shape)
        assert mine.std() == pytest.approx(other.std(), rel=0.1)
        if name != "Embedding":
            assert np.abs(mine).max() == pytest.approx(np.abs(other).max(), rel=0.02)


@pytest.mark.parametrize("padding", [None, 2, -1])
def test_embedding(padding: int | None) -> None:
    theirs = torch.nn.Embedding(6, 3, padding).double()
    ours = nn.Embedding(6, 3, padding, dtype=np.float64)
    ours.load_state_dict(theirs.state_dict())
    index = np.array([[0, 2, 2], [5, 0, 0]])
    weights = RNG.normal(size=(2, 3, 3))
    y, theirs_y = ours(index), theirs(torch.tensor(index))
    assert_close(y, theirs_y)
    np.sum(y * weights).backward()
    (theirs_y * torch.tensor(weights)).sum().backward()
    assert_close(ours.weight.grad, theirs.weight.grad)
    assert repr(ours) == repr(theirs)


def test_a_network_with_everything() -> None:
    def network(library: Any, **dtype: Any) -> Any:
        return library.Sequential(
            library.Conv2d(1, 4, 3, padding=1, bias=False, **dtype),
            library.BatchNorm2d(4, **dtype),
            library.ReLU(),
            library.MaxPool2d(2),
            library.Conv2d(4, 6, 3, **dtype),
            library.GroupNorm(3, 6, **dtype),
            library.GELU(),
            library.AdaptiveAvgPool2d(2),
            library.Flatten(),
            library.Linear(24, 5, **dtype),
            library.LayerNorm(5, **dtype),
        )

    theirs = network(torch.nn).double()
    ours = network(nn, dtype=np.float64)
    ours.load_state_dict(theirs.state_dict())
    for mode in (True, True, False):
        compare(ours.train(mode), theirs.train(mode), (4, 1, 10, 10))
