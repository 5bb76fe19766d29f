"""Accuracy and R² against counting by hand."""

import numpy as np
import pytest

from autograd import ShapeError, Tensor
from nn import metrics
from nn.metrics import accuracy, r2

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


def test_names() -> None:
    assert metrics.by_name("accuracy") is accuracy
    with pytest.raises(ValueError, match="no metric 'f1'; there are accuracy, r2, or pass a func"):
        metrics.by_name("f1")
