"""Dropout: some entries, drawn at random, become 0 in training."""

from typing import Any

import numpy as np

from autograd import sample
from nn.functional.operands import as_operand
from nn.init import Seed


def dropout(input: Any, p: float = 0.5, training: bool = True, *, seed: Seed = None) -> Any:
    """In training, every entry is 0 with probability p, else `x / (1 - p)`; the mean stays.

    Raises `ValueError` for a p outside [0, 1]. Source: Srivastava et al., Dropout (2014).

    >>> dropout(np.ones(5), p=0.5, seed=1).data
    array([2., 2., 0., 2., 0.])
    """
    return _dropped(input, np.shape(input), p, training, seed)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, *, seed: Seed = None) -> Any:
    """`dropout` of whole channels of images, whose entries say much the same.

    Shapes: x (N, C, H, W) or (C, H, W). Source: Tompson et al., Efficient object localization using
    convolutional networks (2014).

    >>> dropout2d(np.ones((3, 1, 2)), p=0.5, seed=1).data[:, 0]
    array([[2., 2.],
           [2., 2.],
           [0., 0.]])
    """
    return _dropped(input, (*np.shape(input)[:-2], 1, 1), p, training, seed)


def _dropped(input: Any, shape: tuple[int, ...], p: float, training: bool, seed: Seed) -> Any:
    """Return the input times factors of `shape`, drawn anew whenever the record is run again."""
    require_probability(p)
    if not training or p == 0:
        return input
    input = as_operand(input)
    dtype = np.result_type(input.dtype, np.float16)
    return input * sample(_factors, np.random.default_rng(seed), shape, p, dtype)


def _factors(rng: "np.random.Generator", shape: tuple[int, ...], p: float, dtype: Any) -> Any:
    kept = rng.random(shape, dtype=np.float64 if dtype.itemsize > 4 else np.float32) >= p
    return kept * dtype.type(1 / (1 - p) if p < 1 else 0)


def require_probability(p: float) -> None:
    """Raise `ValueError` unless `p` is a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout needs a probability p from 0 to 1, got {p=}")
