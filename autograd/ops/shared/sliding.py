"""Sliding windows: the geometry and the kernels that convolution and pooling share.

A window with `kernel` entries along each spatial axis slides over x of shape (N, C, *size), in
steps of `stride`; its entries lie `dilation` apart, and x is surrounded by `padding`. Entry k of
the window at position p lies over

    x[n, c, stride p + dilation k - padding].

Inside, arrays have the batch as their *last* axis, (C, ..., N). The entries of different samples
then lie side by side, so that every copy, sum and maximum over windows runs along contiguous
memory, whatever the stride, and the columns of the whole batch make one matrix for one product.
Results are handed out as transposed views, and a chain of layers copies nothing between them.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from autograd.errors import ShapeError

Sizes = int | Sequence[int]
"""One number for every spatial axis, or one number per axis."""
Padding = str | int | Sequence[int | tuple[int, int]]
"""Entries on both sides of an axis, or (before, after); "same" keeps the size, "valid" is 0."""
Index = tuple[Any, ...]


def per_axis(name: str, value: Sizes, axes: int, least: int = 1) -> tuple[int, ...]:
    """`value` as one number per spatial axis.

    >>> per_axis("stride", 2, 2), per_axis("stride", [1, 3], 2)
    ((2, 2), (1, 3))
    """
    numbers = tuple(value) if isinstance(value, Sequence) else (value,) * axes
    if len(numbers) != axes:
        raise ShapeError(f"{name} has {len(numbers)} numbers for {axes} spatial axes: {value}")
    if any(n < least for n in numbers):
        raise ShapeError(f"{name} must be at least {least}, got {value}")
    return numbers


@dataclass(frozen=True, repr=False)
class Windows:
    """Where the windows lie: one number per spatial axis each, and a pair for the padding."""

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]
    """How many positions the window takes along each axis: the spatial shape of the result."""

    def __repr__(self) -> str:
        said: list[tuple[str, tuple[Any, ...]]] = [("", self.kernel)]
        said += [("stride ", self.stride)] if max(self.stride) > 1 else []
        said += [("dilation ", self.dilation)] if max(self.dilation) > 1 else []
        said += [("padding ", self._sides())] if any(map(any, self.padding)) else []
        return f"<{', '.join(name + '×'.join(map(str, n)) for name, n in said)}>"

    def _sides(self) -> tuple[Any, ...]:
        return tuple(a if a == b else f"{a}:{b}" for a, b in self.padding)

    @cached_property
    def entries(self) -> list[tuple[Index, Index]]:
        """Each entry of the kernel: where it lies in columns (C, *kernel, ...), and in x.

        In the padded x (C, *size, N) that is what the entry passes over.
        """
        found = []
        for k in product(*map(range, self.kernel)):
            along = zip(k, self.dilation, self.stride, self.positions, strict=True)
            passed = [slice(i * d, i * d + s * (p - 1) + 1 if p else 0, s) for i, d, s, p in along]
            found.append(((slice(None), *k), (slice(None), *passed)))
        return found

    @property
    def padded_size(self) -> tuple[int, ...]:
        """The spatial shape of x with its padding."""
        return tuple(n + sum(pair) for n, pair in zip(self.size, self.padding, strict=True))

    @property
    def apart(self) -> bool:
        """Whether no two windows see the same entry."""
        along = zip(self.stride, self.dilation, self.kernel, strict=True)
        return all(s > d * (k - 1) for s, d, k in along)

    @property
    def tiling(self) -> bool:
        """Whether exactly one window sees each entry of the padded x."""
        seen = tuple(p * k for p, k in zip(self.positions, self.kernel, strict=True))
        return self.apart and seen == self.padded_size

    @property
    def inside(self) -> tuple[slice, ...]:
        """Where x lies in its padded array."""
        return tuple(
            slice(before, before + n)
            for n, (before, _) in zip(self.size, self.padding, strict=True)
        )


def windows_over(
    size: Sequence[int],
    kernel: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> Windows:
    """Return the windows over an array of spatial shape `size`.

    Along each axis there are `(size + padding - dilation (kernel - 1) - 1) // stride + 1`, with
    `ceil_mode` rounded up: then one more window follows where one that the array cuts off begins
    before the padding at the end, and the padding grows by what that window lacks.

    Raises `ShapeError` where not even one window fits.

    >>> over = windows_over((28, 28), kernel=5, stride=2, padding=2)
    >>> over, over.positions
    (<5×5, stride 2×2, padding 2×2>, (14, 14))
    """
    axes = len(size)
    kernel = per_axis("kernel size", kernel, axes)
    stride = per_axis("stride", stride, axes)
    dilation = per_axis("dilation", dilation, axes)
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    pairs = _padding_pairs(padding, stride, spans)
    room = tuple(n + sum(pair) for n, pair in zip(size, pairs, strict=True))
    positions = tuple((n - e) // s + 1 for n, e, s in zip(room, spans, stride, strict=True))
    over = Windows(tuple(size), kernel, stride, dilation, pairs, positions)
    if ceil_mode:
        over = _stretched(over, spans)
    if any(p < 1 for p in over.positions):
        raise ShapeError(
            f"the kernel spans {spans} entries, but the input has {room} with its padding; "
            "use a smaller kernel or dilation, or more padding"
        )
    return over


def _stretched(over: Windows, spans: tuple[int, ...]) -> Windows:
    """With one more window along each axis where it begins before the padding at the end."""
    padding, positions = [], []
    for n, e, s, p, (before, after) in zip(
        over.size, spans, over.stride, over.positions, over.padding, strict=True
    ):
        reached = (p - 1) * s + e
        one_more = reached < before + n + after and p * s < before + n
        padding.append((before, max(after, reached + s - before - n) if one_more else after))
        positions.append(p + one_more)
    return replace(over, padding=tuple(padding), positions=tuple(positions))


def _padding_pairs(
    padding: Padding, stride: tuple[int, ...], spans: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    """Return the padding before and after each axis."""
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * len(spans)
        if padding != "same":
            raise ShapeError(f"padding is a number, 'same' or 'valid', got {padding!r}")
        if any(s != 1 for s in stride):
            raise ShapeError(f"padding='same' needs stride 1, got {stride}; give numbers instead")
        return tuple(((e - 1) // 2, e // 2) for e in spans)
    sides: Sequence[Any] = padding if isinstance(padding, Sequence) else (padding,) * len(spans)
    if len(sides) != len(spans):
        raise ShapeError(f"padding has {len(sides)} parts for {len(spans)} spatial axes: {padding}")
    pairs = tuple(p if isinstance(p, tuple) else (p, p) for p in sides)
    if any(n < 0 for pair in pairs for n in pair):
        raise ShapeError(f"padding must be at least 0, got {padding}; slice the input to crop it")
    return pairs


def over_batch(what: str, axes: int, x: Any, run: Callable[[Any], Any]) -> Any:
    """`run(x)` for x of shape (N, C, *size); one sample (C, *size) is a batch of one.

    Raises `ShapeError`, on behalf of `what`, for another number of axes, and for the reasons of
    `run`, with the shape of x.
    """
    x = np.asarray(x) if isinstance(x, list | tuple) else x
    shape = np.shape(x)
    if len(shape) not in (axes + 1, axes + 2):
        spatial = "L" if axes == 1 else "H, W"
        raise ShapeError(
            f"{what} takes an input of shape (N, C, {spatial}) or (C, {spatial}), got {shape}"
        )
    try:
        if len(shape) == axes + 2:
            return run(x)
        y = run(np.reshape(x, (1, *shape)))
    except ShapeError as error:
        raise ShapeError(f"{what}, on an input of shape {shape}: {error}") from None
    return np.reshape(y, y.shape[1:])


# Kernels, on arrays only: N, C, ... outside and C, ..., N inside ---------------------------------


def axis_0_last(x: Any) -> Any:
    """(N, ...) as a view of shape (..., N)."""
    return x.transpose(*range(1, x.ndim), 0)


def batch_last(x: Any) -> Any:
    """(N, ...) as (..., N), contiguous; free of cost for a result of `batch_first`."""
    return np.ascontiguousarray(axis_0_last(x))


def batch_first(x: Any) -> Any:
    """(..., N) as a view of shape (N, ...)."""
    return x.transpose(-1, *range(x.ndim - 1))


def padded(x: Any, over: Windows, fill: float = 0) -> Any:
    """Return the array x (N, C, *size) as (C, *padded size, N), surrounded by `fill`."""
    if not any(map(any, over.padding)):
        return batch_last(x)
    out = np.full((x.shape[1], *over.padded_size, x.shape[0]), fill, x.dtype)
    out[(slice(None), *over.inside)] = axis_0_last(x)
    return out


def seen(x: Any, over: Windows, fill: float = 0) -> Any:
    """Return the windows of x (N, C, *size): a view of shape (C, *kernel, *positions, N)."""
    inside = padded(x, over, fill)
    channel, *spatial, batch = inside.strides
    return np.lib.stride_tricks.as_strided(
        inside,
        (inside.shape[0], *over.kernel, *over.positions, inside.shape[-1]),
        (
            channel,
            *(n * d for n, d in zip(spatial, over.dilation, strict=True)),
            *(n * s for n, s in zip(spatial, over.stride, strict=True)),
            batch,
        ),
        writeable=False,
    )


def room_for(channels: int, over: Windows, batch: int, dtype: Any) -> Any:
    """Return an array (C, *padded size, N) for `add_up`: zeros, unless all will be written."""
    make = np.empty if over.tiling else np.zeros
    return make((channels, *over.padded_size, batch), dtype)


def add_up(out: Any, columns: Any, over: Windows, first: int = 0) -> None:
    """Return the transpose of `seen`: to every entry of `out` add what windows hold that see it.

    `out` is `room_for` it; `columns`, (C, *kernel, *positions, N), may be only those of some
    positions along the first spatial axis, from `first` on.
    """
    positions = columns.shape[1 + len(over.kernel) : -1]
    if positions != over.positions:
        over, out = replace(over, positions=positions), out[:, first * over.stride[0] :]
    for k, where in over.entries:
        if over.apart:
            out[where] = columns[k]
        else:
            np.add(out[where], columns[k], out=out[where])


BLOCK = 2**21
"""How many bytes of columns are made at a time: few enough to stay in a cache."""


def blocks(
    over: Windows, batch: int, size: int, most: float = math.inf
) -> Iterator[tuple[slice, slice]]:
    """Parts of the positions: which along the first axis, and which columns (positions * N).

    The columns of a part, at most so many, of `size` bytes each, fit; unless those of one position
    along the first axis do not.
    """
    rows = over.positions[0]
    width = math.prod(over.positions[1:]) * batch
    step = int(max(1, min(most, BLOCK // max(1, size)) // max(1, width)))
    for start in range(0, rows, step):
        end = min(start + step, rows)
        yield slice(start, end), slice(start * width, end * width)
