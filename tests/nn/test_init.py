"""Random starts have the right bounds and moments, and come from their seed alone."""

import math
from collections.abc import Callable
from functools import partial
from statistics import NormalDist

import numpy as np
import pytest

import autograd
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
        (lambda t: init.lecun_uniform_(t, seed=0), 1 / 200),
        (lambda t: init.lecun_normal_(t, seed=0), 1 / 200),
        # The variance of a standard normal cut at 2 is 1 - 4 phi(2) / (2 Phi(2) - 1).
        (lambda t: init.trunc_normal_(t, std=0.5, a=-1, b=1, seed=0), 0.7737413 / 4),
        (lambda t: init.orthogonal_(t, gain=2, seed=0), 4 / 300),
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


def test_a_truncated_normal_keeps_to_its_bounds_and_its_shape() -> None:
    values = init.trunc_normal_(blank(40_000), mean=1, std=2, a=0, b=2, seed=0).data
    assert values.min() >= 0
    assert values.max() <= 2
    # The share below 0.5, by the distribution function of the normal.
    cdf = NormalDist(1, 2).cdf
    share = (cdf(0.5) - cdf(0)) / (cdf(2) - cdf(0))
    assert np.mean(values < 0.5) == pytest.approx(share, abs=0.01)
    far = init.trunc_normal_(blank(100), std=1, a=5, b=np.inf, seed=0).data
    assert far.min() >= 5
    assert np.isfinite(far).all()
    assert len(np.unique(far)) == 100
    assert init.trunc_normal_(blank(), seed=0).shape == ()


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (6, 2, 3), (2, 3, 2, 2), (1, 7)])
def test_orthogonal_weights_keep_lengths(shape: tuple[int, ...]) -> None:
    w = init.orthogonal_(blank(*shape), gain=3, seed=0).data.reshape(shape[0], -1)
    product = w @ w.T if len(w) <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 9 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_matrices_have_no_preferred_direction() -> None:
    rng = np.random.default_rng(0)
    draws = np.array([init.orthogonal_(blank(3, 3), seed=rng).data for _ in range(2000)])
    # Without the sign of R's diagonal, that of Q is always the same.
    assert np.abs(draws.mean(axis=0)).max() < 0.08
    assert np.mean(np.linalg.det(draws) > 0) == pytest.approx(0.5, abs=0.05)


def test_identities() -> None:
    np.testing.assert_array_equal(init.eye_(init.ones_(blank(2, 3))).data, np.eye(2, 3))
    x = np.arange(24.0).reshape(1, 2, 12)
    kernel = init.dirac_(init.ones_(blank(2, 2, 3))).data
    np.testing.assert_array_equal(autograd.conv1d(x, kernel, padding=1), x)
    picture = np.arange(64.0).reshape(1, 4, 4, 4)
    kernel = init.dirac_(blank(4, 2, 3, 3), groups=2).data
    np.testing.assert_array_equal(autograd.conv2d(picture, kernel, padding=1, groups=2), picture)
    # More outputs than inputs: the rest are 0.
    assert init.dirac_(blank(3, 2, 1)).data.sum(axis=(1, 2)).tolist() == [1, 1, 0]


def test_sparse_columns_have_their_share_of_zeros() -> None:
    w = init.sparse_(blank(400, 300), 0.25, std=2, seed=0).data
    np.testing.assert_array_equal(np.sum(w == 0, axis=0), 100)
    assert np.std(w[w != 0]) == pytest.approx(2, rel=0.02)
    assert len(np.unique(np.argmax(w == 0, axis=0))) > 3
    assert np.sum(init.sparse_(blank(3, 1), 0.5, seed=0).data == 0) == 2


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (lambda: init.uniform_(blank(2), 3, 1), "uniform_ needs bounds in order, got a=3 and b=1"),
        (lambda: init.normal_(blank(2), std=-1), "normal_ needs a standard deviation of at least"),
        (lambda: init.trunc_normal_(blank(2), std=0), "needs a positive standard deviation, got 0"),
        (lambda: init.trunc_normal_(blank(2), a=1, b=1), "needs a below b, got a=1 and b=1"),
        (lambda: init.trunc_normal_(blank(2), 9, 0.1), "finds nothing of mean 9 and deviation 0.1"),
        (lambda: init.orthogonal_(blank(2)), r"needs at least 2 axes, got shape \(2,\)"),
        (lambda: init.eye_(blank(2, 2, 2)), r"eye_ needs a matrix, got shape \(2, 2, 2\)"),
        (lambda: init.sparse_(blank(2), 0.5), r"sparse_ needs a matrix, got shape \(2,\)"),
        (lambda: init.sparse_(blank(2, 2), 1.5), r"needs a sparsity in \[0, 1\], got 1.5"),
        (lambda: init.dirac_(blank(2, 2)), r"needs a weight of 3 to 5 axes, got shape \(2, 2\)"),
        (lambda: init.dirac_(blank(3, 2, 1), 2), "groups that divide 3 output channels, got 2"),
    ],
)
def test_what_cannot_be_filled_is_refused(fill: Callable[[], Tensor], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fill()


SEEDED = [
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.lecun_uniform_,
    init.lecun_normal_,
    init.orthogonal_,
    partial(init.sparse_, sparsity=0.5),
]


@pytest.mark.parametrize("fill", SEEDED)
def test_the_seed_alone_decides(fill: Callable[..., Tensor]) -> None:
    first = fill(blank(6, 4), seed=3).data
    np.testing.assert_array_equal(first, fill(blank(6, 4), seed=3).data)
    np.testing.assert_array_equal(first, fill(blank(6, 4), seed=np.random.default_rng(3)).data)
    assert not np.array_equal(first, fill(blank(6, 4), seed=4).data)
    assert fill(blank(6, 4, dtype=np.float32), seed=3).dtype == np.float32


@pytest.mark.parametrize("fill", SEEDED)
def test_a_weight_without_entries_stays_as_it_is(fill: Callable[..., Tensor]) -> None:
    assert fill(blank(0, 0), seed=0).shape == (0, 0)
    assert fill(blank(3, 0), seed=0).shape == (3, 0)


def test_fans_count_the_kernel() -> None:
    assert init.fans(blank(8, 3, 5, 5)) == (75, 200)
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(4,\)"):
        init.xavier_uniform_(blank(4))


def test_gains() -> None:
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("leaky_relu", 1.0) == 1
    assert init.calculate_gain("conv2d") == init.calculate_gain("conv_transpose3d") == 1
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
