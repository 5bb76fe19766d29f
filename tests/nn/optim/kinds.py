"""The optimizers with their options, and a problem for them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn


def kind(make: Callable[..., nn.Optimizer], **options: Any) -> Any:
    """Return an optimizer with options of its own, as a case of a test."""
    name = " ".join([make.__name__, *(f"{k}={v}" for k, v in options.items())])
    return pytest.param(lambda params, **more: make(params, **{**more, **options}), id=name)


KINDS = [
    kind(nn.SGD),
    kind(nn.SGD, momentum=0.9, weight_decay=0.1),
    kind(nn.SGD, momentum=0.9, nesterov=True),
    kind(nn.Adam),
    kind(nn.Adam, weight_decay=0.1, bias_correction=False),
    kind(nn.AdamW, weight_decay=0.001),
    kind(nn.NAdam),
    kind(nn.Adagrad, lr=0.5),
    kind(nn.Adadelta, lr=10.0),
    kind(nn.RMSprop),
    kind(nn.RMSprop, momentum=0.5, centered=True),
    kind(nn.Lion),
]


def descend(optimizer: nn.Optimizer, steps: int) -> None:
    """Take steps towards 3 in every entry."""
    for _ in range(steps):
        optimizer.zero_grad()
        sum(np.sum((p - 3) ** 2) for p in optimizer.parameters).backward()
        optimizer.step()
