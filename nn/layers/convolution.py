"""Convolutional layers."""

import math
from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional
from nn.init import Seed
from nn.layers.checks import (
    Sizes,
    per_axis,
    require_groups,
    require_positive,
    require_shape,
    spatial,
)
from nn.layers.start import uniform_parameter
from nn.module import Module


class Convolution(Module):
    """Base of the convolutional layers: their settings, weights and checks.

    Weight and bias start uniform on ±1 / sqrt(fan_in), where fan_in is the number of entries of
    the weight per entry of its first axis.
    """

    axes: int
    """The number of spatial axes."""
    transposed = False
    padding: str | tuple[int, ...]
    weight: Tensor
    bias: Tensor | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes,
        padding: str | Sizes,
        output_padding: Sizes,
        dilation: Sizes,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
        seed: Seed,
    ) -> None:
        layer, axes = type(self).__name__, self.axes
        require_positive(layer, in_channels=in_channels, out_channels=out_channels, groups=groups)
        require_groups(layer, groups, in_channels=in_channels, out_channels=out_channels)
        if padding_mode != "zeros":
            raise ValueError(
                f"{layer} pads with zeros only, got {padding_mode=}; "
                "pad its input with np.pad(x, widths, mode=...) instead"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(layer, "kernel_size", kernel_size, axes)
        self.stride = per_axis(layer, "stride", stride, axes)
        self.dilation = per_axis(layer, "dilation", dilation, axes)
        self.padding = padding if isinstance(padding, str) else self._extent("padding", padding)
        self.output_padding = self._extent("output_padding", output_padding)
        self._check_padding()
        rng = np.random.default_rng(seed)
        first, second = in_channels, out_channels // groups
        if not self.transposed:
            first, second = out_channels, in_channels // groups
        fan_in = second * math.prod(self.kernel_size)
        self.weight = uniform_parameter((first, second, *self.kernel_size), fan_in, dtype, rng)
        self.bias = uniform_parameter((out_channels,), fan_in, dtype, rng) if bias else None

    def _extent(self, setting: str, value: Sizes) -> tuple[int, ...]:
        return per_axis(type(self).__name__, setting, value, self.axes, least=0)

    def _check_padding(self) -> None:
        layer = type(self).__name__
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ValueError(
                    f"{layer} needs padding to be numbers, 'same' or 'valid', got {self.padding!r}"
                )
            if self.padding == "same" and max(self.stride) > 1:
                raise ValueError(f"{layer} with padding='same' needs stride 1, got {self.stride}")
        room = map(max, self.stride, self.dilation)
        if any(extra and extra >= n for extra, n in zip(self.output_padding, room, strict=True)):
            raise ValueError(
                f"{layer} needs an output_padding smaller than stride or dilation, got "
                f"output_padding={self.output_padding}"
            )

    def extra_repr(self) -> str:
        zeros, ones = (0,) * self.axes, (1,) * self.axes
        usual = {"padding": zeros, "dilation": ones, "output_padding": zeros, "groups": 1}
        notes = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}",
            *(f"{k}={v!r}" for k, usually in usual.items() if (v := getattr(self, k)) != usually),
        ]
        return ", ".join(notes if self.bias is not None else [*notes, "bias=False"])


class ForwardConvolution(Convolution):
    """Base of `Conv1d` and `Conv2d`: PyTorch's order of the settings."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: str | Sizes = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups, bias,
            padding_mode, dtype, seed,
        )  # fmt: skip

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(self.axes, self.in_channels))
        convolve = functional.conv1d if self.axes == 1 else functional.conv2d
        return convolve(
            input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class Conv1d(ForwardConvolution):
    """Slide learned kernels along sequences.

    y[n, o, p] = b[o] + sum over c, k of  x[n, c, stride p + dilation k - padding] w[o, c, k]

    Shapes: x (N, in_channels, L) or (in_channels, L), w `weight` (out_channels,
    in_channels/groups, kernel_size), b `bias` (out_channels), y (N, out_channels, P) with
    P = (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1. `padding` may be "same",
    which gives P = L, or "valid", which is 0. Weight and bias start uniform on ±1 / sqrt(fan_in),
    fan_in = in_channels/groups kernel_size.

    Raises `ValueError` for settings that make no layer, and for another `padding_mode` than
    "zeros"; `ShapeError` for other channels or axes, or an input smaller than the kernel.

    >>> Conv1d(3, 8, 5, padding="same", seed=0)(np.ones((2, 3, 20))).shape
    (2, 8, 20)
    """

    axes = 1


class Conv2d(ForwardConvolution):
    """Slide learned kernels over images.

    y[n, o, p] = b[o] + sum over c, k of  x[n, c, stride p + dilation k - padding] w[o, c, k],
    where p and k number rows and columns

    Shapes: x (N, in_channels, H, W) or (in_channels, H, W), w `weight` (out_channels,
    in_channels/groups, *kernel_size), b `bias` (out_channels), y (N, out_channels, PH, PW) with
    PH = (H + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1. Settings are one number or
    one per axis; `padding` may be "same", which gives PH = H, or "valid", which is 0. Weight and
    bias start uniform on ±1 / sqrt(fan_in), fan_in = in_channels/groups prod(kernel_size).

    Raises `ValueError` for settings that make no layer, and for another `padding_mode` than
    "zeros"; `ShapeError` for other channels or axes, or an input smaller than the kernel.

    >>> layer = Conv2d(3, 8, 5, stride=2, padding=2, seed=0)
    >>> layer
    Conv2d(3, 8, kernel_size=(5, 5), stride=(2, 2), padding=(2, 2))
    >>> layer(np.ones((10, 3, 28, 28))).shape
    (10, 8, 14, 14)
    """

    axes = 2


class TransposedConvolution(Convolution):
    """Base of `ConvTranspose1d` and `ConvTranspose2d`: PyTorch's order of the settings."""

    transposed = True
    padding: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation,
            groups, bias, padding_mode, dtype, seed,
        )  # fmt: skip

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(self.axes, self.in_channels))
        one = self.axes == 1
        convolve = functional.conv_transpose1d if one else functional.conv_transpose2d
        return convolve(
            input, self.weight, self.bias, self.stride, self.padding, self.output_padding,
            self.groups, self.dilation,
        )  # fmt: skip


class ConvTranspose1d(TransposedConvolution):
    """The transpose of `Conv1d`: every entry of the input puts a scaled kernel into the result.

    Shapes: x (N, in_channels, P) or (in_channels, P), `weight` (in_channels, out_channels/groups,
    kernel_size), `bias` (out_channels), y (N, out_channels, L) with
    L = stride (P - 1) - 2 padding + dilation (kernel_size - 1) + 1 + output_padding. Both start
    uniform on ±1 / sqrt(fan_in), fan_in = out_channels/groups kernel_size, as in PyTorch.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other channels or axes.

    >>> ConvTranspose1d(8, 3, 4, stride=2, padding=1, seed=0)(np.ones((2, 8, 10))).shape
    (2, 3, 20)
    """

    axes = 1


class ConvTranspose2d(TransposedConvolution):
    """The transpose of `Conv2d`: every entry of the input puts a scaled kernel into the result.

    Shapes: x (N, in_channels, PH, PW) or (in_channels, PH, PW), `weight` (in_channels,
    out_channels/groups, *kernel_size), `bias` (out_channels), y (N, out_channels, H, W) with
    H = stride (PH - 1) - 2 padding + dilation (kernel_size - 1) + 1 + output_padding. Both start
    uniform on ±1 / sqrt(fan_in), fan_in = out_channels/groups prod(kernel_size), as in PyTorch.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other channels or axes.

    >>> ConvTranspose2d(8, 3, 4, stride=2, padding=1, seed=0)(np.ones((2, 8, 7, 7))).shape
    (2, 3, 14, 14)
    """

    axes = 2
