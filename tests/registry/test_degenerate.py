"""Nothing, and one number: every operation on empty arrays and on scalars.

Where NumPy computes, so do value, gradients, tangents and second derivatives, in their shapes and
without a warning of their own; where NumPy refuses, so do we, by an error of the same type or by
`ShapeError`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.looping import each_case
from tests.registry.operations import (
    assert_like_numpy,
    assert_sound,
    distinct,
    is_float,
    of_floats,
    plain,
)


def lengths(case: Case) -> list[int]:
    """Return the lengths of axes that operands have."""
    shapes = [np.shape(x) for x in case.arrays()]
    return sorted({n for shape in shapes for n in shape if n > 0})


def cut(x: Any, length: int) -> Any:
    """Return an operand whose axes of this `length` have become empty."""
    if isinstance(x, tuple):
        return tuple(0 if n == length else n for n in x)
    if not isinstance(x, np.ndarray):
        return x
    return x[tuple(slice(0 if n == length else n) for n in x.shape)]


# Operations under others, which are handed operands that fit their parameters.
PRIVATE = {"complement", "on_diagonal", "pad_zeros", "scatter"}
# These are handed vectors, or matrices, by what is called in NumPy's name.
WITH_AXES = {"convolve", "cumprod", "cumsum"}


def degenerate(cases: Iterator[tuple[str, Case]]) -> Iterator[tuple[str, Case]]:
    for name, case in cases:
        if name in PRIVATE or "over" in case.params:
            continue
        for length in lengths(case):
            yield name, replace(case, operands=tuple(cut(x, length) for x in case.operands))
        if name not in WITH_AXES and any(isinstance(x, tuple) for x in case.operands):
            scalars = tuple(() if isinstance(x, tuple) else x for x in case.operands)
            yield name, replace(case, operands=scalars)


CASES = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(distinct(degenerate(all_cases())))
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_case("op, case", CASES)
def test_empty_arrays_and_scalars(op: Primitive, case: Case, dtype: Any) -> None:
    if op.name == "astype":
        case = replace(case, params={"dtype": np.dtype(dtype)})
    arrays = case.arrays(dtype)
    fn, primals = of_floats(op, arrays, case.params), [x for x in arrays if is_float(x)]
    tolerance = 1e-9 if dtype is np.float64 else 1e-3
    assert_like_numpy(
        fn,
        primals,
        lambda: plain(op, arrays, case.params),
        lambda expected: assert_sound(fn, primals, expected, tolerance, tolerance),
    )
