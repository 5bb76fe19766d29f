"""Composites: whose place they may take, and the spellings of `out=` that they refuse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import NotDifferentiableError, Tensor, gradcheck
from autograd.engine.declare import composite, constant
from autograd.engine.dispatch import FUNCTIONS
from autograd.ops import REGISTRY

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
V = np.array([1.0, 2.0, 3.0])


def vector() -> Any:
    return Tensor(V, requires_grad=True, name="v")


@pytest.mark.parametrize("function", [np.exp, np.max, np.hstack, (np.add, "reduce")])
def test_a_composite_takes_no_place_that_is_taken(function: Any) -> None:
    before = dict(FUNCTIONS)
    with pytest.raises(ValueError, match="has a derivative rule already; declare the new rule"):
        composite(function)(lambda x: x)
    with pytest.raises(ValueError, match="has a derivative rule already"):
        composite(function, adapts=REGISTRY["tan"])(lambda x: x)
    assert before == FUNCTIONS


def test_a_composite_may_adapt_its_own_operation() -> None:
    ufunc: Any = np.spacing
    op = constant(ufunc)
    try:
        adapted = composite(ufunc, adapts=op)(lambda x: op(x * 1))
        assert FUNCTIONS[ufunc] is not op
        with pytest.raises(ValueError, match=r"^np\.spacing has a derivative rule already"):
            composite(ufunc, adapts=op)(adapted)
    finally:
        del FUNCTIONS[ufunc]


def test_a_composite_may_be_a_method_of_a_universal_function() -> None:
    key: Any = (np.subtract, "reduce")
    assert key not in FUNCTIONS

    @composite(key)
    def alternate(array: Any, axis: int = 0) -> Any:
        return 2 * np.take(array, 0, axis) - np.sum(array, axis)

    try:
        gradcheck(lambda x: np.subtract.reduce(x, axis=1), X)
        result: Any = np.subtract.reduce(Tensor(X))
        np.testing.assert_array_equal(result.data, np.subtract.reduce(X))
        message = r"^np\.subtract\.reduce with keepdims= has no derivative rule"
        with pytest.raises(NotDifferentiableError, match=message):
            np.subtract.reduce(Tensor(X), keepdims=True)
    finally:
        del FUNCTIONS[key]


@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.maximum, np.hypot])
def test_outer_is_every_operand_with_every_other(ufunc: Any) -> None:
    gradcheck(lambda x, v: ufunc.outer(x, v), X, V[:2] + 0.3)
    with pytest.raises(TypeError, match=f"^{ufunc.__name__} cannot write a tensor into out="):
        ufunc.outer(vector(), V, out=np.zeros((3, 3)))


# Keywords by position -----------------------------------------------------------------------------

POSITIONAL_OUT: dict[str, Callable[..., Any]] = {
    "np.sum": lambda v, out: np.sum(v, 0, None, out),
    "np.prod": lambda v, out: np.prod(v, 0, None, out),
    "np.nansum": lambda v, out: np.nansum(v, 0, None, out),
    "np.nanmean": lambda v, out: np.nanmean(v, 0, None, out),
    "np.nanstd": lambda v, out: np.nanstd(v, 0, None, out),
    "np.nanmax": lambda v, out: np.nanmax(v, 0, out),
    "np.var": lambda v, out: np.var(v, 0, None, out),
    "np.median": lambda v, out: np.median(v, 0, out),
    "np.quantile": lambda v, out: np.quantile(v, 0.5, 0, out),
    "np.ptp": lambda v, out: np.ptp(v, 0, out),
    "np.all": lambda v, out: np.all(v, 0, out),
    "np.argmax": lambda v, out: np.argmax(v, 0, out),
    "np.cumsum": lambda v, out: np.cumsum(v, 0, None, out),
    "np.clip": lambda v, out: np.clip(v, 0, 2, out),
    "np.round": lambda v, out: np.round(v, 1, out),
    "np.take": lambda v, out: np.take(v, [0], 0, out),
    "np.choose": lambda v, out: np.choose([0, 1, 0], [v, v], out),
    "np.compress": lambda v, out: np.compress([1, 0, 1], v, 0, out),
    "np.concatenate": lambda v, out: np.concatenate([v, v], 0, out),
    "np.stack": lambda v, out: np.stack([v, v], 0, out),
    "np.dot": lambda v, out: np.dot(v, v, out),
    "np.outer": lambda v, out: np.outer(v, v, out),
    "np.trace": lambda v, out: np.trace(v[None], 0, 0, 1, None, out),
    "np.fft.fft": lambda v, out: np.fft.fft(v, 3, -1, None, out),
    "np.exp": np.exp,
    "t.compress": lambda v, out: v.compress([1, 0, 1], 0, out),
    "t.std": lambda v, out: v.std(0, None, out),
    "t.round": lambda v, out: v.round(1, out),
}


@pytest.mark.parametrize("name", POSITIONAL_OUT)
def test_out_is_refused_without_its_name_too(name: str) -> None:
    call = POSITIONAL_OUT[name]
    out = np.zeros(3)
    with pytest.raises(TypeError, match=r"cannot write a tensor into out=: .*use the result"):
        call(vector(), out)
    np.testing.assert_array_equal(out, np.zeros(3))
    np.testing.assert_array_equal(call(vector(), None).data, call(V, None))


@pytest.mark.parametrize(
    "call",
    [
        lambda v: np.nansum(v, 0, None, None, True),
        lambda v: np.median(v, 0, None, False, True),
        lambda v: np.nanstd(v, 0, None, None, 1),
        lambda v: np.percentile(v, 40, 0, None, False, "lower"),
        lambda v: np.take(v, [4], 0, None, "wrap"),
        lambda v: np.ptp(v, 0, None, True),
    ],
)
def test_arguments_behind_out_keep_their_places(call: Callable[[Any], Any]) -> None:
    np.testing.assert_array_equal(call(vector()).data, call(V), strict=True)
