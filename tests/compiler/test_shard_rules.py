"""A rule for cutting a batch is right: in shards every operation gives what it gives at once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd.compiler.shard.cutting import NotShardableError
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.compiler.sharded import Sharded, assert_same

EVERY = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
]


def ways_to_cut(operands: tuple[Any, ...]) -> Iterator[tuple[int | None, ...]]:
    """For every operand an axis, or none, along which the batch could lie."""
    axes = [(None, *range(np.ndim(x))) for x in operands]
    for chosen in product(*axes):
        lengths = {x.shape[a] for x, a in zip(operands, chosen, strict=True) if a is not None}
        if len(lengths) == 1 and min(lengths) > 1:
            yield chosen


def cut_and_compared(op: Primitive, case: Case, axes: tuple[int | None, ...]) -> None:
    operands = case.arrays()

    def function(*given: Any) -> Any:
        cut = iter(given)
        moved = (
            x if axis is None else np.moveaxis(next(cut), 0, axis)
            for x, axis in zip(operands, axes, strict=True)
        )
        return op.apply(tuple(moved), case.params)

    cut = [(x, axis) for x, axis in zip(operands, axes, strict=True) if axis is not None]
    given = [np.moveaxis(x, axis, 0) for x, axis in cut]
    batch = [True] * len(given)
    assert_same(Sharded(function, given, batch, 2)(*given), op.impl(*operands, **case.params))


@pytest.mark.parametrize(("op", "case"), EVERY)
def test_every_operation_is_cut_rightly_or_not_at_all(op: Primitive, case: Case) -> None:
    for axes in ways_to_cut(case.arrays()):
        try:
            cut_and_compared(op, case, axes)
        except NotShardableError:
            continue
