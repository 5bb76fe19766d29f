"""The affine layer."""

import math
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional, init
from nn.module import Module, Parameter


class Linear(Module):
    """Affine map of the last axis, `y = x W^T + b`.

    Shapes: x (..., in_features), W `weight` (out_features, in_features), b `bias` (out_features),
    y (..., out_features). Both start uniform on ±1 / sqrt(in_features), as in PyTorch, whose
    float32 is the default here too; a float64 input gives a float64 result, by NumPy's promotion.

    Raises `ValueError` for sizes below 1, and `ShapeError` for an input with another last axis.

    >>> layer = Linear(3, 2, seed=0)
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: init.Seed = None,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(
                f"Linear needs at least one input and one output, got {in_features=} and "
                f"{out_features=}"
            )
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng(seed)
        self.weight = Parameter(np.empty((out_features, in_features), dtype))
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), seed=rng)
        self.bias = None
        if bias:
            bound = 1 / math.sqrt(in_features)
            self.bias = Parameter(np.empty(out_features, dtype))
            init.uniform_(self.bias, -bound, bound, seed=rng)

    def forward(self, input: Any) -> Any:
        shape = np.shape(input)
        if shape[-1:] != (self.in_features,):
            raise ShapeError(
                f"{self} needs inputs of {self.in_features} features along the last axis, "
                f"got shape {shape}"
            )
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
