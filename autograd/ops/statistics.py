"""Variances, weighted means and covariances."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.declare import Primitive, composite, primitive
from autograd.engine.dtypes import conjugate
from autograd.engine.facts import Facts
from autograd.engine.shapes import Axis, count, expand_reduced
from autograd.ops.shared.axes import Reduction
from autograd.ops.shared.reducing import as_array, count_where, masked, with_options

# Variances ----------------------------------------------------------------------------------------


def _of_deviations(function: Callable[..., Any], scaled: Callable[..., Any]) -> Primitive:
    """Declare a function of `sum(|x - mean|^2)`, whose slope is a multiple of `x - mean`.

    What goes through the mean adds up to 0. `scaled(g, y, n)` is g times the multiple, which
    depends on the output y and the number of degrees of freedom n.
    """

    def pull(
        g: Any, y: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False
    ) -> Any:
        n = max(count(x.shape, axis) - ddof, 0)
        deviation = x - np.mean(x, axis=axis, keepdims=True)
        return expand_reduced(scaled(g, y, n), x.shape, axis, keepdims) * conjugate(deviation)

    def push(
        t: Any, y: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False
    ) -> Any:
        n = max(count(x.shape, axis) - ddof, 0)
        deviation = x - np.mean(x, axis=axis, keepdims=True)
        moved = np.sum(np.real(conjugate(deviation) * t), axis=axis, keepdims=keepdims)
        return scaled(moved, y, n)

    return primitive(function, vjp=pull, jvp=push, facts=Facts(axes=Reduction()))


var = _of_deviations(np.var, lambda g, y, n: 2 * g / n)
# Where all entries are equal, the derivative of their deviation, a norm, is taken as 0.
std = _of_deviations(np.std, lambda g, y, n: g / (np.where(y == 0, 1, y) * n))


def _full(op: Primitive, of_variance: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return the NumPy function of the operation `op`, which is `of_variance` of a variance."""

    def general(
        a: Any,
        axis: Axis = None,
        dtype: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        where: Any = True,
        mean: Any = None,
        correction: float | None = None,
    ) -> Any:
        if correction is not None:
            if ddof:
                raise ValueError("ddof and correction can't be provided simultaneously.")
            ddof = correction
        a = as_array(a)
        if dtype is not None:
            a = a.astype(dtype)
        if where is True and mean is None:
            return op(a, axis=axis, ddof=ddof, keepdims=keepdims)
        if mean is None:
            mean = np.mean(a, axis=axis, keepdims=True, where=where)
        # Masked before the square, whose derivative at NaN would be NaN.
        deviation = masked(a - mean, where, 0)
        squares = np.real(conjugate(deviation) * deviation)
        total = np.sum(squares, axis=axis, keepdims=keepdims)
        n = count_where(where, a.shape, axis, keepdims, total.dtype)
        return of_variance(total / np.maximum(n - ddof, 0))

    options = ("dtype", "where", "mean", "correction")
    return with_options(op, general, options, ("dtype", "out", "ddof", "keepdims"))


numpy_var = _full(var, lambda variance: variance)
numpy_std = _full(std, np.sqrt)
composite(np.var, adapts=var)(numpy_var)
composite(np.std, adapts=std)(numpy_std)

# Weighted means -----------------------------------------------------------------------------------


def _weights_along(weights: Any, shape: tuple[int, ...], axis: Axis) -> Any:
    """Return weights, given along `axis` or in full, so that they broadcast against `shape`."""
    weights = as_array(weights)
    if weights.shape == shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = np.lib.array_utils.normalize_axis_tuple(axis, len(shape))
    if weights.shape != tuple(shape[k] for k in axes):
        raise ValueError(
            "Shape of weights must be consistent with shape of a along specified axis."
        )
    weights = np.transpose(weights, sorted(range(len(axes)), key=lambda i: axes[i]))
    return np.reshape(weights, tuple(n if k in axes else 1 for k, n in enumerate(shape)))


@composite(np.average)
def average(
    a: Any,
    axis: Axis = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """Return the mean, or `sum(w a) / sum(w)`; with `returned` also the sum of the weights.

    Weights that sum to zero give infinity or NaN, as any division by zero.
    """
    total: Any
    if weights is None:
        y = np.mean(a, axis=axis, keepdims=keepdims)
        total = np.full_like(y, count(np.shape(a), axis))
    else:
        weights = _weights_along(weights, np.shape(a), axis)
        total = np.sum(weights, axis=axis, keepdims=keepdims)
        y = np.sum(np.multiply(a, weights), axis=axis, keepdims=keepdims) / total
    return (y, np.broadcast_to(total.astype(y.dtype), np.shape(y))) if returned else y


# Covariances --------------------------------------------------------------------------------------


def _variables(m: Any, y: Any, rowvar: bool, dtype: Any) -> Any:
    """Return a matrix with a variable in every row and a sample in every column."""
    for name, x in (("m", m), ("y", y)):
        if np.ndim(x) > 2:
            raise ValueError(f"{name} has more than 2 dimensions")
    given = [as_array(x) for x in (m, y) if x is not None]
    rows = [np.atleast_2d(x).astype(dtype or np.result_type(*given, np.float64)) for x in given]
    if not rowvar and np.ndim(m) == 2:
        rows[0] = np.matrix_transpose(rows[0])
    if not rowvar and len(rows) == 2 and rows[1].shape[0] != 1:
        rows[1] = np.matrix_transpose(rows[1])
    return rows[0] if y is None else np.concatenate(rows)


def _sample_weights(fweights: Any, aweights: Any, samples: int) -> Any:
    """Return the weight of every sample: its frequency `fweights` times its weight `aweights`."""
    weights: Any = None
    for name, w in (("fweights", fweights), ("aweights", aweights)):
        if w is None:
            continue
        if np.ndim(w) > 1:
            raise RuntimeError(f"cannot handle multidimensional {name}")
        if len(w) != samples:
            raise RuntimeError(f"incompatible numbers of samples and {name}")
        if np.any(np.less(w, 0)):
            raise ValueError(f"{name} cannot be negative")
        w = as_array(w)
        weights = w if weights is None else weights * w
    if fweights is not None and np.any(np.not_equal(fweights, np.rint(fweights))):
        raise TypeError("fweights must be integer")
    return weights


@composite(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Return the covariances `sum_k w_k d_ik conj(d_jk) / n` of variables with deviations d."""
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    ddof = (0 if bias else 1) if ddof is None else ddof
    x = _variables(m, y, rowvar, dtype)
    w = _sample_weights(fweights, aweights, x.shape[1])
    mean, total = np.average(x, axis=1, weights=w, returned=True, keepdims=True)
    n: Any = x.shape[1] - ddof
    if w is not None:
        share = 1 if aweights is None else np.sum(w * aweights) / total[0, 0]
        n = np.real(total[0, 0]) - ddof * share
    deviation = x - mean
    weighted = deviation if w is None else deviation * w
    c = np.matmul(deviation, np.conjugate(np.matrix_transpose(weighted)))
    return np.squeeze(c / (max(n, 0) if w is None else np.maximum(n, 0)))


@composite(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Pearson's correlations, the covariances over the product of the standard deviations."""
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    c = c / deviation[:, None] / deviation
    if c.dtype.kind == "c":
        return np.clip(np.real(c), -1, 1) + np.clip(np.imag(c), -1, 1) * 1j
    return np.clip(c, -1, 1)
