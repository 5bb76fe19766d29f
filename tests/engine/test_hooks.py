"""Hooks: they see the gradient of a tensor, and may replace it."""

from typing import Any

import numpy as np
import pytest

from autograd import ShapeError, Tensor, variables


def test_a_hook_sees_the_whole_gradient_once() -> None:
    x = variables(x=3)
    y = x * 2
    seen: list[Any] = []
    y.register_hook(seen.append)
    (y * y + y).backward()
    # The rule of `where` makes an array of shape ().
    piece: Any = np.where(x > 0, y, 0)
    piece.backward()
    assert seen == [13, 1]
    assert [type(g) for g in seen] == [np.float64] * 2


def test_hooks_run_in_order_and_can_be_removed() -> None:
    x = variables(x=1)
    double = x.register_hook(lambda g: 2 * g)
    x.register_hook(lambda g: g + 1)
    (x * 3).backward()
    assert x.grad == 7
    double.remove()
    double.remove()
    x.zero_grad()
    (x * 3).backward()
    assert x.grad == 4


def test_what_a_hook_returns_goes_on_below() -> None:
    x = variables(x=[1, 2])
    y = x * 3
    y.retain_grad()
    y.register_hook(lambda g: [10, 20])
    np.sum(y).backward()
    np.testing.assert_array_equal(y.grad, [10, 20])
    np.testing.assert_array_equal(x.grad, [30, 60])


@pytest.mark.parametrize("replacement", [5, 5.0, np.float32(5), Tensor(5.0)])
def test_a_hook_may_return_any_number(replacement: Any) -> None:
    x = variables(x=2)
    y = x * 3
    y.register_hook(lambda g: replacement)
    np.exp(y * 0).backward()
    assert x.grad == 15
    assert type(x.grad) is np.float64


def test_a_hook_cannot_change_the_shape() -> None:
    x = variables(x=[1, 2])
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(ShapeError, match=r"hook of tensor 'x' returned.*\(3,\).*\(2,\)"):
        np.sum(x).backward()


def test_a_hook_may_register_and_remove_hooks() -> None:
    x = variables(x=1)
    calls: list[str] = []

    def once(g: Any) -> None:
        calls.append("once")
        handle.remove()
        x.register_hook(lambda g: calls.append("later"))

    handle = x.register_hook(once)
    (x * 1).backward()
    (x * 1).backward()
    assert calls == ["once", "later"]


def test_a_hook_that_would_never_run_is_refused() -> None:
    with pytest.raises(ValueError, match="does not require gradients"):
        Tensor(1.0, name="c").register_hook(print)
