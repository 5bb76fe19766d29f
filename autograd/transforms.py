"""Functions that turn functions into their derivatives: `grad`, `value_and_grad`, `vjp`, `jvp`.

Each runs the function once on fresh leaves and walks the record. Where a leaf stands for a tensor
of an enclosing computation it is a recorded copy of it, so that the walk finds this use and no
other: derivatives of derivatives, over closures too, do not get confused. Then, and inside an
enclosing transform, the walk is lifted and its results are recorded.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

from autograd import sweep
from autograd.dtypes import as_value, conjugate
from autograd.errors import ShapeError
from autograd.modes import enable_grad
from autograd.ops.shape import copy
from autograd.tensor import Tensor
from autograd.trees import leaves_of, map_tree


class _Enclosing(threading.local):
    """The leaves of the transforms that are running in this thread, outermost first."""

    def __init__(self) -> None:
        self.leaves: list[Tensor] = []


_enclosing = _Enclosing()


class _Scope:
    """The leaves on which a transform runs its function, and how results leave it."""

    def __init__(self, arguments: Any) -> None:
        given = leaves_of(arguments)
        self.of_tensors = any(type(x) is Tensor for x in given)
        self.lift = bool(_enclosing.leaves) or any(_is_recorded(x) for x in given)
        self.inputs = map_tree(_enter, arguments)
        self.leaves: list[Tensor] = leaves_of(self.inputs)

    @contextmanager
    def running(self) -> Iterator[None]:
        outside = len(_enclosing.leaves)
        _enclosing.leaves.extend(self.leaves)
        try:
            with enable_grad():
                yield
        finally:
            del _enclosing.leaves[outside:]

    def leave(self, value: Any, of_tensors: bool = False) -> Any:
        """A result as the caller expects it: a tensor only if tensors came in or would be lost."""
        tensor = value if type(value) is Tensor else Tensor(value)
        if of_tensors or self.of_tensors or _depends_on(tensor, _enclosing.leaves):
            return tensor
        return tensor.data

    def cotangents(self, root: Tensor, seed: Any) -> Any:
        """The cotangents of the inputs, in the arguments' structure."""
        recorded = _is_recorded(seed)
        with enable_grad():
            found = sweep.pull(root, conjugate(seed), self.leaves, lift=self.lift or recorded)
            found = {x: conjugate(g) for x, g in found.items()}
        return map_tree(
            lambda x: self.leave(found[x] if x in found else np.zeros_like(x.data), recorded),
            self.inputs,
        )


def _is_recorded(x: Any) -> bool:
    return type(x) is Tensor and (x.requires_grad or x.op is not None)


def _enter(x: Any) -> Tensor:
    if _is_recorded(x) and x.requires_grad:
        with enable_grad():
            return copy(x)  # type: ignore[no-any-return]
    return Tensor(x, requires_grad=True)


def _depends_on(tensor: Tensor, leaves: list[Tensor]) -> bool:
    return bool(leaves) and tensor.requires_grad and bool(sweep.order(tensor, leaves))


def _output(fn: Callable[..., Any], value: Any) -> Tensor:
    if type(value) is Tensor:
        return value
    if isinstance(value, int | float | np.ndarray | np.generic):
        return Tensor(value)
    name = getattr(fn, "__name__", "the function")
    raise TypeError(f"{name} must return one tensor or number, got {type(value).__name__}")


def _unpack(tree: tuple[Any, ...]) -> Any:
    """One argument gives one result, several a tuple."""
    return tree[0] if len(tree) == 1 else tree


def value_and_grad(
    fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0
) -> Callable[..., tuple[Any, Any]]:
    """A function that returns the value of `fn` and its gradient.

    `argnums` says for which positional arguments: one number gives one gradient, a tuple gives a
    tuple. An argument may be a number, an array, a tensor, or nested dicts, lists and tuples of
    them, and its gradient has the same structure.

    Raises `ShapeError` unless `fn` returns a scalar.

    >>> value_and_grad(lambda x, y: x * y**2)(2.0, 3.0)
    (np.float64(18.0), np.float64(9.0))
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    @wraps(fn)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        for n in numbers:
            if not -len(args) <= n < len(args):
                raise TypeError(f"argnums names argument {n}, but {len(args)} were given")
        if len({n % len(args) for n in numbers}) < len(numbers):
            raise TypeError(f"argnums names an argument twice: {argnums}")
        scope = _Scope(tuple(args[n] for n in numbers))
        replaced = list(args)
        for n, tree in zip(numbers, scope.inputs, strict=True):
            replaced[n] = tree
        with scope.running():
            out = _output(fn, fn(*replaced, **kwargs))
        if out.shape != ():
            raise ShapeError(
                f"grad needs a scalar output, got shape {out.shape}; use jacobian or vjp"
            )
        if out.dtype.kind == "c":
            raise TypeError(
                f"grad needs a real output, got dtype {out.dtype}; take np.real or np.abs of it"
            )
        gradients = scope.cotangents(out, np.ones_like(out.data)[()])
        return scope.leave(out), gradients if isinstance(argnums, tuple) else gradients[0]

    return transformed


def grad(fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """A function that returns the gradient of the scalar function `fn`; see `value_and_grad`.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (np.float64(12.0), np.float64(12.0), np.float64(6.0))
    """
    both = value_and_grad(fn, argnums)

    @wraps(fn)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return transformed


def vjp(fn: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The value of `fn`, and its pullback: `v` goes to `v^T J`, the vector-Jacobian product.

    One primal gives one product, several give a tuple. The pullback may be called repeatedly.

    Raises `ShapeError` if `v` has not the shape of the value.

    >>> value, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    if not primals:
        raise TypeError("vjp needs at least one primal to differentiate with respect to")
    scope = _Scope(primals)
    with scope.running():
        out = _output(fn, fn(*scope.inputs))
    value = scope.leave(out)

    def pullback(cotangent: Any) -> Any:
        return _unpack(scope.cotangents(out, _fitting(cotangent, out, "cotangent")))

    return value, pullback


def jvp(fn: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """The value of `fn`, and `J t`, its Jacobian-vector product with the tangents: forward mode.

    `primals` and `tangents` are tuples of the same structure; a single primal may stand alone.

    Raises `ShapeError` if a tangent has not the shape of its primal.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (np.float64(6.0), np.float64(23.0))
    """
    if not isinstance(primals, tuple):
        primals, tangents = (primals,), (tangents,)
    scope = _Scope(primals)
    seeds: dict[Tensor, Any] = {}
    try:
        map_tree(lambda x, t: seeds.update({x: t}), scope.inputs, tangents)
    except (LookupError, TypeError, ValueError) as error:
        raise TypeError("jvp needs a tangent for each primal, in the same structure") from error
    seeds = {x: _fitting(t, x, "tangent") for x, t in seeds.items()}
    recorded = any(map(_is_recorded, seeds.values()))
    with scope.running():
        out = _output(fn, fn(*scope.inputs))
    with enable_grad():
        tangent = sweep.push(out, seeds, lift=scope.lift or recorded)
    return scope.leave(out, recorded), scope.leave(tangent, recorded)


def _fitting(given: Any, like: Tensor, role: str) -> Any:
    """A cotangent or tangent as the sweeps take it: a tensor if it is recorded, else a value."""
    if not _is_recorded(given):
        given = as_value(given.data if type(given) is Tensor else given, like.dtype)
    if given.shape != like.shape:
        raise ShapeError(f"a {role} of shape {given.shape} was given for shape {like.shape}")
    return given
