"""Derivatives in single precision are those in double precision, rounded."""

from typing import Any

import numpy as np
import pytest

from autograd import jvp
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.looping import each_case
from tests.registry.operations import (
    distinct,
    is_float,
    normal_like,
    of_floats,
    pulled,
    value_of,
)

WIDER = {np.float32: np.float64, np.complex64: np.complex128}


def cases() -> Any:
    return [
        pytest.param(REGISTRY[name], case, dtype, id=f"{name}-{i}-{dtype.__name__}")
        for i, (name, case) in enumerate(distinct(all_cases()))
        if REGISTRY[name].differentiable
        for dtype in ([np.float32, np.complex64] if case.complex_too else [np.float32])
    ]


def derivatives(op: Primitive, case: Case, arrays: Any, v: Any, tangents: Any) -> list[Any]:
    """Return the value, the gradients in reverse mode and the tangent in forward mode."""
    fn, primals = of_floats(op, arrays, case.params), [x for x in arrays if is_float(x)]
    value, tangent = jvp(fn, tuple(primals), tuple(tangents))
    return [value_of(value), tangent, *pulled(fn, primals, v)]


@each_case("op, case, dtype", cases())
def test_single_precision_is_double_precision_rounded(
    op: Primitive, case: Case, dtype: Any
) -> None:
    if op.name == "astype":
        case = Case(case.operands, {"dtype": np.dtype(dtype)})
    arrays = case.arrays(dtype)
    rng = np.random.default_rng(5)
    v = normal_like(op.apply(arrays, case.params), rng)
    tangents = [normal_like(x, rng) for x in arrays if is_float(x)]
    wide = WIDER[dtype]
    got = derivatives(op, case, arrays, v, tangents)
    expected = derivatives(
        op,
        case,
        [x.astype(wide) if is_float(x) else x for x in arrays],
        v.astype(np.result_type(v, np.float64)),
        [t.astype(wide) for t in tangents],
    )
    for a, b in zip(got, expected, strict=True):
        assert np.finfo(a.dtype).dtype == np.float32
        largest = np.max(np.abs(b), initial=1.0)
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5 * largest)
