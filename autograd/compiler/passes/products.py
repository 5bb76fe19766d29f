"""Products of matrices as BLAS likes them: of two matrices, in the order in which they are used."""

import math
from collections import Counter
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.known import find_order, is_plain_ufunc, is_transpose
from autograd.compiler.passes.rewriting import Rule, Steps
from autograd.ops import REGISTRY

_MATMUL, _MULTIPLY, _RESHAPE, _SWAPAXES = (
    REGISTRY[name] for name in ("matmul", "multiply", "reshape", "swapaxes")
)


def turned_factors(uses: Counter[Node]) -> Rule:
    """The rule that gives `B^T A^T` for `(A B)^T`: no product is transposed that need not be.

    `uses` says how often a step is used: a product that others need as it is stays.
    """

    def turned(node: Node, steps: Steps) -> Any:
        x = node.inputs[0]
        if not is_transpose(node) or not isinstance(x, Node) or x.op is not _MATMUL:
            return None
        n = len(node.shape)
        if uses[x] != 1 or find_order(node) != (*range(n - 2), n - 1, n - 2):
            return None
        if not all(isinstance(f, Node) and len(f.shape) > 1 for f in x.inputs):
            return None
        a, b = (steps.make(node, _SWAPAXES, f, axis1=-2, axis2=-1) for f in x.inputs)
        return steps.make(node, _MATMUL, b, a)

    return turned


def outer_product(node: Node, steps: Steps) -> Any:
    """A product without sums, as the gradient of a layer for one sample: BLAS is slower at it."""
    if node.op is not _MATMUL:
        return None
    a, b = node.inputs
    if min(_ndim(a), _ndim(b)) > 1 and np.shape(_value(a))[-1] == 1:
        return steps.make(node, _MULTIPLY, a, b)
    return None


def rows_together(node: Node, steps: Steps) -> Any:
    """One product for a batch of matrices times the same one, which NumPy computes one by one."""
    a, b = node.inputs if node.op is _MATMUL else (None, None)
    if not (isinstance(a, Node) and len(a.shape) > 2 == _ndim(b)):
        return None
    flat = (math.prod(a.shape[:-1]), a.shape[-1])
    product = steps.make(node, _MATMUL, steps.make(node, _RESHAPE, a, shape=flat), b)
    return steps.make(node, _RESHAPE, product, shape=node.shape)


def in_order_of_use(graph: Graph) -> Graph:
    """Products with their axes in memory as they are transposed and reshaped: that is then a view.

    The heads of attention are so put side by side, for a fiftieth of the time of its layer.
    """
    uses = graph.uses()
    for node in graph.steps:
        turned = node.inputs[0] if node.op is _RESHAPE else None
        if not (isinstance(turned, Node) and is_transpose(turned) and uses[turned] == 1):
            continue
        below = _down_to_product(turned, uses)
        axes = find_order(turned)
        value = np.empty(turned.shape, turned.dtype).transpose(np.argsort(axes))
        # BLAS writes matrices of which either axis lies without gaps.
        if below and value.itemsize in value.strides[-2:]:
            turned.value = value.transpose(axes)
            for x in below:
                x.value = np.empty_like(value, dtype=x.dtype)
    return graph


def _down_to_product(turned: Node, uses: Counter[Node]) -> list[Node]:
    """A product that only `turned` needs, and what is done to its entries before; or nothing."""
    found: list[Node] = []
    x = turned.inputs[0]
    while isinstance(x, Node) and uses[x] == 1:
        found.append(x)
        if x.op is _MATMUL:
            return found if len(x.shape) > 2 else []
        arrays = [y for y in x.inputs if _ndim(y)]
        if not is_plain_ufunc(x) or len(arrays) > 1:
            break
        x = arrays[0]
    return []


def _ndim(x: Any) -> int:
    return np.ndim(_value(x))


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x
