"""Every loss with all its options against PyTorch's: values, gradients, second derivatives."""

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional
from tests.oracle.bridge import F, assert_same, compare_derivatives, compare_values, torch

pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)
N, C = 6, 5
X, T = 1.5 * RNG.normal(size=(2, N, C))
CHANCES, OTHER_CHANCES = RNG.uniform(0.02, 0.98, size=(2, N, C))
BITS = RNG.integers(0, 2, size=(N, C)).astype(float)
SIGNS = 2 * BITS - 1
CLASSES = np.array([0, 4, 2, 2, 1, 3])
SOME_CLASSES = np.array([0, -100, 2, -100, 1, 3])
SHARES = RNG.dirichlet(np.ones(C), size=N)
LOG_SHARES = np.log(RNG.dirichlet(np.ones(C), size=N))
WEIGHT = RNG.uniform(0.2, 3, size=C)
PICTURE, PICTURE_CLASSES = RNG.normal(size=(2, C, 3, 4)), RNG.integers(0, C, size=(2, 3, 4))
SEGMENTS = np.where(PICTURE_CLASSES == 1, 255, PICTURE_CLASSES)
PICTURE_SHARES = np.moveaxis(RNG.dirichlet(np.ones(C), size=(2, 3, 4)), -1, 1)
V1, V2 = RNG.normal(size=(2, N, C))

Options = dict[str, Any]


def case(function: str, *operands: Any, **options: Any) -> Any:
    """Return a function of ours and of PyTorch's, which have one name."""
    shown = ", ".join(
        f"{name}={'array' if isinstance(value, np.ndarray) else value}"
        for name, value in options.items()
    )
    arrays = [np.asarray(x) for x in operands]
    shapes = " ".join(str(x.shape) for x in arrays)
    return pytest.param(function, arrays, options, id=f"{function} {shapes} {shown}")


SMOOTH = [
    case("mse_loss", X, T),
    case("mse_loss", X[0, 0], T[0, 0]),
    case("l1_loss", X, T),
    case("huber_loss", X, T),
    case("huber_loss", X, T, delta=0.3),
    case("smooth_l1_loss", X, T),
    case("smooth_l1_loss", X, T, beta=0.4),
    case("smooth_l1_loss", X, T, beta=0.0),
    case("binary_cross_entropy_with_logits", X, BITS),
    case("binary_cross_entropy_with_logits", 5 * X, SHARES, weight=WEIGHT),
    case("binary_cross_entropy_with_logits", X, SHARES, pos_weight=WEIGHT),
    case("binary_cross_entropy_with_logits", X, SHARES, weight=SHARES, pos_weight=WEIGHT),
    case("cross_entropy", X, CLASSES),
    case("cross_entropy", X, CLASSES, weight=WEIGHT),
    case("cross_entropy", X, SOME_CLASSES, weight=WEIGHT),
    case("cross_entropy", X, SOME_CLASSES, label_smoothing=0.2),
    case("cross_entropy", X, SOME_CLASSES, weight=WEIGHT, label_smoothing=0.2),
    case("cross_entropy", X, CLASSES, ignore_index=2),
    case("cross_entropy", X, CLASSES, weight=WEIGHT, ignore_index=2, label_smoothing=1.0),
    case("cross_entropy", X[0], CLASSES[0]),
    case("cross_entropy", X[0], CLASSES[0], weight=WEIGHT, label_smoothing=0.1),
    case("cross_entropy", PICTURE, PICTURE_CLASSES),
    case("cross_entropy", PICTURE, SEGMENTS, weight=WEIGHT, ignore_index=255),
    case("cross_entropy", PICTURE, PICTURE_CLASSES, weight=WEIGHT, label_smoothing=0.3),
    case("cross_entropy", X, SHARES),
    case("cross_entropy", X, SHARES, weight=WEIGHT, label_smoothing=0.2),
    case("cross_entropy", X[0], SHARES[0], weight=WEIGHT),
    case("cross_entropy", PICTURE, PICTURE_SHARES, weight=WEIGHT, label_smoothing=0.1),
    case("nll_loss", LOG_SHARES, CLASSES),
    case("nll_loss", LOG_SHARES, SOME_CLASSES, weight=WEIGHT),
    case("nll_loss", LOG_SHARES, CLASSES, weight=WEIGHT, ignore_index=2),
    case("nll_loss", LOG_SHARES[0], CLASSES[0], weight=WEIGHT),
    case("nll_loss", PICTURE, SEGMENTS, weight=WEIGHT, ignore_index=255),
    case("kl_div", LOG_SHARES, SHARES),
    case("kl_div", LOG_SHARES, np.log(SHARES), log_target=True),
    case("hinge_embedding_loss", X, SIGNS.astype(int)),
    case("hinge_embedding_loss", X, SIGNS.astype(int), margin=0.5),
    case("cosine_embedding_loss", V1, V2, SIGNS[:, 0].astype(int)),
    case("cosine_embedding_loss", V1, V2, SIGNS[:, 0].astype(int), margin=0.2),
    case("cosine_embedding_loss", V1[0], V2[0], np.array(-1), margin=-0.5),
]
FIRST_ORDER = [
    case("multi_margin_loss", X, CLASSES),
    case("multi_margin_loss", X, CLASSES, p=2, margin=0.7),
    case("multi_margin_loss", X, CLASSES, weight=WEIGHT),
    case("multi_margin_loss", X[0], CLASSES[0], p=2, weight=WEIGHT),
]
"""PyTorch has no second derivative of these."""


def compared(function: str, options: Options) -> tuple[Callable[..., Any], Callable[..., Any]]:
    ours, theirs = getattr(functional, function), getattr(F, function)
    weights = {k: torch.tensor(v) for k, v in options.items() if isinstance(v, np.ndarray)}
    return lambda *xs: ours(*xs, **options), lambda *xs: theirs(*xs, **{**options, **weights})


def compare(ours: Any, theirs: Any, operands: Any) -> None:
    compare_values(ours, theirs, operands)
    compare_derivatives(ours, theirs, operands)


def compare_slopes(ours: Any, theirs: Any, operands: Any) -> None:
    """Values and gradients, where PyTorch has no second derivatives or not so exact ones."""
    compare_values(ours, theirs, operands)
    mine = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in operands]
    others = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in operands]
    y, yt = ours(*mine), theirs(*others)
    # An uneven weight for each entry, where there are several.
    weights = 1 + np.arange(float(y.size)).reshape(y.shape)
    np.sum(weights * y).backward()
    (torch.tensor(weights) * yt).sum().backward()
    for x, xt in zip(mine, others, strict=True):
        if x.requires_grad:
            assert_same(x.grad, xt.grad)


# PyTorch means to change what the mean of a divergence is.
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total loss:UserWarning")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("function", "operands", "options"), SMOOTH)
def test_to_second_order(
    function: str, operands: list[Any], options: Options, reduction: str
) -> None:
    compare(*compared(function, options | {"reduction": reduction}), operands)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("function", "operands", "options"), FIRST_ORDER)
def test_to_first_order(
    function: str, operands: list[Any], options: Options, reduction: str
) -> None:
    compare_slopes(*compared(function, options | {"reduction": reduction}), operands)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("options", [{}, {"weight": WEIGHT}], ids=["", "weight"])
@pytest.mark.parametrize("target", [BITS, OTHER_CHANCES], ids=["bits", "chances"])
def test_binary_cross_entropy(target: Any, options: Options, reduction: str) -> None:
    ours, theirs = compared("binary_cross_entropy", options | {"reduction": reduction})
    # PyTorch adds 1e-12 to denominators in second derivatives.
    compare_slopes(ours, theirs, (CHANCES, target))


@pytest.mark.parametrize("options", [{}, {"log_target": True}], ids=["", "log_target"])
def test_the_divergence_by_its_definition(options: Options) -> None:
    target = np.log(SHARES) if options else SHARES
    compare(
        *compared("kl_div", options | {"reduction": "batchmean"}),
        (LOG_SHARES, target),
    )


@pytest.mark.parametrize(
    ("function", "operands", "options"),
    [
        case("cosine_similarity", V1, V2),
        case("cosine_similarity", V1, V2, dim=0),
        case("cosine_similarity", V1, V2[:1], dim=-1),
        case("cosine_similarity", PICTURE, PICTURE[::-1].copy()),
    ],
)
def test_cosine_similarity(function: str, operands: list[Any], options: Options) -> None:
    compare(*compared(function, options), operands)


def test_cosine_similarity_of_short_vectors() -> None:
    # The values only: PyTorch differentiates the length as if it were not held above eps.
    compare_values(*compared("cosine_similarity", {"eps": 2.0}), (V1, V2))


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("function", ["cross_entropy", "nll_loss"])
def test_the_mean_of_no_rows(function: str) -> None:
    target = np.full(N, -100)
    ours, theirs = compared(function, {})
    x, xt = Tensor(LOG_SHARES, requires_grad=True), torch.tensor(LOG_SHARES, requires_grad=True)
    value, other = ours(x, target), theirs(xt, torch.tensor(target))
    assert np.isnan(value.item())
    assert np.isnan(other.item())
    value.backward()
    other.backward()
    np.testing.assert_array_equal(x.grad, xt.grad.numpy())


MODULES = [
    "MSELoss L1Loss HuberLoss SmoothL1Loss BCELoss BCEWithLogitsLoss CrossEntropyLoss NLLLoss",
    "KLDivLoss HingeEmbeddingLoss MultiMarginLoss CosineEmbeddingLoss",
]


@pytest.mark.parametrize("name", " ".join(MODULES).split())
def test_modules_have_the_same_settings_and_defaults(name: str) -> None:
    ours, theirs = getattr(nn, name), getattr(torch.nn, name)
    made, other = ours(), theirs()
    here, there = (
        [p for p in signature(kind.__init__).parameters if p not in ("size_average", "reduce")]
        for kind in (ours, theirs)
    )
    assert set(here) == set(there) or name in ("MSELoss", "L1Loss")
    for setting in here[1:]:
        assert getattr(made, setting) == getattr(other, setting)
    assert list(made.state_dict()) == list(other.state_dict())


@pytest.mark.parametrize("name", ["BCELoss", "CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"])
def test_weights_are_part_of_the_state(name: str) -> None:
    ours = getattr(nn, name)(weight=WEIGHT)
    theirs = getattr(torch.nn, name)(weight=torch.ones(C, dtype=torch.float64))
    theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
    np.testing.assert_array_equal(theirs.weight.numpy(), WEIGHT)
