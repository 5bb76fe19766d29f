"""Operators, indexing and methods of `Tensor`, attached here and nowhere else.

Each of them is one line that hands over to an operation of `autograd.ops`. The arithmetic
operators, which every program runs through, record by an unrolled path of their own.
"""

from collections.abc import Callable
from operator import attrgetter
from types import FunctionType
from typing import Any

import numpy as np

from autograd.engine import sweep
from autograd.engine.dtypes import conjugate
from autograd.engine.modes import mode
from autograd.engine.operation import Operation
from autograd.engine.record import make, unrecorded
from autograd.engine.shape_errors import reraise
from autograd.engine.tensor import Tensor
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
"""Types of operands that the operators compute with as they are."""
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
    """The operator for a tensor on the left, and the reflected one for a tensor on the right."""
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


# Indexing ----------------------------------------------------------------------------------------


def _getitem(self: Tensor, key: Any) -> Any:
    """`t[key]` with slices, integers, `None`, `...`, integer and boolean arrays or tensors."""
    return index.pick(self, key)


# Methods -----------------------------------------------------------------------------------------


def _as_shape(sizes: tuple[Any, ...]) -> Any:
    """NumPy's methods take a shape as one tuple or as several numbers."""
    return sizes[0] if len(sizes) == 1 else sizes


def _reshape(self: Tensor, *sizes: Any, order: Any = "C", copy: Any = None) -> Any:
    return shape.numpy_reshape(self, _as_shape(sizes), order, copy=copy)


def _transpose(self: Tensor, *axes: Any) -> Any:
    return shape.transpose(self, axes=_as_shape(axes) if axes else None)


def _astype(self: Tensor, dtype: Any, copy: bool = True) -> Any:
    if not copy and self.dtype == np.dtype(dtype):
        return self
    dtype = np.dtype(dtype)
    return (shape.astype if dtype.kind in "fc" else shape.astype_discrete)(self, dtype=dtype)


def _backward(
    self: Tensor,
    gradient: Any = None,
    *,
    retain_graph: bool = True,
    retain_grads: bool = False,
) -> None:
    """Add the gradient of this tensor to `grad` of every leaf below it.

    dL/dx = sum over the uses of x of dL/dy * dy/dx, from this tensor down to the leaves.
    `gradient`, of this tensor's shape, is its own cotangent; it may be left out for one element,
    where it is 1. With `retain_grads` intermediate results get a `grad` too. With
    `retain_graph=False` each step's arrays are let go as the pass leaves it.

    Raises `ShapeError` for a gradient of another shape, or none where one is needed;
    `StaleGraphError` if a leaf was given a new value since; `GraphReleasedError` after a pass
    that let go of the graph.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    np.float64(6.0)
    """
    if mode.trace is not None:
        mode.trace.refuse_backward()
    seed = sweep.first_cotangent(self, "backward", gradient)
    passed: dict[Tensor, Any] = {}
    observer = passed.__setitem__ if retain_grads else None
    found = sweep.reverse(self, conjugate(seed), release=not retain_graph, observer=observer)
    for tensor, g in {**found, **passed}.items():
        if tensor.op is None or tensor._watch is None or not tensor._watch.retain:
            sweep.accumulate_grad(tensor, g)


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
    "copy": np.copy,
    "tolist": lambda t: t.data.tolist(),
}
_IN_PLACE = {
    "fill": "np.full_like(t, value)",
    "partition": "np.partition(t, kth)",
    "put": "autograd.put(t, index, value)",
    "resize": "np.resize(t, shape)",
    "sort": "np.sort(t)",
}
"""Methods by which an array changes itself, and what gives a new tensor instead."""


def _as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    # A plain function binds to its tensor where an object that is merely callable does not.
    return lambda self, *args, **kwargs: function(self, *args, **kwargs)


def _refusal(name: str, instead: str) -> Callable[..., Any]:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            f"a tensor cannot be changed in place by {name}(), for its old value may be recorded; "
            f"{instead} returns a new tensor"
        )

    return method


def _attach(name: str, method: Any) -> None:
    if isinstance(method, FunctionType):
        # Under this name Python complains of wrong arguments, as of a third one of `pow`.
        method.__name__, method.__qualname__ = name, f"Tensor.{name}"
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
_attach("T", property(_unary(shape.transpose, attrgetter("T"))))
_attach("real", property(complex_numbers.real))
_attach("imag", property(complex_numbers.imag))
_attach("flat", property(shape.ravel))
_attach("mT", property(shape.matrix_transpose))
