"""Affine and bilinear maps of the last axis, and the maximum of several."""

from typing import Any

import numpy as np

from nn.functional.operands import as_operand


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """Affine map of the last axis, `y = x W^T + b`.

    Shapes: x (..., in), W (out, in), b (out), y (..., out).

    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    product = input @ as_operand(weight).T
    return product if bias is None else product + bias


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """Bilinear form of two last axes, `y_o = x1^T W_o x2 + b_o`.

    Shapes: x1 (..., in1), x2 (..., in2), W (out, in1, in2), b (out), y (..., out).

    >>> bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.array([[[1.0], [1.0]]]))
    array([9.])
    """
    # One matrix product for all of x1, and then one row of it against each of x2.
    rows = np.einsum("...i,oij->...oj", input1, weight)
    product = np.einsum("...oj,...j->...o", rows, input2)
    return product if bias is None else product + bias


def maxout(input: Any, weight: Any, bias: Any = None) -> Any:
    """Return the largest of affine maps, `y_o = max_k (w_ok . x + b_ok)`; ties share the gradient.

    Shapes: x (..., in), W (out, pieces, in), b (out, pieces), y (..., out). Source: Goodfellow et
    al., Maxout networks (2013).

    >>> maxout(np.array([-3.0]), np.array([[[1.0], [-1.0]]]))
    array([3.])
    """
    out, pieces, features = np.shape(weight)
    flat_bias = None if bias is None else np.reshape(bias, -1)
    values = linear(input, np.reshape(weight, (-1, features)), flat_bias)
    return np.max(np.reshape(values, (*np.shape(values)[:-1], out, pieces)), axis=-1)
