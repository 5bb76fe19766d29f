"""Checks of layers: settings that make no layer, and inputs that do not fit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ShapeError
from nn.functional.operands import as_operand

Sizes = int | Sequence[int]
"""One number for every spatial axis, or one number per axis."""


def require_positive(layer: str, **sizes: int) -> None:
    """Raise `ValueError` unless all `sizes` of a layer, by the names of its settings, are >= 1."""
    if min(sizes.values()) < 1:
        given = " and ".join(f"{name}={size}" for name, size in sizes.items())
        raise ValueError(f"{layer} needs sizes of at least 1, got {given}")


def require_groups(layer: str, groups: int, **channels: int) -> None:
    """Raise `ValueError` unless the `channels`, by the names of the settings, make equal groups."""
    if any(count % groups for count in channels.values()):
        given = " and ".join(f"{name}={count}" for name, count in channels.items())
        raise ValueError(f"{layer} cannot put channels into {groups} equal groups, got {given}")


def per_axis(layer: str, setting: str, value: Sizes, axes: int, least: int = 1) -> tuple[int, ...]:
    """`value` as one number for each spatial axis; raises `ValueError` where that cannot be.

    >>> per_axis("Conv2d", "stride", 2, axes=2)
    (2, 2)
    """
    numbers = tuple(value) if isinstance(value, Sequence) else (value,) * axes
    if len(numbers) != axes or min(numbers) < least:
        count = "one number" if axes == 1 else f"one number or {axes}"
        raise ValueError(f"{layer} needs {setting} to be {count}, at least {least}, got {value!r}")
    return numbers


def require_features(what: object, input: Any, features: int) -> None:
    """Raise `ShapeError`, on behalf of `what`, unless the last axis has this number of features."""
    shape = as_operand(input).shape
    if shape[-1:] != (features,):
        raise ShapeError(
            f"{what} needs inputs of {features} features along the last axis, got shape {shape}"
        )


def require_shape(what: object, input: Any, *patterns: str) -> None:
    """Raise `ShapeError`, on behalf of `what`, unless the shape of `input` is as a pattern says.

    In patterns numbers are lengths, letters stand for any, and `...` for any number of axes.

    >>> require_shape("Conv1d", np.zeros((5, 4, 9)), "N, 4, L", "4, L")
    >>> require_shape("LayerNorm", np.zeros((5, 4, 9)), "..., 9")
    >>> require_shape("LayerNorm", np.zeros((5, 4, 9)), "..., 3, 9")
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: LayerNorm needs inputs of shape (..., 3, 9), got shape (5, 4, 9)
    """
    shape = np.shape(input)
    if not any(_fits(shape, pattern.split(", ")) for pattern in patterns):
        wanted = " or ".join(f"({pattern})" for pattern in patterns)
        raise ShapeError(f"{what} needs inputs of shape {wanted}, got shape {shape}")


def _fits(shape: tuple[int, ...], parts: list[str]) -> bool:
    if "..." in parts:
        rest = parts.index("...")
        parts[rest : rest + 1] = ["n"] * (len(shape) + 1 - len(parts))
    return len(shape) == len(parts) and all(
        not part.isdecimal() or int(part) == n for n, part in zip(shape, parts, strict=True)
    )


def spatial(axes: int, channels: int | None = None) -> tuple[str, str]:
    """Return the patterns of a batch of sequences or images, and of a single one.

    >>> spatial(2, 3), spatial(1)
    (('N, 3, H, W', '3, H, W'), ('N, C, L', 'C, L'))
    """
    one = f"{'C' if channels is None else channels}, {'L' if axes == 1 else 'H, W'}"
    return f"N, {one}", one
