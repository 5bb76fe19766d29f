"""`detect_anomaly`: the first NaN or infinity, at its source and with the line that made it.

The recorder and the sweeps know nothing of this: while any thread looks for anomalies, functions
that check stand in the place of theirs, and afterwards theirs again. So it costs nothing when off.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ContextDecorator
from operator import attrgetter
from typing import Any, NoReturn, Self

import numpy as np

from autograd import operators
from autograd.engine import record as tensor
from autograd.engine import sweep
from autograd.engine.modes import mode
from autograd.engine.tensor import Tensor, Watch, describe
from autograd.errors import AnomalyError
from autograd.host.user_line import find_user_line

_plain_make, _plain_pull, _plain_push = tensor.make, sweep.reverse, sweep.forward


class _Detection(ContextDecorator):
    """Look for anomalies in this thread, as a context manager or a decorator."""

    def __init__(self) -> None:
        self._before: list[tuple[bool, np.errstate]] = []

    def __enter__(self) -> None:
        # NumPy's warnings say less than the error, and would come before it where they are errors.
        quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore")
        quiet.__enter__()
        self._before.append((mode.anomaly, quiet))
        mode.anomaly = True
        _count(1)

    def __exit__(self, *_: object) -> None:
        _count(-1)
        mode.anomaly, quiet = self._before.pop()
        quiet.__exit__(None, None, None)

    def _recreate_cm(self) -> Self:
        # A decorated function may run in several threads at once: one stack for each call.
        return type(self)()


def detect_anomaly() -> _Detection:
    """Raise `AnomalyError` at the first NaN or infinity, as a context manager or a decorator.

    That is the first operation whose result has one, or else the first step of a backward or
    forward-mode pass. The error names it with its operands' names, shapes and values and the line
    of your program that made it. An infinity that you put in yourself, as into a mask, is none;
    a NaN that you put in is one. Holds for the calling thread, in which NumPy's own warnings are
    off meanwhile; slow, so for debugging only.

    >>> x = Tensor([1.0, 0.0], requires_grad=True, name="x")
    >>> with detect_anomaly():
    ...     np.sum(np.sqrt(x)).backward()
    Traceback (most recent call last):
    ...
    autograd.errors.AnomalyError: the backward step of sqrt gave inf, first at index (1,)
      for its operand 1, tensor 'x' of shape (2,): [1. 0.]
      from the gradient of its result: [1. 1.]
      in <doctest autograd.transforms.anomaly.detect_anomaly[1]>:2: np.sum(np.sqrt(x)).backward()
    """
    return _Detection()


# Standing in -------------------------------------------------------------------------------------

_lock = threading.Lock()
_running = 0


def _count(change: int) -> None:
    """Let the checking functions stand in while at least one thread looks for anomalies."""
    global _running
    with _lock:
        _running += change
        _stand_in(_running > 0)


def _stand_in(checking: bool) -> None:
    make: Callable[..., Tensor] = _checked_make if checking else _plain_make
    for module, name, function in (
        (tensor, "make", make),
        (operators, "make", make),
        (sweep, "pull", _checked_pull if checking else _plain_pull),
        (sweep, "push", _checked_push if checking else _plain_push),
    ):
        setattr(module, name, function)


def _checked_make(value: Any, op: Any, *record: Any) -> Tensor:
    made = _plain_make(value, op, *record)
    if mode.anomaly and op is not None:
        made._watch = Watch()
        made._watch.origin = find_user_line()
        if _is_bad(value) and not _was_put_in(value, made.inputs):
            _raise_at(made)
    return made


def _checked_pull(root: Tensor, seed: Any, leaves: Any = None, **options: Any) -> Any:
    if not mode.anomaly:
        return _plain_pull(root, seed, leaves, **options)
    release, every = options.pop("release", False), options.pop("every", False)
    found = _plain_pull(root, seed, leaves, every=True, **options)
    ends = frozenset(leaves or ())
    for node in sorted(found, key=attrgetter("seq"), reverse=True):
        if _is_bad(_value(found[node])):
            _raise_backward(node, found, ends)
    steps = [node for node in found if node.op is not None and node not in ends]
    for node in steps:
        if release:
            sweep.release_step(node)
        if not every:
            del found[node]
    return found


def _checked_push(root: Tensor, seeds: Mapping[Tensor, Any], **options: Any) -> Any:
    if not mode.anomaly:
        return _plain_push(root, seeds, **options)
    every = options.pop("every", False)
    tangents = _plain_push(root, seeds, every=True, **options)
    for node in sorted(tangents, key=attrgetter("seq")):
        if _is_bad(_value(tangents[node])):
            _raise_forward(node, tangents, given=node in seeds)
    if every:
        return tangents
    return tangents[root] if root in tangents else np.zeros_like(root._data)


# What is bad -------------------------------------------------------------------------------------


def _is_bad(value: Any) -> bool:
    return value.dtype.kind in "fc" and not np.all(np.isfinite(value))


def _was_put_in(value: Any, inputs: Any) -> bool:
    """Whether `value` is infinite only where infinities came in, and so not by accident."""
    values = [np.asarray(_value(x)) for x in inputs]
    infinite = any(x.dtype.kind in "fc" and np.any(np.isinf(x)) for x in values)
    return infinite and not np.any(np.isnan(value))


def _value(x: Any) -> Any:
    return x._data if type(x) is Tensor else x


# The reports -------------------------------------------------------------------------------------


def _kind(value: Any) -> str:
    """`nan` or `inf`, and where."""
    name = "nan" if np.any(np.isnan(value)) else "inf"
    if not np.shape(value):
        return name
    test = np.isnan(value) if name == "nan" else np.isinf(value)
    first = tuple(int(i) for i in np.argwhere(test)[0])
    return f"{name}, first at index {first}"


def _shown(value: Any) -> str:
    return np.array2string(np.asarray(value), threshold=8, edgeitems=3, precision=4)


def _operand(node: Tensor, k: int) -> str:
    x = node.inputs[k]
    if type(x) is not Tensor:
        return f"operand {k + 1}: {_shown(x)}"
    shape = "" if x.name is None else f" of shape {x.shape}"
    return f"operand {k + 1}, {describe(x)}{shape}: {_shown(x.data)}"


def _origin(node: Tensor) -> list[str]:
    origin = node._watch.origin if node._watch is not None else None
    return [f"in {origin}" if origin else "recorded before detect_anomaly was entered"]


def _raise(*lines: str) -> NoReturn:
    raise AnomalyError("\n  ".join(line.replace("\n", "\n    ") for line in lines))


def _name(node: Tensor) -> str:
    assert node.op is not None
    return node.op.name


def _raise_at(node: Tensor) -> NoReturn:
    """Report an operation of the forward pass."""
    operands = range(len(node.inputs))
    bad = [k for k in operands if np.any(_isnan(_value(node.inputs[k])))]
    known = f"; operand {bad[0] + 1} has it already" if bad else ""
    listed = [f"of {_operand(node, k)}" for k in operands]
    _raise(f"{_name(node)} gave {_kind(node.data)}{known}", *listed, *_origin(node))


def _isnan(value: Any) -> Any:
    value = np.asarray(value)
    return np.isnan(value) if value.dtype.kind in "fc" else False


def _raise_backward(x: Tensor, found: Mapping[Tensor, Any], ends: Collection[Tensor]) -> NoReturn:
    """Report the backward step from which the bad gradient of `x` came."""
    for node in sorted(found, key=attrgetter("seq"), reverse=True):
        if node.op is None or node in ends:
            continue
        values = [_value(operand) for operand in node.inputs]
        g = _value(found[node])
        for k, operand in enumerate(node.inputs):
            if operand is not x:
                continue
            contribution = node.op.vjp(k)(g, node._data, *values, **(node.params or {}))
            if _is_bad(np.asarray(contribution)):
                _raise(
                    f"the backward step of {_name(node)} gave {_kind(contribution)}",
                    f"for its {_operand(node, k)}",
                    *(f"and {_operand(node, j)}" for j in range(len(values)) if j != k),
                    f"from the gradient of its result: {_shown(g)}",
                    *_origin(node),
                )
    _raise(
        f"the gradient of {describe(x)} is {_kind(_value(found[x]))}, though no single step gave "
        "that: it was given so to backward(), came from a hook, or is too large a sum",
        *_origin(x),
    )


def _raise_forward(node: Tensor, tangents: Mapping[Tensor, Any], given: bool) -> NoReturn:
    """Report the step of forward mode that gave the bad tangent of `node`."""
    kind = _kind(_value(tangents[node]))
    if given:
        _raise(f"the tangent given for {describe(node)} is {kind}")
    _raise(
        f"the forward-mode step of {_name(node)} gave {kind}",
        *(
            f"for its {_operand(node, k)}, with the tangent {_shown(_value(tangents[x]))}"
            for k, x in enumerate(node.inputs)
            if type(x) is Tensor and x in tangents
        ),
        *_origin(node),
    )
