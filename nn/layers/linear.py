"""The affine layer, and the bilinear one."""

from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional
from nn.init import Seed
from nn.layers.checks import require_features, require_positive
from nn.layers.start import uniform_parameter
from nn.module import Module


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
        seed: Seed = None,
    ) -> None:
        require_positive("Linear", in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng(seed)
        self.weight = uniform_parameter((out_features, in_features), in_features, dtype, rng)
        self.bias = uniform_parameter((out_features,), in_features, dtype, rng) if bias else None

    def forward(self, input: Any) -> Any:
        require_features(self, input, self.in_features)
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Bilinear(Module):
    """Bilinear form of the last axes of two inputs, `y_o = x1^T W_o x2 + b_o`.

    Shapes: x1 (..., in1_features), x2 (..., in2_features) with the same leading axes, W `weight`
    (out_features, in1_features, in2_features), b `bias` (out_features), y (..., out_features).
    Both start uniform on ±1 / sqrt(in1_features).

    Raises `ValueError` for sizes below 1, and `ShapeError` for other inputs.

    >>> layer = Bilinear(3, 4, 2, seed=0)
    >>> layer(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        require_positive(
            "Bilinear",
            in1_features=in1_features,
            in2_features=in2_features,
            out_features=out_features,
        )
        self.in1_features, self.in2_features = in1_features, in2_features
        self.out_features = out_features
        rng = np.random.default_rng(seed)
        shape = (out_features, in1_features, in2_features)
        self.weight = uniform_parameter(shape, in1_features, dtype, rng)
        self.bias = uniform_parameter((out_features,), in1_features, dtype, rng) if bias else None

    def forward(self, input1: Any, input2: Any) -> Any:
        first, second = np.shape(input1), np.shape(input2)
        features = (first[-1:], second[-1:]) == ((self.in1_features,), (self.in2_features,))
        if not features or first[:-1] != second[:-1]:
            raise ShapeError(
                f"{self} needs inputs of shapes (..., {self.in1_features}) and "
                f"(..., {self.in2_features}) with the same leading axes, got {first} and {second}"
            )
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
