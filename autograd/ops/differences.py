"""Differences of neighbours, and the derivatives and integrals of samples made from them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.declare import composite, linear
from autograd.engine.facts import Facts
from autograd.engine.shapes import Shape
from autograd.ops.shared.axes import Along
from autograd.ops.shared.reducing import as_array

# Differences --------------------------------------------------------------------------------------


def _of_length_one(shape: Shape, axis: int) -> Shape:
    axis = np.lib.array_utils.normalize_axis_index(axis, len(shape))
    return (*shape[:axis], 1, *shape[axis + 1 :])


def _diff_pull(g: Any, y: Any, x: Any, n: int = 1, axis: int = -1) -> Any:
    """`dL/dx[k] = g[k-1] - g[k]`, with zeros beyond both ends: once for every difference."""
    for _ in range(min(n, x.shape[axis])):
        end = np.zeros(_of_length_one(g.shape, axis), g.dtype)
        g = -np.diff(g, axis=axis, prepend=end, append=end)
    return g


diff = linear(np.diff, _diff_pull, facts=Facts(analytic=True, axes=Along(default=-1)))


@composite(np.diff, adapts=diff)
def numpy_diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Return the differences of neighbours along `axis`, n times."""
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")
    if n == 0:
        return a
    shape = np.shape(a)
    if not shape:
        raise ValueError("diff requires input that is at least one dimensional")
    ends = [
        end if end is None or np.ndim(end) else np.broadcast_to(end, _of_length_one(shape, axis))
        for end in (prepend, append)
    ]
    parts = [part for part in (ends[0], a, ends[1]) if part is not None]
    if len(parts) > 1:
        a = np.concatenate(parts, axis)
    return diff(a, n=n, axis=axis)


@composite(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Return the differences of neighbours among all entries, with more entries at the ends."""
    y = np.diff(np.ravel(ary))
    parts = []
    for name, part in (("to_begin", to_begin), ("", y), ("to_end", to_end)):
        if part is not None:
            part = np.ravel(part)
            if not np.can_cast(part.dtype, y.dtype, "same_kind"):
                raise TypeError(
                    f"dtype of `{name}` must be compatible with input `ary` "
                    "under the `same_kind` rule."
                )
            parts.append(part.astype(y.dtype))
    return np.concatenate(parts) if len(parts) > 1 else y


# Derivatives --------------------------------------------------------------------------------------


@composite(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Return the derivative along each axis by second-order differences, `edge_order` at the ends.

    The spacing of the samples is one number, or for each axis a number or the coordinates.
    """
    ndim = np.ndim(f)
    axes = range(ndim) if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, ndim)
    if not varargs:
        varargs = (1.0,)
    if len(varargs) == 1 and not np.ndim(varargs[0]):
        varargs *= len(axes)
    if len(varargs) != len(axes):
        raise TypeError("invalid number of arguments")
    if edge_order not in (1, 2):
        raise ValueError(f"edge_order must be 1 or 2, got {edge_order}")
    f = as_array(f)
    slopes = tuple(
        _slope(f, _distances(spacing, f.shape, k), k, edge_order)
        for k, spacing in zip(axes, varargs, strict=True)
    )
    return slopes[0] if len(slopes) == 1 else slopes


def _distances(spacing: Any, shape: Shape, axis: int) -> Any:
    """Return the distances of neighbours along `axis`: one number, or an array along it."""
    if not np.ndim(spacing):
        return spacing
    if np.ndim(spacing) != 1:
        raise ValueError("distances must be either scalars or 1d")
    if len(spacing) != shape[axis]:
        raise ValueError("when 1d, distances must match the length of the corresponding dimension")
    return np.reshape(np.diff(spacing), (-1, *(1,) * (len(shape) - axis - 1)))


def _slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """Return the derivative of f along `axis`, where neighbours are `h` apart."""
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, "
            "at least (edge_order + 1) elements are required."
        )

    def samples(start: int, stop: int | None) -> Any:
        return f[(*(slice(None),) * axis, slice(start, stop))]

    def distance(k: int) -> Any:
        return h[k] if np.ndim(h) else h

    if np.ndim(h):
        weights = _middle_weights(h[:-1], h[1:])
        inner = _weighted(weights, [samples(k, n - 2 + k) for k in range(3)])
    else:
        inner = (samples(2, None) - samples(0, -2)) / (2 * h)
    if edge_order == 1:
        first = (samples(1, 2) - samples(0, 1)) / distance(0)
        last = (samples(n - 1, None) - samples(n - 2, -1)) / distance(-1)
    else:
        first = _weighted(
            _end_weights(distance(0), distance(1)), [samples(k, k + 1) for k in range(3)]
        )
        # Seen from the other end, the derivative has the other sign.
        last = -_weighted(
            _end_weights(distance(-1), distance(-2)),
            [samples(n - 1 - k, n - k) for k in range(3)],
        )
    slope = np.concatenate([first, inner, last], axis)
    return slope.astype(f.dtype) if f.dtype.kind in "fc" and slope.dtype != f.dtype else slope


def _weighted(weights: Sequence[Any], samples: Sequence[Any]) -> Any:
    return weights[0] * samples[0] + weights[1] * samples[1] + weights[2] * samples[2]


def _middle_weights(d: Any, e: Any) -> tuple[Any, Any, Any]:
    """Return the weights of a parabola's slope at the middle of three samples, `d`, `e` apart."""
    return -e / (d * (d + e)), (e - d) / (d * e), d / (e * (d + e))


def _end_weights(d: Any, e: Any) -> tuple[Any, Any, Any]:
    """Return the weights of a parabola's slope at the first of three samples, `d`, `e` apart."""
    return -(2 * d + e) / (d * (d + e)), (d + e) / (d * e), -d / (e * (d + e))


# Integrals ----------------------------------------------------------------------------------------


@composite(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Return the integral of samples `y` at `x`, or `dx` apart, by the trapezoidal rule."""
    y = as_array(y)
    place = np.lib.array_utils.normalize_axis_index(axis, y.ndim)
    if x is not None:
        along = (-1, *(1,) * (y.ndim - place - 1))
        dx = np.reshape(np.diff(x), along) if np.ndim(x) == 1 else np.diff(x, axis=axis)
    before = (slice(None),) * place
    return np.sum(dx * (y[(*before, slice(1, None))] + y[(*before, slice(-1))]) / 2.0, axis=axis)
