"""Gradients of slices, written into place instead of added up as whole arrays.

The gradient of `x[index]` is an array of zeros but for the slice. The sum of such arrays, for
several slices of x, is one array into which each slice is written or added once.
"""

from typing import Any

import numpy as np

from autograd.compiler.graph import Node
from autograd.compiler.known import find_order, is_transpose
from autograd.compiler.operations import JOINED, Index, is_basic
from autograd.compiler.passes.rewriting import Steps
from autograd.ops.arithmetic import add, negative, subtract
from autograd.ops.index import scatter
from autograd.ops.shape import transpose
from autograd.ops.shared.axes_of_indices import Slot

_LARGEST_INDEX = 1 << 16


def join_slices(node: Node, steps: Steps) -> Any:
    """Join the gradient of a slice, or the sum or difference of an array and such a gradient."""
    if node.op is scatter and node.shape and _has_distinct_index(node):
        how = {"indices": (node.params["index"],), "signs": (1,), "shape": node.shape}
        return steps.make(node, JOINED, 0, *node.inputs, **how)
    if node.op not in (add, subtract):
        return None
    a, b = node.inputs
    if node.op is add and not _is_joined(b):
        a, b = b, a
    if not (_is_joined(b) and _is_like(node, a) and _is_like(node, b)):
        return None
    return _join_sum(node, a, b, 1 if node.op is add else -1, steps)


def _join_sum(node: Node, a: Any, b: Node, sign: int, steps: Steps) -> Any:
    """Return the sum, or with the sign -1 the difference, of `a` and the joined `b`."""
    base, parts, arrays, indices, signs = _take_apart(a)
    more, *found = _take_apart(b)
    if type(more) is not int:
        nothing = type(base) is int
        op = add if sign == 1 else negative if nothing else subtract
        base = (
            more
            if nothing and sign == 1
            else steps.make(node, op, *([] if nothing else [base]), more)
        )
    slots = len(arrays)
    for part, index, s in zip(found[0], found[2], found[3], strict=True):
        k = _find_index(index, indices)
        if k is None:
            parts.append(part)
            indices.append(_shift_slots(index, slots))
            signs.append(sign * s)
        else:
            op = add if sign * s == signs[k] else subtract
            parts[k] = steps.make(node, op, parts[k], part)
    how = {"indices": tuple(indices), "signs": tuple(signs), "shape": node.shape}
    return steps.make(node, JOINED, base, *parts, *arrays, *found[1], **how)


def _is_joined(x: Any) -> bool:
    return isinstance(x, Node) and x.op is JOINED


def _is_like(node: Node, x: Any) -> bool:
    x = x.value if isinstance(x, Node) else x
    return node.shape == np.shape(x) and node.dtype == getattr(x, "dtype", None)


def _take_apart(x: Any) -> tuple[Any, list[Any], list[Any], list[Index], list[int]]:
    """Return the array, parts, arrays of indices, indices and signs that `x` is joined of."""
    if not _is_joined(x):
        return x, [], [], [], []
    indices, signs = x.params["indices"], x.params["signs"]
    base, *operands = x.inputs
    n = len(indices)
    return base, operands[:n], operands[n:], list(indices), list(signs)


def _find_index(index: Index, indices: list[Index]) -> int | None:
    """Return the position of the same slice among `indices`, `None` if it is not there."""
    same = (k for k, other in enumerate(indices) if is_basic(other) and other == index)
    return next(same, None) if is_basic(index) else None


def _shift_slots(index: Index, by: int) -> Index:
    """Return an index whose slots count `by` more arrays before theirs."""
    if isinstance(index, tuple):
        return tuple(_shift_slots(part, by) for part in index)
    return Slot(index.k + by) if isinstance(index, Slot) else index


def _has_distinct_index(node: Node) -> bool:
    """Return whether the index of a scatter is known to name no entry twice.

    Constants in it may show that, such as the numbers of rows beside classes.
    """
    index, arrays = node.params["index"], node.inputs[1:]
    if is_basic(index):
        return True
    parts = [arrays[x.k] if isinstance(x, Slot) else x for x in _as_tuple(index)]
    entries = [x for x in parts if isinstance(x, Node | np.ndarray)]
    known = [x for x in entries if isinstance(x, np.ndarray)]
    if not known or len(entries) < len(parts) or any(x.dtype.kind not in "iu" for x in entries):
        return False
    shape = np.broadcast_shapes(*(x.shape for x in entries))
    rows = np.stack([np.ravel(np.broadcast_to(x, shape)) for x in known], axis=1)
    return (
        len(rows) <= _LARGEST_INDEX
        and bool(np.all(rows >= 0))
        and len(np.unique(rows, axis=0)) == len(rows)
    )


def _as_tuple(index: Index) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def transpose_joined(node: Node, steps: Steps) -> Any:
    """Join the operands of transposes in place of transposing the joined transposes."""
    if not is_transpose(node) or not _is_joined(node.inputs[0]):
        return None
    x = node.inputs[0]
    if not all(is_transpose(part) for part in x.inputs if isinstance(part, Node)):
        return None
    axes, indices = find_order(node), []
    for index in x.params["indices"]:
        slices = _as_tuple(index)
        if not all(type(part) is slice for part in slices):
            return None
        slices += (slice(None),) * (len(axes) - len(slices))
        indices.append(tuple(slices[axis] for axis in axes))
    parts = [
        part if type(part) is int else steps.make(node, transpose, part, axes=axes)
        for part in x.inputs
    ]
    how = {"indices": tuple(indices), "signs": x.params["signs"], "shape": node.shape}
    return steps.make(node, JOINED, *parts, **how)
