"""Descriptions of axes: a batch in front gives what its entries give one by one."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd.engine.axes import BatchedCall
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case

DESCRIBED = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
    if REGISTRY[name].axes is not None
]


def ways_to_batch(operands: tuple[Any, ...]) -> Iterator[tuple[bool, ...]]:
    """Yield which of the operands have the batch, those that are arrays or numbers in all ways."""
    for flags in product([False, True], repeat=len(operands)):
        pairs = list(zip(flags, operands, strict=True))
        if any(flags) and not any(flag and x is None for flag, x in pairs):
            yield flags


@pytest.mark.parametrize(("op", "case"), DESCRIBED)
@pytest.mark.filterwarnings("ignore")
def test_a_batch_is_what_its_entries_are_one_by_one(op: Primitive, case: Case) -> None:
    n = 3
    drawn = [case.arrays(seed=seed) for seed in range(n)]
    first = drawn[0]
    expected_shape = np.shape(op.impl(*first, **case.params))
    for batched in ways_to_batch(first):
        operands = [
            np.stack([np.asarray(xs[k]) for xs in drawn]) if flag else first[k]
            for k, flag in enumerate(batched)
        ]
        call = BatchedCall(op, case.params, operands, batched, expected_shape, n)
        assert op.axes is not None
        found = op.axes.vectorize(call)
        if found is None:
            continue
        rows = [
            op.impl(*(x[i] if flag else x for x, flag in zip(operands, batched, strict=True)),
                    **case.params)
            for i in range(n)
        ]  # fmt: skip
        expected = np.stack([np.asarray(row) for row in rows])
        assert np.shape(found) == expected.shape, batched
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)
