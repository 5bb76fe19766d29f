"""Arguments at the edge of what NumPy takes: the same results, dtypes and errors with tensors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from tests.ops.agreement import parts, plain
from tests.second_order import assert_derivatives

V = np.array([0.3, 1.0, 1.7])
M = np.arange(9.0).reshape(3, 3) * 0.7 % 1.9 + 0.3
F = V.astype(np.float32)
NOTHING = np.zeros((0, 3))

SAME: list[tuple[Callable[[Any], Any], np.ndarray[Any, Any]]] = [
    # A list of truth values is a mask and not 1 and 0.
    (lambda x: np.delete(x, [True, False, True]), V),
    (lambda x: np.delete(x, [False, False, True], axis=1), M),
    (lambda x: np.delete(x, x > 1), V),
    (lambda x: np.insert([1, 2, 3], 1, x[:1]), V),
    (lambda x: np.trim_zeros(x - x[0]), V),
    (lambda x: np.trim_zeros(0 * x), V),
    (lambda x: np.trapezoid([1, 2, 3], x), M),
    (lambda x: np.sort_complex(x), F),
    (lambda x: np.cov(x, dtype=np.float32), M),
    (lambda x: np.percentile(x, np.float32(30)), F),
    (lambda x: np.linspace(x, 3, 4), np.array([1.0, np.inf, 0.5])),
    (lambda x: np.linspace(0, x, 3, True, True), V),
    (lambda x: np.linspace(x, 3, 0), V),
    (lambda x: np.linspace(x, 3, 1), V),
    (lambda x: np.linspace(-0.2, x, 11), np.array(0.8)),
    (lambda x: np.logspace(0, x, 3, base=2), F),
    (lambda x: np.logspace(0, 1, 3, base=x), V),
    (lambda x: np.logspace(0, x, 3, base=V, axis=-1), V),
    (lambda x: np.geomspace(x, 3, 4), F),
    (lambda x: np.geomspace(x, [3, 4, 5], 3, axis=-1), V),
    (lambda x: np.histogram(x)[0], np.array([0.3])),
    (lambda x: np.histogram(V, 2, weights=x)[0], F),
    (lambda x: np.bincount([0, 1, 1], weights=x), F),
    (lambda x: np.repeat(x, [2], axis=0), np.array(0.7)),
    (lambda x: np.repeat(x, 2, -1), M),
]


@pytest.mark.parametrize(("call", "x"), SAME)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_results_are_numpys(call: Callable[[Any], Any], x: Any) -> None:
    results, expected = parts(call(Tensor(x, requires_grad=True))), parts(call(x))
    for ours, theirs in zip(map(plain, results), expected, strict=True):
        assert (np.shape(ours), ours.dtype) == (np.shape(theirs), theirs.dtype)
        np.testing.assert_allclose(ours, theirs, 1e-6 if x is F else 1e-13)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: np.delete(x, [True, False, True]), V),
        (lambda x: np.trapezoid([1, 2, 3], x), M),
        (lambda x: np.linspace(x, x[0] * 3, 4), V),
        (lambda x: np.logspace(0, 1, 3, base=x), V),
        (lambda x: np.geomspace(x, 2 * x[1], 4), V),
        (lambda x: np.bincount([0, 1, 1], weights=x), V),
        (lambda x: np.repeat(x, [2], axis=0), V[0]),
        (lambda x: np.trim_zeros(np.concatenate([[0.0], x, [0.0, 0.0]]), "b"), V),
    ],
)
def test_derivatives(call: Callable[[Any], Any], x: Any) -> None:
    assert_derivatives(call, x)


@pytest.mark.parametrize(
    ("call", "x"),
    [
        (lambda x: np.pad(x, 1.5), V),
        (lambda x: np.pad(x, -1), V[0]),
        (lambda x: np.pad(x, 1, "mean"), NOTHING),
        (lambda x: np.pad(x, 1, "maximum"), NOTHING),
        (lambda x: np.repeat(x, -1), V),
        (lambda x: np.repeat(x, [1, -1, 2]), V),
        (lambda x: np.bincount([0, 1, 1], weights=x), V[:1]),
        (lambda x: np.delete(x, [True, False]), V),
    ],
)
def test_errors_are_numpys(call: Callable[[Any], Any], x: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as theirs:
        call(x)
    with pytest.raises(type(theirs.value)):
        call(Tensor(x, requires_grad=True))


def test_trim_along_several_axes() -> None:
    x = np.pad(M, ((1, 2), (0, 1)))
    trimmed: Any = np.trim_zeros(Tensor(x, requires_grad=True))
    np.testing.assert_array_equal(trimmed.data, M)
    front: Any = np.trim_zeros(Tensor(x), "f")
    np.testing.assert_array_equal(front.data, x[1:])
    with pytest.raises(ValueError, match=r"unexpected character\(s\) in `trim`: 'x'"):
        np.trim_zeros(Tensor(V), "x")
