"""Operations of programs that no function records: what the passes put in."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.engine.declare import constant
from autograd.engine.facts import Facts
from autograd.engine.record import Primitive
from autograd.ops.shared.axes_of_indices import Slot

Index = Any


# Slices joined to an array -----------------------------------------------------------------------


def _join(
    base: Any,
    *operands: Any,
    indices: Sequence[Index],
    signs: Sequence[int],
    shape: tuple[int, ...],
) -> Any:
    parts, arrays = operands[: len(indices)], operands[len(indices) :]
    total = np.zeros(shape, parts[0].dtype) + base
    for part, index, sign in zip(parts, indices, signs, strict=True):
        total[fill_slots(index, arrays)] += sign * part
    return total


JOINED = Primitive(
    _join, "linear", [None], [None], name="joined", variadic=True, facts=Facts(pure=True)
)
"""An array, or 0 for an array of zeros, with parts added or subtracted at indices.

The operands are the array, the parts, and the arrays whose places in the indices slots hold. The
index of each part names no entry twice; its sign is 1 or -1.
"""


def fill_slots(index: Index, arrays: Sequence[Any]) -> Index:
    """Return an index with the arrays in the places of its slots."""
    if isinstance(index, tuple):
        return tuple(fill_slots(part, arrays) for part in index)
    return arrays[index.k] if isinstance(index, Slot) else index


def plan_join(node: Node) -> tuple[bool, list[bool]]:
    """Return whether parts joined to zeros leave zeros, and which parts meet nothing but zeros."""
    if not all(map(is_basic, node.params["indices"])):
        return True, [False] * len(node.params["indices"])
    covered = np.zeros(node.shape, bool)
    gaps, alone = False, []
    for index, sign in zip(node.params["indices"], node.params["signs"], strict=True):
        before = covered[index]
        alone.append(sign == 1 and not before.any())
        # A part that is added needs entries to be added to.
        gaps = gaps or not (alone[-1] or before.all())
        covered[index] = True
    return gaps or not covered.all(), alone


def is_basic(index: Index) -> bool:
    """Return whether an index has no arrays, and so names no entry twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(type(x) in (int, slice, type(None), type(Ellipsis)) for x in parts)


# Steps that write over an operand ----------------------------------------------------------------


def _fill(x: Any, mask: Any, entries: Any, out: Any = None) -> Any:
    if out is None:
        return np.where(mask, entries, x)
    if out is not x:
        np.copyto(out, x)
    np.copyto(out, entries, where=mask)
    return out


FILLED = constant(_fill, arity=3, name="filled", facts=Facts(pure=True))
"""An array with other entries where a mask holds."""


def _reduce_rows(function: np.ufunc) -> Primitive:
    def reduce_rows(x: Any, starts: Any, out: Any = None) -> Any:
        return function.reduceat(np.reshape(x, -1), starts, out=out)

    name = f"{function.__name__}_of_rows"
    return constant(reduce_rows, arity=2, name=name, facts=Facts(pure=True))


MAXIMUM_OF_ROWS, MINIMUM_OF_ROWS = _reduce_rows(np.maximum), _reduce_rows(np.minimum)
"""The extremum of each row of an array, given the positions where the rows start."""

WITH_OUT = {FILLED, MAXIMUM_OF_ROWS, MINIMUM_OF_ROWS}
"""Operations whose functions take `out=`, which may be the first operand."""
