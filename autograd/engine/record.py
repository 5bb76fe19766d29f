"""Recording: a call of an operation on tensors makes a tensor that knows how it was computed."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.engine.dtypes import Value, as_value
from autograd.engine.masked import is_masked, refuse_masked, require_unmasked
from autograd.engine.modes import mode
from autograd.engine.operation import Operation, supported
from autograd.engine.shape_errors import reraise
from autograd.engine.tensor import Tensor, next_seq

_SEQUENCES = (list, tuple)

observers: list[Callable[[Tensor], None]] = []
"""Functions called with every recorded step, in every thread; only `detect_anomaly` adds one."""


def make(
    value: Value,
    op: Operation | None,
    inputs: tuple[Any, ...] | None,
    params: dict[str, Any] | None,
    requires_grad: bool,
    left: Any = None,
    right: Any = None,
) -> Tensor:
    """Return a recorded tensor; the one place that fills the slots of a result.

    Two operands may be given as `left` and `right` instead of `inputs`. They have their own slots:
    without a tuple for each operation of a scalar program the cyclic collector has half as many
    objects to look at.
    """
    tensor = _new(Tensor)
    tensor._data = value
    tensor.op = op
    tensor._inputs = inputs
    tensor._left = left
    tensor._right = right
    tensor.params = params
    tensor.seq = next_seq()
    tensor.name = None
    tensor._grad = None
    tensor._requires_grad = requires_grad
    tensor._watch = None
    if observers:
        for observe in tuple(observers):
            observe(tensor)
    return tensor


def unrecorded(
    value: Value, op: Operation, inputs: tuple[Any, ...], params: dict[str, Any] | None = None
) -> Tensor:
    """Return a result that needs no gradient: a leaf, or a step while `compile` traces."""
    if mode.trace is None:
        return make(value, None, (), None, False)
    return make(value, op, inputs, params, False)


_new = object.__new__


class Primitive(Operation):
    """An operation whose calls are recorded; called like the NumPy function that it stands for."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, and record if an operand is a recorded tensor."""
        if len(args) != self.arity:
            args, kwargs = self._bind(args, kwargs)
        if kwargs:
            kwargs = supported(self.name, kwargs, self.supported)
        return self.apply(tuple(args[0]) if self.variadic else args, kwargs)

    def apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Compute on `operands` and record; operands are positional, parameters keywords.

        Constants of the graph (masks, argmax) are recorded too: a compiled program would otherwise
        freeze them. Without a tensor among the operands the result is a plain value.
        """
        values: list[Any] = []
        plain = True
        tracked = requires_grad = False
        for x in operands:
            if type(x) is Tensor:
                values.append(x._data)
                plain = False
                requires_grad = requires_grad or x._requires_grad
                tracked = tracked or x.op is not None
            elif isinstance(x, _SEQUENCES):
                return self.apply(tuple(map(self._as_operand, operands)), params)
            elif is_masked(type(x)):
                refuse_masked(self.name)
            else:
                values.append(x)
        try:
            value = self.impl(*values, **params)
        except ValueError as error:
            reraise(self.name, operands, error)
        if type(value) is np.ndarray:
            value = value if value.ndim else value[()]
        elif not hasattr(value, "dtype"):
            # A user's function may return a Python number or a list.
            value = as_value(value)
        if plain:
            return value
        if self.has_unsure_shape and mode.trace is not None:
            mode.trace.note_shape(make(value, self, operands, params or None, False))
        if not ((tracked or requires_grad) and mode.recording):
            return unrecorded(value, self, operands, params or None)
        requires_grad = requires_grad and self.differentiable
        if self.raw_vjps:
            return make(value, self, None, None, requires_grad, *operands)
        return make(value, self, operands, params or None, requires_grad)

    def _as_operand(self, x: Any) -> Any:
        if not isinstance(x, _SEQUENCES):
            return x
        require_unmasked(self.name, x)
        return np.asarray(x)
