"""`Module`, the base of everything that has parameters, and `Parameter`.

A module is an ordinary object: its attributes live where Python keeps them. What it adds is the
memory of which attributes are parameters, buffers and modules (`_kinds`, in the order in which
they were first set), and walks over them.
"""

from collections.abc import Callable, Iterator, Mapping
from textwrap import indent
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np

from autograd import Tensor
from nn.errors import CheckpointError

if TYPE_CHECKING:
    from nn.summary import Summary

Kind = Literal["parameter", "buffer", "module"]


def Parameter(data: Any, *, dtype: Any = None, name: str | None = None) -> Tensor:  # noqa: N802
    """Return a leaf for a module to learn: it requires gradients and owns a copy of `data`.

    Raises `TypeError` for an array whose dtype has no derivatives.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], requires_grad=True)
    """
    data = data.data if type(data) is Tensor else data
    # A list stays one, because Python ints in it become floats and those of an array do not.
    owned = data.copy() if isinstance(data, np.ndarray) else data
    return Tensor(owned, requires_grad=True, dtype=dtype, name=name)


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict(strict=False)` left alone: entries wanted, and entries not wanted."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Base of layers, networks and losses; as in PyTorch.

    Set parameters and other modules as attributes in `__init__`, write `forward`, call the module.
    A leaf tensor that requires gradients registers as a parameter, a `Module` as a child, and both
    stay registered when frozen; other tensors that belong to the state go through
    `register_buffer`. Unlike in PyTorch there is no need to call `super().__init__()`.

    >>> class Scale(Module):
    ...     def __init__(self, factor):
    ...         self.factor = Parameter(factor)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale(2.0)
    >>> scale(np.array([1.0, 3.0]))
    Tensor([2., 6.], op=multiply)
    >>> scale.state_dict()
    {'factor': array(2.)}
    """

    training: bool
    _kinds: dict[str, Kind]
    _forward_hooks: dict[object, Callable[..., Any]]

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Make the registries here, so that they exist before any subclass's `__init__` runs."""
        self = super().__new__(cls)
        self.__dict__.update(training=True, _kinds={}, _forward_hooks={})
        return self

    # Running ---------------------------------------------------------------------------------

    def _forward_missing(self, *inputs: Any, **options: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} defines no forward(self, ...) method")

    forward: Callable[..., Any] = _forward_missing

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run `forward`, and then the hooks."""
        output = self.forward(*inputs, **options)
        if self._forward_hooks:
            for hook in tuple(self._forward_hooks.values()):
                replaced = hook(self, inputs, output)
                if replaced is not None:
                    output = replaced
        return output

    def register_forward_hook(self, hook: Callable[..., Any]) -> "ForwardHook":
        """Call `hook(module, inputs, output)` after every `forward`.

        What it returns, unless `None`, takes the output's place. The handle's `remove()` ends it.
        """
        handle = ForwardHook(self._forward_hooks)
        self._forward_hooks[handle] = hook
        return handle

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all below it to training, or with `False` to evaluation."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all below it to evaluation: the same as `train(False)`."""
        return self.train(False)

    def apply(self, fn: Callable[["Module"], Any]) -> Self:
        """Call `fn` on every module below this one, children first, and then on this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def requires_grad_(self, flag: bool = True) -> Self:
        """Let all parameters learn, or with `False` freeze them, and return the module.

        What is frozen forgets its gradient, so that optimizers pass over it from now on. To learn
        nothing but the head of a network: `model.requires_grad_(False).head.requires_grad_()`.
        """
        for parameter in self.parameters():
            parameter.requires_grad = flag
            if not flag:
                parameter.zero_grad()
        return self

    def astype(self, dtype: Any) -> Self:
        """Change every floating-point parameter and buffer to `dtype` and return the module.

        Gradients are forgotten, and optimizers made before go on with their state in that dtype.
        Raises `TypeError` for a dtype that is not floating-point.
        """
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise TypeError(f"a module computes in a floating-point dtype, not in {dtype}")
        for tensor in (*self.parameters(), *self.buffers()):
            if tensor.dtype.kind == "f":
                tensor.data = tensor.data.astype(dtype)
                tensor.touch()
                tensor.zero_grad()
        return self

    def float(self) -> Self:
        """Return the same as `astype(numpy.float32)`."""
        return self.astype(np.float32)

    def double(self) -> Self:
        """Return the same as `astype(numpy.float64)`."""
        return self.astype(np.float64)

    # Registering -----------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        kinds, was = self._kinds, self._kinds.get(name)
        is_leaf = type(value) is Tensor and value.is_leaf
        if isinstance(value, Module):
            kinds[name] = "module"
        elif is_leaf and value.requires_grad:
            kinds[name] = "parameter"
            if value.name is None:
                value.name = name
        elif was == "buffer":
            value = _buffer(value)
        elif was is not None and value is not None and not (is_leaf and was == "parameter"):
            raise TypeError(
                f"{name} of {type(self).__name__} is a {was} and cannot become "
                f"{_kind_of_thing(value)}; change a parameter's value with {name}.assign(value), "
                f"or take the attribute away first: del module.{name}"
            )
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._kinds.pop(name, None)

    def register_buffer(self, name: str, value: Any) -> None:
        """Keep `value` as a tensor that is part of the state and is not learned.

        >>> module = Module()
        >>> module.register_buffer("mean", np.zeros(2))
        >>> module.mean
        Tensor([0., 0.])
        """
        object.__setattr__(self, name, _buffer(value))
        self._kinds[name] = "buffer"

    # Walking ---------------------------------------------------------------------------------

    def _own(self, kind: Kind) -> Iterator[tuple[str, Any]]:
        """Names and values of this module's attributes of one kind, without those set to `None`."""
        for name, registered in tuple(self._kinds.items()):
            if registered == kind and (value := self.__dict__.get(name)) is not None:
                yield name, value

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """Names and modules right below this one."""
        return self._own("module")

    def children(self) -> Iterator["Module"]:
        """Return the modules right below this one."""
        return (child for _, child in self.named_children())

    def named_modules(
        self, prefix: str = "", *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, "Module"]]:
        """Return this module and all below it with their dotted names, parents first."""
        seen = set[Module]()

        def walk(module: Module, path: str) -> Iterator[tuple[str, Module]]:
            if module in seen:
                return
            if remove_duplicate:
                seen.add(module)
            yield path, module
            for name, child in module.named_children():
                yield from walk(child, _dotted(path, name))

        return walk(self, prefix)

    def modules(self) -> Iterator["Module"]:
        """Return this module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """All parameters with their dotted names, in the order of setting; shared ones once."""
        return self._named_tensors("parameter", prefix)

    def parameters(self) -> Iterator[Tensor]:
        """All parameters of this module and those below it, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """All buffers with their dotted names, in the order of setting; shared ones once."""
        return self._named_tensors("buffer", prefix)

    def buffers(self) -> Iterator[Tensor]:
        """All buffers of this module and those below it, each once."""
        return (buffer for _, buffer in self.named_buffers())

    def _named_tensors(self, kind: Kind, prefix: str) -> Iterator[tuple[str, Tensor]]:
        seen = set[Tensor]()
        for path, module in self.named_modules(prefix):
            for name, tensor in module._own(kind):
                if tensor not in seen:
                    seen.add(tensor)
                    yield _dotted(path, name), tensor

    def get_submodule(self, path: str) -> "Module":
        """Return the module of that dotted name, itself for ""; raise `AttributeError` if none.

        >>> from nn import MLP
        >>> MLP([3, 4, 2]).get_submodule("2")
        Linear(in_features=4, out_features=2, bias=True)
        """
        module = self
        for name in path.split(".") if path else ():
            below = dict(module.named_children())
            if name not in below:
                raise AttributeError(
                    f"no module {path!r} in this {type(self).__name__}: {type(module).__name__} "
                    f"has {', '.join(below) or 'no modules'}, not {name}"
                )
            module = below[name]
        return module

    # State -----------------------------------------------------------------------------------

    def _state(self) -> dict[str, Tensor]:
        """Parameters and buffers under every name they have."""
        return {
            _dotted(path, name): tensor
            for path, module in self.named_modules(remove_duplicate=False)
            for kind in ("parameter", "buffer")
            for name, tensor in module._own(kind)
        }

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return copies of all parameters and buffers, with PyTorch's dotted names and layout."""
        return {name: np.array(tensor.data) for name, tensor in self._state().items()}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True
    ) -> IncompatibleKeys:
        """Copy the arrays or tensors of `state_dict`, also PyTorch's, into this module.

        The dtypes of the module stay. Every entry is checked before any is copied, and one
        `CheckpointError` lists all that are missing, unexpected or of another shape; with
        `strict=False` the first two are returned instead.

        >>> scale = Module()
        >>> scale.factor = Parameter([1.0, 2.0])
        >>> scale.load_state_dict({"factor": [3.0, 4.0]})
        IncompatibleKeys(missing_keys=[], unexpected_keys=[])
        >>> scale.factor
        Tensor([3., 4.], requires_grad=True, name='factor')
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"load_state_dict takes arrays by name, got {type(state_dict).__name__}; "
                "nn.load(model, path) reads a file"
            )
        own = self._state()
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        values, misfits = {}, []
        for name, tensor in own.items():
            if name not in state_dict:
                continue
            value = _as_array(state_dict[name])
            if not np.can_cast(value.dtype, tensor.dtype, "same_kind"):
                misfits.append(
                    f"wrong type: {name} holds {value.dtype}, the module needs {tensor.dtype}"
                )
            elif value.shape != tensor.shape:
                misfits.append(
                    f"wrong shape: {name} is {value.shape}, the module needs {tensor.shape}"
                )
            else:
                values[name] = np.array(value, dtype=tensor.dtype)
        if strict and unexpected:
            misfits.insert(0, f"unexpected: {', '.join(map(str, unexpected))}")
        if strict and missing:
            misfits.insert(0, f"missing: {', '.join(missing)}")
        if misfits:
            raise CheckpointError(
                "\n  ".join([f"the state dict does not fit this {type(self).__name__}:", *misfits])
            )
        for name, value in values.items():
            own[name].assign(value)
        return IncompatibleKeys(missing, unexpected)

    # Showing ---------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return the text between the brackets of this module's own line in the repr."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        children = [f"({name}): {child!r}" for name, child in self.named_children()]
        if not children:
            return f"{type(self).__name__}({extra})"
        lines = "\n".join(([extra] if extra else []) + children)
        return f"{type(self).__name__}(\n{indent(lines, '  ')}\n)"

    def summary(self, *inputs: Any) -> "Summary":
        """Return a table of the layers, their weights and numbers of parameters.

        With example `inputs`, which the module is run on once in evaluation mode, also of the
        shapes of the layers' outputs.
        """
        from nn.summary import summarize

        return summarize(self, inputs)


class ForwardHook:
    """Takes back a hook that `register_forward_hook` set."""

    def __init__(self, hooks: dict[object, Callable[..., Any]]) -> None:
        self._hooks = hooks

    def remove(self) -> None:
        """Remove the hook; removing it twice is harmless."""
        self._hooks.pop(self, None)


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _buffer(value: Any) -> Tensor | None:
    return value if value is None or type(value) is Tensor else Tensor(value)


def _as_array(value: Any) -> np.ndarray[Any, Any]:
    if type(value) is Tensor:
        value = value.data
    elif hasattr(value, "detach"):
        # PyTorch's tensors, which refuse to become arrays while they require gradients, lie on
        # another device or are of a dtype that NumPy lacks.
        value = value.detach().cpu()
        value = value.float() if "bfloat16" in str(value.dtype) else value
    return np.asarray(value)


def _kind_of_thing(value: Any) -> str:
    if type(value) is Tensor and not value.is_leaf:
        return "the result of an operation"
    return f"of type {type(value).__name__}"
