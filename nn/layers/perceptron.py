"""Rosenblatt's perceptron, which learns by a rule of its own instead of by gradients."""

from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional
from nn.module import Module, Parameter


class Perceptron(Module):
    """A threshold unit: the second label where `w . x + b >= 0`, else the first.

    Shapes: x (N, in_features), w `weight` (in_features), b `bias` (), labels (N).
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

    def __init__(self, in_features: int, labels: tuple[int, int] = (0, 1)) -> None:
        if in_features < 1:
            raise ValueError(f"Perceptron needs at least one input, got {in_features=}")
        self.in_features, self.labels = in_features, labels
        self.weight = Parameter(np.zeros(in_features))
        self.bias = Parameter(0.0)

    def forward(self, input: Any) -> Any:
        low, high = self.labels
        return low + (high - low) * functional.heaviside(input @ self.weight + self.bias)

    def fit(self, x: Any, y: Any, *, lr: float = 1.0, max_epochs: int = 100) -> list[int]:
        """Learn labelled rows, one after another, until an epoch passes without a mistake.

        At every mistake `w += lr (t - y) x` and `b += lr (t - y)`, with t and y as 0 or 1. Returns
        the mistakes of each epoch. If a plane separates the classes the last number becomes 0
        (Novikoff 1962); if none does it never will, and `max_epochs` ends the search.

        Raises `ShapeError` for shapes other than (N, in_features) and (N), `ValueError` for other
        labels.
        """
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
