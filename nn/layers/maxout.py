"""The maxout layer, which learns its activation function."""

from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional
from nn.init import Seed
from nn.layers.checks import require_features, require_positive
from nn.layers.start import uniform_parameter
from nn.module import Module


class Maxout(Module):
    """The largest of several affine maps of the last axis, `y_o = max_k (w_ok . x + b_ok)`.

    With two pieces a unit can be linear, a ReLU or an absolute value; with more, closer and closer
    to any convex function. Ties share the gradient equally.

    Shapes: x (..., in_features), w `weight` (out_features, pieces, in_features), b `bias`
    (out_features, pieces), y (..., out_features). Both start uniform on ±1 / sqrt(in_features).
    Source: Goodfellow et al., Maxout networks (2013).

    Raises `ValueError` for sizes below 1, and `ShapeError` for an input with another last axis.

    >>> layer = Maxout(1, 1, pieces=2)
    >>> layer.weight.assign([[[1.0], [-1.0]]])
    >>> layer.bias.assign(np.zeros((1, 2)))
    >>> layer(np.array([[-3.0], [2.0]])).data.tolist()
    [[3.0], [2.0]]
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        pieces: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        require_positive(
            "Maxout", in_features=in_features, out_features=out_features, pieces=pieces
        )
        self.in_features, self.out_features, self.pieces = in_features, out_features, pieces
        rng = np.random.default_rng(seed)
        units = (out_features, pieces)
        self.weight = uniform_parameter((*units, in_features), in_features, dtype, rng)
        self.bias = uniform_parameter(units, in_features, dtype, rng) if bias else None

    def forward(self, input: Any) -> Any:
        require_features(self, input, self.in_features)
        return functional.maxout(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"pieces={self.pieces}, bias={self.bias is not None}"
        )
