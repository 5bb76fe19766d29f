"""How an operand lies in memory makes no difference: for every operation, to value and gradients.

An operand that is only to be read is not written into, and no stride but the shape says what an
array holds.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

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


def reversed_in_memory(x: Any) -> Any:
    """Negative strides along every axis."""
    return np.ascontiguousarray(np.flip(x))[(slice(None, None, -1),) * x.ndim]


def every_other(x: Any) -> Any:
    """Return a view of every second entry along every axis; what lies between is no number."""
    wide = np.full([2 * n for n in x.shape], np.nan, x.dtype)
    wide[(slice(None, None, 2),) * x.ndim] = x
    return wide[(slice(None, None, 2),) * x.ndim]


def read_only(x: Any) -> Any:
    x = x.copy()
    x.flags.writeable = False
    return x


RELAID: dict[str, Callable[[Any], Any]] = {
    "Fortran order": np.asfortranarray,
    "negative strides": reversed_in_memory,
    "strided": every_other,
    "read-only": read_only,
}


def relaid(x: Any, layout: Callable[[Any], Any]) -> Any:
    return layout(x) if np.ndim(x) and is_float(x) else x


def cases(complex_too: bool) -> Any:
    return [
        pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
        for i, (name, case) in enumerate(distinct(all_cases()))
        if (case.complex_too or not complex_too)
        and any(isinstance(x, np.ndarray) and is_float(x) for x in case.arrays())
    ]


def results(op: Primitive, case: Case, arrays: Any, layout: Callable[[Any], Any]) -> list[Any]:
    """Return the value, and the gradients for a cotangent that lies in memory like the operands."""
    laid = [relaid(x, layout) for x in arrays]
    fn, primals = of_floats(op, laid, case.params), [x for x in laid if is_float(x)]
    value = value_of(fn(*primals))
    if not op.differentiable:
        return [value]
    v = normal_like(value, np.random.default_rng(3))
    return [value, *pulled(fn, primals, relaid(v, layout))]


def assert_layouts_agree(op: Primitive, case: Case, arrays: Any) -> None:
    expected = results(op, case, arrays, np.ascontiguousarray)
    for name, layout in RELAID.items():
        for got, wanted in zip(results(op, case, arrays, layout), expected, strict=True):
            # Only the order in which numbers are added up may differ.
            np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12, err_msg=name)


@each_case("op, case", cases(complex_too=False))
def test_memory_layout_does_not_matter(op: Primitive, case: Case) -> None:
    assert_layouts_agree(op, case, case.arrays())


@each_case("op, case", cases(complex_too=True))
def test_memory_layout_of_complex_numbers_does_not_matter(op: Primitive, case: Case) -> None:
    assert_layouts_agree(op, case, case.arrays(np.complex128))


def stretched(x: Any) -> Any:
    """Return a read-only view with stride 0: the first row, over and over again."""
    return np.broadcast_to(x[:1], x.shape)


SINGULAR = {
    *("complement", "svd_u", "svd_s", "svd_vh", "qr_q", "qr_r", "eig_values", "eig_vectors"),
    *("cofactors", "cofactor_change", "slogdet_log"),
}
"""Operations on matrices that have no derivatives, or any, where all rows are the same."""


@each_case("op, case", [c for c in cases(complex_too=False) if c.values[0].name not in SINGULAR])
def test_views_of_broadcasting_are_arrays_like_any(op: Primitive, case: Case) -> None:
    views = [relaid(x, stretched) for x in case.arrays()]
    arrays = [relaid(x, np.ascontiguousarray) for x in views]
    fn, primals = of_floats(op, arrays, case.params), [x for x in arrays if is_float(x)]
    again = [x for x in views if is_float(x)]
    try:
        value = value_of(fn(*primals))
    except np.linalg.LinAlgError:
        with pytest.raises(np.linalg.LinAlgError):
            fn(*again)
        return
    np.testing.assert_allclose(value_of(fn(*again)), value, rtol=1e-12, atol=1e-12)
    if op.differentiable:
        v = relaid(normal_like(value, np.random.default_rng(3)), stretched)
        expected = pulled(fn, primals, v if v.ndim == 0 else v.copy())
        for got, wanted in zip(pulled(fn, again, v), expected, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)
