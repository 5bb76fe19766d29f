"""Where there is a choice: corners at which PyTorch chooses as we do, and where not; a network."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor
from tests.oracle.bridge import INF, F, Function, assert_same, torch

pytestmark = pytest.mark.oracle


def ours_at(fn: Function, *at: Any) -> list[Any]:
    leaves = [Tensor(x, requires_grad=True) for x in at]
    with np.errstate(all="ignore"):
        np.sum(fn(*leaves)).backward()
    return [x.grad for x in leaves]


def theirs_at(fn: Function, *at: Any) -> list[Any]:
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
    torch.sum(fn(*leaves)).backward()
    return [x.grad for x in leaves]


@pytest.mark.parametrize(
    ("ours", "theirs", "at"),
    [
        (autograd.relu, torch.relu, [0.0]),
        (np.abs, torch.abs, [0.0]),
        (np.sign, torch.sign, [0.0]),
        (np.floor, torch.floor, [2.0]),
        (lambda x: np.clip(x, -1, 1), lambda x: torch.clamp(x, -1, 1), [[-1.0, 1.0, 2.0]]),
        (np.clip, torch.clamp, [[-1.0, 1.0, 2.0], [-1.0] * 3, [1.0] * 3]),
        (np.linalg.norm, torch.linalg.vector_norm, [[0.0, 0.0]]),
        (lambda x: x**0, lambda x: x**0, [[0.0, 2.0, INF]]),
        (lambda x: x**2, lambda x: x**2, [0.0]),
        (np.power, torch.pow, [[0.0, INF, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0, 1.0]]),
        (lambda n: 0**n, lambda n: 0**n, [[0.0, 2.0]]),
        (np.max, torch.amax, [[1.0, 3.0, 3.0]]),
        (np.max, torch.max, [[1.0, INF, INF]]),
        (np.min, torch.amin, [[1.0, 1.0, -INF]]),
        (np.maximum, torch.maximum, [[1.0, 3.0, INF], [1.0, 1.0, INF]]),
        (np.minimum, torch.minimum, [[1.0, 3.0, -INF], [1.0, 1.0, -INF]]),
        (lambda x: autograd.leaky_relu(x, 0.1), lambda x: F.leaky_relu(x, 0.1), [0.0]),
        (autograd.elu, F.elu, [0.0]),
        (np.sqrt, torch.sqrt, [0.0]),
        (np.log, torch.log, [[0.0, -1.0]]),
        (np.remainder, torch.remainder, [[3.0, -7.0], [2.0, 3.0]]),
        (autograd.sigmoid, torch.sigmoid, [[-800.0, 800.0]]),
        (autograd.softplus, F.softplus, [[-800.0, 800.0]]),
        (autograd.logsumexp, lambda x: torch.logsumexp(x, 0), [[-INF, 1.0]]),
        (lambda x: autograd.softmax(x)[1], lambda x: torch.softmax(x, 0)[1], [[-INF, 1.0, 1.0]]),
        (
            lambda x: autograd.log_softmax(x)[1],
            lambda x: torch.log_softmax(x, 0)[1],
            [[-INF, 1.0, 1.0]],
        ),
        (
            lambda x: np.where(x > 0, x, np.nan),
            lambda x: torch.where(x > 0, x, torch.nan),
            [[-1.0, 4.0]],
        ),
    ],
)
def test_conventions_that_agree(ours: Function, theirs: Function, at: Any) -> None:
    for a, b in zip(ours_at(ours, *at), theirs_at(theirs, *at), strict=True):
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-15)


@pytest.mark.parametrize(
    ("ours", "theirs", "at", "our_slope", "their_slope"),
    [
        # All that tie share, along an axis as over all entries; PyTorch picks one along an axis.
        (
            lambda x: np.max(x, axis=0),
            lambda x: torch.max(x, 0).values,
            [1.0, 3.0, 3.0],
            [0, 0.5, 0.5],
            [0, 1, 0],
        ),
        # Above its threshold of 20 PyTorch replaces softplus by the identity.
        (autograd.softplus, F.softplus, [21.0], [1 / (1 + np.exp(-21.0))], [1]),
        # The last one written is all that is left; PyTorch's gradient goes to all that wrote.
        (
            lambda v: autograd.put(np.zeros(1), [0, 0], v),
            lambda v: torch.zeros(1, dtype=v.dtype).index_put((torch.tensor([0, 0]),), v),
            [1.0, 2.0],
            [0, 1],
            [1, 1],
        ),
        # Entries that tie share their place; PyTorch gives it to one.
        (
            lambda x: np.sort(x)[0],
            lambda x: torch.sort(x).values[0],
            [1.0, 1.0],
            [0.5, 0.5],
            [1, 0],
        ),
        # PyTorch computes the power of two in whole numbers.
        (
            lambda x: np.ldexp(x, -1),
            lambda x: torch.ldexp(x, torch.tensor(-1)),
            [1.0],
            [0.5],
            [0],
        ),
        # No finite number is right: -infinity is the one-sided limit, NaN the answer to 0 * inf.
        (lambda n: np.power(0.0, n), lambda n: torch.pow(0.0, n), [-1.0], [np.nan], [-INF]),
    ],
)
def test_conventions_that_differ_on_purpose(
    ours: Function, theirs: Function, at: Any, our_slope: Any, their_slope: Any
) -> None:
    np.testing.assert_array_equal(ours_at(ours, at)[0], our_slope)
    np.testing.assert_array_equal(theirs_at(theirs, at)[0].numpy(), their_slope)


def test_a_network() -> None:
    """Two layers, softmax, cross entropy: all gradients at once."""
    rng = np.random.default_rng(6)
    shapes = {"x": (5, 4), "v": (4, 7), "a": (7,), "w": (7, 3), "b": (3,)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    ours = {name: Tensor(value, requires_grad=True) for name, value in values.items()}
    theirs = {name: torch.tensor(value, requires_grad=True) for name, value in values.items()}

    def logits(tanh: Function, x: Any, v: Any, a: Any, w: Any, b: Any) -> Any:
        return tanh(x @ v + a) @ w + b

    rows, labels = np.arange(5), [0, 2, 1, 1, 0]
    loss = -np.mean(autograd.log_softmax(logits(np.tanh, **ours))[rows, labels])
    their_loss = F.cross_entropy(logits(torch.tanh, **theirs), torch.tensor(labels))
    loss.backward()
    their_loss.backward()
    assert_same(loss, their_loss)
    for name in shapes:
        assert_same(ours[name].grad, theirs[name].grad)
