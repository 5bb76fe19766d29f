"""Losses of numbers: how far the input is from the target, entry by entry.

`input` is what a network gave and `target` what it should have given, both of one shape, and
`ShapeError` otherwise. Constant targets are taken in the dtype of the input, so that float64 data
leave a float32 network float32. `reduction` is "mean", "sum", or "none" for one number per entry.
"""

from typing import Any

import numpy as np

from nn.functional.operands import Reduction, matched, reduced, require_setting


def mse_loss(input: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """Mean squared error, `(x - t)^2`. Slope: `2 (x - t)`.

    >>> mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """
    input, target = matched("mse_loss", input, target)
    return reduced((input - target) ** 2, reduction)


def half_squared_loss(input: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """Half the squared error, `1/2 (x - t)^2`, whose slope is the error `x - t` itself.

    >>> half_squared_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]), reduction="sum")
    np.float64(2.0)
    """
    input, target = matched("half_squared_loss", input, target)
    return reduced(0.5 * (input - target) ** 2, reduction)


def l1_loss(input: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """Mean absolute error, `|x - t|`. Slope: `sign(x - t)`, 0 where they are equal.

    >>> l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """
    input, target = matched("l1_loss", input, target)
    return reduced(np.abs(input - target), reduction)


def p_norm_loss(input: Any, target: Any, p: float = 2.0, *, reduction: Reduction = "mean") -> Any:
    """`|x - t|^p`: the sum is the p-th power of the p-norm of the error.

    `p=1` is `l1_loss`, `p=2` is `mse_loss`; the larger p, the more the largest error counts.
    Slope: `p |x - t|^(p - 1) sign(x - t)`. Raises `ValueError` for p below 1.

    >>> p_norm_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]), p=3, reduction="sum")
    np.float64(8.0)
    """
    require_setting("p_norm_loss", "p", p, 1, above=False)
    input, target = matched("p_norm_loss", input, target)
    error = input - target
    # An even power has no kink at 0, and without the absolute value its derivatives know.
    return reduced((error if p % 2 == 0 else np.abs(error)) ** p, reduction)


def huber_loss(input: Any, target: Any, reduction: Reduction = "mean", delta: float = 1.0) -> Any:
    """Quadratic for small errors d = x - t and linear for large ones (Huber 1964).

    `1/2 d^2` where |d| <= delta, else `delta (|d| - delta/2)`. Slope: d, kept from -delta to delta.
    Raises `ValueError` for a delta that is not positive.

    >>> huber_loss(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.125, 2.5  ])
    """
    require_setting("huber_loss", "delta", delta, 0, above=True)
    input, target = matched("huber_loss", input, target)
    return reduced(_huber(input - target, delta), reduction)


def _huber(error: Any, delta: float) -> Any:
    """Both pieces at once: with the slope c, they are `c (d - c/2)`."""
    slope = np.clip(error, -delta, delta)
    return slope * (error - 0.5 * slope)


def smooth_l1_loss(
    input: Any, target: Any, *, reduction: Reduction = "mean", beta: float = 1.0
) -> Any:
    """Return the absolute error with a rounded kink: `huber_loss` with delta = beta, over beta.

    `1/2 d^2 / beta` where |d| < beta, else `|d| - beta/2` (Girshick 2015); `l1_loss` where beta is
    0. Raises `ValueError` for a negative beta.

    >>> smooth_l1_loss(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none", beta=2.0)
    array([0.0625, 2.    ])
    """
    require_setting("smooth_l1_loss", "beta", beta, 0, above=False)
    input, target = matched("smooth_l1_loss", input, target)
    error = input - target
    return reduced(_huber(error, beta) / beta if beta else np.abs(error), reduction)
