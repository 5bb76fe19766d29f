"""Programs that read the same in several libraries."""

from collections.abc import Callable
from typing import Any

from workloads import HEADS, REGULARIZATION, SCALAR_RATE, Inputs


def network(nn: Any, kind: str, params: Inputs) -> Any:
    """The model and its loss, of the layers of PyTorch or of whoever has the same names."""
    if kind == "transformer":
        inner, width = params["linear1.weight"].shape
        options = {"dropout": 0.0, "batch_first": True, "norm_first": True}
        return nn.TransformerEncoderLayer(width, HEADS, inner, **options), nn.MSELoss()
    layers = []
    if kind == "lenet":
        for name, padding in (("0", 2), ("3", 0)):
            fan_out, fan_in, *size = params[f"{name}.weight"].shape
            layers += [nn.Conv2d(fan_in, fan_out, size[0], padding=padding), nn.ReLU()]
            layers += [nn.MaxPool2d(2)]
        layers += [nn.Flatten()]
    for name, weight in params.items():
        if name.endswith(".weight") and int(name.partition(".")[0]) >= len(layers):
            layers += [nn.Linear(*weight.shape[::-1]), nn.ReLU()]
    return nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()


def linear_names(params: Inputs, first: int = 0) -> list[str]:
    """The names of the linear layers from the number `first` on."""
    names = [name.removesuffix(".weight") for name in params if name.endswith(".weight")]
    return sorted((name for name in names if int(name) >= first), key=int)


def hinge_loss(layers: Any, inputs: Inputs, relu: Callable[[Any], Any]) -> Any:
    """Of the perceptron of scalars: the mean margin that is missing, and the squares of weights."""
    total = 0.0
    for point, label in zip(inputs["x"], inputs["y"], strict=True):
        values = point
        for layer in layers:
            # Behind its weights a unit has its bias.
            values = [
                sum((w * x for w, x in zip(unit, values, strict=False)), unit[-1]) for unit in layer
            ]
            if layer is not layers[-1]:
                values = [relu(value) for value in values]
        total = total + relu(1 - label * values[0])
    squares = sum(p * p for layer in layers for unit in layer for p in unit)
    return total * (1 / len(inputs["x"])) + REGULARIZATION * squares


def descend(layers: Any, gradients: Any) -> Any:
    """The layers of plain numbers after a step of gradient descent."""
    return [
        [
            [p - SCALAR_RATE * float(g) for p, g in zip(unit, slopes, strict=True)]
            for unit, slopes in zip(layer, rows, strict=True)
        ]
        for layer, rows in zip(layers, gradients, strict=True)
    ]


def nested(function: Callable[[Any], Any], layers: Any) -> Any:
    """`function` of each parameter of the perceptron of scalars."""
    return [[[function(p) for p in unit] for unit in layer] for layer in layers]


def chain(x: Any, a: Any, b: Any, rounds: int) -> Any:
    """Again and again x = x a + b."""
    for _ in range(rounds):
        x = x * a + b
    return x


def rosenbrock(x: Any) -> Any:
    """The sum of 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
