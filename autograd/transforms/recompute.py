"""`checkpoint`: forget the steps inside a function and compute them again for its derivatives."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.modes import enable_grad, mode
from autograd.engine.record import Primitive, make
from autograd.engine.tensor import Tensor, next_seq
from autograd.engine.walk import ancestors
from autograd.errors import StaleGraphError
from autograd.transforms.trees import leaves_of, map_tree, with_leaves


class _Call:
    """A function with its arguments, to be run again; `compute` gives one tensor."""

    def __init__(self, compute: Callable[[], Tensor], name: str) -> None:
        self.impl, self.name = compute, name
        self._pulled: tuple[Any, Any, dict[int, Any]] = (None, None, {})

    def again(self, y: Any) -> Tensor:
        """Return the record made anew.

        Raises `StaleGraphError` unless the value is the old one.
        """
        with enable_grad():
            result = self.impl()
        old = y._data if type(y) is Tensor else y
        if not np.allclose(result._data, old, rtol=1e-5, atol=0, equal_nan=True):
            raise StaleGraphError(
                f"{self.name} gave another value when checkpoint ran it again for its gradient; it "
                "must depend on nothing that changes: make random generators from a seed inside it"
            )
        return result

    def pull(self, k: int, g: Any, y: Any, boundary: Sequence[Any], lift: bool) -> Any:
        """Return the cotangent of operand `k`; one run serves all operands of a backward step."""
        key, copy, pulled = self._pulled
        # The caller may have written something else into the same array.
        if key is not g or k not in pulled or not (lift or np.array_equal(copy, g)):
            with enable_grad():
                # A hook of an operand waits for the whole gradient, which is not known here.
                found = sweep.reverse(self.again(y), g, boundary, lift=lift, hooks=False)
            pulled = {
                i: found[x] if x in found else np.zeros_like(x._data)
                for i, x in enumerate(boundary)
            }
        cotangent = pulled.pop(k)
        self._pulled = (g, None if lift else np.array(g), pulled) if pulled else (None, None, {})
        return cotangent


def _pull(k: int, g: Any, y: Any, *xs: Any, call: _Call, boundary: Sequence[Tensor]) -> Any:
    return call.pull(k, g, y, boundary, lift=type(y) is Tensor)


def _push(k: int, t: Any, y: Any, *xs: Any, call: _Call, boundary: Sequence[Tensor]) -> Any:
    # The others stand still, also those that depend on operand k.
    seeds = {x: t if i == k else np.zeros_like(x._data) for i, x in enumerate(boundary)}
    with enable_grad():
        return sweep.forward(call.again(y), seeds, lift=type(y) is Tensor)


_checkpoint = Primitive(
    lambda *xs, call, boundary: call.compute()._data,
    "primitive",
    [_pull],
    [_push],
    name="checkpoint",
    variadic=True,
)


def checkpoint(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, of which only the results are kept until the backward pass, which runs it once more.

    Memory for time: of a long computation cut into n such functions, n results are stored and one
    function's steps at a time. Derivatives are those of `fn`, of any order and in both modes, also
    with respect to tensors that it closes over; checkpoints may be nested. Results may be tensors,
    alone or in tuples, lists and dicts. Hooks set inside `fn` do not run.

    `fn` runs twice and must do the same both times: random numbers have to come from a generator
    that it makes itself from a seed, and what it writes elsewhere it writes twice. A different
    value is found out and raises `StaleGraphError`, as does a tensor changed in between.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> y = checkpoint(lambda x: np.exp(np.sin(x)))(x)
    >>> y.op, y.inputs == (x,)
    (<primitive operation checkpoint>, True)
    >>> y.backward()
    >>> print(f"{x.grad:.4f} = {np.exp(np.sin(2)) * np.cos(2):.4f}")
    -1.0331 = -1.0331
    """

    @wraps(fn)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not mode.recording or mode.trace is not None:
            return fn(*args, **kwargs)
        given = _copied((args, kwargs))

        def run() -> Any:
            args, kwargs = _copied(given)
            return fn(*args, **kwargs)

        start = next_seq()
        results = run()
        leaves = leaves_of(results)
        inside = [
            type(x) is Tensor and x.requires_grad and x.op is not None and x.seq > start
            for x in leaves
        ]
        made = [x for x, flag in zip(leaves, inside, strict=True) if flag]
        if not made:
            return results
        shapes, dtypes = [x.shape for x in made], [x.dtype for x in made]

        def compute() -> Any:
            again = leaves_of(run())
            return _joined([x for x, flag in zip(again, inside, strict=True) if flag])

        boundary = _boundary(made, start)
        name = getattr(fn, "__name__", "the function")
        joined = make(
            _joined(made)._data,
            _checkpoint,
            tuple(boundary),
            {"call": _Call(compute, name), "boundary": boundary},
            True,
        )
        parts = iter(_parted(joined, shapes, dtypes))
        return with_leaves(
            results,
            [next(parts) if flag else x for x, flag in zip(leaves, inside, strict=True)],
        )

    return checkpointed


def _copied(tree: Any) -> Any:
    """Return the same leaves in new containers, which caller and function may change."""
    return map_tree(lambda x: x, tree)


def _boundary(made: Sequence[Tensor], start: int) -> list[Tensor]:
    """Return tensors with gradients, older than `start`, from which `made` were computed."""
    inside = ancestors(made, within=lambda x: x.requires_grad and x.seq >= start)
    used = dict.fromkeys(x for node in inside for x in node.inputs if type(x) is Tensor)
    return [x for x in used if x.requires_grad and x.seq < start]


def _joined(parts: Sequence[Tensor]) -> Any:
    """Return several results as one vector, a single one unchanged."""
    return parts[0] if len(parts) == 1 else np.concatenate([x.ravel() for x in parts])


def _parted(joined: Tensor, shapes: Sequence[tuple[int, ...]], dtypes: Sequence[Any]) -> list[Any]:
    """Split the result of `_joined` again."""
    if len(shapes) == 1:
        return [joined]
    parts, start = [], 0
    for shape, dtype in zip(shapes, dtypes, strict=True):
        end = start + int(np.prod(shape))
        part = np.reshape(joined[start:end], shape)
        part = np.real(part) if joined.dtype.kind == "c" != dtype.kind else part
        parts.append(part.astype(dtype, copy=False))
        start = end
    return parts
