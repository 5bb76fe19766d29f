"""Code that reductions share: lines along the reduced axes, masks, and NumPy's optional arguments.

Everything here is plain NumPy code, so that it runs on arrays and on tensors alike.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.engine.masked import require_unmasked
from autograd.engine.shapes import Axis, Shape


def as_array(x: Any) -> Any:
    """Return an array or tensor unchanged, and anything else, such as a list, as an array.

    >>> as_array([1.0, 2.0])
    array([1., 2.])
    """
    require_unmasked("an operation on tensors", x)
    return x if hasattr(x, "dtype") else np.asarray(x)


def _reduced_and_kept(axis: Axis, ndim: int) -> tuple[tuple[int, ...], list[int]]:
    """Return the axes that a reduction takes away, in their order, and those that it keeps."""
    if axis is None:
        return tuple(range(ndim)), []
    reduced = np.lib.array_utils.normalize_axis_tuple(axis, ndim)
    return reduced, [i for i in range(ndim) if i not in reduced]


def lines(x: Any, axis: Axis) -> Any:
    """Make the axes `axis` of x one last axis, behind the others.

    Raises NumPy's `AxisError` for an axis that x has not.

    >>> lines(np.zeros((2, 3, 4)), (0, -1)).shape, lines(np.zeros((2, 3)), None).shape
    ((3, 8), (6,))
    """
    shape = np.shape(x)
    reduced, kept = _reduced_and_kept(axis, len(shape))
    length = int(np.prod([shape[i] for i in reduced]))
    return np.reshape(np.transpose(x, (*kept, *reduced)), (*[shape[i] for i in kept], length))


def unlines(rows: Any, shape: Shape, axis: Axis) -> Any:
    """Return the array of `shape` whose lines along `axis` are `rows`: undoes `lines`.

    >>> x = np.arange(24).reshape(2, 3, 4)
    >>> np.array_equal(unlines(lines(x, (0, -1)), x.shape, (0, -1)), x)
    True
    """
    reduced, kept = _reduced_and_kept(axis, len(shape))
    order = (*kept, *reduced)
    back = tuple(sorted(range(len(order)), key=lambda i: order[i]))
    return np.transpose(np.reshape(rows, tuple(shape[i] for i in order)), back)


def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """Return the shape of a reduction of `shape` over `axis` that keeps its axes, as ones.

    >>> kept_shape((2, 3, 4), (0, -1))
    (1, 3, 1)
    """
    reduced, _ = _reduced_and_kept(axis, len(shape))
    return tuple(1 if i in reduced else n for i, n in enumerate(shape))


def masked(x: Any, where: Any, identity: Any) -> Any:
    """Put `identity` in the places of x that a reduction is to pass over, where `where` is false.

    >>> masked(np.array([1.0, 2.0]), [True, False], 0)
    array([1., 0.])
    """
    if where is True:
        return x
    require_unmasked("where=", where)
    return np.where(np.broadcast_to(where, np.shape(x)), x, identity)


def count_where(where: Any, shape: Shape, axis: Axis, keepdims: bool, dtype: Any) -> Any:
    """Return the number of entries where `where` is true in a reduction of `shape` over `axis`.

    >>> count_where([True, True, False], (2, 3), 1, False, np.float32)
    array([2., 2.], dtype=float32)
    """
    chosen = np.broadcast_to(where, shape)
    return np.sum(chosen, axis=axis, keepdims=keepdims, dtype=dtype)


def with_options(
    op: Any, general: Callable[..., Any], options: Sequence[str], positional: Sequence[str]
) -> Callable[..., Any]:
    """Return a NumPy reduction: the operation `op`, which has a rule, or `general` with `options`.

    `general` does by other operations what the rule does not know. `positional` names the
    arguments that NumPy takes behind the axis.
    """
    chosen = frozenset(options)

    def run(a: Any, axis: Axis = None, *args: Any, keepdims: Any = False, **kwargs: Any) -> Any:
        if args:
            if len(args) > len(positional):
                raise TypeError(
                    f"{op.name} got {len(args) + 2} positional arguments, which is too many"
                )
            kwargs.update(zip(positional, args, strict=False))
            keepdims = kwargs.pop("keepdims", keepdims)
        params: dict[str, Any] = {}
        if axis is not None:
            params["axis"] = axis
        if keepdims and keepdims is not np._NoValue:
            params["keepdims"] = keepdims
        if not kwargs:
            return op.apply((a,), params)
        kwargs = {k: v for k, v in kwargs.items() if v is not None and v is not np._NoValue}
        if "out" in kwargs or chosen.isdisjoint(kwargs):
            return op(a, **params, **kwargs)
        return general(a, **params, **kwargs)

    run.__doc__ = f"NumPy's {op.name}, with all its arguments."
    run.__module__ = general.__module__
    return run
