"""Reductions: sums, means, extrema, and the softmax family that is built on them."""

from typing import Any

import numpy as np

from autograd.primitive import composite, constant, linear, primitive
from autograd.shapes import Axis, count, expand_reduced


def _spread(g: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give every entry that was reduced the gradient of its reduction."""
    return np.broadcast_to(expand_reduced(g, x.shape, axis, keepdims), x.shape)


def _sum(x: Any, axis: Axis = None, keepdims: Any = False) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


sum = linear(
    np.sum,
    lambda g, y, x, axis=None, keepdims=False: _spread(g, x, axis, keepdims),
    fast=_sum,
)
mean = linear(
    np.mean,
    lambda g, y, x, axis=None, keepdims=False: _spread(g / count(x.shape, axis), x, axis, keepdims),
)


@composite((np.add, "reduce"))
def _add_reduce(array: Any, axis: Axis = 0, **kwargs: Any) -> Any:
    return sum(array, axis=axis, **kwargs)


# Extrema -----------------------------------------------------------------------------------------


def _extremal_share(x: Any, y: Any, axis: Axis = None) -> Any:
    """How much of the extremum `y` (with kept axes) each entry of x is; ties share equally."""
    hit = x == y
    return np.asarray(hit, x.dtype) / np.asarray(
        np.count_nonzero(hit, axis=axis, keepdims=True), x.dtype
    )


extremal_share = constant(_extremal_share, arity=2)


def _extremum_pull(g: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = extremal_share(x, expand_reduced(y, x.shape, axis, keepdims), axis=axis)
    return share * expand_reduced(g, x.shape, axis, keepdims)


def _extremum_push(t: Any, y: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    share = extremal_share(x, expand_reduced(y, x.shape, axis, keepdims), axis=axis)
    return np.sum(share * t, axis=axis, keepdims=keepdims)


max = primitive(np.max, vjp=_extremum_pull, jvp=_extremum_push, also=[np.amax])
min = primitive(np.min, vjp=_extremum_pull, jvp=_extremum_push, also=[np.amin])
argmax = constant(np.argmax)
argmin = constant(np.argmin)
all = constant(np.all)
any = constant(np.any)


@composite((np.maximum, "reduce"))
def _maximum_reduce(array: Any, axis: Axis = 0, **kwargs: Any) -> Any:
    return max(array, axis=axis, **kwargs)


@composite((np.minimum, "reduce"))
def _minimum_reduce(array: Any, axis: Axis = 0, **kwargs: Any) -> Any:
    return min(array, axis=axis, **kwargs)


# Softmax -----------------------------------------------------------------------------------------


def _finite_max(x: Any, axis: Axis) -> Any:
    """The shift that keeps exponentials from overflowing; where all entries are -inf it is 0."""
    highest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(highest), highest, np.zeros_like(highest))


def _logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """`ln(sum(exp(x)))` over `axis`, without overflow. Gradient: the softmax of x.

    >>> logsumexp(np.array([1000.0, 1000.0]))
    np.float64(1000.6931471805599)
    """
    shift = _finite_max(x, axis)
    with np.errstate(divide="ignore"):
        y = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    return y if keepdims else np.squeeze(y, axis=axis if x.ndim else None)


def _softmax(x: Any, axis: Axis = -1) -> Any:
    """`exp(x) / sum(exp(x))` over `axis`: positive numbers that sum to 1.

    Jacobian: `dy_i/dx_j = y_i ((i = j) - y_j)`.

    >>> softmax(np.array([0.0, 0.0, 1000.0]))
    array([0., 0., 1.])
    """
    e = np.exp(x - _finite_max(x, axis))
    return e / np.sum(e, axis=axis, keepdims=True)


def _log_softmax(x: Any, axis: Axis = -1) -> Any:
    """The logarithm of the softmax over `axis`, `x - logsumexp(x)`, without overflow.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return x - _logsumexp(x, axis=axis, keepdims=True)


def _weights(x: Any, y: Any, axis: Axis, keepdims: bool) -> Any:
    """The softmax of x, given its logsumexp `y`."""
    return np.exp(x - expand_reduced(y, x.shape, axis, keepdims))


logsumexp = primitive(
    _logsumexp,
    vjp=lambda g, y, x, axis=None, keepdims=False: (
        expand_reduced(g, x.shape, axis, keepdims) * _weights(x, y, axis, keepdims)
    ),
    jvp=lambda t, y, x, axis=None, keepdims=False: np.sum(
        _weights(x, y, axis, keepdims) * t, axis=axis, keepdims=keepdims
    ),
)


def _softmax_pull(g: Any, y: Any, x: Any, axis: Axis = -1) -> Any:
    """The Jacobian is symmetric, so this is the rule of both modes."""
    return y * (g - np.sum(y * g, axis=axis, keepdims=True))


softmax = primitive(_softmax, vjp=_softmax_pull, jvp=_softmax_pull)
log_softmax = primitive(
    _log_softmax,
    vjp=lambda g, y, x, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    jvp=lambda t, y, x, axis=-1: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),
)
