"""Products of matrices as BLAS likes them: of two matrices, and in the order of the result."""

import math
from collections import Counter
from typing import Any

from autograd.ops import REGISTRY
from autograd.replay.graph import Node
from autograd.replay.notation import TRANSPOSES, axes_of
from autograd.replay.rewriting import Rule, Steps

_MATMUL, _RESHAPE, _SWAPAXES = (REGISTRY[name] for name in ("matmul", "reshape", "swapaxes"))


def turned_factors(uses: Counter[Node]) -> Rule:
    """The rule that gives `B^T A^T` for `(A B)^T`: no product is transposed that need not be.

    `uses` says how often a step is used: a product that others need as it is stays.
    """

    def turned(node: Node, steps: Steps) -> Any:
        x = node.inputs[0]
        if node.op not in TRANSPOSES or not isinstance(x, Node) or x.op is not _MATMUL:
            return None
        n = len(node.shape)
        if uses[x] != 1 or axes_of(node) != (*range(n - 2), n - 1, n - 2):
            return None
        if not all(isinstance(f, Node) and len(f.shape) > 1 for f in x.inputs):
            return None
        a, b = (steps.make(node, _SWAPAXES, f, axis1=-2, axis2=-1) for f in x.inputs)
        return steps.make(node, _MATMUL, b, a)

    return turned


def rows_together(node: Node, steps: Steps) -> Any:
    """One product for a batch of matrices times the same one, which NumPy computes one by one."""
    a, b = node.inputs if node.op is _MATMUL else (None, None)
    if not (isinstance(a, Node) and len(a.shape) > 2 == _ndim(b)):
        return None
    flat = (math.prod(a.shape[:-1]), a.shape[-1])
    product = steps.make(node, _MATMUL, steps.make(node, _RESHAPE, a, shape=flat), b)
    return steps.make(node, _RESHAPE, product, shape=node.shape)


def _ndim(x: Any) -> int:
    return len(x.shape) if isinstance(x, Node) else getattr(x, "ndim", 0)
