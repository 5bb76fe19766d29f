"""Slices put together: the one operation of programs that no function records."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.engine.record import Primitive
from autograd.ops.index import Slot

Index = Any


def _joined(
    base: Any,
    *operands: Any,
    indices: Sequence[Index],
    signs: Sequence[int],
    shape: tuple[int, ...],
) -> Any:
    parts, arrays = operands[: len(indices)], operands[len(indices) :]
    total = np.zeros(shape, parts[0].dtype) + base
    for part, index, sign in zip(parts, indices, signs, strict=True):
        total[filled(index, arrays)] += sign * part
    return total


JOINED = Primitive(_joined, "linear", [None], [None], name="joined", variadic=True)
"""An array, or 0 for one of zeros, to which parts are added or from which they are taken away.

The operands are the array, the parts, and then arrays that belong to indices, where slots stand for
them. Each part has its index, which names no entry twice, and its sign.
"""


def filled(index: Index, arrays: Sequence[Any]) -> Index:
    """An index with the arrays in the places of its slots."""
    if isinstance(index, tuple):
        return tuple(filled(part, arrays) for part in index)
    return arrays[index.k] if isinstance(index, Slot) else index


def layout(node: Node) -> tuple[bool, list[bool]]:
    """Of what is joined on zeros: whether they are needed, and which parts fall on them alone."""
    if not all(map(is_basic, node.params["indices"])):
        return True, [False] * len(node.params["indices"])
    covered = np.zeros(node.shape, bool)
    gaps, alone = False, []
    for index, sign in zip(node.params["indices"], node.params["signs"], strict=True):
        before = covered[index]
        alone.append(sign == 1 and not before.any())
        # What is added to has to be there.
        gaps = gaps or not (alone[-1] or before.all())
        covered[index] = True
    return gaps or not covered.all(), alone


def is_basic(index: Index) -> bool:
    """Whether an index is made of whole numbers, slices and the like: so it names nothing twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(type(x) in (int, slice, type(None), type(Ellipsis)) for x in parts)
