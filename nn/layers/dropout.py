"""Layers that drop entries at random in training."""

from typing import Any

import numpy as np

from nn import functional
from nn.functional.dropping import require_probability
from nn.init import Seed
from nn.layers.checks import require_shape, spatial
from nn.module import Module


class Dropping(Module):
    """Base of the dropout layers; `generator` is where their random numbers come from."""

    def __init__(self, p: float = 0.5, *, seed: Seed = None) -> None:
        require_probability(p)
        self.p = p
        self.generator = np.random.default_rng(seed)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout(Dropping):
    """In training, every entry is 0 with probability p, else `x / (1 - p)`; the mean stays.

    In evaluation it gives its input back. Shapes: any. Source: Srivastava et al., Dropout (2014).

    Raises `ValueError` for a p outside [0, 1].

    >>> layer = Dropout(0.5, seed=1)
    >>> layer(np.ones(5)).data
    array([2., 2., 0., 2., 0.])
    >>> layer.eval()(np.ones(5))
    array([1., 1., 1., 1., 1.])
    """

    def forward(self, input: Any) -> Any:
        return functional.dropout(input, self.p, self.training, seed=self.generator)


class Dropout2d(Dropping):
    """In training, every channel is 0 with probability p, else `x / (1 - p)`; the mean stays.

    Neighbouring pixels say much the same, so that dropping single ones would hide little. Shapes:
    x and y (N, C, H, W) or (C, H, W). Source: Tompson et al., Efficient object localization using
    convolutional networks (2014).

    Raises `ValueError` for a p outside [0, 1], `ShapeError` for other axes.

    >>> Dropout2d(0.5, seed=1)(np.ones((3, 1, 2))).data[:, 0]
    array([[2., 2.],
           [2., 2.],
           [0., 0.]])
    """

    def forward(self, input: Any) -> Any:
        require_shape(self, input, *spatial(2))
        return functional.dropout2d(input, self.p, self.training, seed=self.generator)
