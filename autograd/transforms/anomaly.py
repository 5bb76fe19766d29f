"""`detect_anomaly`: the first NaN or infinity, at its source and with the line that made it.

Recording and the sweeps report to observers (`record.observers`, `mode.anomaly`); without one they
cost nothing.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ContextDecorator
from typing import Any, NoReturn, Self

import numpy as np

from autograd.engine import record
from autograd.engine.modes import mode
from autograd.engine.tensor import Tensor, Watch, describe
from autograd.engine.walk import value_of
from autograd.errors import AnomalyError
from autograd.host.user_line import find_user_line

Sweep = dict[Tensor, tuple[Any, tuple[Any, ...]]]
"""The tensors that a sweep has passed, each with its derivative and its operands."""


class _Detector:
    """Checks every recorded step and every step of a sweep in the threads that asked for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active = 0

    def activate(self, change: int) -> None:
        """Count the active blocks, and observe recording while there is one."""
        with self._lock:
            self._active += change
            if self._active == 1 and change == 1:
                record.observers.append(self.check_step)
            elif self._active == 0:
                record.observers.remove(self.check_step)

    def check_step(self, made: Tensor) -> None:
        """Note the user's line that made a tensor, and raise if its value is bad."""
        if mode.anomaly is None or made.op is None:
            return
        made._watch = Watch()
        made._watch.origin = find_user_line()
        if _is_bad(made._data) and not _was_put_in(made._data, made.inputs):
            _raise_at(made)

    def observe_reverse(self, leaves: Collection[Tensor] | None) -> Callable[[Tensor, Any], None]:
        """Return an observer of a reverse sweep that raises at the first bad cotangent."""
        passed: Sweep = {}
        ends = frozenset(leaves or ())

        def check(node: Tensor, g: Any) -> None:
            if _is_bad(value_of(g)):
                _raise_backward(node, g, passed)
            if node.op is not None and node not in ends:
                # The operands too, because the sweep may release them.
                passed[node] = g, node.inputs

        return check

    def observe_forward(self, seeds: Mapping[Tensor, Any]) -> Callable[[Tensor, Any], None]:
        """Return an observer of a forward sweep that raises at the first bad tangent."""
        tangents: dict[Tensor, Any] = {}

        def check(node: Tensor, tangent: Any) -> None:
            tangents[node] = tangent
            if _is_bad(value_of(tangent)):
                _raise_forward(node, tangents, given=node in seeds)

        return check


_detector = _Detector()


class _Detection(ContextDecorator):
    """Look for anomalies in this thread, as a context manager or a decorator."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, np.errstate]] = []

    def __enter__(self) -> None:
        # NumPy's warnings say less than the error, and would come before it where they are errors.
        quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore")
        quiet.__enter__()
        self._before.append((mode.anomaly, quiet))
        mode.anomaly = _detector
        _detector.activate(1)

    def __exit__(self, *_: object) -> None:
        _detector.activate(-1)
        mode.anomaly, quiet = self._before.pop()
        quiet.__exit__(None, None, None)

    def _recreate_cm(self) -> Self:
        # A decorated function may run in several threads at once: one stack for each call.
        return type(self)()


def detect_anomaly() -> _Detection:
    """Raise `AnomalyError` at the first NaN or infinity, as a context manager or a decorator.

    This is the first operation whose result has one, or else the first step of a reverse or
    forward sweep. The error names the operation, the names, shapes and values of its operands, and
    the line of your program that called it. An infinity that you put in yourself, as into a mask,
    is not an anomaly; a NaN is. Holds for the calling thread, in which NumPy's own warnings are
    switched off meanwhile. Slow: use it for debugging only.

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


# Bad values --------------------------------------------------------------------------------------


def _is_bad(value: Any) -> bool:
    return value.dtype.kind in "fc" and not np.all(np.isfinite(value))


def _was_put_in(value: Any, inputs: Any) -> bool:
    """Return whether `value` is infinite because infinities came in."""
    values = [np.asarray(value_of(x)) for x in inputs]
    infinite = any(x.dtype.kind in "fc" and np.any(np.isinf(x)) for x in values)
    return infinite and not np.any(np.isnan(value))


# The reports -------------------------------------------------------------------------------------


def _kind(value: Any) -> str:
    """Return `nan` or `inf`, and its first position."""
    name = "nan" if np.any(np.isnan(value)) else "inf"
    if not np.shape(value):
        return name
    test = np.isnan(value) if name == "nan" else np.isinf(value)
    first = tuple(int(i) for i in np.argwhere(test)[0])
    return f"{name}, first at index {first}"


def _shown(value: Any) -> str:
    return np.array2string(np.asarray(value), threshold=8, edgeitems=3, precision=4)


def _operand(inputs: tuple[Any, ...], k: int) -> str:
    x = inputs[k]
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
    bad = [k for k in operands if np.any(_isnan(value_of(node.inputs[k])))]
    known = f"; operand {bad[0] + 1} has it already" if bad else ""
    listed = [f"of {_operand(node.inputs, k)}" for k in operands]
    _raise(f"{_name(node)} gave {_kind(node.data)}{known}", *listed, *_origin(node))


def _isnan(value: Any) -> Any:
    value = np.asarray(value)
    return np.isnan(value) if value.dtype.kind in "fc" else False


def _raise_backward(x: Tensor, g: Any, passed: Sweep) -> NoReturn:
    """Report the reverse step from which the bad cotangent `g` of `x` came."""
    for node, (upstream, inputs) in passed.items():
        assert node.op is not None
        values = [value_of(operand) for operand in inputs]
        for k, operand in enumerate(inputs):
            if operand is not x:
                continue
            rule = node.op.vjp(k)
            contribution = rule(value_of(upstream), node._data, *values, **(node.params or {}))
            if _is_bad(np.asarray(contribution)):
                _raise(
                    f"the backward step of {_name(node)} gave {_kind(contribution)}",
                    f"for its {_operand(inputs, k)}",
                    *(f"and {_operand(inputs, j)}" for j in range(len(values)) if j != k),
                    f"from the gradient of its result: {_shown(value_of(upstream))}",
                    *_origin(node),
                )
    _raise(
        f"the gradient of {describe(x)} is {_kind(value_of(g))}, though no single step gave "
        "that: it was given to backward(), came from a hook, or is a sum that is too large",
        *_origin(x),
    )


def _raise_forward(node: Tensor, tangents: Mapping[Tensor, Any], given: bool) -> NoReturn:
    """Report the step of a forward sweep that gave the bad tangent of `node`."""
    kind = _kind(value_of(tangents[node]))
    if given:
        _raise(f"the tangent given for {describe(node)} is {kind}")
    _raise(
        f"the forward-mode step of {_name(node)} gave {kind}",
        *(
            f"for its {_operand(node.inputs, k)}, with the tangent {_shown(value_of(tangents[x]))}"
            for k, x in enumerate(node.inputs)
            if type(x) is Tensor and x in tangents
        ),
        *_origin(node),
    )
