"""The walks that interpreters share: what is below a result, and the record with other values."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, variables
from autograd.engine.walk import ancestors, compute_step, evaluate


def test_ancestors_are_listed_once_operands_first() -> None:
    x, y = variables(x=2.0, y=3.0)
    p = x * y
    q = p + p * x
    r = np.exp(x)
    found = ancestors([q, r, q])
    assert {*found} == {x, y, p, q, r, *q.inputs}
    assert [t.seq for t in found] == sorted(t.seq for t in found)
    assert len(found) == len({*found})


def test_masks_and_constants_are_ancestors_too() -> None:
    x = Tensor([1.0, -1.0], requires_grad=True)
    constant = Tensor([5.0, 5.0])
    y = np.where(x > 0, x, constant)
    assert {constant} <= {*ancestors([y])}
    assert any(t.op is not None and t.op.name == "greater" for t in ancestors([y]))


def test_a_walk_can_be_limited() -> None:
    x = variables(x=2.0)
    y = x * x
    z = np.sin(y) + 1.0
    assert ancestors([z], within=lambda t: t.seq > y.seq) == [z.inputs[0], z]
    assert ancestors([z], operands=lambda t: ()) == [z]
    assert ancestors([1.0, "no tensor"]) == []


def test_a_long_chain_needs_no_recursion() -> None:
    y = variables(x=1.0)
    for _ in range(20_000):
        y = y + 1.0
    assert len(ancestors([y])) == 20_001


def test_the_record_with_other_values() -> None:
    x, y = variables(x=2.0, y=3.0)
    p = x * y
    q = np.sum([1.0, 2.0] * p)
    r = y * 10.0
    found = evaluate(ancestors([q, r]), {x: 5.0})
    assert found[p] == 15
    assert found[q] == 45
    assert r not in found
    assert p.data == 6


def test_an_observer_computes_each_changed_step() -> None:
    x, y = variables(x=2.0, y=3.0)
    p = x * y
    q = p + y
    seen: list[tuple[Tensor, list[Any], list[bool]]] = []

    def compute(node: Tensor, operands: list[Any], changed: list[bool]) -> Any:
        seen.append((node, operands, changed))
        return compute_step(node, operands)

    evaluate(ancestors([q]), {x: 5.0}, compute)
    assert seen == [(p, [5.0, 3.0], [True, False]), (q, [15.0, 3.0], [True, False])]


def test_steps_can_be_computed_again_though_nothing_below_changed() -> None:
    x = variables(x=2.0)
    p = x * 3.0
    q = p + 1.0
    nodes = ancestors([q])
    assert evaluate(nodes, {}) == {}
    found = evaluate(
        nodes, {}, lambda node, operands, changed: 100.0 + changed.count(True), also=[p]
    )
    assert found == {p: 100.0, q: 101.0}


@pytest.mark.parametrize("lift", [False, True])
def test_unchanged_operands_are_tensors_on_request(lift: bool) -> None:
    x, y = variables(x=2.0, y=3.0)
    p = x * y
    found = evaluate([p], {x: 5.0}, lambda node, operands, changed: operands[1], lift=lift)
    assert found[p] is (y if lift else y.data)
