"""Losses as modules hand over to their functions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional

PAIRS = [
    (nn.MSELoss, functional.mse_loss),
    (nn.L1Loss, functional.l1_loss),
    (nn.BCELoss, functional.binary_cross_entropy),
    (nn.BCEWithLogitsLoss, functional.binary_cross_entropy_with_logits),
    (nn.CrossEntropyLoss, functional.cross_entropy),
]
X = np.array([[0.1, 0.9], [0.6, 0.3]])
T = np.array([[0.0, 1.0], [0.5, 0.5]])


@pytest.mark.parametrize(("module", "function"), PAIRS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_module_and_function_agree(
    module: type[nn.Module], function: Callable[..., Any], reduction: str
) -> None:
    loss = module(reduction=reduction)
    np.testing.assert_array_equal(
        loss(Tensor(X), T).data, function(Tensor(X), T, reduction=reduction).data
    )
    default = module()(Tensor(X), T).data
    np.testing.assert_array_equal(default, function(Tensor(X), T).data)


@pytest.mark.parametrize(("module", "function"), PAIRS)
def test_an_unknown_reduction_is_refused_when_the_loss_is_made(
    module: type[nn.Module], function: Callable[..., Any]
) -> None:
    with pytest.raises(ValueError, match="reduction must be 'mean', 'sum' or 'none', got 'max'"):
        module(reduction="max")


def test_the_repr_shows_a_reduction_that_is_not_the_default() -> None:
    assert repr(nn.MSELoss()) == "MSELoss()"
    assert repr(nn.MSELoss(reduction="sum")) == "MSELoss(reduction='sum')"
