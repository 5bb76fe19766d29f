"""The unrolled reverse sweep does what the textbook's does, on random programs."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, variables
from autograd.engine import sweep
from tests import programs

Reverse = Callable[..., dict[Tensor, Any]]


def both(root: Tensor, seed: Any, leaves: Collection[Tensor] | None = None) -> list[Any]:
    """Return the cotangents of the textbook's sweep and of the unrolled one."""
    return [
        sweep._reverse(root, seed, leaves, lift=False, release=False, observers=(), hooks=True),
        sweep._reverse_unrolled(root, seed, leaves, release=False, hooks=True),
    ]


def assert_agree(found: list[dict[Tensor, Any]]) -> None:
    general, unrolled = found
    assert {*general} == {*unrolled}
    for leaf, gradient in general.items():
        assert gradient.dtype == unrolled[leaf].dtype == leaf.dtype
        assert gradient.shape == unrolled[leaf].shape == leaf.shape
        np.testing.assert_allclose(unrolled[leaf], gradient, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_on_random_programs(start: int) -> None:
    for number in range(start, start + 100):
        program = programs.draw(number)
        leaves = [Tensor(x, requires_grad=True) for x in program.leaves]
        root = program.run(programs.NUMPY, leaves)
        assert_agree(both(root, np.ones(()) if root.shape == () else np.ones(root.shape)))
        assert_agree(both(root, np.ones(root.shape)[()], leaves[:1]))


def test_on_scalars_constants_slices_and_repeated_uses() -> None:
    x, y = variables(x=2.0, y=3.0)
    z = x
    for k in range(50):
        z = z * y + x / (k + 1.0) - 2.0 / y if k % 3 else -z * z / (1 + abs(z))
    assert_agree(both(z, np.float64(1.0)))
    a = Tensor(np.arange(6.0), requires_grad=True)
    total = sum((a[i] * a[1:4][0] for i in range(6)), start=np.sum(a[:3] * a[3:]))
    assert_agree(both(total, np.float64(1.0)))
    b = Tensor(np.arange(3, dtype=np.float32), requires_grad=True)
    mixed = np.sum(b * np.arange(3.0)) + np.sum(np.concatenate([b, b]) * 2)
    assert_agree(both(mixed, np.float64(1.0)))


def test_hooks_and_retained_gradients_are_those_of_both() -> None:
    seen: list[float] = []
    x = variables(x=3.0)
    y = x * x
    y.retain_grad()
    y.register_hook(lambda g: seen.append(float(g)) or 2 * g)
    z = y * 5.0
    general, unrolled = both(z, np.float64(1.0))
    assert general[x] == unrolled[x] == 2 * 5 * 6
    assert seen == [5.0, 5.0]
    assert y.grad == 20


@pytest.mark.parametrize("reverse", [sweep._reverse, sweep._reverse_unrolled])
def test_released_steps_drop_their_operands(reverse: Any) -> None:
    x = variables(x=3.0)
    y = np.exp(x) * x
    options = {"lift": False, "observers": ()} if reverse is sweep._reverse else {}
    reverse(y, np.float64(1.0), None, release=True, hooks=True, **options)
    assert y._inputs is sweep.RELEASED
    assert y._left is y._right is None
