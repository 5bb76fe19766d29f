"""Normalization layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from nn import functional
from nn.layers.checks import require_groups, require_positive, require_shape
from nn.module import Module, Parameter


class Normalization(Module):
    """Base of the normalization layers: factors that start at 1 and shifts that start at 0."""

    weight: Tensor | None
    bias: Tensor | None

    def _learn(self, shape: tuple[int, ...], weight: bool, bias: bool, dtype: Any) -> None:
        self.weight = Parameter(np.ones(shape, dtype)) if weight else None
        self.bias = Parameter(np.zeros(shape, dtype)) if bias else None


# Over the batch ----------------------------------------------------------------------------------


class BatchNorm(Normalization):
    """Base of `BatchNorm1d` and `BatchNorm2d`.

    `running_mean` and `running_var` start at 0 and 1 and follow the batches in training, by
    `running = (1 - momentum) running + momentum new`, where the new variance has n - 1 as divisor;
    `momentum=None` gives the plain mean over all batches. In evaluation they take the place of the
    batch's own, unless `track_running_stats` is false. `affine=False` leaves weight and bias out,
    `bias=False` the bias alone.
    """

    shapes: Sequence[str]
    """The shapes of inputs, where C stands for the number of channels."""
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        require_positive(type(self).__name__, num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self._learn((num_features,), affine, affine and bias, dtype)
        tracked = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, dtype) if tracked else None)
        self.register_buffer("running_var", np.ones(num_features, dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", np.int64(0) if tracked else None)

    def forward(self, input: Any) -> Any:
        shapes = [shape.replace("C", str(self.num_features)) for shape in self.shapes]
        require_shape(self, input, *shapes)
        return functional.batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self._count_batch() if self.training else 0.0,
            self.eps,
        )

    def _count_batch(self) -> Any:
        """Count one batch more, and say how much weight it has in the running statistics."""
        if self.num_batches_tracked is None:
            return 0.0
        count = self.num_batches_tracked + 1
        self.num_batches_tracked.assign(count)
        return 1 / count if self.momentum is None else self.momentum

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(BatchNorm):
    """`(x - mean) / sqrt(var + eps) w + b` for each feature, over the batch (and a sequence).

    In training, mean and variance are those of the batch, over all axes but the second; in
    evaluation the running ones, which follow the batches: `BatchNorm` says how.

    Shapes: x and y (N, num_features) or (N, num_features, L); w `weight`, b `bias`, `running_mean`
    and `running_var` (num_features). Source: Ioffe and Szegedy, Batch normalization (2015).

    Raises `ValueError` for a setting below 1, or a single value per feature in training;
    `ShapeError` for another number of features.

    >>> BatchNorm1d(1)(np.array([[1.0], [3.0]])).data.round(2)
    array([[-1.],
           [ 1.]])
    """

    shapes = "N, C", "N, C, L"


class BatchNorm2d(BatchNorm):
    """`(x - mean) / sqrt(var + eps) w + b` for each channel, over the batch and the pixels.

    In training, mean and variance are those of the batch, over all axes but the second; in
    evaluation the running ones, which follow the batches: `BatchNorm` says how.

    Shapes: x and y (N, num_features, H, W); w `weight`, b `bias`, `running_mean` and `running_var`
    (num_features). Source: Ioffe and Szegedy, Batch normalization (2015).

    Raises `ValueError` for a setting below 1, or a single value per channel in training;
    `ShapeError` for another number of channels.

    >>> layer = BatchNorm2d(1)
    >>> layer(np.array([[[[1.0, 3.0]]]])).data.round(2)
    array([[[[-1.,  1.]]]])
    >>> layer.eval()(np.array([[[[1.0, 3.0]]]])).data.round(2)
    array([[[[0.76, 2.67]]]])
    """

    shapes = ("N, C, H, W",)


# Within a sample ---------------------------------------------------------------------------------


class LayerNorm(Normalization):
    """`(x - mean(x)) / sqrt(var(x) + eps) w + b`, over the last axes.

    Shapes: x and y (..., *normalized_shape), w `weight` and b `bias` of `normalized_shape`, which
    may be one number for one axis. Source: Ba et al., Layer normalization (2016).

    Raises `ValueError` for lengths below 1, `ShapeError` for an input with other last axes.

    >>> LayerNorm(2)(np.array([[1.0, 3.0], [0.0, 8.0]])).data.round(2)
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.normalized_shape = _last_axes("LayerNorm", normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._learn(self.normalized_shape, elementwise_affine, elementwise_affine and bias, dtype)

    def forward(self, input: Any) -> Any:
        require_shape(self, input, ", ".join(["...", *map(str, self.normalized_shape)]))
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Normalization):
    """`x / sqrt(mean(x^2) + eps) w`, over the last axes: `LayerNorm` without its means.

    Without `eps` it is the distance from 1 to the next number of x's dtype. Shapes: x and y (...,
    *normalized_shape), w `weight` of `normalized_shape`, which may be one number for one axis.
    Source: Zhang and Sennrich, Root mean square layer normalization (2019).

    Raises `ValueError` for lengths below 1, `ShapeError` for an input with other last axes.

    >>> RMSNorm(2)(np.array([5.0, 5.0])).data.round(2)
    array([1., 1.])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.normalized_shape = _last_axes("RMSNorm", normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self._learn(self.normalized_shape, elementwise_affine, False, dtype)

    def forward(self, input: Any) -> Any:
        require_shape(self, input, ", ".join(["...", *map(str, self.normalized_shape)]))
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Normalization):
    """`(x - mean(x)) / sqrt(var(x) + eps) w + b`, over each of `num_groups` groups of channels.

    Shapes: x and y (N, num_channels, ...), w `weight` and b `bias` (num_channels). One group is
    nearly `LayerNorm`, as many groups as channels normalize each channel alone. Source: Wu and He,
    Group normalization (2018).

    Raises `ValueError` for sizes below 1 and channels that are no multiple of the groups,
    `ShapeError` for other channels.

    >>> GroupNorm(2, 4)(np.array([[1.0, 3.0, 0.0, 8.0]])).data.round(2)
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        require_positive("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        require_groups("GroupNorm", num_groups, num_channels=num_channels)
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self._learn((num_channels,), affine, affine and bias, dtype)

    def forward(self, input: Any) -> Any:
        require_shape(self, input, f"N, {self.num_channels}, ...")
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


def _last_axes(layer: str, normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    given = normalized_shape
    shape = tuple(given) if isinstance(given, Sequence) else (given,)
    if not shape or min(shape) < 1:
        raise ValueError(f"{layer} needs lengths of axes, at least 1 each, got {normalized_shape=}")
    return shape
