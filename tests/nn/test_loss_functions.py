"""Losses against hand-written NumPy, closed forms and central differences; and their errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import ShapeError, Tensor
from nn import functional as F
from tests.nn.numeric import central_differences

RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(5, 4))
CLASSES = np.array([0, 3, 1, 1, 2])
SHARES = RNG.dirichlet(np.ones(4), size=5)
CHANCES = RNG.uniform(0.05, 0.95, size=(5, 4))
BITS = RNG.integers(0, 2, size=(5, 4))


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


BY_HAND = [
    (F.mse_loss, SCORES, CHANCES, (SCORES - CHANCES) ** 2),
    (F.l1_loss, SCORES, CHANCES, np.abs(SCORES - CHANCES)),
    (
        F.binary_cross_entropy,
        CHANCES,
        BITS,
        -np.where(BITS == 1, np.log(CHANCES), np.log(1 - CHANCES)),
    ),
    (
        F.binary_cross_entropy_with_logits,
        SCORES,
        SHARES,
        -(SHARES * np.log(1 / (1 + np.exp(-SCORES))))
        - (1 - SHARES) * np.log(1 / (1 + np.exp(SCORES))),
    ),
    (F.cross_entropy, SCORES, CLASSES, -np.log(softmax(SCORES)[np.arange(5), CLASSES])),
    (F.cross_entropy, SCORES, SHARES, -np.sum(SHARES * np.log(softmax(SCORES)), axis=1)),
]


@pytest.mark.parametrize(("loss", "x", "t", "expected"), BY_HAND)
def test_values_are_those_written_by_hand(
    loss: Callable[..., Any], x: np.ndarray, t: np.ndarray, expected: np.ndarray
) -> None:
    np.testing.assert_allclose(loss(Tensor(x), t, reduction="none").data, expected, rtol=1e-12)
    assert loss(Tensor(x), t, reduction="sum").item() == pytest.approx(expected.sum(), rel=1e-12)
    assert loss(Tensor(x), Tensor(t)).item() == pytest.approx(expected.mean(), rel=1e-12)
    # Plain arrays stay plain.
    assert isinstance(loss(x, t), np.float64)


@pytest.mark.parametrize(("loss", "x", "t", "expected"), BY_HAND)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_gradients_are_central_differences(
    loss: Callable[..., Any], x: np.ndarray, t: np.ndarray, expected: np.ndarray, reduction: str
) -> None:
    leaf = Tensor(x, requires_grad=True)
    loss(leaf, t, reduction=reduction).backward()
    numeric = central_differences(lambda: loss(leaf, t, reduction=reduction), leaf)
    np.testing.assert_allclose(leaf.grad, numeric, rtol=1e-6, atol=1e-8)


def test_gradients_have_their_closed_forms() -> None:
    x = Tensor(SCORES, requires_grad=True)
    F.cross_entropy(x, CLASSES, reduction="sum").backward()
    np.testing.assert_allclose(x.grad, softmax(SCORES) - np.eye(4)[CLASSES], rtol=1e-12)
    x.zero_grad()
    F.binary_cross_entropy_with_logits(x, BITS, reduction="sum").backward()
    np.testing.assert_allclose(x.grad, 1 / (1 + np.exp(-SCORES)) - BITS, rtol=1e-10, atol=1e-15)
    x.zero_grad()
    F.mse_loss(x, CHANCES).backward()
    np.testing.assert_allclose(x.grad, 2 * (SCORES - CHANCES) / 20, rtol=1e-12)


@settings(deadline=None)
@given(
    x=st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=6),
    data=st.data(),
)
def test_cross_entropy_neither_overflows_nor_turns_negative(x: list[float], data: Any) -> None:
    t = data.draw(st.integers(0, len(x) - 1))
    leaf = Tensor([x], requires_grad=True)
    loss = F.cross_entropy(leaf, np.array([t]))
    loss.backward()
    assert 0 <= loss.item() <= 2e4 + np.log(len(x)) + 1e-9
    assert np.isfinite(leaf.grad).all()
    assert np.sum(leaf.grad) == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(x=st.floats(-1e4, 1e4), t=st.floats(0, 1))
def test_binary_cross_entropy_with_logits_is_exact_for_any_score(x: float, t: float) -> None:
    leaf = Tensor(x, requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(leaf, t)
    loss.backward()
    # max(x, 0) - x t + ln(1 + e^-|x|), the usual form, is exact up to a rounding of its terms.
    usual = max(x, 0) - x * t + np.log1p(np.exp(-abs(x)))
    assert loss.item() == pytest.approx(usual, rel=1e-12, abs=1e-12 * (1 + abs(x)))
    assert -1 <= leaf.grad <= 1


def test_confident_scores_keep_their_small_losses() -> None:
    # The usual form loses these to cancellation.
    losses = F.binary_cross_entropy_with_logits(
        np.array([50.0, -50.0]), np.array([1, 0]), reduction="none"
    )
    np.testing.assert_allclose(losses, np.exp(-50), rtol=1e-12)


def test_binary_cross_entropy_of_certainties_is_finite_with_finite_gradient() -> None:
    p = Tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    losses = F.binary_cross_entropy(p, np.array([0, 1, 1, 0]), reduction="none")
    np.testing.assert_allclose(losses.data, [0, 0, 100, 100], atol=1e-12)
    np.sum(losses).backward()
    assert np.isfinite(p.grad).all()


@pytest.mark.parametrize("shape", [(4,), (5, 4), (5, 4, 3), (2, 4, 3, 3)])
def test_cross_entropy_finds_the_classes_along_the_second_axis(shape: tuple[int, ...]) -> None:
    x = RNG.normal(size=shape)
    axis = 0 if len(shape) == 1 else 1
    rows = np.moveaxis(x, axis, -1).reshape(-1, 4)
    t = RNG.integers(0, 4, size=shape[:axis] + shape[axis + 1 :])
    expected = -np.log(softmax(rows)[np.arange(len(rows)), t.ravel()]).reshape(t.shape)
    np.testing.assert_allclose(F.cross_entropy(x, t, reduction="none"), expected, rtol=1e-12)
    one_hot = np.moveaxis(np.eye(4)[t], -1, axis)
    np.testing.assert_allclose(F.cross_entropy(x, one_hot, reduction="none"), expected, rtol=1e-12)


@pytest.mark.parametrize(("loss", "x", "t", "expected"), BY_HAND)
def test_float64_and_integer_targets_leave_a_float32_network_float32(
    loss: Callable[..., Any], x: np.ndarray, t: np.ndarray, expected: np.ndarray
) -> None:
    leaf = Tensor(x.astype(np.float32), requires_grad=True)
    for target in (t, Tensor(t)):
        value = loss(leaf, target)
        value.backward()
        assert value.dtype == leaf.grad.dtype == np.float32
    assert value.item() == pytest.approx(expected.mean(), rel=1e-5)


def test_a_recorded_target_gets_a_gradient_too() -> None:
    x, t = autograd.variables(x=[1.0, 2.0], t=[0.0, 4.0])
    F.mse_loss(x, t).backward()
    assert t.grad.tolist() == [-1, 2]


# Errors ------------------------------------------------------------------------------------------

ELEMENTWISE = [
    F.mse_loss,
    F.l1_loss,
    F.binary_cross_entropy,
    F.binary_cross_entropy_with_logits,
]


@pytest.mark.parametrize("loss", ELEMENTWISE)
def test_shapes_that_would_broadcast_are_refused(loss: Callable[..., Any]) -> None:
    with pytest.raises(ShapeError) as refusal:
        loss(Tensor(np.full((3, 1), 0.5)), np.full(3, 0.5))
    assert str(refusal.value) == (
        f"{loss.__name__} needs input and target of one shape, got (3, 1) and (3,); "
        "target.reshape((3, 1)) would fit"
    )
    with pytest.raises(ShapeError, match=r"got \(3,\) and \(4,\)$"):
        loss(np.full(3, 0.5), np.full(4, 0.5))


def test_input_outside_0_and_1_is_no_probability() -> None:
    with pytest.raises(
        ValueError, match=r"needs inputs in \[0, 1\], got 1.5; for raw scores use b"
    ):
        F.binary_cross_entropy(Tensor([0.2, 1.5]), np.array([0, 1]))
    with pytest.raises(ValueError, match=r"needs targets in \[0, 1\], got -1"):
        F.binary_cross_entropy(Tensor([0.2, 0.5]), np.array([-1, 1]))
    with pytest.raises(ValueError, match=r"logits needs targets in \[0, 1\], got 2.0$"):
        F.binary_cross_entropy_with_logits(Tensor([0.2, 0.5]), np.array([2, 1]))
    with pytest.raises(ValueError, match=r"cross_entropy needs targets in \[0, 1\], got 3.0"):
        F.cross_entropy(np.zeros((1, 2)), np.array([[3.0, -2.0]]))


@pytest.mark.parametrize("wrong", [4, -1, -99])
def test_a_class_out_of_range_is_refused(wrong: int) -> None:
    with pytest.raises(IndexError) as refusal:
        F.cross_entropy(Tensor(np.zeros((2, 4))), np.array([3, wrong]))
    assert str(refusal.value) == (
        f"cross_entropy got the class index {wrong}, but scores of shape (2, 4) "
        "have 4 classes, 0 to 3"
    )


@pytest.mark.parametrize("dtype", [float, bool])
def test_class_indices_are_integers(dtype: type) -> None:
    with pytest.raises(
        TypeError, match=r"needs class indices of an integer dtype, got (float|bool)"
    ):
        F.cross_entropy(np.zeros((2, 4)), np.zeros(2, dtype))


def test_targets_of_cross_entropy_have_one_of_two_shapes() -> None:
    with pytest.raises(ShapeError) as refusal:
        F.cross_entropy(np.zeros((2, 4)), np.zeros((2, 1), int))
    assert str(refusal.value) == (
        "cross_entropy with scores of shape (2, 4) needs class indices of shape (2,) "
        "or probabilities of shape (2, 4), got a target of shape (2, 1)"
    )
    with pytest.raises(ShapeError, match="got a single number"):
        F.cross_entropy(1.0, 0)


@pytest.mark.parametrize("loss", [*ELEMENTWISE, F.cross_entropy])
def test_an_unknown_reduction_is_refused(loss: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="must be 'mean', 'sum' or 'none', got 'avg'"):
        loss(np.full((2, 2), 0.5), np.full((2, 2), 0.5), reduction="avg")
