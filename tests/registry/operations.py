"""How the registry-driven tests call an operation, and what they hold every one of them to."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import ShapeError, Tensor, jvp, vjp
from autograd.engine.record import Primitive
from tests.cases.case import Case


def is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.inexact) and x.dtype.kind in "fc"


def floats(case: Case, dtype: Any = np.float64) -> list[Any]:
    return [x for x in case.arrays(dtype) if is_float(x)]


def call(op: Primitive, case: Case) -> Callable[..., Any]:
    """Return the operation as a function of its floating-point operands alone."""
    return of_floats(op, case.arrays(), case.params)


def of_floats(op: Primitive, arrays: Sequence[Any], params: dict[str, Any]) -> Callable[..., Any]:
    def function(*moving: Any) -> Any:
        rest = iter(moving)
        operands = [next(rest) if is_float(x) else x for x in arrays]
        return op.apply(tuple(operands), params)

    return function


def plain(op: Primitive, arrays: Sequence[Any], params: dict[str, Any]) -> Any:
    """Compute with NumPy."""
    if op.name == "reshape":
        # NumPy 2.0 calls `shape` otherwise.
        shape, *rest = params.values()
        return op.function(*arrays, shape, *rest)
    if op.variadic and op.name not in ("getitem", "scatter"):
        return op.function(arrays, **params)
    return op.function(*arrays, **params)


def value_of(x: Any) -> Any:
    return x.data if type(x) is Tensor else x


def component(v: Any, x: Any) -> Any:
    """`Re <v, x>`, by which complex numbers are pairs of real ones."""
    return np.sum(np.real(np.conjugate(v) * x))


def components(vs: Sequence[Any], xs: Sequence[Any]) -> Any:
    return sum(component(v, x) for v, x in zip(vs, xs, strict=True))


def normal_like(x: Any, rng: np.random.Generator) -> Any:
    part = rng.normal(size=np.shape(x))
    part = part + 1j * rng.normal(size=np.shape(x)) if np.iscomplexobj(x) else part
    return part.astype(np.result_type(x), copy=False)[()]


def pulled(fn: Callable[..., Any], primals: Sequence[Any], v: Any) -> tuple[Any, ...]:
    """Return the gradients of `<v, fn>`, as many as primals."""
    gradients = vjp(fn, *primals)[1](v)
    return gradients if len(primals) > 1 else (gradients,)


def assert_transposes(
    fn: Callable[..., Any], primals: Sequence[Any], rtol: float = 1e-10, atol: float = 1e-12
) -> None:
    """<v, J t> = <J^T v, t>."""
    rng = np.random.default_rng(1)
    tangents = tuple(normal_like(p, rng) for p in primals)
    value, pushed = jvp(fn, tuple(primals), tangents)
    v = normal_like(value, rng)
    by_pull = components(pulled(fn, primals, v), tangents)
    np.testing.assert_allclose(component(v, pushed), by_pull, rtol=rtol, atol=atol)


def assert_same_form(got: Any, expected: Any) -> None:
    assert np.shape(got) == np.shape(expected)
    assert np.result_type(got) == np.result_type(expected)


def slope_of(fn: Callable[..., Any], primals: Sequence[Any]) -> Callable[..., Any]:
    """First derivatives of `fn` as a function, weighted with fixed random numbers."""
    rng = np.random.default_rng(2)
    v = normal_like(fn(*primals), rng)
    directions = [normal_like(p, rng) for p in primals]
    return lambda *xs: components(directions, pulled(fn, xs, v))


def assert_lifted_is_not_lifted(fn: Callable[..., Any], primals: Sequence[Any]) -> None:
    """Return the rules give the same, run on tensors, as on arrays."""
    v = normal_like(fn(*primals), np.random.default_rng(2))
    tensors = [Tensor(p, requires_grad=True) for p in primals]
    expected, recorded = pulled(fn, primals, v), pulled(fn, tensors, v)
    for p, r in zip(expected, recorded, strict=True):
        assert type(r) is Tensor
        np.testing.assert_allclose(r.data, p, rtol=1e-14, atol=0)


def assert_sound(
    fn: Callable[..., Any],
    primals: Sequence[Any],
    expected: Any,
    rtol: float = 1e-9,
    atol: float = 1e-9,
) -> None:
    """On tensors `fn` gives the `expected`, and derivatives that fit, to second order.

    They have the shapes and dtypes of their operands or of the result, and reverse mode is the
    transpose of forward mode.
    """
    recorded = fn(*(Tensor(p, requires_grad=True) for p in primals))
    # That of scalars, or of products of other strides, may differ in its last digits.
    kind = np.result_type(expected)
    last = 4 * np.finfo(kind).eps if kind.kind in "fc" else 0
    np.testing.assert_allclose(value_of(recorded), expected, rtol=last, atol=last)
    assert_same_form(value_of(recorded), expected)
    if not (type(recorded) is Tensor and recorded.requires_grad):
        return
    v = np.ones_like(expected)[()]
    for gradient, p in zip(pulled(fn, primals, v), primals, strict=True):
        assert_same_form(gradient, p)
    assert_same_form(jvp(fn, tuple(primals), tuple(np.ones_like(p)[()] for p in primals))[1], v)
    slope = slope_of(fn, primals)
    for curvature, p in zip(pulled(slope, primals, 1.0), primals, strict=True):
        assert_same_form(curvature, p)
    # The mean of nothing is no number, and neither is its tangent.
    if np.all(np.isfinite(expected)):
        for f in (fn, slope):
            assert_transposes(f, primals, rtol, atol)


def assert_like_numpy(
    fn: Callable[..., Any],
    primals: Sequence[Any],
    compute: Callable[[], Any],
    check: Callable[[Any], None],
) -> None:
    """`check` what is expected; or, where NumPy refuses to `compute`, see `fn` refuse tensors.

    It does so by an error of the same type, or by `ShapeError`. Warnings are errors, unless NumPy
    itself gives one.
    """
    refusal: type[Exception] | None = None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            expected = compute()
        except Exception as error:
            refusal = type(error)
    with warnings.catch_warnings():
        if warned:
            warnings.simplefilter("ignore")
        if refusal is None:
            check(expected)
            return
        with pytest.raises((refusal, ShapeError)):
            fn(*(Tensor(x, requires_grad=True) for x in primals))


def distinct(cases: Iterator[tuple[str, Case]]) -> Iterator[tuple[str, Case]]:
    """Each case once, whatever may stand in its parameters."""
    seen = set[str]()
    for name, case in cases:
        key = repr((name, case))
        if key not in seen:
            seen.add(key)
            yield name, case
