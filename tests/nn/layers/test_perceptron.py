"""Threshold units are gates; Rosenblatt's rule finds a separating line where there is one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import ShapeError

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    "truth", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]]
)
def test_it_learns_every_gate_that_a_line_separates(truth: list[int]) -> None:
    unit = nn.Perceptron(2)
    mistakes = unit.fit(CORNERS, truth)
    assert mistakes[-1] == 0
    assert len(mistakes) < 100
    assert unit(CORNERS).data.tolist() == truth


def test_it_never_learns_xor() -> None:
    unit = nn.Perceptron(2)
    mistakes = unit.fit(CORNERS, [0, 1, 1, 0], max_epochs=50)
    assert len(mistakes) == 50
    assert min(mistakes) > 0
    assert unit(CORNERS).data.tolist() != [0, 1, 1, 0]


@settings(deadline=None)
@given(seed=st.integers(0, 1000))
def test_it_converges_within_novikoff_s_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (40, 3))
    line = rng.normal(size=4)
    distance = (x @ line[:3] + line[3]) / np.linalg.norm(line)
    x, distance = x[np.abs(distance) > 0.1], distance[np.abs(distance) > 0.1]
    y = np.sign(distance).astype(int)
    unit = nn.Perceptron(3, labels=(-1, 1))
    mistakes = unit.fit(x, y, max_epochs=2000)
    # Rows with a 1 for the bias have a length of at most 2 and a margin of at least 0.1.
    assert sum(mistakes) <= (2 / 0.1) ** 2
    assert mistakes[-1] == 0
    np.testing.assert_array_equal(unit(x).data, y)


def test_one_step_by_hand() -> None:
    unit = nn.Perceptron(2)
    # It starts at 0 and so answers 1; the one mistake takes the row, times the rate, away.
    assert unit.fit(np.array([[3.0, -2.0]]), [0], lr=0.5, max_epochs=1) == [1]
    assert unit.weight.data.tolist() == [-1.5, 1]
    assert unit.bias.data == -0.5


def test_fitting_again_goes_on_from_where_it_stands() -> None:
    unit = nn.Perceptron(2)
    unit.fit(CORNERS, [0, 0, 0, 1])
    assert unit.fit(CORNERS, [0, 0, 0, 1]) == [0]


def test_labels_and_shapes_are_checked() -> None:
    unit = nn.Perceptron(2)
    with pytest.raises(
        ValueError, match=r"needs labels 0 and 1, got \[-1, 1\]; .*labels=\(-1, 1\)"
    ):
        unit.fit(CORNERS, [-1, 1, 1, 1])
    with pytest.raises(ShapeError, match=r"shape \(N, 2\) and .* got \(4, 2\) and \(3,\)"):
        unit.fit(CORNERS, [0, 1, 1])
    with pytest.raises(ShapeError, match=r"got \(4, 1\) and \(4,\)"):
        unit.fit(CORNERS[:, :1], [0, 1, 1, 1])
    with pytest.raises(ValueError, match="at least one input, got in_features=0"):
        nn.Perceptron(0)
    with pytest.raises(ValueError, match="the learning rate must be positive, got lr=0"):
        unit.fit(CORNERS, [0, 1, 1, 1], lr=0)
    with pytest.raises(ShapeError, match=r"2 features along the last axis, got shape \(4, 1\)"):
        unit(CORNERS[:, :1])


# McCulloch and Pitts -----------------------------------------------------------------------------

AND, OR = nn.ThresholdLogicUnit([1, 1], 2), nn.ThresholdLogicUnit([1, 1], 1)
NOT = nn.ThresholdLogicUnit([-1], 0)


def test_units_are_gates() -> None:
    assert AND(CORNERS).data.tolist() == [0, 0, 0, 1]
    assert OR(CORNERS).data.tolist() == [0, 1, 1, 1]
    assert NOT(CORNERS[:, :1]).data.tolist() == [1, 1, 0, 0]
    # The second input inhibits: it fires for the first without the second.
    assert nn.ThresholdLogicUnit([1, -1], 1)(CORNERS).data.tolist() == [0, 0, 1, 0]
    assert AND(np.array([True, True])).item() == 1


def test_a_network_of_units_is_what_one_unit_is_not() -> None:
    nand = nn.ThresholdLogicUnit([-1, -1], -1)
    hidden = np.stack([OR(CORNERS).data, nand(CORNERS).data], axis=-1)
    assert AND(hidden).data.tolist() == [0, 1, 1, 0]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=5), st.integers(-4, 4), st.integers(0, 31))
def test_a_unit_fires_from_its_threshold_on(weights: list[int], threshold: int, bits: int) -> None:
    x = [bits >> k & 1 for k in range(len(weights))]
    fires = sum(w * b for w, b in zip(weights, x, strict=True)) >= threshold
    assert nn.ThresholdLogicUnit(weights, threshold)(np.array(x)).item() == fires


def test_units_take_zeros_and_ones_only_and_learn_nothing() -> None:
    assert list(AND.parameters()) == []
    assert repr(AND) == "ThresholdLogicUnit([1.0, 1.0], threshold=2.0)"
    with pytest.raises(ValueError, match="takes inputs of 0 and 1 only"):
        AND(np.array([0.5, 1]))
    with pytest.raises(ShapeError, match=r"2 features along the last axis, got shape \(3,\)"):
        AND(np.ones(3))
    with pytest.raises(ValueError, match=r"needs a list of weights, got \[\]"):
        nn.ThresholdLogicUnit([], 1)
