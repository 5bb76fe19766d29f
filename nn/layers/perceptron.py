"""The first artificial neurons: threshold units, which do not learn by gradients."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional
from nn.layers.checks import require_features
from nn.module import Module, Parameter


class ThresholdLogicUnit(Module):
    """A neuron that fires, with 1 instead of 0, where `w . x >= threshold`; it does not learn.

    Inputs are 0 or 1. Those with a positive weight excite the neuron, those with a negative one
    inhibit it. One unit is a logic gate, and networks of them are every logical function.

    Shapes: x (..., n), w `weight` (n), `threshold` (), y (...). Source: McCulloch and Pitts, A
    logical calculus of the ideas immanent in nervous activity (1943).

    Raises `ValueError` for inputs other than 0 and 1, and `ShapeError` for another number of them.

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> ThresholdLogicUnit([1, 1], threshold=2)(x)  # and
    Tensor([0., 0., 0., 1.])
    >>> ThresholdLogicUnit([1, 1], threshold=1)(x)  # or
    Tensor([0., 1., 1., 1.])
    >>> ThresholdLogicUnit([-1], threshold=0)(x[:, :1])  # not
    Tensor([1., 1., 0., 0.])
    """

    weight: Tensor
    threshold: Tensor

    def __init__(
        self, weights: Sequence[float], threshold: float, *, dtype: Any = np.float32
    ) -> None:
        values = np.array(weights, dtype)
        if values.ndim != 1 or not len(values):
            raise ValueError(f"ThresholdLogicUnit needs a list of weights, got {weights!r}")
        self.register_buffer("weight", values)
        self.register_buffer("threshold", np.asarray(threshold, dtype))

    def forward(self, input: Any) -> Any:
        require_features(self, input, len(self.weight))
        values = input.data if type(input) is Tensor else np.asarray(input)
        if not np.all((values == 0) | (values == 1)):
            raise ValueError(f"{self} takes inputs of 0 and 1 only")
        return functional.heaviside(input @ self.weight - self.threshold)

    def extra_repr(self) -> str:
        return f"{self.weight.data.tolist()}, threshold={self.threshold.item()}"


class Perceptron(Module):
    """A threshold unit: the second label where `w . x + b >= 0`, else the first.

    Shapes: x (..., in_features), w `weight` (in_features), b `bias` (), labels (...).
    Source: Rosenblatt, The perceptron (1958).

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> unit = Perceptron(2)
    >>> unit.fit(x, np.array([0, 0, 0, 1]))[-1]
    0
    >>> unit(x)
    Tensor([0., 0., 0., 1.], op=add)
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self, in_features: int, labels: tuple[int, int] = (0, 1), *, dtype: Any = np.float64
    ) -> None:
        if in_features < 1:
            raise ValueError(f"Perceptron needs at least one input, got {in_features=}")
        self.in_features, self.labels = in_features, labels
        self.weight = Parameter(np.zeros(in_features, dtype))
        self.bias = Parameter(np.zeros((), dtype))

    def forward(self, input: Any) -> Any:
        require_features(self, input, self.in_features)
        low, high = self.labels
        return low + (high - low) * functional.heaviside(input @ self.weight + self.bias)

    def fit(self, x: Any, y: Any, *, lr: float = 1.0, max_epochs: int = 100) -> list[int]:
        """Learn labelled rows, one after another, until an epoch passes without a mistake.

        At every mistake `w += lr (t - y) x` and `b += lr (t - y)`, with t and y as 0 or 1. Returns
        the mistakes of each epoch. If a plane separates the classes the last number becomes 0
        (Novikoff 1962); if none does it never will, and `max_epochs` ends the search.

        Raises `ShapeError` for shapes other than (N, in_features) and (N), `ValueError` for other
        labels and for a learning rate that is not positive.
        """
        if not lr > 0:
            raise ValueError(f"the learning rate must be positive, got {lr=}")
        x, y = np.asarray(x, float), np.asarray(y)
        if x.ndim != 2 or x.shape[1] != self.in_features or y.shape != x.shape[:1]:
            raise ShapeError(
                f"fit needs inputs of shape (N, {self.in_features}) and labels of shape (N,), "
                f"got {x.shape} and {y.shape}"
            )
        low, high = self.labels
        if not np.all((y == low) | (y == high)):
            raise ValueError(
                f"fit needs labels {low} and {high}, got {np.unique(y).tolist()}; "
                "others are said as Perceptron(..., labels=(-1, 1))"
            )
        w, b = self.weight.data.copy(), self.bias.data
        mistakes: list[int] = []
        while len(mistakes) < max_epochs and mistakes[-1:] != [0]:
            mistakes.append(0)
            for row, is_high in zip(x, y == high, strict=True):
                error = int(is_high) - int(row @ w + b >= 0)
                if error:
                    w += lr * error * row
                    b += lr * error
                    mistakes[-1] += 1
        self.weight.assign(w)
        self.bias.assign(b)
        return mistakes

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, labels={self.labels}"
