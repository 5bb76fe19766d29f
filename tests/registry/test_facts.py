"""The facts that declarations state are true, for every operation and every one of its cases."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograd.compiler.known import is_built_in
from autograd.engine.axes import Call
from autograd.engine.facts import CallFact
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import CASES
from tests.cases.case import Case
from tests.registry.operations import is_float

EVERY = [pytest.param(REGISTRY[name], cases, id=name) for name, cases in CASES.items()]


def call_of(op: Primitive, case: Case, operands: tuple[Any, ...], shape: tuple[int, ...]) -> Call:
    """Return a call whose arrays differ from run to run."""
    arrays = [isinstance(x, np.ndarray | np.generic) for x in operands]
    return Call(
        op,
        case.params,
        [None if flag else x for x, flag in zip(operands, arrays, strict=True)],
        [np.shape(x) for x in operands],
        [np.asarray(x).dtype for x in operands],
        shape,
    )


def holds(fact: CallFact, call: Call) -> bool:
    return fact(call) if callable(fact) else fact


def run(op: Primitive, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(op.impl(*operands, **params))


# Views -------------------------------------------------------------------------------------------


def with_factors(op: Primitive, operands: tuple[Any, ...], params: Any) -> tuple[Any, ...]:
    """Return the operands of a part of a decomposition, with the decomposition computed."""
    decompose = REGISTRY[f"{op.name.split('_')[0]}_factors"]
    known = {name: x for name, x in params.items() if name in decompose.supported}
    return (operands[0], run(decompose, operands[:1], known))


def layouts(op: Primitive, case: Case) -> Iterator[tuple[Any, ...]]:
    """Yield the operands of a case as arrays in memory of several dtypes and orders."""
    dtypes = [np.float64, np.float32] + [np.complex128] * case.complex_too
    for dtype in dtypes:
        operands = case.arrays(dtype)
        yield operands
        if "factors" in op.operand_names:
            yield with_factors(op, operands, case.params)
        yield tuple(np.asfortranarray(x) if isinstance(x, np.ndarray) else x for x in operands)


@pytest.mark.parametrize(("op", "cases"), EVERY)
def test_a_result_shares_memory_only_where_the_operation_says_so(
    op: Primitive, cases: list[Case]
) -> None:
    seen = False
    for case in cases:
        for operands in layouts(op, case):
            y = run(op, operands, case.params)
            shared = any(isinstance(x, np.ndarray) and np.shares_memory(x, y) for x in operands)
            seen = seen or shared
            assert not np.shares_memory(y, run(op, operands, case.params)) or shared, case
            assert not shared or holds(op.facts.view, call_of(op, case, operands, y.shape)), case
    assert seen or op.facts.view is False, "says that it may be a view, which no case shows"


# Shapes ------------------------------------------------------------------------------------------


def other_values(x: Any, rng: np.random.Generator) -> Iterator[Any]:
    """Yield operands of the same shape and dtype: zeros, ones, other numbers, in other orders."""
    if not isinstance(x, np.ndarray | np.generic):
        yield x
        return
    x = np.asarray(x)
    if x.dtype.kind == "b":
        others = [np.zeros_like(x), np.ones_like(x), ~x, rng.permutation(np.ravel(x))]
    else:
        # Of integers only what there is: they may be indices.
        others = [np.full_like(x, x.flat[0] if x.size else 0), np.sort(x, axis=None)[::-1]]
    if is_float(x):
        signs = rng.choice([-1, 1], x.shape)
        others += [np.zeros_like(x), np.ones_like(x), x * signs, np.abs(x), np.round(x) * signs]
        others += [np.asarray(rng.normal(size=x.shape) * 9, x.dtype)]
    for other in others:
        yield np.reshape(other, x.shape)[()].astype(x.dtype)


def forms_at_other_values(op: Primitive, case: Case) -> set[tuple[tuple[int, ...], np.dtype[Any]]]:
    """Return the shapes and dtypes of the result for operands with other values."""
    rng = np.random.default_rng(3)
    operands = case.arrays()
    alternatives = [list(other_values(x, rng)) for x in operands]
    found = set()
    for _ in range(24):
        chosen = tuple(a[rng.integers(len(a))] for a in alternatives)
        try:
            y = run(op, chosen, case.params)
        except (ArithmeticError, ValueError, IndexError, np.linalg.LinAlgError):
            continue
        found.add((y.shape, y.dtype))
    return found


@pytest.mark.parametrize(("op", "cases"), EVERY)
def test_a_shape_or_dtype_depends_on_values_only_where_the_operation_says_so(
    op: Primitive, cases: list[Case]
) -> None:
    seen = False
    for case in cases:
        operands = case.arrays()
        y = run(op, operands, case.params)
        changed = len({(y.shape, y.dtype), *forms_at_other_values(op, case)}) > 1
        seen = seen or changed
        call = call_of(op, case, operands, y.shape)
        assert not changed or holds(op.facts.shape_from_values, call), case
    assert seen or op.facts.shape_from_values is False, "says so, and no case shows it"


def test_every_operation_has_cases_here() -> None:
    assert CASES.keys() == REGISTRY.keys()
    assert all(map(is_built_in, REGISTRY.values()))
