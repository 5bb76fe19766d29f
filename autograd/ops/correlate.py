"""Convolution and correlation of two sequences, as `np.convolve` and `np.correlate` have them."""

from typing import Any

import numpy as np

from autograd.engine.declare import bilinear, composite


def _cut(g: Any, n: int) -> Any:
    """Return the gradient of the whole convolution, of length n, given that of its middle part."""
    missing = n - g.shape[0]
    ends = [np.zeros(k, g.dtype) for k in (missing // 2, missing - missing // 2)]
    return np.concatenate([ends[0], g, ends[1]]) if missing else g


def _pull(g: Any, x: Any, other: Any) -> Any:
    """`dL/dx[i] = sum_k g[i + k] other[k]` for y = x * other."""
    whole = _cut(g, x.shape[0] + other.shape[0] - 1)
    return np.convolve(whole, np.flip(other), "valid")


convolve = bilinear(
    np.convolve,
    left=lambda g, y, a, v, mode="full": _pull(g, a, v),
    right=lambda g, y, a, v, mode="full": _pull(g, v, a),
)


@composite(np.convolve, adapts=convolve)
def numpy_convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """`y[k] = sum_i a[i] v[k - i]`, or the part of it that `mode` names."""
    return convolve(np.atleast_1d(a), np.atleast_1d(v), mode=mode)


@composite(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """`y[k] = sum_i a[i + k] conj(v[i])`, or the part of it that `mode` names."""
    a, v = np.atleast_1d(a), np.conjugate(np.atleast_1d(v))
    if a.size >= v.size:
        return np.convolve(a, np.flip(v), mode)
    # NumPy slides the shorter sequence, which matters where "same" has no exact middle.
    return np.flip(np.convolve(v, np.flip(a), mode))
