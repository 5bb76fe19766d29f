"""Losses as modules hand over to their functions, with all their settings."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F

X = np.array([[0.1, 0.9], [0.6, 0.3]])
T = np.array([[0.0, 1.0], [0.5, 0.5]])
SIGNS = np.array([[1, -1], [-1, 1]])
CLASSES = np.array([1, 0])
WEIGHT = np.array([0.5, 2.0])

PAIRS: list[tuple[type[nn.Module], Callable[..., Any], Any, dict[str, Any]]] = [
    (nn.MSELoss, F.mse_loss, T, {}),
    (nn.HalfSquaredLoss, F.half_squared_loss, T, {}),
    (nn.L1Loss, F.l1_loss, T, {}),
    (nn.PNormLoss, F.p_norm_loss, T, {"p": 3}),
    (nn.HuberLoss, F.huber_loss, T, {"delta": 0.05}),
    (nn.SmoothL1Loss, F.smooth_l1_loss, T, {"beta": 0.05}),
    (nn.BCELoss, F.binary_cross_entropy, T, {"weight": WEIGHT}),
    (
        nn.BCEWithLogitsLoss,
        F.binary_cross_entropy_with_logits,
        T,
        {"weight": WEIGHT, "pos_weight": 3 * WEIGHT},
    ),
    (
        nn.CrossEntropyLoss,
        F.cross_entropy,
        CLASSES,
        {"weight": WEIGHT, "ignore_index": 3, "label_smoothing": 0.1},
    ),
    (nn.CrossEntropyLoss, F.cross_entropy, T, {"label_smoothing": 0.1}),
    (nn.CrossEntropyLoss, F.cross_entropy, CLASSES, {"ignore_index": 1}),
    (nn.NLLLoss, F.nll_loss, CLASSES, {"weight": WEIGHT}),
    (nn.NLLLoss, F.nll_loss, CLASSES, {"ignore_index": 0}),
    (nn.KLDivLoss, F.kl_div, T, {"log_target": True}),
    (nn.HingeLoss, F.hinge_loss, SIGNS, {"margin": 0.5}),
    (nn.HingeEmbeddingLoss, F.hinge_embedding_loss, SIGNS, {"margin": 0.5}),
    (
        nn.MultiMarginLoss,
        F.multi_margin_loss,
        CLASSES,
        {"p": 2, "margin": 0.5, "weight": WEIGHT},
    ),
]


@pytest.mark.parametrize(("module", "function", "target", "options"), PAIRS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_module_and_function_agree(
    module: type[nn.Module],
    function: Callable[..., Any],
    target: Any,
    options: dict[str, Any],
    reduction: str,
) -> None:
    x = Tensor(X, requires_grad=True)
    for chosen in ({}, options, {"reduction": reduction}, {"reduction": reduction, **options}):
        expected = function(x, target, **chosen).data
        np.testing.assert_array_equal(module(**chosen)(x, target).data, expected)
    assert not options or np.any(module(**options)(x, target) != function(x, target))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_loss_of_angles_takes_two_inputs(reduction: str) -> None:
    signs = np.array([1, -1])
    loss = nn.CosineEmbeddingLoss(0.3, reduction=reduction)
    expected = F.cosine_embedding_loss(X, T, signs, 0.3, reduction=reduction)
    np.testing.assert_array_equal(loss(X, T, signs), expected)


@pytest.mark.parametrize("module", [nn.CosineEmbeddingLoss, *dict.fromkeys(p[0] for p in PAIRS)])
def test_an_unknown_reduction_is_refused_when_the_loss_is_made(module: type[nn.Module]) -> None:
    with pytest.raises(ValueError, match=r"reduction must be 'mean', 'sum'.* got 'max'"):
        module(reduction="max")


def test_the_mean_of_a_batch_is_for_divergences_only() -> None:
    assert nn.KLDivLoss(reduction="batchmean")(X, T) == F.kl_div(X, T, reduction="batchmean")
    with pytest.raises(ValueError, match="must be 'mean', 'sum' or 'none', got 'batchmean'"):
        nn.MSELoss(reduction="batchmean")


def test_the_repr_shows_the_settings_that_are_not_the_defaults() -> None:
    assert repr(nn.MSELoss()) == "MSELoss()"
    assert repr(nn.MSELoss(reduction="sum")) == "MSELoss(reduction='sum')"
    assert repr(nn.HuberLoss(delta=2.0)) == "HuberLoss(delta=2.0)"
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()"
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0], label_smoothing=0.1)
    assert repr(loss) == "CrossEntropyLoss(weight=Tensor([1., 2.]), label_smoothing=0.1)"


def test_weights_are_part_of_the_state() -> None:
    loss = nn.CrossEntropyLoss(weight=WEIGHT)
    assert list(loss.state_dict()) == ["weight"]
    assert list(loss.parameters()) == []
    loss.load_state_dict({"weight": [1.0, 1.0]})
    assert loss(X, CLASSES) == F.cross_entropy(X, CLASSES)


def test_losses_of_scores_decide_at_0() -> None:
    assert [loss.decision for loss in (nn.BCELoss, nn.BCEWithLogitsLoss, nn.HingeLoss)] == [
        0.5,
        0.0,
        0.0,
    ]
