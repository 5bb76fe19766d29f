"""Whole matrices of derivatives: `jacobian`, `hessian`; and `hvp`, a Hessian times a vector.

In reverse mode the rows of a Jacobian are pullbacks of unit vectors, in forward mode its columns
are tangents along them. Either is recorded once and vectorized over all unit vectors.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.modes import enable_grad
from autograd.engine.tensor import Tensor
from autograd.engine.tracing import section
from autograd.transforms.batch import vectorize
from autograd.transforms.derivatives import (
    Argnums,
    enter_arguments,
    grad,
    jvp,
    outputs_of,
    push_forward,
    with_aux,
)
from autograd.transforms.scope import Scope
from autograd.transforms.trees import leaves_of, with_leaves

_FEW = 2
"""Unit vectors up to which one walk for each is cheaper than a recorded one for all."""


def jacobian(
    fn: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    mode: str = "auto",
    has_aux: bool = False,
) -> Callable[..., Any]:
    """Return a function that returns the Jacobian of `fn`: the array `J[i, j] = dy_i / dx_j`.

    Its shape is that of the value followed by that of the argument. Where these are structures
    (dicts, lists, tuples, dataclasses) the result has the structure of the value and in each place
    of it that of the argument; a tuple of `argnums` counts as one. With `has_aux`, `fn` returns a
    pair (value, aux) and the new function (Jacobian, aux).

    `mode` "reverse" computes row by row, "forward" column by column, "auto" whichever are fewer;
    all of them together wherever the operations allow it, at most some million entries at a time.

    Of complex numbers: the plain derivative dy/dz of a holomorphic function; where the value is
    real, its gradient, dy/dRe z + i dy/dIm z. Raises `TypeError` for other functions of complex
    arguments, whose derivative is not a complex number.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("auto", "reverse", "forward"):
        raise ValueError(f"mode is 'auto', 'reverse' or 'forward', got {mode!r}")

    @wraps(fn)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        scope, replaced = enter_arguments(args, argnums)
        with scope.running():
            value, aux = with_aux(fn, fn(*replaced, **kwargs), has_aux)
            tree = outputs_of(fn, value)
        scope.find_closures(tree, aux)
        outputs = leaves_of(tree)
        rows, columns = (sum(x.size for x in tensors) for tensors in (outputs, scope.leaves))
        forward = mode == "forward" or (mode == "auto" and columns < rows)
        with enable_grad(), section("jacobian"):
            blocks = (_by_columns if forward else _by_rows)(outputs, scope)
        inputs = scope.inputs if isinstance(argnums, tuple) else scope.inputs[0]
        result = with_leaves(
            tree, [with_leaves(inputs, [scope.leave(block) for block in row]) for row in blocks]
        )
        return (result, scope.leave_aux(aux)) if has_aux else result

    return transformed


def hessian(
    fn: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that returns the second derivatives of the scalar function `fn`.

    `H[i, j] = d2y / dx_i dx_j`, the Jacobian of the gradient, in forward over reverse mode. Its
    structure is that of the arguments twice over.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(fn, argnums, has_aux=has_aux), argnums, mode="forward", has_aux=has_aux)


def hvp(fn: Callable[..., Any], primals: Any, v: Any) -> Any:
    """`H v`, the Hessian of the scalar function `fn` times a vector, without the Hessian.

    The derivative of the gradient along `v`: forward over reverse mode, at the cost of a few
    gradients. `primals` and `v` are tuples of the same structure; a single primal may stand alone.

    >>> hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    several = isinstance(primals, tuple)
    argnums = tuple(range(len(primals))) if several and len(primals) > 1 else 0
    return jvp(grad(fn, argnums), primals, v)[1]


# Blocks: one for each pair of an output and an input ---------------------------------------------


def _units(x: Tensor) -> Any:
    """Return the unit vectors of the space of `x` in turn; complex ones also times i."""
    units = np.reshape(np.eye(x.size, dtype=x.dtype), (x.size, *x.shape))
    return np.concatenate([units, units * 1j]) if x.dtype.kind == "c" else units


def _by_rows(outputs: Sequence[Tensor], scope: Scope) -> list[list[Any]]:
    return [
        [
            _assembled(_row_entries(rows, y, x), y, x)
            for rows, x in zip(_pulled(y, scope), scope.leaves, strict=True)
        ]
        for y in outputs
    ]


def _by_columns(outputs: Sequence[Tensor], scope: Scope) -> list[list[Any]]:
    columns = [
        [
            _assembled(_column_entries(tangents, y, x), y, x, by_columns=True)
            for tangents, y in zip(_pushed(x, outputs, scope), outputs, strict=True)
        ]
        for x in scope.leaves
    ]
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in outputs]


def _pulled(y: Tensor, scope: Scope) -> list[Any]:
    """For every input, what the unit vectors of `y` are pulled back to, along a first axis."""
    units = _units(y)

    def walk(seed: Any, lift: bool) -> list[Any]:
        found = sweep.reverse(y, seed, scope.leaves, lift=lift)
        return [found[x] if x in found else np.zeros_like(x._data) for x in scope.leaves]

    return _for_each(units, y, walk, scope.lift)


def _pushed(x: Tensor, outputs: Sequence[Tensor], scope: Scope) -> list[Any]:
    """For every output, its tangents along the unit vectors of `x`, along a first axis."""
    return _for_each(
        _units(x), x, lambda seed, lift: push_forward(outputs, {x: seed}, lift), scope.lift
    )


def _for_each(
    units: Any, like: Tensor, walk: Callable[[Any, bool], list[Any]], lift: bool
) -> list[Any]:
    """Return the results of a sweep from each of `units`, stacked; recorded once and vectorized."""
    if 0 < len(units) <= _FEW:
        return [np.stack(found) for found in zip(*(walk(u, lift) for u in units), strict=True)]
    seed = Tensor(np.ones_like(like._data), requires_grad=True)
    return vectorize(walk(seed, True), seed, units, lift=lift)


def _row_entries(rows: Any, y: Tensor, x: Tensor) -> Any:
    """dy/dx from the plain pullbacks of the unit vectors, and for complex y of these times i."""
    if y.dtype.kind != "c":
        return np.conjugate(rows) if x.dtype.kind == "c" else rows
    along, across = rows[: y.size], rows[y.size :]
    if x.dtype.kind == "c":
        return _holomorphic(along, across)
    # A real tensor takes the real part: of dy/dx, and of i dy/dx.
    return along - 1j * across


def _column_entries(tangents: Any, y: Tensor, x: Tensor) -> Any:
    """dy/dx from the tangents along the unit vectors, and for complex x along these times i."""
    if x.dtype.kind != "c":
        return tangents
    along, across = tangents[: x.size], tangents[x.size :]
    return _holomorphic(along, across) if y.dtype.kind == "c" else along + 1j * across


def _holomorphic(along: Any, across: Any) -> Any:
    """Return the derivative along the real axis, if that along the imaginary one is i times it."""
    a, b = (x._data if type(x) is Tensor else x for x in (along, across))
    if not np.allclose(b, a * 1j, rtol=1e-5, atol=1e-8 * np.max(np.abs(a), initial=0)):
        raise TypeError(
            "jacobian needs a function of complex arguments to be holomorphic or real; this one "
            "is neither: take np.real and np.imag of its value, or use vjp and jvp"
        )
    return along


def _assembled(entries: Any, y: Tensor, x: Tensor, by_columns: bool = False) -> Any:
    """Rows or columns of derivatives as one array with the axes of `y` before those of `x`."""
    if not by_columns:
        return np.reshape(entries, (*y.shape, *x.shape))
    block = np.reshape(entries, (*x.shape, *y.shape))
    n = x.ndim
    return np.transpose(block, (*range(n, n + y.ndim), *range(n)))
