"""Attention: every query takes a mean of values, weighted by how well their keys fit it."""

import math
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn.functional.activations import softmax
from nn.functional.dropping import dropout
from nn.functional.operands import as_operand, to_dtype_of
from nn.init import Seed

Mask = np.ndarray[Any, Any]


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    seed: Seed = None,
) -> Any:
    """Attention, `softmax(scale Q K^T + mask) V` (Vaswani et al. 2017, section 3.2.1).

    Shapes: Q (..., L, E), K (..., S, E), V (..., S, D), the mask broadcasts to (..., L, S), the
    result is (..., L, D). Without `scale` it is 1 / sqrt(E).

    A boolean mask is true where a query may look, a floating-point one is added to the scores;
    `is_causal` lets query i look at keys 0 to i, on top of the mask. A query that may look at
    nothing gets 0. A share of `dropout_p` of the weights is set to 0, in evaluation as well.

    Raises `ShapeError` for operands that do not fit.

    >>> q, k, v = np.array([[0.0], [9.0]]), np.array([[5.0], [-5.0]]), np.array([[1.0], [3.0]])
    >>> scaled_dot_product_attention(q, k, v)
    array([[2.],
           [1.]])
    >>> scaled_dot_product_attention(q, k, v, is_causal=True)
    array([[1.],
           [1.]])
    """
    weights = attention_weights(query, key, attn_mask, is_causal, scale)
    if np.shape(value)[-2:-1] != np.shape(key)[-2:-1]:
        raise ShapeError(
            "attention needs one value for each key, "
            f"got keys of shape {np.shape(key)} and values of shape {np.shape(value)}"
        )
    return dropout(weights, dropout_p, seed=seed) @ value


def attention_weights(
    query: Any,
    key: Any,
    attn_mask: Any = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Any:
    """Return the weights, (..., L, S), that `scaled_dot_product_attention` takes its means with.

    >>> attention_weights(np.zeros((1, 1)), np.zeros((2, 1)))
    array([[0.5, 0.5]])
    """
    query, key = as_operand(query), as_operand(key)
    if query.ndim < 2 or key.ndim < 2 or query.shape[-1] != key.shape[-1]:
        raise ShapeError(
            "attention needs queries (..., L, E) and keys (..., S, E), "
            f"got shapes {query.shape} and {key.shape}"
        )
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = (query * factor) @ np.swapaxes(key, -1, -2)
    allowed = causal_mask(*scores.shape[-2:]) if is_causal else None
    if attn_mask is not None:
        attn_mask = as_operand(attn_mask)
        _require_mask(attn_mask, scores.shape)
        if attn_mask.dtype == bool:
            looks = attn_mask
        else:
            scores = scores + to_dtype_of(scores, attn_mask)
            looks = attn_mask > -math.inf
        allowed = looks if allowed is None else allowed & looks
    return softmax(scores) if allowed is None else _softmax_where(allowed, scores)


def causal_mask(queries: int, keys: int | None = None) -> Mask:
    """Where a query may look if it must not see what comes later: at itself and before.

    >>> causal_mask(3)
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])
    """
    return np.tri(queries, keys, dtype=bool)


def _softmax_where(allowed: Any, scores: Any) -> Any:
    """Return the softmax of the allowed scores of each row; 0 elsewhere and in rows without any."""
    has_any = np.any(allowed, axis=-1, keepdims=True)
    # A row of nothing but -inf would be 0/0.
    blocked = np.where(has_any, -math.inf, 0).astype(scores.dtype)
    weights = softmax(np.where(allowed, scores, blocked))
    # A mask that is a tensor may be another one when a program is run again.
    some_have_none = isinstance(has_any, Tensor) or not np.all(has_any)
    return np.where(has_any, weights, 0) if some_have_none else weights


def _require_mask(mask: Any, shape: tuple[int, ...]) -> None:
    if mask.dtype.kind not in "bf":
        raise TypeError(
            "attention needs a mask of booleans (true: may look) or of floating-point numbers to "
            f"add to the scores, got {mask.dtype}"
        )
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            f"attention with scores of shape {shape} needs a mask that broadcasts to it, "
            f"got shape {mask.shape}"
        )
