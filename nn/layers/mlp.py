"""The multilayer perceptron."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from nn.init import Seed
from nn.layers.activations import activation_factory
from nn.layers.containers import Sequential
from nn.layers.linear import Linear
from nn.module import Module


class MLP(Sequential):
    """Linear layers with an activation between each two; none behind the last.

    `sizes` are the numbers of units, from inputs to outputs. The names in the state dict are those
    of the `Sequential` that it is: "0.weight", "0.bias", "2.weight", ...

    Raises `ValueError` for fewer than two sizes or an activation that is not known.

    >>> MLP([3, 4, 2], activation="tanh", seed=0)
    MLP(
      (0): Linear(in_features=3, out_features=4, bias=True)
      (1): Tanh()
      (2): Linear(in_features=4, out_features=2, bias=True)
    )
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Callable[[], Module] = "relu",
        *,
        bias: bool = True,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(
                f"MLP needs the number of inputs and of outputs at least, got sizes={list(sizes)}"
            )
        rng = np.random.default_rng(seed)
        make_activation = activation_factory(activation)
        layers: list[Module] = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [Linear(fan_in, fan_out, bias, dtype=dtype, seed=rng), make_activation()]
        super().__init__(*layers[:-1])
