"""Weights, margins, smoothing, ignored rows and corners of the losses; all of them by gradcheck."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck
from nn import functional as F

RNG = np.random.default_rng(1)
N, C = 4, 3
X, T = RNG.normal(size=(2, N, C))
CHANCES, OTHERS = RNG.uniform(0.05, 0.95, size=(2, N, C))
BITS = RNG.integers(0, 2, size=(N, C))
SIGNS = 2 * BITS - 1
CLASSES = np.array([0, 2, -100, 1])
SHARES = RNG.dirichlet(np.ones(C), size=N)
LN_P = np.log(RNG.dirichlet(np.ones(C), size=N))
WEIGHT = np.array([0.5, 2.0, 1.5])

Loss = Callable[..., Any]

CASES: list[tuple[Loss, Any, Any, dict[str, Any]]] = [
    (F.mse_loss, X, T, {}),
    (F.half_squared_loss, X, T, {}),
    (F.l1_loss, X, T, {}),
    (F.p_norm_loss, X, T, {"p": 1}),
    (F.p_norm_loss, X, T, {"p": 2.5}),
    (F.p_norm_loss, X, T, {"p": 4}),
    (F.huber_loss, X, T, {"delta": 0.7}),
    (F.smooth_l1_loss, X, T, {"beta": 0.7}),
    (F.smooth_l1_loss, X, T, {"beta": 0.0}),
    (F.binary_cross_entropy, CHANCES, OTHERS, {"weight": WEIGHT}),
    (F.binary_cross_entropy_with_logits, X, OTHERS, {"weight": WEIGHT}),
    (F.binary_cross_entropy_with_logits, X, OTHERS, {"pos_weight": WEIGHT}),
    (F.cross_entropy, X, CLASSES, {}),
    (F.cross_entropy, X, CLASSES, {"weight": WEIGHT}),
    (F.cross_entropy, X, CLASSES, {"weight": WEIGHT, "label_smoothing": 0.2}),
    (F.cross_entropy, X, SHARES, {"weight": WEIGHT, "label_smoothing": 0.2}),
    (F.nll_loss, LN_P, CLASSES, {"weight": WEIGHT}),
    (F.kl_div, LN_P, SHARES, {}),
    (F.kl_div, LN_P, np.log(SHARES), {"log_target": True}),
    (F.hinge_loss, X, SIGNS, {"margin": 0.8}),
    (F.hinge_embedding_loss, X, SIGNS, {"margin": 0.8}),
    (F.multi_margin_loss, X, CLASSES % C, {"weight": WEIGHT}),
    (F.multi_margin_loss, X, CLASSES % C, {"p": 2, "margin": 0.8}),
]


def name_of(value: Any) -> str | None:
    return value.__name__ if callable(value) else str(value) if isinstance(value, dict) else ""


def moves(target: Any) -> bool:
    return np.asarray(target).dtype.kind == "f"


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("loss", "x", "t", "options"), CASES, ids=name_of)
def test_derivatives_of_both_operands_in_both_modes_to_second_order(
    loss: Loss, x: Any, t: Any, options: dict[str, Any], reduction: str
) -> None:
    options = options | {"reduction": reduction}
    if moves(t):
        gradcheck(lambda a, b: loss(a, b, **options), x, t)
    else:
        gradcheck(lambda a: loss(a, t, **options), x)


@pytest.mark.parametrize("sign", [1, -1])
def test_derivatives_of_angles(sign: int) -> None:
    gradcheck(lambda a, b: F.cosine_similarity(a, b, axis=0), X, T)
    gradcheck(lambda a, b: F.cosine_embedding_loss(a, b, np.full(N, sign), -0.9), X, T)


def test_third_derivatives_of_declared_losses() -> None:
    for loss, x, t in [
        (F.cross_entropy, X, CLASSES),
        (F.binary_cross_entropy, CHANCES, OTHERS),
        (F.binary_cross_entropy_with_logits, X, OTHERS),
    ]:
        gradcheck(autograd.grad(lambda a, loss=loss, t=t: loss(a, t)), x)


# Precision ---------------------------------------------------------------------------------------


def walked(tensor: Tensor) -> Iterator[Any]:
    """All values from which `tensor` was computed, and itself."""
    yield tensor
    for x in tensor.inputs:
        if type(x) is Tensor:
            yield from walked(x)
        else:
            yield x


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("loss", "x", "t", "options"), CASES, ids=name_of)
@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_float64_data_and_weights_leave_no_float64_in_the_record(
    loss: Loss, x: Any, t: Any, options: dict[str, Any], reduction: str, kind: Any
) -> None:
    if loss in (F.binary_cross_entropy, F.kl_div):
        options = {k: v for k, v in options.items() if k != "log_target"}
        t = np.abs(t) % 1
    weights = {k: kind(v) for k, v in options.items() if "weight" in k}
    leaf = Tensor(x.astype(np.float32), requires_grad=True)
    value = loss(leaf, kind(t), **(options | weights), reduction=reduction)
    wide = [v for v in walked(value) if getattr(v, "dtype", None) == np.float64]
    assert wide == []
    np.sum(value).backward()
    assert leaf.grad.dtype == np.float32


@pytest.mark.parametrize(("loss", "x", "t", "options"), CASES, ids=name_of)
def test_plain_arrays_and_lists_stay_plain(
    loss: Loss, x: Any, t: Any, options: dict[str, Any]
) -> None:
    value = loss(x, t, **options)
    assert isinstance(value, np.float64)
    assert loss(x.tolist(), np.asarray(t).tolist(), **options) == value


# Formulas ----------------------------------------------------------------------------------------


def test_losses_of_numbers_by_hand() -> None:
    d = X - T
    both = {"input": X, "target": T, "reduction": "none"}
    np.testing.assert_allclose(F.half_squared_loss(**both), d**2 / 2)
    np.testing.assert_allclose(F.p_norm_loss(**both, p=2.5), np.abs(d) ** 2.5)
    np.testing.assert_allclose(F.p_norm_loss(**both, p=1), F.l1_loss(**both))
    np.testing.assert_allclose(F.p_norm_loss(**both), F.mse_loss(**both))
    huber = np.where(np.abs(d) <= 0.7, d**2 / 2, 0.7 * (np.abs(d) - 0.35))
    np.testing.assert_allclose(F.huber_loss(**both, delta=0.7), huber)
    np.testing.assert_allclose(F.smooth_l1_loss(**both, beta=0.7), huber / 0.7)
    np.testing.assert_allclose(F.smooth_l1_loss(**both, beta=0.0), np.abs(d))


def test_weighted_binary_losses_by_hand() -> None:
    p = 1 / (1 + np.exp(-X))
    by_hand = -WEIGHT * (OTHERS * np.log(p) + (1 - OTHERS) * np.log(1 - p))
    options: dict[str, Any] = {"weight": WEIGHT, "reduction": "none"}
    np.testing.assert_allclose(F.binary_cross_entropy(p, OTHERS, **options), by_hand)
    np.testing.assert_allclose(F.binary_cross_entropy_with_logits(X, OTHERS, **options), by_hand)
    assert F.binary_cross_entropy(p, OTHERS, WEIGHT) == pytest.approx(by_hand.mean())
    positive = -(WEIGHT * OTHERS * np.log(p) + (1 - OTHERS) * np.log(1 - p))
    np.testing.assert_allclose(
        F.binary_cross_entropy_with_logits(X, OTHERS, pos_weight=WEIGHT, reduction="none"), positive
    )


def test_the_weighted_mean_is_over_the_weights_of_the_rows_that_count() -> None:
    ln_p = X - np.log(np.exp(X).sum(axis=1, keepdims=True))
    picked = np.array([-ln_p[0, 0], -ln_p[1, 2], 0, -ln_p[3, 1]])
    rows = np.array([0.5, 1.5, 0, 2.0])
    for loss, x in ((F.cross_entropy, X), (F.nll_loss, ln_p)):
        assert loss(x, CLASSES, WEIGHT) == pytest.approx((rows * picked).sum() / rows.sum())
        assert loss(x, CLASSES) == pytest.approx(picked.sum() / 3)
        np.testing.assert_allclose(loss(x, CLASSES, WEIGHT, reduction="none"), rows * picked)


def test_smoothing_mixes_in_the_uniform_distribution() -> None:
    classes = np.array([0, 2, 1, 1])
    mixed = 0.7 * np.eye(3)[classes] + 0.1
    assert F.cross_entropy(X, classes, label_smoothing=0.3) == pytest.approx(
        F.cross_entropy(X, mixed)
    )
    assert F.cross_entropy(X, np.eye(3)[classes], label_smoothing=0.3) == pytest.approx(
        F.cross_entropy(X, mixed)
    )


def test_an_ignored_row_has_no_influence_whatever_stands_in_it() -> None:
    x = X.copy()
    x[2] = [-np.inf, 5, 7]
    for options in ({}, {"label_smoothing": 0.0, "weight": WEIGHT}):
        leaf = Tensor(x, requires_grad=True)
        loss = F.cross_entropy(leaf, CLASSES, **options)
        loss.backward()
        assert loss.item() == F.cross_entropy(X, CLASSES, **options)
        assert not leaf.grad[2].any()
        assert leaf.grad[[0, 1, 3]].all()
    assert F.cross_entropy(X, CLASSES % C, ignore_index=2) == F.cross_entropy(
        X, np.where(CLASSES % C == 2, -100, CLASSES % C)
    )


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        (F.cross_entropy, {}),
        (F.cross_entropy, {"ignore_index": 1}),
        (F.cross_entropy, {"weight": WEIGHT, "label_smoothing": 0.1}),
        (F.nll_loss, {"weight": WEIGHT}),
    ],
)
def test_the_mean_of_no_rows_is_nan_and_teaches_nothing(
    loss: Loss, options: dict[str, Any]
) -> None:
    leaf = Tensor(X, requires_grad=True)
    target = np.full(N, options.get("ignore_index", -100))
    with pytest.warns(RuntimeWarning, match="invalid value"):
        value = loss(leaf, target, **options)
    assert np.isnan(value.item())
    with np.errstate(divide="ignore"):
        value.backward()
    np.testing.assert_array_equal(leaf.grad, np.zeros_like(X))
    assert loss(leaf, target, **options, reduction="sum").item() == 0


def test_a_divergence_by_its_definition() -> None:
    expected = np.sum(SHARES * (np.log(SHARES) - LN_P))
    assert F.kl_div(LN_P, SHARES, reduction="sum") == pytest.approx(expected)
    assert F.kl_div(LN_P, SHARES, reduction="batchmean") == pytest.approx(expected / N)
    assert F.kl_div(LN_P, SHARES) == pytest.approx(expected / SHARES.size)
    logs: dict[str, Any] = {"log_target": True, "reduction": "sum"}
    assert F.kl_div(LN_P, np.log(SHARES), **logs) == pytest.approx(expected)
    assert F.kl_div(np.log([0.5, 0.5]), [0.0, 1.0], reduction="sum") == pytest.approx(np.log(2))


def test_margins_by_hand() -> None:
    none: dict[str, Any] = {"reduction": "none"}
    hinge = np.maximum(0, 0.8 - SIGNS * X)
    np.testing.assert_allclose(F.hinge_loss(X, SIGNS, 0.8, **none), hinge)
    embedding = np.where(SIGNS == 1, X, np.maximum(0, 0.8 - X))
    np.testing.assert_allclose(F.hinge_embedding_loss(X, SIGNS, 0.8, **none), embedding)
    classes = CLASSES % C
    for p in (1, 2):
        by_hand = [
            WEIGHT[t] * sum(max(0, 0.8 - x[t] + x[c]) ** p for c in range(C) if c != t) / C
            for x, t in zip(X, classes, strict=True)
        ]
        found = F.multi_margin_loss(X, classes, p, 0.8, WEIGHT, **none)
        np.testing.assert_allclose(found, by_hand)
    assert F.multi_margin_loss(X[0], 2) == pytest.approx(F.multi_margin_loss(X[:1], [2]))


def test_angles_by_hand() -> None:
    cosine = np.sum(X * T, axis=1) / np.sqrt(np.sum(X**2, axis=1) * np.sum(T**2, axis=1))
    np.testing.assert_allclose(F.cosine_similarity(X, T), cosine)
    np.testing.assert_allclose(F.cosine_similarity(X.T, T.T, dim=0), cosine)
    signs = np.array([1, -1, 1, -1])
    losses = np.where(signs == 1, 1 - cosine, np.maximum(0, cosine - 0.1))
    np.testing.assert_allclose(F.cosine_embedding_loss(X, T, signs, 0.1, reduction="none"), losses)


# Corners -----------------------------------------------------------------------------------------


def slope_at(loss: Loss, x: Any, t: Any, **options: Any) -> Any:
    leaf = Tensor(np.array(x, dtype=float), requires_grad=True)
    loss(leaf, np.array(t), **options, reduction="sum").backward()
    return leaf.grad.tolist()


def test_kinks_have_slope_0() -> None:
    assert slope_at(F.l1_loss, [2.0], [2.0]) == [0]
    assert slope_at(F.hinge_loss, [1.0, -1.0], [1, -1]) == [0, 0]
    assert slope_at(F.hinge_embedding_loss, [1.0], [-1]) == [0]
    assert slope_at(F.multi_margin_loss, [[1.0, 0.0]], [0]) == [[0, 0]]
    for p in (1, 1.5, 2, 3):
        assert slope_at(F.p_norm_loss, [2.0], [2.0], p=p) == [0]


def test_where_the_pieces_of_huber_s_loss_meet_so_do_their_slopes() -> None:
    assert slope_at(F.huber_loss, [0.7, -0.7, 0.0], [0.0, 0.0, 0.0], delta=0.7) == [0.7, -0.7, 0]
    assert slope_at(F.smooth_l1_loss, [0.7, -0.7], [0.0, 0.0], beta=0.7) == [1, -1]


def test_the_curvature_of_even_powers_is_right_at_0() -> None:
    for p, expected in ((2, 2), (4, 0)):
        second = autograd.hessian(lambda x, p=p: F.p_norm_loss(x, 0.0, p))
        assert second(0.0) == expected


def test_certain_probabilities_have_finite_slopes_that_lead_back() -> None:
    slopes = slope_at(F.binary_cross_entropy, [0.0, 1.0, 0.0, 1.0], [0, 1, 1, 0])
    # Right ones have the slopes of -ln(1 - p) and -ln(p); wrong ones very large ones.
    assert slopes == pytest.approx([1, -1, -1e12, 1e12])


def test_an_almost_certain_probability_keeps_its_small_loss() -> None:
    losses = F.binary_cross_entropy([1e-20, 1e-9], [0, 0], reduction="none")
    np.testing.assert_allclose(losses, [1e-20, 1e-9 + 5e-19], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_a_thousand_are_exact(dtype: type) -> None:
    x = Tensor(np.array([1000, -1000, 1000, -1000], dtype), requires_grad=True)
    t = np.array([1, 0, 0, 1])
    losses = F.binary_cross_entropy_with_logits(x, t, reduction="none")
    assert losses.data.tolist() == [0, 0, 1000, 1000]
    np.sum(losses).backward()
    assert x.grad.tolist() == [0, 0, 1, -1]
    scores = Tensor(np.array([[1000, -1000], [-1000, 1000]], dtype), requires_grad=True)
    losses = F.cross_entropy(scores, np.array([0, 0]), reduction="none")
    assert losses.data.tolist() == [0, 2000]
    np.sum(losses).backward()
    assert scores.grad.tolist() == [[0, 0], [-1, 1]]


def test_a_class_that_is_masked_by_minus_infinity_costs_nothing() -> None:
    x = Tensor(np.array([[0.0, -np.inf, 0.0]]), requires_grad=True)
    loss = F.cross_entropy(x, np.array([0]))
    loss.backward()
    assert loss.item() == pytest.approx(np.log(2))
    assert x.grad.tolist() == [[-0.5, 0, 0.5]]


def test_a_vector_of_zeros_is_at_right_angles_to_all() -> None:
    zeros = Tensor(np.zeros((1, 3)), requires_grad=True)
    cosine = F.cosine_similarity(zeros, X[:1])
    cosine.backward()
    assert cosine.data.tolist() == [0]
    assert np.isfinite(zeros.grad).all()


# Penalties ---------------------------------------------------------------------------------------


def test_penalties_are_sums_over_all_entries() -> None:
    parameters = [Tensor(X, requires_grad=True), Tensor(WEIGHT, requires_grad=True)]
    l1, l2 = F.l1_penalty(iter(parameters)), F.l2_penalty(parameters)
    assert l1.item() == pytest.approx(np.abs(X).sum() + WEIGHT.sum())
    assert l2.item() == pytest.approx((X**2).sum() + (WEIGHT**2).sum())
    (l1 + 0.5 * l2).backward()
    np.testing.assert_allclose(parameters[0].grad, np.sign(X) + X)
    assert F.l2_penalty(parameters[1]).item() == pytest.approx((WEIGHT**2).sum())
    assert F.l2_penalty([Tensor(X.astype(np.float32))]).dtype == np.float32


@pytest.mark.parametrize("penalty", [F.l1_penalty, F.l2_penalty])
def test_an_iterator_that_is_used_up_is_no_penalty(penalty: Loss) -> None:
    used_up = iter([Tensor(X)])
    list(used_up)
    with pytest.raises(ValueError, match=f"{penalty.__name__} got no parameters; model.parameters"):
        penalty(used_up)
