"""Accuracy and R² against counting by hand."""

import sys

import numpy as np
import pytest

from autograd import ShapeError, Tensor
from nn import metrics
from nn.metrics import accuracy, r2, top_k_accuracy

SCORES = np.array([[0.1, 2.0, 0.0], [3.0, 0.2, 1.0], [0.0, 0.0, 5.0], [1.0, 0.0, 0.0]])


def test_accuracy_counts_the_highest_of_several_columns() -> None:
    assert accuracy(SCORES, np.array([1, 0, 2, 2])) == 0.75
    assert accuracy(Tensor(SCORES), Tensor([1, 0, 2, 2])) == 0.75
    assert accuracy(SCORES, np.eye(3)[[1, 0, 2, 2]]) == 0.75
    assert type(accuracy(SCORES, np.array([1, 0, 2, 2]))) is float


def test_accuracy_of_pictures_counts_pixels() -> None:
    scores = np.moveaxis(np.eye(3)[[[0, 1], [2, 2]]], -1, 0)[None]
    assert scores.shape == (1, 3, 2, 2)
    assert accuracy(scores, np.array([[[0, 1], [2, 0]]])) == 0.75


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_accuracy_of_one_column_compares_with_the_threshold(shape: tuple[int, ...]) -> None:
    p = np.array([0.2, 0.7, 0.5, 0.9]).reshape(shape)
    target = np.array([0, 1, 1, 1]).reshape(shape)
    assert accuracy(p, target) == 0.75
    assert accuracy(p, target.astype(bool)) == 0.75
    assert accuracy(p - 0.6, target, threshold=0) == 0.75
    assert accuracy(p, target, threshold=0.1) == 0.75


def test_raw_scores_are_not_taken_for_probabilities() -> None:
    with pytest.raises(ValueError, match=r"accuracy\(output, target, threshold=0\)"):
        accuracy(np.array([0.2, 1.7]), np.array([0, 1]))


def test_accuracy_refuses_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"accuracy needs one shape, got \(4,\) and \(3,\)"):
        accuracy(SCORES, np.array([1, 0, 2]))
    with pytest.raises(ShapeError, match=r"got \(4, 1\) and \(4,\)"):
        accuracy(np.full((4, 1), 0.3), np.zeros(4))


def test_r2_has_its_closed_form() -> None:
    y, t = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    assert r2(t, t) == 1
    assert r2(np.full(3, 2.0), t) == 0
    assert r2(Tensor(y), t) == 1 - 1 / 2
    columns = np.stack([y, t], axis=1), np.stack([t, t], axis=1)
    assert r2(*columns) == 0.75


def test_r2_of_a_constant_target() -> None:
    assert r2(np.array([2.0, 2.0]), np.array([2.0, 2.0])) == 1
    assert r2(np.array([2.0, 3.0]), np.array([2.0, 2.0])) == 0


def test_r2_refuses_shapes_that_would_broadcast() -> None:
    with pytest.raises(ShapeError, match=r"r2 needs one shape, got \(3, 1\) and \(3,\)"):
        r2(np.zeros((3, 1)), np.zeros(3))


# Of classes --------------------------------------------------------------------------------------

CHANCES = np.array([0.2, 0.9, 0.6, 0.4, 0.7])
BITS = np.array([0, 1, 0, 1, 1])
THREE = np.array([[3.0, 1, 0], [0, 2, 1], [0, 3, 1], [1, 0, 2], [5, 1, 0], [0, 1, 4]])
CLASSES = np.array([0, 1, 0, 2, 1, 2])


def test_top_k_counts_the_classes_among_the_highest() -> None:
    assert top_k_accuracy(THREE, CLASSES, k=1) == accuracy(THREE, CLASSES)
    assert top_k_accuracy(THREE, CLASSES, k=2) == pytest.approx(5 / 6)
    assert top_k_accuracy(Tensor(THREE), np.eye(3)[CLASSES], k=3) == 1
    # Many equal scores are no knowledge.
    assert top_k_accuracy(np.zeros((4, 10)), np.zeros(4, int)) == 0


def test_top_k_refuses_what_it_cannot_rank() -> None:
    with pytest.raises(ShapeError, match=r"top_k_accuracy needs outputs of shape \(N, C\), got"):
        top_k_accuracy(CHANCES, BITS)
    with pytest.raises(ShapeError, match=r"top_k_accuracy needs one shape, got \(6,\) and \(5,\)"):
        top_k_accuracy(THREE, BITS)
    with pytest.raises(ValueError, match="needs k to be at least 1, got 0"):
        top_k_accuracy(THREE, CLASSES, k=0)


def test_scores_of_two_classes_are_those_of_class_1() -> None:
    pytest.importorskip("sklearn")
    # Taken for class 1: rows 1, 2 and 4, of which 1 and 4 are; row 3 is missed.
    assert metrics.confusion_matrix(CHANCES, BITS).tolist() == [[1, 1], [1, 2]]
    for output, threshold in ((CHANCES, None), (CHANCES[:, None] - 0.5, 0.0)):
        target = BITS.reshape(output.shape)
        assert metrics.precision(output, target, threshold=threshold) == 2 / 3
        assert metrics.recall(output, target, threshold=threshold) == 2 / 3
        assert metrics.f1(output, target, threshold=threshold) == pytest.approx(2 / 3)
        assert metrics.roc_auc(output, target) == pytest.approx(5 / 6)
    two_columns = np.stack([1 - CHANCES, CHANCES], axis=1)
    assert metrics.f1(two_columns, BITS) == pytest.approx(2 / 3)
    assert metrics.roc_auc(Tensor(two_columns), BITS) == pytest.approx(5 / 6)
    assert type(metrics.f1(two_columns, BITS)) is float


def test_scores_of_several_classes_are_means() -> None:
    pytest.importorskip("sklearn")
    # Predicted: 0 1 1 2 0 2.
    assert metrics.confusion_matrix(THREE, CLASSES).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 2]]
    assert metrics.precision(THREE, CLASSES) == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert metrics.recall(THREE, np.eye(3)[CLASSES]) == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert metrics.f1(THREE, CLASSES, average="micro") == pytest.approx(accuracy(THREE, CLASSES))
    # A class that nothing was taken for scores 0, and warns of nothing.
    assert metrics.precision(np.eye(3)[[0, 0, 0]], np.array([0, 1, 2])) == pytest.approx(1 / 9)


def test_roc_auc_of_scores_is_that_of_their_probabilities() -> None:
    pytest.importorskip("sklearn")
    chances = np.exp(THREE) / np.exp(THREE).sum(axis=1, keepdims=True)
    expected = np.mean(
        [
            np.mean(np.sign(np.subtract.outer(p[c == CLASSES], p[c != CLASSES])) / 2 + 0.5)
            for c, p in enumerate(chances.T)
        ]
    )
    assert metrics.roc_auc(chances, CLASSES) == pytest.approx(expected)
    assert metrics.roc_auc(THREE.astype(np.float32), CLASSES) == pytest.approx(expected)
    picture = np.moveaxis(chances.reshape(2, 3, 3), -1, 1)
    assert metrics.roc_auc(picture, CLASSES.reshape(2, 3)) == pytest.approx(expected)


def test_any_function_of_classes_is_a_metric() -> None:
    def mistakes(true: np.ndarray, predicted: np.ndarray) -> int:
        return np.sum(true != predicted)

    metric = metrics.of_classes(mistakes)
    assert metric.__name__ == "mistakes"
    assert metric(THREE, CLASSES) == 2.0
    assert metric(CHANCES - 0.5, BITS, threshold=0) == 2.0
    with pytest.raises(ValueError, match=r"for raw scores use mistakes\(output, target, threshold"):
        metric(CHANCES + 1, BITS)


@pytest.mark.parametrize("name", ["confusion_matrix", "precision", "recall", "f1"])
def test_shapes_and_scores_that_do_not_fit_are_refused(name: str) -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(ShapeError, match=rf"{name} needs one shape, got \(5,\) and \(6,\)"):
        getattr(metrics, name)(CHANCES, CLASSES)
    with pytest.raises(ValueError, match=rf"for raw scores use {name}\(output, target, thresh"):
        getattr(metrics, name)(CHANCES + 1, BITS)


@pytest.mark.parametrize("name", ["confusion_matrix", "precision", "recall", "f1", "roc_auc"])
def test_without_scikit_learn_the_command_to_run_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError) as refusal:
        getattr(metrics, name)(CHANCES, BITS)
    assert str(refusal.value) == (
        f"{name} needs scikit-learn, which is not installed: pip install 'chalkgrad[metrics]'"
    )
    assert refusal.value.name == "sklearn"


def test_what_needs_no_scikit_learn_does_not_look_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert accuracy(CHANCES, BITS) == 0.6
    assert top_k_accuracy(THREE, CLASSES, k=3) == 1
    assert r2(CHANCES, CHANCES) == 1


# By name -----------------------------------------------------------------------------------------


def test_names() -> None:
    assert metrics.find_metric("accuracy") is accuracy
    known = "accuracy, precision, recall, f1, r2, roc_auc, top_k_accuracy, or pass a func"
    with pytest.raises(ValueError, match=f"no metric 'mcc'; there are {known}"):
        metrics.find_metric("mcc")


@pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1"])
def test_metrics_of_classes_take_the_decision_of_a_loss(name: str) -> None:
    pytest.importorskip("sklearn")
    scores = 10 * (CHANCES - 0.5)
    expected = getattr(metrics, name)(CHANCES, BITS)
    assert metrics.find_metric(name, decision=0.0)(scores, BITS) == expected
    assert metrics.find_metric(name, decision=0.0)(THREE, CLASSES) == getattr(metrics, name)(
        THREE, CLASSES
    )


def test_metrics_of_numbers_know_no_decision() -> None:
    assert metrics.find_metric("r2", decision=0.0) is r2
