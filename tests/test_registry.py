"""The one test that every declared operation goes through, and the proof that it can fail."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GradientMismatch, Tensor, gradcheck
from autograd.engine.declare import Primitive, elementwise, primitive
from autograd.ops import REGISTRY
from tests.cases import CASES, all_cases
from tests.cases.case import Case
from tests.looping import each_case
from tests.registry.operations import (
    assert_lifted_is_not_lifted,
    assert_same_form,
    assert_transposes,
    call,
    floats,
    is_float,
    normal_like,
    plain,
    pulled,
    value_of,
)
from tests.second_order import assert_derivatives

pytestmark = pytest.mark.filterwarnings("error")


def parameters(kinds: Sequence[str] = ("elementwise", "linear", "bilinear", "primitive")) -> Any:
    """Return an operation and one of its cases, for every case of operations of these `kinds`."""
    return [
        pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
        for i, (name, case) in enumerate(all_cases())
        if REGISTRY[name].kind in kinds
    ]


DIFFERENTIABLE = parameters()
EVERY = [*DIFFERENTIABLE, *parameters(["constant"])]
MULTIPLE = parameters(["elementwise"])


def complex_cases() -> Any:
    """Return the cases that hold for complex operands, each with the dtypes to try."""
    return [
        pytest.param(REGISTRY[name], case, dtypes, id=f"{name}-{i}-{names}")
        for i, (name, case) in enumerate(all_cases())
        if case.complex_too
        for names, dtypes in mixtures(len(floats(case))).items()
    ]


def mixtures(operands: int) -> dict[str, tuple[Any, ...]]:
    """All operands complex; and, of several, one alone, a real tensor's gradient being real."""
    alone = {
        f"only {k}": tuple(np.complex128 if i == k else np.float64 for i in range(operands))
        for k in range(operands)
        if operands > 1
    }
    return {"all": (np.complex128,) * operands, **alone}


def test_every_operation_has_cases() -> None:
    assert set(REGISTRY) == set(CASES)


@each_case("op, case", EVERY)
def test_forward_is_numpy(op: Primitive, case: Case) -> None:
    arrays = case.arrays()
    recorded = op.apply(
        tuple(Tensor(x, requires_grad=True) if is_float(x) else x for x in arrays), case.params
    )
    expected, value = plain(op, arrays, case.params), value_of(recorded)
    np.testing.assert_array_equal(value, expected)
    assert_same_form(value, expected)
    if type(recorded) is Tensor:
        assert recorded.requires_grad == op.differentiable
        assert recorded.op is op


@each_case("op, case", DIFFERENTIABLE)
def test_derivatives_are_differences(op: Primitive, case: Case) -> None:
    """Reverse and forward mode, first and second order, against central differences."""
    assert_derivatives(call(op, case), *floats(case))


@each_case("op, case", DIFFERENTIABLE)
def test_modes_are_transposes(op: Primitive, case: Case) -> None:
    assert_transposes(call(op, case), floats(case))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_case("op, case", DIFFERENTIABLE)
def test_gradients_have_shape_and_dtype(op: Primitive, case: Case, dtype: Any) -> None:
    if op.name == "astype":
        case = Case(case.operands, {"dtype": np.dtype(dtype)})
    arrays = case.arrays(dtype)
    operands = tuple(Tensor(x, requires_grad=True) if is_float(x) else x for x in arrays)
    result = op.apply(operands, case.params)
    assert np.real(result).dtype == dtype
    result.backward(np.ones(result.shape, dtype))
    for x in operands:
        if type(x) is Tensor:
            assert x.grad.dtype == dtype
            assert x.grad.shape == x.shape
            assert isinstance(x.grad, np.ndarray if x.shape else np.generic)


@each_case("op, case", DIFFERENTIABLE)
def test_lifted_is_not_lifted(op: Primitive, case: Case) -> None:
    assert_lifted_is_not_lifted(call(op, case), floats(case))


# Complex numbers ---------------------------------------------------------------------------------


@each_case("op, case, dtypes", complex_cases())
def test_complex_operands(op: Primitive, case: Case, dtypes: tuple[Any, ...]) -> None:
    """Forward as NumPy; both modes to second order against differences; lifted = not lifted.

    Where a real operand meets a complex one, its gradient is real.
    """
    pairs = zip(floats(case, np.complex128), dtypes, strict=True)
    primals = [z if dtype is np.complex128 else np.real(z)[()] for z, dtype in pairs]
    fn = call(op, case)
    if op.name == "put" and dtypes == (np.float64, np.complex128):
        with pytest.raises(TypeError, match="put of complex128 values into an array of dtype fl"):
            fn(*primals)
        return
    expected = fn(*primals)
    value = fn(*[Tensor(z, requires_grad=True) for z in primals])
    np.testing.assert_allclose(value.data, expected, rtol=1e-15)
    assert value.dtype == np.result_type(expected)
    v = normal_like(expected, np.random.default_rng(2))
    for x, c in zip(primals, pulled(fn, primals, v), strict=True):
        assert_same_form(c, x)
    assert_derivatives(fn, *primals)
    assert_transposes(fn, primals)
    assert_lifted_is_not_lifted(fn, primals)


@each_case("op, case", MULTIPLE)
def test_tuned_rules_are_slope_rules(op: Primitive, case: Case) -> None:
    """A hand-tuned reverse rule equals the slope times the gradient, un-broadcast."""
    arrays = case.arrays()
    y = op.apply(arrays, case.params)
    g = np.random.default_rng(3).normal(size=np.shape(y))[()]
    for k, (x, slope) in enumerate(zip(arrays, op.slopes, strict=True)):
        if not is_float(x):
            continue
        local = slope(y, *arrays, **case.params) if callable(slope) else slope
        by_slope = autograd.engine.shapes.unbroadcast(np.asarray(g * local), x.shape)
        tuned = op.vjps[k](g, y, *arrays, **case.params)
        np.testing.assert_allclose(tuned, by_slope, rtol=1e-12, atol=1e-15)


# Negative controls -------------------------------------------------------------------------------


def sine(x: Any) -> Any:
    return np.sin(x)


WRONG = {
    "factor": elementwise(sine, lambda y, x: 12345 * np.cos(x), name="wrong_factor"),
    "sign": elementwise(sine, lambda y, x: -np.cos(x), name="wrong_sign"),
    "zero": elementwise(sine, 0, name="wrong_zero"),
    "slightly": elementwise(sine, lambda y, x: np.cos(x) * 1.00001, name="wrong_slightly"),
    "one mode": primitive(
        sine,
        vjp=lambda g, y, x: g * np.cos(x),
        jvp=lambda t, y, x: t * np.sin(x),
        name="wrong_forward",
    ),
    "one entry": primitive(
        sine,
        vjp=lambda g, y, x: g * np.cos(x) + np.concatenate([[1e-4], np.zeros(2)]),
        jvp=lambda t, y, x: t * np.cos(x),
        name="wrong_entry",
    ),
    "second order": primitive(
        sine,
        # Right numbers from a rule that hides its operand from the record.
        vjp=lambda g, y, x: g * np.cos(x.data if type(x) is Tensor else x),
        jvp=lambda t, y, x: t * np.cos(x.data if type(x) is Tensor else x),
        name="wrong_second",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_rule_is_found(mistake: str) -> None:
    def fn(x: Any) -> Any:
        return WRONG[mistake].apply((x,), {})

    x = np.array([0.3, 0.7, 1.1])
    with pytest.raises(GradientMismatch, match=r"analytic .* numeric .* relative error"):
        gradcheck(fn, x)
    with pytest.raises(AssertionError):
        assert_derivatives(fn, x)


WRONG_IF_COMPLEX = {
    "conjugated": elementwise(sine, lambda y, x: np.conj(np.cos(x)), name="wrong_conjugated"),
    "real part": elementwise(sine, lambda y, x: np.real(np.cos(x)), name="wrong_real_part"),
    "reverse mode": primitive(
        sine,
        vjp=lambda g, y, x: np.conj(g) * np.cos(x),
        jvp=lambda t, y, x: t * np.cos(x),
        name="wrong_complex_reverse",
    ),
}


@pytest.mark.parametrize("mistake", WRONG_IF_COMPLEX)
def test_a_rule_that_is_wrong_for_complex_numbers_is_found(mistake: str) -> None:
    x = np.array([0.3, 0.7, 1.1])
    op = WRONG_IF_COMPLEX[mistake]
    gradcheck(op, x)
    with pytest.raises(GradientMismatch, match=r"index \(\d,\) (real|imaginary) part: analytic"):
        gradcheck(op, x + 0.5j)
    with pytest.raises(GradientMismatch):
        assert_derivatives(op, x + 0.5j)
