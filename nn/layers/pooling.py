"""Pooling layers: a window slides over the input and one number stands for all that it sees."""

from collections.abc import Sequence
from typing import Any

from nn import functional
from nn.layers.checks import Sizes, per_axis, require_shape, spatial
from nn.module import Module


class Pooling(Module):
    """Base of the pooling layers: where their windows lie."""

    axes: int
    """The number of spatial axes."""

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, ceil_mode: bool
    ) -> None:
        layer, axes = type(self).__name__, self.axes
        kernel = per_axis(layer, "kernel_size", kernel_size, axes)
        per_axis(layer, "stride", kernel_size if stride is None else stride, axes)
        sides = per_axis(layer, "padding", padding, axes, least=0)
        if any(2 * p > k for p, k in zip(sides, kernel, strict=True)):
            raise ValueError(
                f"{layer} needs a padding of at most half of the kernel, got {kernel_size=} and "
                f"{padding=}"
            )
        # As they were given, so that they are shown so.
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxPooling(Pooling):
    """Base of `MaxPool1d` and `MaxPool2d`: PyTorch's order of the settings."""

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        per_axis(type(self).__name__, "dilation", dilation, self.axes)
        if return_indices:
            raise ValueError(f"{type(self).__name__} gives no indices, got {return_indices=}")
        self.dilation = dilation

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(self.axes))
        pool = functional.max_pool1d if self.axes == 1 else functional.max_pool2d
        settings = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return pool(input, *settings)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool1d(MaxPooling):
    """The largest entry of each window along sequences; ties share the gradient equally.

    Shapes: x (N, C, L) or (C, L), y (N, C, P) with
    P = (L + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1; with `ceil_mode` the
    division is rounded up. Windows lie side by side unless `stride` says otherwise.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other axes.

    >>> import numpy as np
    >>> MaxPool1d(2)(np.array([[1.0, 5.0, 2.0, 3.0]]))
    array([[5., 3.]])
    """

    axes = 1


class MaxPool2d(MaxPooling):
    """The largest entry of each window over images; ties share the gradient equally.

    Shapes: x (N, C, H, W) or (C, H, W), y (N, C, PH, PW) with
    PH = (H + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1; with `ceil_mode` the
    division is rounded up. Windows lie side by side unless `stride` says otherwise. Settings are
    one number or one per axis.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other axes.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 5.,  7.],
            [13., 15.]]])
    """

    axes = 2


class AvgPooling(Pooling):
    """Base of `AvgPool1d` and `AvgPool2d`: PyTorch's order of the settings."""

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(self.axes))
        pool = functional.avg_pool1d if self.axes == 1 else functional.avg_pool2d
        settings = (self.kernel_size, self.stride, self.padding)
        return pool(input, *settings, self.ceil_mode, self.count_include_pad)


class AvgPool1d(AvgPooling):
    """The mean of each window along sequences.

    Shapes: x (N, C, L) or (C, L), y (N, C, P) with P = (L + 2 padding - kernel_size) // stride + 1;
    with `ceil_mode` the division is rounded up. Windows lie side by side unless `stride` says
    otherwise. Zeros of the padding count as entries unless `count_include_pad` is false.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other axes.

    >>> import numpy as np
    >>> AvgPool1d(2)(np.array([[1.0, 5.0, 2.0, 4.0]]))
    array([[3., 3.]])
    """

    axes = 1


class AvgPool2d(AvgPooling):
    """The mean of each window over images.

    Shapes: x (N, C, H, W) or (C, H, W), y (N, C, PH, PW) with
    PH = (H + 2 padding - kernel_size) // stride + 1; with `ceil_mode` the division is rounded up.
    Windows lie side by side unless `stride` says otherwise. Zeros of the padding count as entries
    unless `count_include_pad` is false. Settings are one number or one per axis.

    Raises `ValueError` for settings that make no layer, `ShapeError` for other axes.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 4, 4))
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """

    axes = 2


class AdaptiveAvgPool2d(Module):
    """The means over `output_size` windows of images, which share rows and columns out evenly.

    Shapes: x (N, C, H, W) or (C, H, W), y (N, C, *output_size); `None` keeps a size. Window i of n
    begins at row floor(i H / n) and ends before row ceil((i + 1) H / n).

    Raises `ValueError` for sizes below 1, `ShapeError` for other axes.

    >>> import numpy as np
    >>> AdaptiveAvgPool2d(1)(np.arange(6.0).reshape(1, 2, 3))
    array([[[2.5]]])
    """

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        sizes = output_size if isinstance(output_size, Sequence) else (output_size,) * 2
        per_axis("AdaptiveAvgPool2d", "output_size", [1 if n is None else n for n in sizes], 2)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(2))
        return functional.adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"
