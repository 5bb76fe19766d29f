"""Operators, indexing and methods of `Tensor`, attached here and nowhere else.

`engine.tensor_methods` declares them: signature, documentation and types. Here each gets its
implementation, one line that calls an operation of `autograd.ops`. The arithmetic operators, which
every program runs through, record by an unrolled path.
"""

from collections.abc import Callable
from functools import update_wrapper
from operator import attrgetter
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.dtypes import conjugate
from autograd.engine.modes import mode
from autograd.engine.operation import Operation
from autograd.engine.record import make, unrecorded
from autograd.engine.shape_errors import reraise
from autograd.engine.tensor import Tensor
from autograd.engine.tensor_methods import TensorMethods
from autograd.ops import (
    arithmetic,
    compare,
    complex_numbers,
    elementary,
    index,
    products,
    reduce,
    scan,
    shape,
    statistics,
)

_PLAIN = (float, int, np.float64, np.ndarray)
"""Types of operands that NumPy computes with directly."""
_OPERANDS = (int, float, complex, np.ndarray, np.generic, list, tuple)


def _unary(op: Operation, impl: Callable[[Any], Any] | None = None) -> Callable[[Tensor], Any]:
    compute = impl or op.impl

    def method(self: Tensor) -> Any:
        value = compute(self._data)
        if mode.recording and (self._requires_grad or self.op is not None):
            return make(value, op, (self,), None, self._requires_grad and op.differentiable)
        return unrecorded(value, op, (self,))

    return method


def _binary(op: Operation) -> tuple[Callable[[Tensor, Any], Any], Callable[[Tensor, Any], Any]]:
    """Return the operator for a tensor on the left, and the reflected one for the right."""
    compute, differentiable = op.impl, op.differentiable

    def method(self: Tensor, other: Any) -> Any:
        requires_grad = self._requires_grad
        if type(other) is Tensor:
            right = other._data
            requires_grad = requires_grad or other._requires_grad
            tracked = requires_grad or self.op or other.op
        elif type(other) in _PLAIN:
            right = other
            tracked = requires_grad or self.op
        else:
            return op.apply((self, other), {}) if isinstance(other, _OPERANDS) else NotImplemented
        try:
            value = compute(self._data, right)
        except ValueError as error:
            reraise(op.name, (self, other), error)
        if tracked and mode.recording:
            return make(value, op, None, None, requires_grad and differentiable, self, other)
        return unrecorded(value, op, (self, other))

    def reflected(self: Tensor, other: Any) -> Any:
        if type(other) not in _PLAIN:
            return op.apply((other, self), {}) if isinstance(other, _OPERANDS) else NotImplemented
        try:
            value = compute(other, self._data)
        except ValueError as error:
            reraise(op.name, (other, self), error)
        requires_grad = self._requires_grad
        if (requires_grad or self.op) and mode.recording:
            return make(value, op, None, None, requires_grad and differentiable, other, self)
        return unrecorded(value, op, (other, self))

    return method, reflected


# Methods -----------------------------------------------------------------------------------------


def _getitem(self: Tensor, key: Any) -> Any:
    return index.pick(self, key)


def _as_shape(sizes: tuple[Any, ...]) -> Any:
    """Return the shape or axes that a method got as one tuple or as several numbers."""
    return sizes[0] if len(sizes) == 1 else sizes


def _reshape(self: Tensor, *sizes: Any, order: Any = "C", copy: Any = None) -> Any:
    return shape.numpy_reshape(self, _as_shape(sizes), order, copy=copy)


def _transpose(self: Tensor, *axes: Any) -> Any:
    return shape.transpose(self, axes=_as_shape(axes) if axes else None)


def _astype(
    self: Tensor,
    dtype: Any,
    order: str = "K",
    casting: Any = "unsafe",
    subok: bool = True,
    copy: bool = True,
) -> Any:
    dtype = np.dtype(dtype)
    if not np.can_cast(self.dtype, dtype, casting):
        raise TypeError(
            f"astype cannot cast {self.dtype} to {dtype} with casting={casting!r}; "
            "casting='unsafe' allows every cast"
        )
    if not copy and self.dtype == dtype:
        return self
    return (shape.astype if dtype.kind in "fc" else shape.astype_discrete)(self, dtype=dtype)


def _backward(
    self: Tensor,
    gradient: Any = None,
    *,
    retain_graph: bool = True,
    retain_grads: bool = False,
) -> None:
    if mode.trace is not None:
        mode.trace.refuse_backward()
    seed = sweep.first_cotangent(self, "backward", gradient)
    passed: dict[Tensor, Any] = {}
    observer = passed.__setitem__ if retain_grads else None
    found = sweep.reverse(self, conjugate(seed), release=not retain_graph, observer=observer)
    sweep.accumulate_grads(
        (tensor, g)
        for tensor, g in {**found, **passed}.items()
        if tensor.op is None or tensor._watch is None or not tensor._watch.retain
    )


_BINARY = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "truediv": arithmetic.divide,
    "floordiv": arithmetic.floor_divide,
    "mod": arithmetic.remainder,
    "pow": arithmetic.power,
    "matmul": products.matmul,
    "and": compare.bitwise_and,
    "or": compare.bitwise_or,
    "xor": compare.bitwise_xor,
    "lshift": compare.left_shift,
    "rshift": compare.right_shift,
}
_COMPARISONS = {
    "gt": compare.greater,
    "ge": compare.greater_equal,
    "lt": compare.less,
    "le": compare.less_equal,
    "eq": compare.equal,
    "ne": compare.not_equal,
}
_UNARY = {
    "neg": arithmetic.negative,
    "pos": arithmetic.positive,
    "abs": arithmetic.absolute,
    "invert": compare.invert,
}
_METHODS: dict[str, Callable[..., Any]] = {
    "sum": reduce.numpy_sum,
    "prod": scan.numpy_prod,
    "mean": reduce.numpy_mean,
    "var": statistics.numpy_var,
    "std": statistics.numpy_std,
    "max": reduce.numpy_max,
    "min": reduce.numpy_min,
    "argmax": reduce.argmax,
    "argmin": reduce.argmin,
    "all": reduce.numpy_all,
    "any": reduce.numpy_any,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "exp": elementary.exp,
    "log": elementary.log,
    "sqrt": elementary.sqrt,
    "sin": elementary.sin,
    "cos": elementary.cos,
    "tanh": elementary.tanh,
    "clip": np.clip,
    "round": np.round,
    "conj": np.conjugate,
    "conjugate": np.conjugate,
    "__contains__": lambda t, value: bool(np.any(t == value)),
    "__divmod__": np.divmod,
    "__rdivmod__": lambda t, other: np.divmod(other, t),
    "dot": np.dot,
    "swapaxes": shape.swapaxes,
    "squeeze": shape.squeeze,
    "flatten": shape.ravel,
    "ravel": shape.ravel,
    "repeat": np.repeat,
    "diagonal": np.diagonal,
    "trace": np.trace,
    "take": np.take,
    "choose": np.choose,
    "compress": lambda t, condition, *args, **kwargs: np.compress(condition, t, *args, **kwargs),
    "searchsorted": np.searchsorted,
    "argsort": np.argsort,
    "argpartition": np.argpartition,
    "nonzero": np.nonzero,
    "copy": lambda t, order="C": np.copy(t, order),
    "tolist": lambda t: t.data.tolist(),
}
_IN_PLACE = {
    "fill": "np.full_like(t, value)",
    "partition": "np.partition(t, kth)",
    "put": "autograd.put(t, index, value)",
    "resize": "np.resize(t, shape)",
    "sort": "np.sort(t)",
}
"""Methods by which an array changes itself, and an expression that returns a new tensor."""


def _as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    # A function binds to its tensor; an operation, which is merely callable, does not.
    return lambda self, *args, **kwargs: function(self, *args, **kwargs)


def _refusal(name: str, instead: str) -> Callable[..., Any]:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            f"a tensor cannot be changed in place by {name}(), for its old value may be recorded; "
            f"{instead} returns a new tensor"
        )

    return method


def _attach(name: str, implementation: Callable[..., Any]) -> None:
    """Give `Tensor` a method or property with the signature and docstring of its declaration."""
    declared = vars(TensorMethods)[name]
    if isinstance(declared, property):
        setattr(Tensor, name, property(implementation, doc=declared.__doc__))
        return
    method = update_wrapper(implementation, declared)
    # Python names the method so when it refuses arguments, such as a third one of `pow`.
    method.__qualname__, method.__module__ = f"Tensor.{name}", Tensor.__module__
    setattr(Tensor, name, method)


for _name, _op in _BINARY.items():
    for _prefix, _method in zip(("", "r"), _binary(_op), strict=True):
        _attach(f"__{_prefix}{_name}__", _method)
for _name, _op in _COMPARISONS.items():
    _attach(f"__{_name}__", _binary(_op)[0])
for _name, _op in _UNARY.items():
    _attach(f"__{_name}__", _unary(_op))
for _name, _function in _METHODS.items():
    _attach(_name, _as_method(_function))
for _name, _instead in _IN_PLACE.items():
    _attach(_name, _refusal(_name, _instead))
_attach("__getitem__", _getitem)
_attach("backward", _backward)
_attach("reshape", _reshape)
_attach("transpose", _transpose)
_attach("astype", _astype)
_attach("T", _unary(shape.transpose, attrgetter("T")))
_attach("real", complex_numbers.real)
_attach("imag", complex_numbers.imag)
_attach("flat", shape.ravel)
_attach("mT", shape.matrix_transpose)
