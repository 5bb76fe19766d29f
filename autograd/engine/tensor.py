"""The tensor, which is its own node of the graph.

Running ordinary NumPy code on tensors leaves a record: each result knows its operation (`op`), its
operands in call order (`inputs`: tensors and raw constants) and the static parameters (`params`).
References point from results to operands only, so the record has no cycles and reference counting
frees it. `seq` numbers the tensors in the order of their creation. An operand is always older than
the result, so sorting by `seq` gives a topological order.
"""

import itertools
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Self

import numpy as np

from autograd.engine.conversions import refuse_to_lose
from autograd.engine.dispatch import FUNCTIONS, numpy_name, refuse
from autograd.engine.dtypes import Value, as_value, leaf_value, require_differentiable
from autograd.engine.masked import is_masked, refuse_masked
from autograd.engine.modes import mode
from autograd.engine.operation import Operation
from autograd.engine.tensor_methods import TensorMethods
from autograd.engine.value import Valued
from autograd.errors import ConversionError, ShapeError

next_seq = itertools.count(1).__next__

RELEASED: tuple[Any, ...] = ("released",)
"""Value of `inputs` after a pass with `retain_graph=False` has released the operands."""


class _NoOperands(tuple[Any, ...]):
    """An empty tuple that is not the usual one."""


ARGUMENT: tuple[Any, ...] = _NoOperands()
"""Value of `inputs` of a leaf that is an argument of a transform: nobody asks for its `grad`."""

_watching = threading.RLock()
"""Held while a tensor gets its `Watch`: two threads that register hooks share one."""


class Watch:
    """Actions for a tensor's gradient when a backward pass reaches it: hooks, and retaining it.

    `origin` is the line of the user's program that made the tensor, while anomalies are detected.
    """

    __slots__ = ("hooks", "origin", "retain")

    def __init__(self) -> None:
        self.retain = False
        self.hooks: dict[int, Callable[[Any], Any]] = {}
        self.origin: str | None = None


class HookHandle:
    """Handle that removes a hook set by `Tensor.register_hook`."""

    __slots__ = ("_hooks", "_key")

    def __init__(self, hooks: dict[int, Callable[[Any], Any]], key: int) -> None:
        self._hooks, self._key = hooks, key

    def remove(self) -> None:
        """Remove the hook; removing it twice is harmless."""
        self._hooks.pop(self._key, None)


class Tensor(Valued, TensorMethods):
    """Value that remembers how it was computed, so that it can be differentiated.

    `Tensor(data, requires_grad=False, dtype=None, name=None)` makes a leaf of the graph. NumPy
    functions and operators on tensors return tensors, which carry the record of the computation.

    Raises `TypeError` for an integer, boolean or string array that shall require gradients.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> np.sum(x * x).backward()
    >>> x.grad
    array([2., 4.])
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_grad",
        "_inputs",
        "_left",
        "_requires_grad",
        "_right",
        "_watch",
        "name",
        "op",
        "params",
        "seq",
    )

    op: Operation | None
    params: dict[str, Any] | None
    seq: int
    name: str | None
    _grad: Value
    _inputs: tuple[Any, ...] | None
    _left: Any
    _right: Any
    _requires_grad: bool
    _watch: Watch | None

    def __init__(
        self,
        data: Any,
        *,
        requires_grad: bool = False,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        if type(data) is Tensor:
            data = data.data
        self._data = leaf_value(data, dtype, requires_grad)
        self.op = None
        self._inputs = ()
        self.params = None
        self.seq = next_seq()
        self.name = name
        self._grad = None
        self._requires_grad = requires_grad
        self._watch = None

    # Attributes ------------------------------------------------------------------------------

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor is not the result of a recorded operation."""
        return self.op is None

    @property
    def inputs(self) -> tuple[Any, ...]:
        """Operands in call order, tensors and raw constants; `()` for a leaf."""
        return (self._left, self._right) if self._inputs is None else self._inputs

    @property
    def requires_grad(self) -> bool:
        """Whether backward passes compute a gradient for this tensor."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        if self.op is not None and flag != self._requires_grad:
            raise ValueError(
                f"requires_grad of {describe(self)} follows from its operands; "
                "use detach() for a copy outside the graph"
            )
        if flag:
            require_differentiable(self.dtype)
        self._requires_grad = bool(flag)

    def requires_grad_(self, flag: bool = True) -> Self:
        """Set `requires_grad` of a leaf and return the tensor."""
        self.requires_grad = flag
        return self

    @property
    def grad(self) -> Value:
        """Gradient accumulated by `backward`: an array of this tensor's shape, or `None`.

        Gradients of intermediate results are kept on request only; without a request, reading
        this attribute gives `None` and a warning that says how to make one.
        """
        if mode.trace is not None:
            mode.trace.refuse_to_show(self)
        if self._grad is None and self.op is not None and self._requires_grad:
            warnings.warn(
                f"{describe(self)} is an intermediate result, whose gradient is not kept: call its "
                "retain_grad() before backward(), or use backward(retain_grads=True)",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is None:
            self._grad = None
            return
        value = as_value(value.data if type(value) is Tensor else value, self.dtype)
        if value.shape != self.shape:
            raise ShapeError(
                f"a gradient of shape {value.shape} was given to {describe(self)}, "
                f"whose shape is {self.shape}"
            )
        self._grad = value

    # Gradients -------------------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Set the accumulated gradient to `None`."""
        self._grad = None

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate result in later backward passes."""
        self._watched().retain = True

    def register_hook(self, hook: Callable[[Any], Any]) -> HookHandle:
        """Register `hook(gradient)`, called when a backward pass has completed this gradient.

        A result of the hook other than `None` replaces the gradient. Returns a handle whose
        `remove()` removes the hook.

        Raises `ValueError` for a tensor that does not require gradients.

        >>> x = Tensor(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda gradient: 10 * gradient)
        >>> (x * x).backward()
        >>> x.grad
        np.float64(60.0)
        """
        if not self._requires_grad:
            raise ValueError(f"{describe(self)} does not require gradients: no hook will ever run")
        hooks = self._watched().hooks
        key = next_seq()
        hooks[key] = hook
        return HookHandle(hooks, key)

    @property
    def hooks(self) -> tuple[Callable[[Any], Any], ...]:
        """Hooks set by `register_hook`, in order."""
        return () if self._watch is None else tuple(self._watch.hooks.values())

    def _watched(self) -> Watch:
        with _watching:
            if self._watch is None:
                self._watch = Watch()
            return self._watch

    # Values ----------------------------------------------------------------------------------

    def detach(self) -> "Tensor":
        """Return the same value as a leaf outside the graph; the array is shared, not copied."""
        if mode.trace is not None:
            return mode.trace.detached(self)
        return Tensor(self.data, name=self.name)

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return the value as an array without gradients; the array is shared, not copied."""
        return np.asarray(self.data)

    def assign(self, value: Any) -> None:
        """Set a new value of the same shape; the dtype of the tensor stays.

        A backward pass over steps recorded with the old value raises `StaleGraphError`.

        Raises `ValueError` for a tensor that is not a leaf, `ShapeError` for another shape.

        >>> w = Tensor(2.0, requires_grad=True)
        >>> w.assign(4.4)
        >>> w
        Tensor(4.4, requires_grad=True)
        """
        if self.op is not None:
            raise ValueError(f"{describe(self)} is the result of an operation; only leaves change")
        given = value
        value = as_value(value._data if type(value) is Tensor else value, self.dtype)
        if value.shape != self.shape:
            raise ShapeError(
                f"a value of shape {value.shape} cannot be assigned to {describe(self)}, "
                f"whose shape is {self.shape}"
            )
        if mode.trace is not None:
            mode.trace.assign(self, given)
        self._data = value
        self.touch()

    def touch(self) -> None:
        """Mark the value as changed, for code that writes into `data` directly."""
        self.seq = next_seq()

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"{describe(self)} is a scalar and has no length")
        return self.shape[0]

    def __iter__(self) -> "Iterator[Tensor]":
        if not self.shape:
            raise TypeError(f"{describe(self)} is a scalar and cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    # Defining `==`, which is elementwise, would otherwise remove the hash.
    __hash__ = object.__hash__

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        raise TypeError(
            "a tensor cannot be changed in place, because its old value may be recorded; "
            "np.where(mask, value, t) or autograd.put(t, index, value) returns a new tensor"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if self.op is not None:
            raise TypeError(
                f"{describe(self)} belongs to a graph and cannot be copied or pickled; detach() it"
            )
        return _rebuild_leaf, (self.data, self._requires_grad, self.name)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        text = (
            np.array2string(self._data, separator=", ", prefix="Tensor(")
            if self.shape
            else str(self._data)
        )
        notes = [text]
        if self.dtype not in (np.float64, np.int64, np.bool_):
            notes.append(f"dtype={self.dtype}")
        if self.op is not None:
            notes.append(f"op={self.op.name}")
        elif self._requires_grad:
            notes.append("requires_grad=True")
        if self.name is not None:
            notes.append(f"name={self.name!r}")
        return f"Tensor({', '.join(notes)})"

    # NumPy's dispatch protocols --------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self._requires_grad:
            raise ConversionError(
                f"{describe(self)} is recorded, and as a plain array it would lose its gradient; "
                "take t.data for the value alone, np.stack([t, u]) to put tensors together"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def _before_conversion(self, conversion: str) -> None:
        if self._requires_grad:
            refuse_to_lose(self, f"{conversion} takes the number of {describe(self)}")

    def __dlpack__(self, **options: Any) -> Any:
        return self.__array__().__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.numpy().__dlpack_device__()

    @property
    def _mask(self) -> NoReturn:
        # The operators and functions of numpy.ma run before those of a tensor, take `_data` from
        # every operand, and ask it for this.
        refuse_masked("a tensor")

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        key = ufunc if method == "__call__" else (ufunc, method)
        run = FUNCTIONS.get(key)
        return refuse(key) if run is None else run(*args, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(t, (Tensor, np.ndarray)) for t in types):
            return NotImplemented
        if any(map(is_masked, types)):
            refuse_masked(numpy_name(function))
        run = FUNCTIONS.get(function)
        return refuse(function) if run is None else run(*args, **kwargs)


def _rebuild_leaf(data: Any, requires_grad: bool, name: str | None) -> Tensor:
    return Tensor(data, requires_grad=requires_grad, name=name)


def describe(tensor: Tensor) -> str:
    """Return how error messages call a tensor: its name, or its shape and origin.

    >>> describe(Tensor(1.0, name="w")), describe(Tensor([1.0, 2.0]))
    ("tensor 'w'", 'a tensor of shape (2,)')
    """
    if tensor.name is not None:
        return f"tensor {tensor.name!r}"
    origin = f" made by {tensor.op.name}" if tensor.op is not None else ""
    return f"a tensor of shape {tensor.shape}{origin}"


def variables(**values: Any) -> Any:
    """Return named leaves that require gradients: a tuple in the order given, or one tensor.

    Python ints become float64. Raises `TypeError` for values that have no derivatives.

    >>> x, y = variables(x=-2, y=[1, 2])
    >>> x
    Tensor(-2.0, requires_grad=True, name='x')
    """
    if not values:
        raise TypeError("variables() needs at least one name=value")
    leaves = tuple(Tensor(v, requires_grad=True, name=name) for name, v in values.items())
    return leaves if len(leaves) > 1 else leaves[0]
