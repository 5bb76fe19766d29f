"""Rules of elementwise operations that choose instead of multiplying, in both modes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import jvp, vjp
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.looping import each_case

ELEMENTWISE = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
    if REGISTRY[name].kind == "elementwise" and any(callable(s) for s in REGISTRY[name].slopes)
]


@each_case("op, case", ELEMENTWISE)
def test_forward_rules_are_slopes_times_tangents(op: Primitive, case: Case) -> None:
    arrays = case.arrays()
    y = op.apply(arrays, case.params)
    rng = np.random.default_rng(5)
    for k, (x, slope) in enumerate(zip(arrays, op.slopes, strict=True)):
        if np.asarray(x).dtype.kind != "f":
            continue
        t = rng.normal(size=np.shape(x))[()]
        local = slope(y, *arrays, **case.params) if callable(slope) else slope
        pushed = np.broadcast_to(op.jvps[k](t, y, *arrays, **case.params), np.shape(y))
        np.testing.assert_allclose(pushed, np.broadcast_to(t * local, np.shape(y)), 1e-12, 1e-15)


BRANCHES: list[tuple[Callable[[Any], Any], float, float]] = [
    (lambda x: np.where(x > 0, np.log(x), 0), 0.0, 0),
    (lambda x: np.where(x > 0, np.log(x), 3 * x), 0.0, 3),
    (lambda x: np.where(x < 0, 2 * x, np.sqrt(x)), -1.0, 2),
    (lambda x: np.nan_to_num(x / (x - 1)), 1.0, 0),
    (lambda x: np.nan_to_num(np.sqrt(x)), -1.0, 0),
    (lambda x: np.minimum(x, np.exp(710 * x)), 1.0, 1),
    (lambda x: np.maximum(x, -np.exp(710 * x)), 1.0, 1),
    (lambda x: np.fmax(x, np.sqrt(x - 2)), 1.0, 1),
    (lambda x: np.fmin(x, np.sqrt(x - 2)), 1.0, 1),
    (lambda x: np.clip(np.exp(710 * x), 0, 5), 1.0, 0),
]


@pytest.mark.parametrize(("fn", "at", "slope"), BRANCHES)
@pytest.mark.filterwarnings("ignore:.* encountered:RuntimeWarning")
def test_a_branch_that_is_not_taken_does_not_leak(
    fn: Callable[[Any], Any], at: float, slope: float
) -> None:
    """Its tangent may be NaN or infinite, and 0 times that would be NaN."""
    assert jvp(fn, (at,), (1.0,))[1] == pytest.approx(slope)


@pytest.mark.parametrize("upstream", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize(
    ("fn", "x", "slopes"),
    [
        (lambda x: np.maximum(x, 0), [-1.0, 2.0], [0, 1]),
        (lambda x: np.maximum(0, x), [-1.0, 2.0], [0, 1]),
        (lambda x: np.minimum(x, 0), [1.0, -2.0], [0, 1]),
        (lambda x: np.fmax(x, 0), [-1.0, 2.0, np.nan], [0, 1, 0]),
        (lambda x: np.fmin(0, x), [1.0, -2.0, np.nan], [0, 1, 0]),
        (lambda x: np.clip(x, -1, 1), [-2.0, 0.5, 3.0], [0, 1, 0]),
        (lambda x: np.clip(0.0, x, 3), [-1.0, 1.0], [0, 1]),
        (lambda x: np.clip(2.0, 0, x), [3.0, 1.0], [0, 1]),
        (lambda x: np.where([True, False], x, 0), [1.0, 1.0], [1, 0]),
        (lambda x: np.nan_to_num(x), [np.nan, 1.0], [0, 1]),
        (lambda x: autograd.leaky_relu(x), [2.0, 3.0], [1, 1]),
        (lambda x: np.floor(x), [0.5, 1.5], [0, 0]),
        (lambda x: np.abs(x), [2.0, 0.5], [1, 1]),
    ],
)
def test_both_modes_choose_where_gradients_are_infinite(
    fn: Callable[[Any], Any], x: Any, slopes: Any, upstream: float
) -> None:
    """No NaN, and no warning, where nothing goes through; all of it where all goes through."""
    x = np.array(x)
    expected = np.where(slopes, upstream, 0)
    g = np.full(x.shape, upstream)
    np.testing.assert_array_equal(vjp(fn, x)[1](g), expected)
    np.testing.assert_array_equal(jvp(fn, (x,), (g,))[1], expected)
