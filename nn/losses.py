"""Losses as modules: `loss = MSELoss()`, then `loss(input, target)`; formulas in `functional`."""

from typing import Any

from nn import functional
from nn.functional.operands import Reduction, require_reduction
from nn.module import Module


class Loss(Module):
    """Base of the losses: holds how the losses of single entries become one number."""

    decision = 0.5
    """The output at which two classes are equally likely, where outputs are compared with one."""

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        require_reduction(reduction)
        self.reduction: Reduction = reduction

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class MSELoss(Loss):
    """Mean squared error, `(x - t)^2`: `functional.mse_loss`.

    >>> import numpy as np
    >>> MSELoss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(4.0)
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Mean absolute error, `|x - t|`: `functional.l1_loss`."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.l1_loss(input, target, self.reduction)


class BCELoss(Loss):
    """Binary cross-entropy of probabilities: `functional.binary_cross_entropy`."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy(input, target, self.reduction)


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of raw scores: `functional.binary_cross_entropy_with_logits`."""

    decision = 0.0

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(input, target, self.reduction)


class CrossEntropyLoss(Loss):
    """Cross-entropy of raw scores with classes or probabilities: `functional.cross_entropy`."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.cross_entropy(input, target, self.reduction)
