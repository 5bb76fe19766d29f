"""Discrete Fourier transforms.

The transform of length n is `y_k = sum_j w^(jk) x_j` with `w = exp(-2 pi i / n)`. Its matrix
`w^(jk)` is symmetric, and so it is its own (plain, not conjugated) transpose; the same holds for
the inverse, and for either with any scaling.

The transforms of real signals keep one half of a spectrum, m = n // 2 + 1 of its n entries, for
the others are their conjugates: a kept entry stands for two, unless it is its own mirror image
(k = 0, and k = n/2 for even n). With v_k = 2 or 1 counting them, and f for the scaling,

    rfft(x)_k = f sum_j w^(jk) x_j              hfft(a)_j  = f Re sum_k v_k w^(jk) a_k
    ihfft(x)_k = f sum_j w^(-jk) x_j            irfft(a)_j = f Re sum_k v_k w^(-jk) a_k

where j runs to n and k to m. Up to v, then, those in one line are each other's transposes:

    rfft^T g = hfft(g / v)                      hfft^T g = v rfft(g)
    ihfft^T g = irfft(g / v)                    irfft^T g = v ihfft(g)

All of them first cut off what a signal has too much for n, or add zeros.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.declare import composite, linear
from autograd.engine.facts import Facts
from autograd.errors import ShapeError
from autograd.ops.shared.axes import Along


def _cut(x: Any, length: int, axis: int) -> Any:
    """Cut or pad `x` with zeros to this number of entries along `axis`."""
    axis %= x.ndim
    missing = length - x.shape[axis]
    if missing > 0:
        zeros = np.zeros((*x.shape[:axis], missing, *x.shape[axis + 1 :]), x.dtype)
        return np.concatenate([x, zeros], axis=axis)
    return x[(*(slice(None),) * axis, slice(length))] if missing else x


def _copies(n: int, like: Any, axis: int) -> Any:
    """Return how many of n frequencies each kept one represents: 2, or 1 for a mirror image."""
    v = np.full(n // 2 + 1, 2, np.finfo(like.dtype).dtype)
    v[0] = 1
    if n % 2 == 0:
        v[-1] = 1
    return np.reshape(v, (-1, *(1,) * (like.ndim - 1 - axis % like.ndim)))


def _complete(transform: Any) -> Any:
    """Return the rule of a complex transform, which is its own transpose."""

    def pull(g: Any, y: Any, x: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        return _cut(transform(g, axis=axis, norm=norm), x.shape[axis], axis)

    return pull


def _back_to_signal(transform: Any) -> Any:
    """Return the rule of a transform of real signals, by one to real signals."""

    def pull(g: Any, y: Any, x: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        n = n or x.shape[axis]
        signal = transform(g / _copies(n, g, axis), n, axis=axis, norm=norm)
        return _cut(signal, x.shape[axis], axis)

    return pull


def _back_to_spectrum(transform: Any) -> Any:
    """Return the rule of a transform to real signals, by one of real signals."""

    def pull(g: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        spectrum = transform(g, axis=axis, norm=norm) * _copies(g.shape[axis], g, axis)
        return _cut(spectrum, a.shape[axis], axis)

    return pull


fft = linear(np.fft.fft, _complete(np.fft.fft), facts=Facts(axes=Along(default=-1)))
ifft = linear(np.fft.ifft, _complete(np.fft.ifft), facts=Facts(axes=Along(default=-1)))
rfft = linear(np.fft.rfft, _back_to_signal(np.fft.hfft), facts=Facts(axes=Along(default=-1)))
hfft = linear(np.fft.hfft, _back_to_spectrum(np.fft.rfft), facts=Facts(axes=Along(default=-1)))
irfft = linear(np.fft.irfft, _back_to_spectrum(np.fft.ihfft), facts=Facts(axes=Along(default=-1)))
ihfft = linear(np.fft.ihfft, _back_to_signal(np.fft.irfft), facts=Facts(axes=Along(default=-1)))

# Each is a permutation, and its inverse is the other.
fftshift = linear(
    np.fft.fftshift,
    lambda g, y, x, axes=None: np.fft.ifftshift(g, axes=axes),
    facts=Facts(axes=Along("axes", default="all")),
)
ifftshift = linear(
    np.fft.ifftshift,
    lambda g, y, x, axes=None: np.fft.fftshift(g, axes=axes),
    facts=Facts(axes=Along("axes", default="all")),
)


# Several axes, one after the other, as NumPy does it ----------------------------------------------

Axes = Sequence[int] | None
Transformed = list[tuple[int | None, int]]


def _along(a: Any, s: Sequence[int] | None, axes: Axes) -> Transformed:
    """Return the length and axis of each transform; `None` is the length of the axis."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(a.ndim)
    if s is None:
        return [(None, axis) for axis in axes]
    if len(s) != len(axes):
        raise ShapeError(f"s has {len(s)} lengths for {len(axes)} axes: s={s}, axes={axes}")
    return [(a.shape[axis] if n == -1 else n, axis) for n, axis in zip(s, axes, strict=True)]


def _transformed(function: Any, a: Any, along: Transformed, norm: str | None) -> Any:
    for n, axis in along:
        a = function(a, n, axis=axis, norm=norm)
    return a


@composite(np.fft.fftn)
def fftn(a: Any, s: Sequence[int] | None = None, axes: Axes = None, norm: Any = None) -> Any:
    """Return the transform along `axes`."""
    return _transformed(np.fft.fft, a, _along(a, s, axes)[::-1], norm)


@composite(np.fft.ifftn)
def ifftn(a: Any, s: Sequence[int] | None = None, axes: Axes = None, norm: Any = None) -> Any:
    """Return the inverse transform along `axes`."""
    return _transformed(np.fft.ifft, a, _along(a, s, axes)[::-1], norm)


@composite(np.fft.rfftn)
def rfftn(a: Any, s: Sequence[int] | None = None, axes: Axes = None, norm: Any = None) -> Any:
    """Return the transform along `axes` of a real array: half of it along the last one."""
    *others, last = _along(a, s, axes)
    return _transformed(np.fft.fft, _transformed(np.fft.rfft, a, [last], norm), others[::-1], norm)


@composite(np.fft.irfftn)
def irfftn(a: Any, s: Sequence[int] | None = None, axes: Axes = None, norm: Any = None) -> Any:
    """Return the real inverse transform along `axes`, from half a spectrum along the last one."""
    *others, last = _along(a, s, axes)
    return _transformed(np.fft.irfft, _transformed(np.fft.ifft, a, others, norm), [last], norm)


@composite(np.fft.fft2)
def fft2(a: Any, s: Sequence[int] | None = None, axes: Axes = (-2, -1), norm: Any = None) -> Any:
    """Return the transform along two axes."""
    return fftn(a, s, axes, norm)


@composite(np.fft.ifft2)
def ifft2(a: Any, s: Sequence[int] | None = None, axes: Axes = (-2, -1), norm: Any = None) -> Any:
    """Return the inverse transform along two axes."""
    return ifftn(a, s, axes, norm)


@composite(np.fft.rfft2)
def rfft2(a: Any, s: Sequence[int] | None = None, axes: Axes = (-2, -1), norm: Any = None) -> Any:
    """Return the transform along two axes of a real array."""
    return rfftn(a, s, axes, norm)


@composite(np.fft.irfft2)
def irfft2(a: Any, s: Sequence[int] | None = None, axes: Axes = (-2, -1), norm: Any = None) -> Any:
    """Return the real inverse transform along two axes."""
    return irfftn(a, s, axes, norm)
