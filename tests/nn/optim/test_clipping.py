"""Limits on gradients."""

import numpy as np
import pytest

import nn
from autograd import Tensor


def with_gradient(*gradients: object) -> list[Tensor]:
    tensors = []
    for gradient in gradients:
        array = np.asarray(gradient)
        tensors.append(Tensor(np.zeros_like(array), requires_grad=True))
        tensors[-1].grad = array
    return tensors


def test_the_norm_is_that_of_all_gradients_together() -> None:
    w, b = with_gradient([[0.0, 3.0], [4.0, 0.0]], 12.0)
    without = Tensor(1.0, requires_grad=True)
    assert nn.clip_grad_norm_(iter([w, without, b]), 6.5) == 13
    factor = 6.5 / (13 + 1e-6)
    assert w.grad.tolist() == [[0, 3 * factor], [4 * factor, 0]]
    assert b.grad == 12 * factor
    assert without.grad is None


@pytest.mark.parametrize(
    ("norm_type", "norm"),
    [(1, 19), (2, 13), (float("inf"), 12), ("inf", 12), (3, (27 + 64 + 1728) ** (1 / 3))],
)
def test_norms(norm_type: float, norm: float) -> None:
    tensors = with_gradient([3.0, -4.0], -12.0)
    assert nn.clip_grad_norm_(tensors, 100, norm_type) == pytest.approx(norm, rel=1e-14)
    assert tensors[0].grad.tolist() == [3, -4]


def test_the_norm_of_complex_gradients() -> None:
    w, b = with_gradient([3 + 4j, 0], 12j)
    assert nn.clip_grad_norm_([w, b], 6.5) == 13
    assert b.grad == 12j * 6.5 / (13 + 1e-6)


def test_small_gradients_stay_and_so_does_the_array_that_was_given() -> None:
    own = np.array([3.0, 4.0])
    (w,) = with_gradient(own)
    before = w.grad
    assert nn.clip_grad_norm_(w, 5.1) == 5
    assert w.grad is before
    nn.clip_grad_norm_(w, 1.0)
    assert own.tolist() == [3, 4]


def test_no_gradients_have_norm_zero() -> None:
    assert nn.clip_grad_norm_([], 1.0) == 0
    assert nn.clip_grad_norm_([Tensor(1.0, requires_grad=True)], 1.0) == 0
    empty = with_gradient(np.zeros((0, 3)))
    assert nn.clip_grad_norm_(empty, 1.0, float("inf")) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
def test_dtypes_stay(dtype: type) -> None:
    tensors = with_gradient(np.full((3, 3), 100, dtype), dtype(5))
    nn.clip_grad_norm_(tensors, np.float64(1.0))
    assert [t.grad.dtype for t in tensors] == [dtype, dtype]
    if dtype is np.float32:
        nn.clip_grad_value_(tensors, np.float64(0.01))
        assert [t.grad.dtype for t in tensors] == [dtype, dtype]
        assert tensors[0].grad.max() == np.float32(0.01)


def test_a_norm_that_is_not_finite_is_an_error_on_request() -> None:
    (w,) = with_gradient([1.0, np.nan])
    with pytest.raises(RuntimeError, match=r"norm of the gradients is nan.*detect_anomaly\(\) fin"):
        nn.clip_grad_norm_(w, 1.0, error_if_nonfinite=True)
    assert w.grad[0] == 1
    assert np.isnan(nn.clip_grad_norm_(w, 1.0))
    assert np.isnan(w.grad).all()
    (v,) = with_gradient([1.0, np.inf])
    assert nn.clip_grad_norm_(v, 1.0) == np.inf
    assert v.grad[0] == 0
    assert np.isnan(v.grad[1])


def test_values() -> None:
    w, b = with_gradient([-3.0, 0.25, np.nan], 7.0)
    without = Tensor(1.0, requires_grad=True)
    nn.clip_grad_value_([w, b, without], 0.5)
    np.testing.assert_array_equal(w.grad, [-0.5, 0.25, np.nan])
    assert b.grad == 0.5
    assert without.grad is None


def test_limits_are_checked() -> None:
    (w,) = with_gradient([1.0])
    with pytest.raises(ValueError, match="max_norm must be at least 0, got -1"):
        nn.clip_grad_norm_(w, -1)
    with pytest.raises(ValueError, match="max_norm must be at least 0, got nan"):
        nn.clip_grad_norm_(w, float("nan"))
    with pytest.raises(ValueError, match="clip_value must be at least 0, got -1"):
        nn.clip_grad_value_(w, -1)
    with pytest.raises(TypeError, match="complex gradients cannot be clipped by value; use clip_g"):
        nn.clip_grad_value_(with_gradient([1.0 + 1j]), 1)


def test_clipped_gradients_do_not_leak_into_the_optimizer_s_state() -> None:
    w = nn.Parameter([0.0])
    optimizer = nn.SGD([w], lr=1.0, momentum=0.5)
    for _ in range(2):
        w.grad = [30.0]
        nn.clip_grad_norm_(optimizer.parameters, 1.0)
        optimizer.step()
    assert w.item() == pytest.approx(-2.5, rel=1e-5)
