"""From a placeholder on, everything is recorded."""

import numpy as np
import pytest

from autograd import Tensor, no_grad, placeholder


@pytest.mark.parametrize("value", [np.arange(3), np.array([True, False]), np.ones(2), 3])
def test_whatever_is_computed_from_it_is_recorded(value: object) -> None:
    t = placeholder(value)
    result = np.where(t > 0, t, 1)
    assert result.op is not None
    assert result.op.name == "where"
    condition = result.inputs[0]
    assert condition.op.name == "greater"
    assert condition.inputs[0] is t
    np.testing.assert_array_equal(t.data, value)


def test_it_has_a_name_and_no_gradient() -> None:
    t = placeholder(2.0, name="t")
    assert t.name == "t"
    assert not (t * t).requires_grad


def test_gradients_flow_around_it() -> None:
    w = Tensor(3.0, requires_grad=True)
    (w * placeholder(2.0)).backward()
    assert w.grad == 2


def test_without_recording_it_is_a_plain_tensor() -> None:
    with no_grad():
        t = placeholder(Tensor([1.0, 2.0]), name="t")
    assert t.op is None
    assert (t.name, t.shape) == ("t", (2,))
