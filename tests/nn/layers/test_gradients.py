"""Layers as functions of their inputs and parameters: gradients to second order, and dtypes."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, gradcheck, jacobian, no_grad, value_and_grad

RNG = np.random.default_rng(0)
F64 = {"dtype": np.float64}

LAYERS: list[tuple[nn.Module, list[tuple[int, ...]]]] = [
    (nn.Linear(3, 2, **F64, seed=0), [(2, 3)]),
    (nn.Bilinear(2, 3, 2, **F64, seed=0), [(2, 2), (2, 3)]),
    (nn.Maxout(3, 2, 2, **F64, seed=0), [(2, 3)]),
    (nn.MLP([3, 2, 2], "tanh", **F64, seed=0), [(2, 3)]),
    (nn.Residual(nn.Linear(3, 3, **F64, seed=0), nn.Sigmoid()), [(2, 3)]),
    (nn.PReLU(3, **F64), [(2, 3)]),
    (nn.Softplus(2.0, threshold=1.0), [(2, 3)]),
    (nn.Conv1d(2, 3, 2, stride=2, padding=1, **F64, seed=0), [(2, 2, 5)]),
    (nn.Conv2d(2, 2, 2, groups=2, **F64, seed=0), [(1, 2, 3, 3)]),
    (nn.ConvTranspose1d(2, 3, 2, stride=2, **F64, seed=0), [(2, 2, 3)]),
    (nn.ConvTranspose2d(2, 1, 2, padding=1, **F64, seed=0), [(2, 3, 3)]),
    (nn.MaxPool1d(2), [(2, 1, 5)]),
    (nn.MaxPool2d(2), [(1, 2, 4, 4)]),
    (nn.AvgPool1d(2, padding=1), [(2, 1, 5)]),
    (nn.AvgPool2d(2, stride=1), [(1, 2, 3, 3)]),
    (nn.AdaptiveAvgPool2d(2), [(1, 2, 3, 3)]),
    (nn.BatchNorm1d(2, track_running_stats=False, **F64), [(4, 2)]),
    (nn.BatchNorm2d(2, track_running_stats=False, **F64), [(2, 2, 2, 1)]),
    (nn.BatchNorm1d(2, **F64).eval(), [(4, 2)]),
    (nn.LayerNorm(4, **F64), [(2, 4)]),
    (nn.LayerNorm((2, 2), **F64), [(2, 2, 2)]),
    (nn.RMSNorm(3, **F64), [(2, 3)]),
    (nn.GroupNorm(2, 4, **F64), [(2, 4, 2)]),
]
IDS = [repr(layer).replace("\n", "") for layer, _ in LAYERS]


def apart(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Numbers no two of which are near each other or near 0, so that no kink is."""
    return RNG.permutation(np.arange(np.prod(shape)) * 0.25 - 1.1).reshape(shape)


def put(layer: nn.Module, parameters: dict[str, Any]) -> None:
    """Let tensors stand where the parameters do."""
    for path, tensor in parameters.items():
        *modules, name = path.split(".")
        owner = layer
        for module in modules:
            owner = dict(owner.named_children())[module]
        owner.__dict__[name] = tensor


@pytest.mark.parametrize(("layer", "shapes"), LAYERS, ids=IDS)
def test_derivatives_are_differences(layer: nn.Module, shapes: list[tuple[int, ...]]) -> None:
    own = dict(layer.named_parameters())

    def function(inputs: list[Any], parameters: dict[str, Any]) -> Any:
        put(layer, parameters)
        return layer(*inputs)

    moved = {name: apart(parameter.shape) for name, parameter in own.items()}
    try:
        gradcheck(function, [apart(shape) for shape in shapes], moved, rtol=1e-5)
    finally:
        put(layer, own)


@pytest.mark.parametrize("layer", [nn.LayerNorm(3, **F64), nn.BatchNorm1d(3, False, **F64)])
def test_a_jacobian_is_that_of_single_rows(layer: nn.Module) -> None:
    x = apart((4, 3))
    with no_grad():
        whole = jacobian(lambda x: layer(x))(x)
        rows = [jacobian(lambda x, k=k: layer(x).ravel()[k])(x) for k in range(12)]
    np.testing.assert_allclose(np.reshape(whole, (12, 4, 3)), rows, rtol=1e-9, atol=1e-12)


# float32 stays float32 ---------------------------------------------------------------------------

X4, IMAGE = (5, 4), (2, 4, 6, 6)
ACTIVATIONS = [
    nn.Heaviside, nn.Sigmoid, nn.LogSigmoid, nn.Tanh, nn.Softsign, nn.Hardtanh, nn.ReLU, nn.ReLU6,
    nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Mish, nn.Softplus, nn.Softmax,
    nn.LogSoftmax,
]  # fmt: skip

FLOAT32: list[tuple[nn.Module, list[tuple[int, ...]]]] = [
    *((layer(), [X4]) for layer in ACTIVATIONS),
    (nn.GELU("tanh"), [X4]),
    (nn.Softplus(2.0, 1.0), [X4]),
    (nn.PReLU(4), [IMAGE]),
    (nn.Linear(4, 3), [X4]),
    (nn.Bilinear(4, 3, 2), [X4, (5, 3)]),
    (nn.MLP([4, 3, 2], "gelu"), [X4]),
    (nn.Perceptron(4, dtype=np.float32), [X4]),
    (nn.Maxout(4, 3, 2), [X4]),
    (nn.Residual(nn.Linear(4, 4), nn.Tanh()), [X4]),
    (nn.Conv1d(4, 3, 2), [(2, 4, 6)]),
    (nn.Conv2d(4, 4, 3, padding="same", groups=2), [IMAGE]),
    (nn.ConvTranspose1d(4, 3, 2), [(2, 4, 6)]),
    (nn.ConvTranspose2d(4, 3, 2, stride=2), [IMAGE]),
    (nn.MaxPool1d(2), [(2, 4, 6)]),
    (nn.MaxPool2d(3, padding=1, ceil_mode=True), [IMAGE]),
    (nn.AvgPool1d(2), [(2, 4, 6)]),
    (nn.AvgPool2d(4, padding=1, ceil_mode=True, count_include_pad=False), [IMAGE]),
    (nn.AdaptiveAvgPool2d(4), [IMAGE]),
    (nn.BatchNorm1d(4), [X4]),
    (nn.BatchNorm2d(4), [IMAGE]),
    (nn.BatchNorm2d(4).eval(), [IMAGE]),
    (nn.LayerNorm(4), [X4]),
    (nn.RMSNorm(4), [X4]),
    (nn.GroupNorm(2, 4), [IMAGE]),
    (nn.Dropout(0.3, seed=0), [X4]),
    (nn.Dropout2d(0.3, seed=0), [IMAGE]),
]


def recorded(tensor: Tensor) -> list[Any]:
    """All values of the graph below a tensor, operands that are no tensors too."""
    found, waiting, seen = [], [tensor], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node.data if type(node) is Tensor else node)
            waiting += node.inputs if type(node) is Tensor else ()
    return found


@pytest.mark.parametrize(("layer", "shapes"), FLOAT32, ids=lambda case: repr(case)[:60])
def test_no_float64_appears(layer: nn.Module, shapes: list[tuple[int, ...]]) -> None:
    own = dict(layer.named_parameters())

    def loss(inputs: list[Any], parameters: dict[str, Any]) -> Any:
        put(layer, parameters)
        output = layer(*inputs)
        return np.sum(output * output)

    inputs = [Tensor(RNG.normal(size=s).astype("f"), requires_grad=True) for s in shapes]
    # Tensors in give tensors out, whose graph is that of the backward pass, down to the inputs.
    value, (input_gradients, gradients) = value_and_grad(loss, (0, 1))(inputs, own)
    put(layer, own)
    graph = [v for t in (value, *input_gradients, *gradients.values()) for v in recorded(t)]
    state = [tensor.data for tensor in layer._state().values()]
    floats = [v for v in (*graph, *state) if getattr(v, "dtype", np.dtype(int)).kind == "f"]
    assert len(floats) > 3
    assert {v.dtype for v in floats} == {np.dtype(np.float32)}


def test_an_embedding_keeps_its_dtype() -> None:
    layer = nn.Embedding(5, 3, padding_idx=0)
    output = layer(np.array([0, 1, 1]))
    np.sum(output * output).backward()
    assert output.dtype == layer.weight.grad.dtype == np.float32


@pytest.mark.parametrize(
    "layer",
    [
        nn.Linear(2, 2, **F64), nn.Bilinear(2, 2, 2, **F64), nn.Maxout(2, 2, 2, **F64),
        nn.PReLU(**F64), nn.Conv1d(1, 1, 1, **F64), nn.Conv2d(1, 1, 1, **F64),
        nn.ConvTranspose1d(1, 1, 1, **F64), nn.ConvTranspose2d(1, 1, 1, **F64),
        nn.BatchNorm1d(2, **F64), nn.BatchNorm2d(2, **F64), nn.LayerNorm(2, **F64),
        nn.RMSNorm(2, **F64), nn.GroupNorm(1, 2, **F64), nn.Embedding(2, 2, **F64),
        nn.Perceptron(2), nn.ThresholdLogicUnit([1], 1, **F64),
    ],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_layers_take_a_dtype(layer: nn.Module) -> None:
    floats = [t.dtype for t in layer._state().values() if t.dtype.kind == "f"]
    assert set(floats) == {np.dtype(np.float64)}
