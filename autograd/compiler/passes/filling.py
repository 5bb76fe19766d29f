"""Entries written where a mask holds, over the array that has all the others."""

from typing import Any

import numpy as np

from autograd.compiler.graph import Node, is_alike
from autograd.compiler.operations import FILLED
from autograd.compiler.passes.rewriting import Steps
from autograd.ops.compare import logical_not, where


def fill_in_place(node: Node, steps: Steps) -> Any:
    """Return `where` in place if its mask is broadcast, as attention's is: a third of the time.

    With a mask of as many entries as the result `where` is as fast.
    """
    if node.op is not where:
        return None
    mask, x, y = node.inputs
    if _shape(mask) == node.shape:
        return None
    if isinstance(y, Node) and is_alike(y, node):
        return steps.make(node, FILLED, y, mask, x)
    if isinstance(x, Node) and is_alike(x, node):
        return steps.make(node, FILLED, x, steps.make(node, logical_not, mask), y)
    return None


def _shape(x: Any) -> tuple[int, ...]:
    return x.shape if isinstance(x, Node) else np.shape(x)
