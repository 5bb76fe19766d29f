"""Dropout: how much is dropped, modes, random numbers, gradients."""

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor
from nn import functional as F

ONES = np.ones((100, 200))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_a_share_p_is_dropped_and_the_mean_stays(p: float) -> None:
    y = nn.Dropout(p, seed=0)(ONES).data
    assert set(np.unique(y)) == {0, 1 / (1 - p)}
    # Five standard deviations of a share of 20,000 entries.
    tolerance = 5 * np.sqrt(p * (1 - p) / ONES.size)
    assert np.mean(y == 0) == pytest.approx(p, abs=tolerance)


def test_gradients_are_dropped_with_their_entries() -> None:
    x = Tensor(ONES, requires_grad=True)
    y = nn.Dropout(0.4, seed=0)(x)
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, y.data)


def test_in_evaluation_and_at_0_the_input_is_given_back() -> None:
    for layer in (nn.Dropout(0.5).eval(), nn.Dropout(0.0), nn.Dropout2d(0.5).eval()):
        x = ONES[None]
        assert layer(x) is x
    assert F.dropout(ONES, 0.5, training=False) is ONES


def test_at_1_everything_is_dropped() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = nn.Dropout(1.0)(x)
    np.sum(y).backward()
    assert y.data.tolist() == x.grad.tolist() == [0, 0]


def test_the_seed_decides_and_every_call_draws_anew() -> None:
    first, same, other = nn.Dropout(seed=0), nn.Dropout(seed=0), nn.Dropout(seed=1)
    a, b = first(ONES).data, first(ONES).data
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(same(ONES).data, a)
    np.testing.assert_array_equal(same(ONES).data, b)
    assert not np.array_equal(other(ONES).data, a)


def test_the_state_of_the_generator_can_be_kept_and_put_back() -> None:
    layer = nn.Dropout(seed=0)
    assert isinstance(layer.generator, np.random.Generator)
    state = layer.generator.bit_generator.state
    y = layer(ONES).data
    layer.generator.bit_generator.state = state
    np.testing.assert_array_equal(layer(ONES).data, y)


def test_the_draw_is_a_step_of_the_record() -> None:
    x = Tensor(ONES, requires_grad=True)
    x_in, factors = nn.Dropout(seed=0)(x).inputs
    assert x_in is x
    assert factors.op.name == "random"


def test_channels_are_dropped_whole() -> None:
    x = np.ones((50, 8, 3, 2))
    y = nn.Dropout2d(0.25, seed=0)(x).data
    channels = y.reshape(400, 6)
    assert set(np.unique(channels)) == {0, 1 / 0.75}
    np.testing.assert_array_equal(channels, channels[:, :1].repeat(6, axis=1))
    assert 0.15 < np.mean(channels[:, 0] == 0) < 0.35
    assert len(np.unique(nn.Dropout2d(0.5, seed=0)(x[0]).data[:, 0, 0])) == 2
    with pytest.raises(
        ShapeError, match=r"Dropout2d\(p=0.5\) needs inputs of shape \(N, C, H, W\)"
    ):
        nn.Dropout2d()(ONES)


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_p_is_a_probability(p: float) -> None:
    for make in (nn.Dropout, nn.Dropout2d, lambda p: F.dropout(ONES, p)):
        with pytest.raises(ValueError, match=f"needs a probability p from 0 to 1, got p={p}"):
            make(p)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_stays(dtype: type) -> None:
    assert nn.Dropout(0.3, seed=0)(ONES.astype(dtype)).dtype == dtype
