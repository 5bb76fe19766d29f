"""Losses as modules: `loss = MSELoss()`, then `loss(input, target)`.

Formulas, shapes and errors stand with the functions of `nn.functional` that they call.
"""

import inspect
from typing import Any, Literal

from autograd import Tensor
from nn import functional
from nn.functional.operands import Reduction, require_reduction
from nn.module import Module


class Loss(Module):
    """Base of the losses: holds how the losses of single entries become one number."""

    decision = 0.5
    """The output at which two classes are equally likely, where outputs are compared with one."""

    def __init__(self, *, reduction: Reduction = "mean") -> None:
        require_reduction(reduction)
        self.reduction: Any = reduction

    def extra_repr(self) -> str:
        """Return the settings that are not the defaults."""
        settings = inspect.signature(type(self).__init__).parameters.values()
        chosen = [(p, vars(self).get(p.name, p.default)) for p in settings]
        return ", ".join(
            f"{p.name}={value!r}"
            for p, value in chosen
            if value is not p.default and (p.default is None or value != p.default)
        )


# Losses of numbers -------------------------------------------------------------------------------


class MSELoss(Loss):
    """Mean squared error, `(x - t)^2`: `functional.mse_loss`.

    >>> import numpy as np
    >>> MSELoss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(4.0)
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, reduction=self.reduction)


class HalfSquaredLoss(Loss):
    """Half the squared error, `1/2 (x - t)^2`: `functional.half_squared_loss`.

    >>> import numpy as np
    >>> HalfSquaredLoss(reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(2.0)
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.half_squared_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """Mean absolute error, `|x - t|`: `functional.l1_loss`.

    >>> import numpy as np
    >>> L1Loss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(1.0)
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.l1_loss(input, target, reduction=self.reduction)


class PNormLoss(Loss):
    """The p-th power of the absolute error, `|x - t|^p`: `functional.p_norm_loss`.

    >>> import numpy as np
    >>> PNormLoss(3, reduction="sum")(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    np.float64(8.0)
    """

    def __init__(self, p: float = 2.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.p = p

    def forward(self, input: Any, target: Any) -> Any:
        return functional.p_norm_loss(input, target, self.p, reduction=self.reduction)


class HuberLoss(Loss):
    """Quadratic up to an error of `delta`, then linear: `functional.huber_loss`.

    >>> import numpy as np
    >>> HuberLoss(delta=2.0)(np.array([1.0, 4.0]), np.array([0.0, 0.0]))
    np.float64(3.25)
    """

    def __init__(self, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        return functional.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """The absolute error, its kink rounded off within `beta`: `functional.smooth_l1_loss`.

    >>> import numpy as np
    >>> SmoothL1Loss(beta=2.0)(np.array([1.0, 4.0]), np.array([0.0, 0.0]))
    np.float64(1.625)
    """

    def __init__(self, *, reduction: Reduction = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


# Losses of classes -------------------------------------------------------------------------------


class BCELoss(Loss):
    """Binary cross-entropy of probabilities: `functional.binary_cross_entropy`.

    >>> import numpy as np
    >>> BCELoss()(np.array([0.5, 0.5]), np.array([1, 0]))
    np.float64(0.6931471805599453)
    """

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of raw scores: `functional.binary_cross_entropy_with_logits`.

    >>> import numpy as np
    >>> BCEWithLogitsLoss(pos_weight=[3.0])(np.array([0.0]), np.array([1]))
    Tensor(2.0794415416798357)
    """

    weight: Tensor | None
    pos_weight: Tensor | None
    decision = 0.0

    def __init__(
        self, weight: Any = None, *, reduction: Reduction = "mean", pos_weight: Any = None
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class CrossEntropyLoss(Loss):
    """Cross-entropy of raw scores with classes or probabilities: `functional.cross_entropy`.

    >>> import numpy as np
    >>> CrossEntropyLoss()(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]))
    np.float64(0.34657359027997264)
    """

    weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Loss):
    """Negative log-likelihood of log-probabilities: `functional.nll_loss`.

    >>> import numpy as np
    >>> NLLLoss()(np.log(np.array([[0.5, 0.5], [0.25, 0.75]])), np.array([0, 0]))
    np.float64(1.0397207708399179)
    """

    weight: Tensor | None

    def __init__(
        self, weight: Any = None, *, ignore_index: int = -100, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        return functional.nll_loss(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class KLDivLoss(Loss):
    """Kullback-Leibler divergence from log-probabilities: `functional.kl_div`.

    >>> import numpy as np
    >>> KLDivLoss(reduction="batchmean")(np.log(np.array([[0.5, 0.5]])), np.array([[1.0, 0.0]]))
    np.float64(0.6931471805599453)
    """

    def __init__(
        self,
        *,
        reduction: Reduction | Literal["batchmean"] = "mean",
        log_target: bool = False,
    ) -> None:
        require_reduction(reduction, "batchmean")
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: Any, target: Any) -> Any:
        return functional.kl_div(
            input, target, reduction=self.reduction, log_target=self.log_target
        )


# With a margin -----------------------------------------------------------------------------------


class HingeLoss(Loss):
    """`max(0, margin - t x)` for labels t of 1 or -1: `functional.hinge_loss`.

    >>> import numpy as np
    >>> HingeLoss(reduction="none")(np.array([3.0, 0.5, 1.0]), np.array([1, 1, -1]))
    array([0. , 0.5, 2. ])
    """

    decision = 0.0

    def __init__(self, margin: float = 1.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        return functional.hinge_loss(input, target, self.margin, reduction=self.reduction)


class HingeEmbeddingLoss(Loss):
    """Loss of distances of like and unlike pairs: `functional.hinge_embedding_loss`.

    >>> import numpy as np
    >>> HingeEmbeddingLoss()(np.array([0.25, 0.25]), np.array([1, -1]))
    np.float64(0.5)
    """

    def __init__(self, margin: float = 1.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Any:
        return functional.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MultiMarginLoss(Loss):
    """Hinge loss of several classes: `functional.multi_margin_loss`.

    >>> import numpy as np
    >>> MultiMarginLoss(p=2)(np.array([[0.0, 1.0]]), np.array([0]))
    np.float64(2.0)
    """

    weight: Tensor | None

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        *,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        self.p, self.margin = p, margin
        self.register_buffer("weight", weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )


class CosineEmbeddingLoss(Loss):
    """Loss of the angles of like and unlike pairs: `functional.cosine_embedding_loss`.

    >>> import numpy as np
    >>> x1, x2 = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [2.0, 0.0]])
    >>> CosineEmbeddingLoss()(x1, x2, np.array([1, -1]))
    np.float64(1.0)
    """

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return functional.cosine_embedding_loss(
            input1, input2, target, self.margin, reduction=self.reduction
        )
