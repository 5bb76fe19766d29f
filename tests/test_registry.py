"""The one test that every declared operation goes through, and the proof that it can fail."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import GradientMismatch, Tensor, gradcheck, jvp, vjp
from autograd.ops import REGISTRY
from autograd.primitive import Primitive, elementwise, primitive
from tests.cases import CASES, all_cases
from tests.cases.case import Case

pytestmark = pytest.mark.filterwarnings("error")


def parameters(kinds: Sequence[str] = ("elementwise", "linear", "bilinear", "primitive")) -> Any:
    """An operation and one of its cases, for every case of every operation of these `kinds`."""
    return [
        pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
        for i, (name, case) in enumerate(all_cases())
        if REGISTRY[name].kind in kinds
    ]


DIFFERENTIABLE = parameters()
EVERY = [*DIFFERENTIABLE, *parameters(["constant"])]
MULTIPLE = parameters(["elementwise"])


def complex_cases() -> Any:
    """The cases that hold for complex operands, each with the dtypes to try."""
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


def call(op: Primitive, case: Case) -> Callable[..., Any]:
    """The operation as a function of its floating-point operands alone."""
    arrays = case.arrays()

    def function(*moving: Any) -> Any:
        rest = iter(moving)
        operands = [next(rest) if is_float(x) else x for x in arrays]
        return op.apply(tuple(operands), case.params)

    return function


def is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.inexact) and x.dtype.kind in "fc"


def component(v: Any, x: Any) -> Any:
    """`Re <v, x>`, by which complex numbers are pairs of real ones."""
    return np.sum(np.real(np.conjugate(v) * x))


def normal_like(x: Any, rng: np.random.Generator) -> Any:
    part = rng.normal(size=np.shape(x))
    return (part + 1j * rng.normal(size=np.shape(x)) if np.iscomplexobj(x) else part)[()]


def floats(case: Case, dtype: Any = np.float64) -> list[Any]:
    return [x for x in case.arrays(dtype) if is_float(x)]


def test_every_operation_has_cases() -> None:
    assert set(REGISTRY) == set(CASES)


@pytest.mark.parametrize(("op", "case"), EVERY)
def test_forward_is_numpy(op: Primitive, case: Case) -> None:
    arrays = case.arrays()
    recorded = op.apply(
        tuple(Tensor(x, requires_grad=True) if is_float(x) else x for x in arrays), case.params
    )
    plain = (
        op.function(*arrays, **case.params)
        if not op.variadic or op.name in ("getitem", "scatter")
        else op.function(arrays, **case.params)
    )
    value = recorded.data if type(recorded) is Tensor else recorded
    np.testing.assert_array_equal(value, plain)
    assert np.shape(value) == np.shape(plain)
    assert np.result_type(value) == np.result_type(plain)
    if type(recorded) is Tensor:
        assert recorded.requires_grad == op.differentiable
        assert recorded.op is op


@pytest.mark.parametrize(("op", "case"), DIFFERENTIABLE)
def test_derivatives_are_differences(op: Primitive, case: Case) -> None:
    """Reverse and forward mode, first and second order, against central differences."""
    gradcheck(call(op, case), *floats(case))


@pytest.mark.parametrize(("op", "case"), DIFFERENTIABLE)
def test_modes_are_transposes(op: Primitive, case: Case) -> None:
    assert_transposes(call(op, case), floats(case))


def assert_transposes(fn: Callable[..., Any], primals: Sequence[Any]) -> None:
    """<v, J t> = <J^T v, t>."""
    rng = np.random.default_rng(1)
    tangents = tuple(normal_like(p, rng) for p in primals)
    value, pullback = vjp(fn, *primals)
    v = normal_like(value, rng)
    pulled = pullback(v)
    pulled = pulled if len(primals) > 1 else (pulled,)
    _, pushed = jvp(fn, tuple(primals), tangents)
    by_pull = sum(component(c, t) for c, t in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose(component(v, pushed), by_pull, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("op", "case"), DIFFERENTIABLE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
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


@pytest.mark.parametrize(("op", "case"), DIFFERENTIABLE)
def test_lifted_is_not_lifted(op: Primitive, case: Case) -> None:
    assert_lifted_is_not_lifted(call(op, case), floats(case))


def assert_lifted_is_not_lifted(fn: Callable[..., Any], primals: Sequence[Any]) -> None:
    """The rules give the same, run on tensors, as on arrays."""
    value, pullback = vjp(fn, *primals)
    v = normal_like(value, np.random.default_rng(2))
    tensors = [Tensor(p, requires_grad=True) for p in primals]
    _, lifted = vjp(fn, *tensors)
    plain, recorded = pullback(v), lifted(v)
    if len(primals) == 1:
        plain, recorded = (plain,), (recorded,)
    for p, r in zip(plain, recorded, strict=True):
        assert type(r) is Tensor
        np.testing.assert_allclose(r.data, p, rtol=1e-14, atol=0)


# Complex numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "case", "dtypes"), complex_cases())
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
    pulled = vjp(fn, *primals)[1](normal_like(expected, np.random.default_rng(2)))
    for x, c in zip(primals, pulled if len(primals) > 1 else (pulled,), strict=True):
        assert (c.shape, c.dtype) == (x.shape, x.dtype)
    gradcheck(fn, *primals)
    assert_transposes(fn, primals)
    assert_lifted_is_not_lifted(fn, primals)


@pytest.mark.parametrize(("op", "case"), MULTIPLE)
def test_tuned_rules_are_slope_rules(op: Primitive, case: Case) -> None:
    """A hand-tuned reverse rule equals the slope times the gradient, un-broadcast."""
    arrays = case.arrays()
    y = op.apply(arrays, case.params)
    g = np.random.default_rng(3).normal(size=np.shape(y))[()]
    for k, (x, slope) in enumerate(zip(arrays, op.slopes, strict=True)):
        if not is_float(x):
            continue
        local = slope(y, *arrays, **case.params) if callable(slope) else slope
        by_slope = autograd.shapes.unbroadcast(np.asarray(g * local), x.shape)
        tuned = op.pulls[k](g, y, *arrays, **case.params)
        np.testing.assert_allclose(tuned, by_slope, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("layout", ["reversed", "strided", "transposed"])
@pytest.mark.parametrize("name", ["multiply", "exp", "sum", "max", "softmax", "matmul", "norm"])
def test_memory_layout_does_not_matter(name: str, layout: str) -> None:
    rng = np.random.default_rng(4)
    whole = rng.normal(size=(8, 8))
    view = {"reversed": whole[::-1, ::-1], "strided": whole[::2, 1::3], "transposed": whole.T}
    x = view[layout][:3, :3]
    op = REGISTRY[name]
    operands = (x, x) if len(op.pulls) == 2 else (x,)
    gradcheck(lambda *xs: op(*xs), *operands)


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
    with pytest.raises(GradientMismatch, match=r"analytic .* numeric .* relative error"):
        gradcheck(lambda x: WRONG[mistake].apply((x,), {}), np.array([0.3, 0.7, 1.1]))


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
