"""Programs that read the same in several libraries."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workloads import Chain, Inputs, ScalarPerceptron

Step = Callable[[], Any]


def network(nn: Any, work: Any) -> Any:
    """Return the model and its loss, of the layers of PyTorch or a library with the same names."""
    if work.kind == "transformer":
        options = {"dropout": 0.0, "batch_first": True, "norm_first": True}
        inner, width = work.weights()["linear1"]
        return nn.TransformerEncoderLayer(width, work.heads, inner, **options), nn.MSELoss()
    layers = []
    for c in work.convolutions:
        layers += [nn.Conv2d(c.channels_in, c.channels, c.kernel, padding=c.padding), nn.ReLU()]
        layers += [nn.MaxPool2d(2)]
    if layers:
        layers += [nn.Flatten()]
    for fan_in, fan_out in pairwise(work.sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()


def hinge_loss(
    layers: Any, work: ScalarPerceptron, inputs: Inputs, relu: Callable[[Any], Any]
) -> Any:
    """Return the mean margin that the perceptron of scalars misses, and the squares of weights."""
    total = 0.0
    for point, label in zip(inputs["x"], inputs["y"], strict=True):
        values = point
        for layer in layers:
            # A unit has its bias behind its weights.
            values = [
                sum((w * x for w, x in zip(unit, values, strict=False)), unit[-1]) for unit in layer
            ]
            if layer is not layers[-1]:
                values = [relu(value) for value in values]
        total = total + relu(1 - label * values[0])
    squares = sum(p * p for layer in layers for unit in layer for p in unit)
    return total * (1 / len(inputs["x"])) + work.regularization * squares


def descend(layers: Any, gradients: Any, rate: float) -> Any:
    """Return the layers of plain numbers after a step of gradient descent."""
    return [
        [
            [p - rate * float(g) for p, g in zip(unit, slopes, strict=True)]
            for unit, slopes in zip(layer, rows, strict=True)
        ]
        for layer, rows in zip(layers, gradients, strict=True)
    ]


def nested(function: Callable[[Any], Any], layers: Any) -> Any:
    """Return `function` of each parameter of the perceptron of scalars."""
    return [[[function(p) for p in unit] for unit in layer] for layer in layers]


def chain(x: Any, a: Any, b: Any, rounds: int) -> Any:
    """Return x after `rounds` times x = x a + b."""
    for _ in range(rounds):
        x = x * a + b
    return x


def rosenbrock(x: Any) -> Any:
    """Return the sum of 100 (x_(i+1) - x_i^2)^2 + (1 - x_i)^2."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


# Programs of single numbers, for both kinds of libraries ------------------------------------------


@dataclass(frozen=True)
class Backward:
    """Steps of a library whose results have a method `backward`, which fills `grad` of leaves."""

    leaf: Callable[[float], Any]
    relu: Callable[[Any], Any]
    item: Callable[[Any], float] = lambda value: value.item()
    """The number that a value holds."""
    gradient: Callable[[Any], float] = lambda leaf: leaf.grad
    """The number that a leaf's gradient is."""
    backward: Callable[[Any], Any] = lambda value: value.backward()

    def scalar_mlp(self, work: ScalarPerceptron, inputs: Inputs) -> Step:
        """Build a step of the perceptron of scalars."""
        layers = inputs["layers"]

        def step() -> float:
            nonlocal layers
            leaves = nested(self.leaf, layers)
            value = hinge_loss(leaves, work, inputs, self.relu)
            self.backward(value)
            layers = descend(layers, nested(self.gradient, leaves), work.rate)
            return self.item(value)

        return step

    def chain(self, work: Chain, inputs: Inputs) -> Step:
        """Build the chain with its gradients."""

        def step() -> list[float]:
            leaves = [self.leaf(value) for value in inputs["start"]]
            result = chain(*leaves, work.rounds)
            self.backward(result)
            return [self.item(result), *(self.gradient(x) for x in leaves)]

        return step


@dataclass(frozen=True)
class Transforms:
    """Steps of a library that transforms a function into one of value and gradients."""

    value_and_grad: Callable[..., Callable[..., Any]]
    relu: Callable[[Any], Any]

    def scalar_mlp(self, work: ScalarPerceptron, inputs: Inputs) -> Step:
        """Build a step of the perceptron of scalars."""
        layers = inputs["layers"]
        slopes = self.value_and_grad(
            lambda layers: hinge_loss(list(layers), work, inputs, self.relu)
        )

        def step() -> float:
            nonlocal layers
            value, gradients = slopes(layers)
            layers = descend(layers, gradients, work.rate)
            return float(value)

        return step

    def chain(self, work: Chain, inputs: Inputs) -> Step:
        """Build the chain with its gradients."""
        slopes = self.value_and_grad(lambda start: chain(*start, work.rounds))

        def step() -> list[float]:
            value, gradients = slopes(inputs["start"])
            return [value, *gradients]

        return step
