"""Random starts have the right bounds and moments, and come from their seed alone."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from autograd import Tensor
from nn import init

SHAPE = (300, 200)


def blank(*shape: int, dtype: type = np.float64) -> Tensor:
    return Tensor(np.zeros(shape, dtype), requires_grad=True)


@pytest.mark.parametrize(
    ("fill", "variance"),
    [
        (lambda t: init.uniform_(t, -3, 3, seed=0), 3),
        (lambda t: init.normal_(t, 0, 2, seed=0), 4),
        (lambda t: init.xavier_uniform_(t, gain=2, seed=0), 4 * 2 / 500),
        (lambda t: init.xavier_normal_(t, gain=2, seed=0), 4 * 2 / 500),
        (lambda t: init.kaiming_uniform_(t, nonlinearity="relu", seed=0), 2 / 200),
        (lambda t: init.kaiming_normal_(t, nonlinearity="relu", seed=0), 2 / 200),
        (lambda t: init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu", seed=0), 2 / 300),
        (lambda t: init.kaiming_uniform_(t, a=math.sqrt(5), seed=0), 1 / (3 * 200)),
    ],
)
def test_moments_are_those_of_the_formula(
    fill: Callable[[Tensor], Tensor], variance: float
) -> None:
    tensor = blank(*SHAPE)
    assert fill(tensor) is tensor
    # 60,000 draws: five standard errors of mean and variance.
    assert abs(tensor.data.mean()) < 5 * math.sqrt(variance / 60_000)
    assert tensor.data.var() == pytest.approx(variance, rel=0.03)


def test_uniform_draws_keep_to_their_bounds() -> None:
    values = init.kaiming_uniform_(blank(*SHAPE), a=math.sqrt(5), seed=0).data
    assert 0.999 / math.sqrt(200) < np.abs(values).max() <= 1 / math.sqrt(200)


def test_constants() -> None:
    assert init.constant_(blank(2), 3).data.tolist() == [3, 3]
    assert init.ones_(blank(2)).data.tolist() == [1, 1]
    assert init.zeros_(init.ones_(blank(2))).data.tolist() == [0, 0]
    assert init.ones_(blank()).data == 1


def test_fans_count_the_kernel() -> None:
    assert init.fans(blank(8, 3, 5, 5)) == (75, 200)
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(4,\)"):
        init.xavier_uniform_(blank(4))


def test_gains() -> None:
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("leaky_relu", 1.0) == 1
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 1e-4))
    with pytest.raises(ValueError, match="no gain is known for 'swish'; known are leaky_relu,"):
        init.calculate_gain("swish")
    with pytest.raises(ValueError, match="mode must be 'fan_in' or 'fan_out', got 'in'"):
        init.kaiming_uniform_(blank(2, 2), mode="in")  # type: ignore[arg-type]


def test_the_dtype_stays_and_does_not_change_the_draws() -> None:
    single = init.normal_(blank(5, dtype=np.float32), seed=1)
    double = init.normal_(blank(5), seed=1)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single.data, double.data.astype(np.float32))


def test_a_generator_goes_on_and_an_int_starts_again() -> None:
    rng = np.random.default_rng(0)
    first, second = (init.normal_(blank(4), seed=rng).data for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, init.normal_(blank(4), seed=0).data)


def test_numpy_s_global_state_is_left_alone() -> None:
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    init.normal_(blank(4))
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_recorded_step_notices_that_its_weight_was_filled_again() -> None:
    from autograd import StaleGraphError

    weight = init.ones_(blank(2))
    loss = np.sum(weight * weight)
    init.zeros_(weight)
    with pytest.raises(StaleGraphError):
        loss.backward()
