"""Facts of the operations of a program's steps: what the passes and targets may rely on."""

from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.engine.axes import Call
from autograd.engine.facts import CallFact
from autograd.engine.operation import Operation
from autograd.ops import operations
from autograd.ops.shared.axes import Transpose


def is_built_in(op: Operation) -> bool:
    """Return whether an operation is one that `autograd.ops` declares."""
    return operations.get(op.name) is op


def is_pure(op: Operation) -> bool:
    """Return whether the code of an operation may be taken apart; see `Facts.pure`."""
    return op.facts.pure or is_built_in(op)


def is_plain_ufunc(node: Node) -> bool:
    """Return whether a step is a universal function, maybe a matrix product, without parameters."""
    return node.op is not None and isinstance(node.op.function, np.ufunc) and not node.params


def to_call(node: Node) -> Call:
    """Return a step as the rules for axes see it; operands that are nodes have no value there."""
    values = [x.value if isinstance(x, Node) else x for x in node.inputs]
    return Call(
        node.op,
        node.params,
        [None if isinstance(x, Node) else x for x in node.inputs],
        [np.shape(x) for x in values],
        [x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype for x in values],
        node.shape,
    )


def _holds(fact: CallFact, node: Node) -> bool:
    return fact(to_call(node)) if callable(fact) else fact


def may_be_view(node: Node) -> bool:
    """Return whether the result of a step may share memory with an operand."""
    op = node.op
    assert op is not None
    return _holds(op.facts.view, node) if is_pure(op) else not is_plain_ufunc(node)


def may_change_shape(node: Node) -> bool:
    """Return whether the result of a step can have another shape or dtype in another run."""
    op = node.op
    if op is None:
        return False
    return _holds(op.facts.shape_from_values, node) if is_pure(op) else not is_plain_ufunc(node)


def is_transpose(x: Any) -> bool:
    """Return whether `x` is a step that permutes the axes of its operand."""
    return isinstance(x, Node) and x.op is not None and isinstance(x.op.axes, Transpose)


def find_order(node: Node) -> tuple[int, ...]:
    """Return for each axis of a transpose which one of its operand it is."""
    assert node.op is not None
    assert isinstance(node.op.axes, Transpose)
    return node.op.axes.order(node.op, node.params, len(node.shape))
