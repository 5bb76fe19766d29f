"""A traced value that is needed as a number is an error that names the line."""

import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, TraceError, grad

W = Tensor(np.array([1.0, 2.0]), requires_grad=True, name="W")


def branch(x: Any) -> Any:
    if np.sum(x) > 0:  # the line of branch
        return x
    return -x


@pytest.mark.parametrize(
    "function",
    [
        branch,
        grad(lambda x: np.sum(branch(x))),
        lambda x: x * float(np.sum(x)),
        lambda x: x * int(np.sum(x)),
        lambda x: x * complex(np.sum(x)),
        lambda x: x * np.sum(x).item(),
        lambda x: x * x.data,
        lambda x: x * np.sum(x).tolist(),
        lambda x: x * np.asarray(x * 2),
        lambda x: x * x.numpy(),
        lambda x: x * Tensor(x * 2),
        lambda x: x * round(np.sum(x)),
        lambda x: x * math.floor(np.sum(x)),
        lambda x: [1, 2, 3][np.argmax(x)],
        lambda x: x * W.data,
        lambda x: x * (1 if W[0] > 0 else 2),
        lambda x: x if 2.0 in x else -x,
        lambda x: x.reshape(int(np.sum(x)), -1),
    ],
)
def test_a_number_of_the_traced_run_does_not_get_out(function: Any) -> None:
    with pytest.raises(TraceError, match=r"np\.where.*\n  in .*test_trace_errors\.py:\d+: "):
        autograd.compile(function)(np.array([1.0, 2.0]))


def test_the_line_is_named() -> None:
    with pytest.raises(TraceError, match="the line of branch"):
        autograd.compile(branch)(np.ones(2))


def test_the_tensor_is_named() -> None:
    with pytest.raises(TraceError, match="the value of tensor 'speed' was read"):
        autograd.compile(lambda speed: float(speed))(2.0)


def test_backward_is_refused() -> None:
    def f(x: Any) -> Any:
        loss = np.sum(x * W)
        loss.backward()
        return loss

    with pytest.raises(TraceError, match=r"autograd\.value_and_grad"):
        autograd.compile(f)(np.ones(2))
    assert W.grad is None


def test_a_value_may_be_looked_at_in_a_check() -> None:
    def f(x: Any) -> Any:
        if np.any(autograd.concrete(x) < 0):
            raise ValueError("negative")
        return x * 2

    compiled = autograd.compile(f)
    with pytest.raises(ValueError, match="negative"):
        compiled(np.array([-1.0]))
    assert compiled(np.array([1.0])) == 2


def test_a_check_is_made_at_every_call() -> None:
    def not_negative(numbers: Any) -> None:
        if np.any(numbers < 0):
            raise ValueError("negative")

    def slope(x: Any) -> Any:
        return autograd.grad(lambda z: np.sum(autograd.checked(z, not_negative) ** 2))(x)

    for f in (slope, autograd.compile(slope), autograd.compile(slope, threads=2)):
        for _ in range(2):
            np.testing.assert_array_equal(f(np.array([1.0, 2.0])), [2, 4])
            with pytest.raises(ValueError, match="negative"):
                f(np.array([-1.0, 2.0]))


def test_what_was_checked_is_a_result_of_its_own() -> None:
    x = np.ones(2)
    f = autograd.compile(lambda x: autograd.checked(x, lambda numbers: None))
    for _ in range(2):
        result = f(x)
        assert not np.may_share_memory(result, x)
    doubled = autograd.compile(lambda x: autograd.checked(x * 2, lambda numbers: None))
    first = doubled(x)
    doubled(x + 1)
    np.testing.assert_array_equal(first, [2, 2])


def test_outside_of_compile_a_check_leaves_no_trace() -> None:
    x = Tensor(2.0, requires_grad=True)
    assert autograd.checked(x, lambda numbers: None) is x


def test_after_an_error_the_thread_is_as_before() -> None:
    with pytest.raises(TraceError):
        autograd.compile(branch)(np.ones(2))
    x = Tensor(3.0, requires_grad=True)
    assert (x * 2).item() == 6
    assert (Tensor(1.0) + 1).op is None


def test_constants_made_inside_may_be_looked_at() -> None:
    assert autograd.compile(lambda x: x * float(Tensor(2.0)))(1.0) == 2
