"""The softmax family: `ln(sum(exp(x)))`, its gradient and its logarithm, without overflow."""

import math
from typing import Any

import numpy as np

from autograd.engine.declare import composite, primitive
from autograd.engine.facts import Facts
from autograd.engine.shapes import Axis, expand_reduced
from autograd.ops.shared.axes import Along, Reduction
from autograd.ops.shared.reducing import masked


def _finite_max(x: Any, axis: Axis) -> Any:
    """Return the shift that keeps exponentials from overflowing; it is finite."""
    start: dict[str, Any] = {} if x.size else {"initial": -np.inf}
    highest = np.max(x, axis=axis, keepdims=True, **start)
    if x.dtype.kind != "f":
        return np.where(np.isfinite(highest), highest, np.zeros_like(highest))
    largest = np.finfo(x.dtype).max
    return np.maximum(np.minimum(highest, largest), -largest)


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
    """Return the logarithm of the softmax over `axis`, `x - logsumexp(x)`, without overflow.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return x - _logsumexp(x, axis=axis, keepdims=True)


def _weights(x: Any, y: Any, axis: Axis, keepdims: bool) -> Any:
    """Return the softmax of x, given its logsumexp `y`."""
    return np.exp(x - expand_reduced(y, x.shape, axis, keepdims))


logsumexp = primitive(
    _logsumexp,
    vjp=lambda g, y, x, axis=None, keepdims=False: (
        expand_reduced(g, x.shape, axis, keepdims) * _weights(x, y, axis, keepdims)
    ),
    jvp=lambda t, y, x, axis=None, keepdims=False: np.sum(
        _weights(x, y, axis, keepdims) * t, axis=axis, keepdims=keepdims
    ),
    facts=Facts(number="x + 0.0", axes=Reduction()),
)


def _softmax_pull(g: Any, y: Any, x: Any, axis: Axis = -1) -> Any:
    """Return the Jacobian is symmetric, so this is the rule of both modes."""
    return y * (g - np.sum(y * g, axis=axis, keepdims=True))


softmax = primitive(
    _softmax,
    vjp=_softmax_pull,
    jvp=_softmax_pull,
    facts=Facts(number="exp(x - x)", axes=Along(default=-1)),
)
log_softmax = primitive(
    _log_softmax,
    vjp=lambda g, y, x, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    jvp=lambda t, y, x, axis=-1: t - np.sum(np.exp(y) * t, axis=axis, keepdims=True),
    facts=Facts(number="x - (x + 0.0)", axes=Along(default=-1)),
)


# Reductions by `logaddexp` ------------------------------------------------------------------------


@composite((np.logaddexp, "reduce"))
def logaddexp_reduce(
    array: Any, axis: Axis = 0, *, initial: Any = None, where: Any = True, **kwargs: Any
) -> Any:
    """`ln(sum(exp(x)))` of the entries where `where` is true."""
    y = logsumexp(masked(array, where, -math.inf), axis=axis, **kwargs)
    return y if initial is None else np.logaddexp(initial, y)


@composite((np.logaddexp2, "reduce"))
def logaddexp2_reduce(
    array: Any, axis: Axis = 0, *, initial: Any = None, where: Any = True, **kwargs: Any
) -> Any:
    """`log2(sum(2^x))` of the entries where `where` is true."""
    ln2 = math.log(2)
    y = logsumexp(masked(array, where, -math.inf) * ln2, axis=axis, **kwargs) / ln2
    return y if initial is None else np.logaddexp2(initial, y)
