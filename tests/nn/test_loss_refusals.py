"""What losses refuse, and how they say so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ShapeError
from nn import functional as F

RNG = np.random.default_rng(1)
X, T = RNG.normal(size=(2, 4, 3))
CHANCES = RNG.uniform(0.05, 0.95, size=(4, 3))
BITS = RNG.integers(0, 2, size=(4, 3))
BITS[0] = 0
SIGNS = 2 * BITS - 1
CLASSES = np.array([0, 2, -100, 1])
SHARES = RNG.dirichlet(np.ones(3), size=4)
LN_P = np.log(SHARES)
WEIGHT = np.array([0.5, 2.0, 1.5])

REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: F.p_norm_loss(X, T, 0.5), ValueError, "needs a finite p of at least 1, got 0.5"),
    (lambda: F.p_norm_loss(X, T, np.inf), ValueError, "needs a finite p of at least 1, got inf"),
    (lambda: F.huber_loss(X, T, delta=0), ValueError, "needs a finite delta above 0, got 0"),
    (lambda: F.smooth_l1_loss(X, T, beta=-1), ValueError, "needs a finite beta of at least 0, got"),
    (lambda: F.hinge_loss(X, BITS), ValueError, r"labels 1 and -1, got 0; 2 \* t - 1 makes them"),
    (lambda: F.hinge_embedding_loss(X, BITS), ValueError, "needs labels 1 and -1, got 0"),
    (lambda: F.hinge_loss(X, SIGNS[0]), ShapeError, r"one shape, got \(4, 3\) and \(3,\)"),
    (lambda: F.multi_margin_loss(X, CLASSES), IndexError, "got the class index -100, but scores"),
    (lambda: F.multi_margin_loss(X, CLASSES, 3), ValueError, "needs p to be 1 or 2, got 3"),
    (lambda: F.multi_margin_loss(0.0, 0), ShapeError, r"scores of shape \(N, C\) or \(C\), got"),
    (
        lambda: F.cosine_embedding_loss(X, T, SIGNS),
        ShapeError,
        r"inputs of shape \(N, D\) and a target of shape \(N\), or \(D\) and \(\), got \(4, 3\)",
    ),
    (lambda: F.cosine_embedding_loss(X, T, BITS[:, 0]), ValueError, "needs labels 1 and -1"),
    (lambda: F.cosine_embedding_loss(X, T, 1, 2), ValueError, "margin from -1 to 1, got 2"),
    (lambda: F.cosine_similarity(X, T, 1, dim=1), TypeError, "axis and dim are two names"),
    (lambda: F.kl_div(LN_P, 2 * SHARES + 1), ValueError, r"kl_div needs targets in \[0, 1\], got"),
    (
        lambda: F.nll_loss(X, CLASSES + 4),
        IndexError,
        r"nll_loss got the class index 4, but log-probabilities of shape \(4, 3\) have 3 classes",
    ),
    (
        lambda: F.nll_loss(X, SHARES),
        ShapeError,
        r"log-probabilities of shape \(4, 3\) needs class indices of shape \(4,\), got a target",
    ),
    (lambda: F.nll_loss(X, [0.0, 1, 2, 0]), TypeError, "of an integer dtype, got float64; convert"),
    (lambda: F.cross_entropy(X, CLASSES, [1, 2]), ShapeError, r"each of the 3 classes, got shape"),
    (lambda: F.cross_entropy(X, CLASSES, -WEIGHT), ValueError, "without negative numbers, got -2"),
    (
        lambda: F.cross_entropy(X, CLASSES, label_smoothing=1.5),
        ValueError,
        r"cross_entropy needs label_smoothing in \[0, 1\], got 1.5",
    ),
    (lambda: F.cross_entropy(X, CLASSES + 3, ignore_index=6), IndexError, "class index 3, but"),
    (
        lambda: F.binary_cross_entropy(CHANCES, BITS, np.ones((2, 1))),
        ShapeError,
        r"a weight that broadcasts to the shape \(4, 3\) of the input, got shape \(2, 1\)",
    ),
    (
        lambda: F.binary_cross_entropy_with_logits(X[0], BITS[0], pos_weight=np.ones((2, 3))),
        ShapeError,
        r"a pos_weight that broadcasts to the shape \(3,\)",
    ),
    (
        lambda: F.binary_cross_entropy_with_logits(X, BITS, pos_weight=[-1.0]),
        ValueError,
        "needs a pos_weight without negative numbers, got -1",
    ),
    (
        lambda: F.kl_div(LN_P, SHARES, reduction="avg"),
        ValueError,
        "reduction must be 'mean', 'sum', 'none' or 'batchmean', got 'avg'",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_makes_no_sense_is_refused(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        call()
