"""Functions of functions: `grad`, `value_and_grad`, `vjp` and `jvp`; and `gradients`.

Each runs the function once on fresh leaves and walks the record. Where a leaf stands for a tensor
of an enclosing computation it is a recorded copy of it, so that the walk finds this use and no
other: derivatives of derivatives, over closures too, do not get confused. Then, and inside an
enclosing transform, the walk is lifted and its results are recorded. So they are if the function
closes over a leaf that requires gradients: a `backward` of the caller's may yet ask for them.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.dtypes import as_value, conjugate
from autograd.engine.modes import enable_grad
from autograd.engine.record import Primitive, make
from autograd.engine.tensor import Tensor
from autograd.engine.tracing import section, tracing
from autograd.errors import ShapeError
from autograd.transforms.scope import Scope, in_transform, is_recorded, lift_argument
from autograd.transforms.trees import leaves_of, map_tree, with_leaves

Argnums = int | tuple[int, ...]


# Results of the user's function ------------------------------------------------------------------


def _name(fn: Callable[..., Any]) -> str:
    return getattr(fn, "__name__", "the function")


def with_aux(fn: Callable[..., Any], result: Any, has_aux: bool) -> tuple[Any, Any]:
    """Return the output of `fn` as its value and its auxiliary output."""
    if not has_aux:
        return result, None
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(
            f"with has_aux=True {_name(fn)} must return a pair (value, aux), "
            f"got {type(result).__name__}"
        )
    return result


def _as_tensor(fn: Callable[..., Any], value: Any, wanted: str, hint: str = "") -> Tensor:
    if type(value) is Tensor:
        return value
    if isinstance(value, int | float | complex | np.ndarray | np.generic):
        return Tensor(value)
    raise TypeError(f"{_name(fn)} must return {wanted}, got {type(value).__name__}{hint}")


def outputs_of(fn: Callable[..., Any], value: Any) -> Any:
    """Return the value of `fn`, its leaves as tensors."""
    wanted = "tensors or numbers, alone or in tuples, lists and dicts"
    return map_tree(lambda x: _as_tensor(fn, x, wanted), value)


def _scalar_output(fn: Callable[..., Any], value: Any) -> Tensor:
    hint = "; has_aux=True takes a pair (value, aux)" if isinstance(value, tuple) else ""
    out = _as_tensor(fn, value, "one tensor or number", hint)
    if out.shape != ():
        raise ShapeError(f"grad needs a scalar output, got shape {out.shape}; use jacobian or vjp")
    if out.dtype.kind == "c":
        raise TypeError(
            f"grad needs a real output, got dtype {out.dtype}; take np.real or np.abs of it"
        )
    return out


_join_outputs_op = Primitive(
    lambda *xs: np.float64(0),
    "primitive",
    [lambda k, g, y, *xs, cotangents: cotangents[k]],
    [lambda k, t, y, *xs, cotangents: np.float64(0)],
    name="join_outputs",
    variadic=True,
)


def join_outputs(outputs: Sequence[Tensor], cotangents: Sequence[Any] = ()) -> Tensor:
    """Return one root above several outputs; its reverse step gives each of them its cotangent."""
    requires_grad = any(x.requires_grad for x in outputs)
    return make(
        np.float64(0), _join_outputs_op, tuple(outputs), {"cotangents": cotangents}, requires_grad
    )


# Arguments ---------------------------------------------------------------------------------------


def enter_arguments(args: tuple[Any, ...], argnums: Argnums) -> tuple[Scope, list[Any]]:
    """Return a scope of the arguments that `argnums` names, and all arguments with those replaced.

    Raises `TypeError` for a number out of range, or one that is there twice.
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for n in numbers:
        if not -len(args) <= n < len(args):
            raise TypeError(f"argnums names argument {n}, but {len(args)} were given")
    if len({n % len(args) for n in numbers}) < len(numbers):
        raise TypeError(f"argnums names an argument twice: {argnums}")
    scope = Scope(tuple(args[n] for n in numbers))
    replaced = list(args)
    for n, tree in zip(numbers, scope.arguments(), strict=True):
        replaced[n] = tree
    return scope, replaced


def _unpack(tree: tuple[Any, ...]) -> Any:
    """One argument gives one result, several a tuple."""
    return tree[0] if len(tree) == 1 else tree


def _fitting_tree(given: Any, tensors: Any, role: str) -> list[Any]:
    """Return the cotangents or tangents in `given`, one for each of `tensors`, for the sweeps."""
    found: list[Any] = []
    try:
        map_tree(lambda x, g: found.append(_fitting(g, x, role)), tensors, given)
    except ShapeError:
        raise
    except TypeError as error:
        whose = {"tangent": "primal", "cotangent": "output"}[role]
        raise TypeError(f"a {role} for each {whose}, in the same structure: {error}") from error
    return found


def _fitting(given: Any, like: Tensor, role: str) -> Any:
    """Return a cotangent or tangent for the sweeps: a tensor if it is recorded, else a value."""
    if not is_recorded(given):
        given = as_value(given._data if type(given) is Tensor else given, like.dtype)
    elif tracing() and not given.requires_grad:
        given = lift_argument.apply((given,), {})
    if given.shape != like.shape:
        raise ShapeError(f"a {role} of shape {given.shape} was given for shape {like.shape}")
    return given


# The transforms ----------------------------------------------------------------------------------


def value_and_grad(
    fn: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that returns the value of `fn` and its gradient.

    `argnums` says for which positional arguments: one number gives one gradient, a tuple gives a
    tuple. An argument may be a number, an array, a tensor, or nested dicts, lists, tuples and
    dataclasses of them, and its gradient has the same structure. With `has_aux`, `fn` returns a
    pair (value, aux), and so does the new function in the value's place: ((value, aux), gradient).

    Raises `ShapeError` unless `fn` returns a scalar.

    >>> value_and_grad(lambda x, y: x * y**2)(2.0, 3.0)
    (np.float64(18.0), np.float64(9.0))
    """

    @wraps(fn)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        scope, replaced = enter_arguments(args, argnums)
        with scope.running():
            value, aux = with_aux(fn, fn(*replaced, **kwargs), has_aux)
            out = _scalar_output(fn, value)
            scope.find_closures(out, aux)
        found = scope.cotangents(out, np.ones_like(out._data)[()], recorded=False)
        gradients = found if isinstance(argnums, tuple) else found[0]
        value = scope.leave(out)
        return ((value, scope.leave_aux(aux)) if has_aux else value), gradients

    return transformed


def grad(
    fn: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that computes the gradient of the scalar function `fn`.

    With `has_aux`, `fn` returns a pair (value, aux), and the new function (gradient, aux).

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (np.float64(12.0), np.float64(12.0), np.float64(6.0))
    """
    both = value_and_grad(fn, argnums, has_aux=has_aux)

    @wraps(fn)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return transformed


def vjp(fn: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return the value of `fn`, and its pullback: `v` goes to `v^T J`, the vector-Jacobian product.

    One primal gives one product, several give a tuple. `v` has the structure and shapes of the
    value. The pullback may be called repeatedly. With `has_aux`, `fn` returns a pair (value, aux),
    and the result is (value, pullback, aux).

    Raises `ShapeError` if `v` has not the shape of the value, `TypeError` if not its structure.

    >>> value, pullback = vjp(lambda x: x * x, np.array([1.0, 2.0]))
    >>> pullback(np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    if not primals:
        raise TypeError("vjp needs at least one primal to differentiate with respect to")
    scope = Scope(primals)
    with scope.running():
        value, aux = with_aux(fn, fn(*scope.arguments()), has_aux)
        outputs = outputs_of(fn, value)
        scope.find_closures(outputs, aux)

    def pullback(cotangent: Any) -> Any:
        seeds = _fitting_tree(cotangent, outputs, "cotangent")
        recorded = any(map(is_recorded, seeds))
        with enable_grad():
            seeds = [conjugate(g) for g in seeds]
        if type(outputs) is Tensor:
            root, seed = outputs, seeds[0]
        else:
            root, seed = join_outputs(leaves_of(outputs), seeds), np.float64(1)
        return _unpack(scope.cotangents(root, seed, recorded))

    results = map_tree(scope.leave, outputs), pullback
    return (*results, scope.leave_aux(aux)) if has_aux else results


def jvp(
    fn: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return the value of `fn` and `J t`, its Jacobian-vector product with the tangents.

    `primals` and `tangents` are tuples of the same structure; a single primal may stand alone. The
    product has the structure of the value. With `has_aux`, `fn` returns a pair (value, aux), and
    the result is (value, product, aux).

    Raises `ShapeError` if a tangent has not the shape of its primal.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (np.float64(6.0), np.float64(23.0))
    """
    if not isinstance(primals, tuple):
        primals, tangents = (primals,), (tangents,)
    scope = Scope(primals)
    given = _fitting_tree(tangents, scope.inputs, "tangent")
    recorded = any(map(is_recorded, given))
    with scope.running():
        value, aux = with_aux(fn, fn(*scope.arguments()), has_aux)
        outputs = outputs_of(fn, value)
        scope.find_closures(outputs, aux)
    with enable_grad():
        seeds = dict(zip(scope.leaves, given, strict=True))
        with section("tangents"):
            found = push_forward(leaves_of(outputs), seeds, lift=scope.lift or recorded)
    results = (
        map_tree(lambda x: scope.leave(x, recorded), outputs),
        with_leaves(outputs, [scope.leave(t, recorded) for t in found]),
    )
    return (*results, scope.leave_aux(aux)) if has_aux else results


def gradients(root: Tensor, tensors: Sequence[Tensor], gradient: Any = None) -> list[Any]:
    """Return the gradient of `root` for each of some tensors below it; `None` if independent.

    As `root.backward(gradient)` gives it, hooks included, but `grad` of no tensor changes. Where
    the record may be asked again, inside transforms and `compile`, the gradients are recorded.

    Raises what `backward` does.

    >>> x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    >>> gradients(x * x, [x, y])
    [np.float64(4.0), None]
    """
    seed = conjugate(sweep.first_cotangent(root, "gradients", gradient))
    lift = tracing() or in_transform()
    with enable_grad(), section("backward"):
        found = sweep.reverse(root, seed, tensors, lift=lift)
        return [conjugate(found[x]) if x in found else None for x in tensors]


def push_forward(outputs: Sequence[Tensor], seeds: dict[Tensor, Any], lift: bool) -> list[Any]:
    """Return the tangents of several outputs by one walk, given those of the leaves."""
    if len(outputs) == 1:
        return [sweep.forward(outputs[0], seeds, lift=lift)]
    tangents = dict(seeds)
    sweep.forward(join_outputs(outputs), seeds, lift=lift, observer=tangents.__setitem__)
    return [tangents[x] if x in tangents else np.zeros_like(x._data) for x in outputs]
