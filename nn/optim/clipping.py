"""Limits on gradients, between `backward` and the optimizer's step."""

import math
from collections.abc import Iterable

import numpy as np

from autograd import Tensor


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients by one factor so that their norm is at most `max_norm`; return the norm.

        g *= min(1, max_norm / (norm + 1e-6))

    The norm is that of all gradients as one vector, `norm = (sum |g|^p)^(1/p)` with p =
    `norm_type`, the largest |g| for infinity. Parameters without a gradient are left out; without
    any gradient the norm is 0. Source: Pascanu, Mikolov and Bengio, On the difficulty of training
    recurrent neural networks (2013), section 3.2. As in PyTorch.

    Raises `ValueError` for a negative `max_norm`, and `RuntimeError` with `error_if_nonfinite` if
    the norm is infinite or not a number; otherwise such a norm makes gradients 0 or NaN.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = [3.0, 4.0]
    >>> clip_grad_norm_([w], max_norm=1.0)
    5.0
    >>> w.grad.round(5)
    array([0.6, 0.8])
    """
    max_norm, p = float(max_norm), float(norm_type)
    if not max_norm >= 0:
        raise ValueError(f"max_norm must be at least 0, got {max_norm}")
    moved = _with_gradient(parameters)
    entries = [tensor.grad.ravel(order="K") for tensor in moved if tensor.size]
    if p == 2:
        # One pass over each, in a third of the time that `norm` takes for small ones.
        norm = math.sqrt(sum(float(np.vdot(g, g).real) for g in entries))
    else:
        norms = [np.linalg.norm(g, p) for g in entries]
        norm = float(np.linalg.norm(norms, p)) if norms else 0.0
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"the norm of the gradients is {norm}, so they cannot be clipped; autograd."
            "detect_anomaly() finds the operation that it comes from"
        )
    factor = max_norm / (norm + 1e-6)
    # Written so that NaN scales too: it has to be seen and not to hide.
    if not factor >= 1:
        with np.errstate(invalid="ignore"):
            for tensor in moved:
                tensor.grad = tensor.grad * factor
    return norm


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit every entry of the gradients to [-clip_value, clip_value], as in PyTorch.

    Raises `ValueError` for a negative `clip_value`, and `TypeError` for complex gradients, which
    have no order.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = [-3.0, 0.5]
    >>> clip_grad_value_(w, 1.0)
    >>> w.grad
    array([-1. ,  0.5])
    """
    limit = float(clip_value)
    if not limit >= 0:
        raise ValueError(f"clip_value must be at least 0, got {clip_value}")
    moved = _with_gradient(parameters)
    if any(tensor.dtype.kind == "c" for tensor in moved):
        raise TypeError("complex gradients cannot be clipped by value; use clip_grad_norm_")
    for tensor in moved:
        tensor.grad = np.clip(tensor.grad, -limit, limit)


def _with_gradient(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    listed = [parameters] if isinstance(parameters, Tensor) else parameters
    return [tensor for tensor in listed if tensor.grad is not None]
