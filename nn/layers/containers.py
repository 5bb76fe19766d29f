"""Modules that hold others, and those that only pass their input on or bend its shape."""

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Self, overload

import numpy as np

from nn.module import Module


class Container(Module):
    """Base of modules that hold others: how they are put in and counted."""

    def _put(self, name: str, module: Any) -> None:
        """Hold `module` under a new or an old name."""
        own = dict(self.named_children())
        if "." in name or (name not in own and hasattr(self, name)):
            raise ValueError(f"{name!r} has a dot or is taken; give the module another name")
        setattr(self, name, self._checked(module, name))

    def _checked(self, module: Any, position: Any) -> Module:
        if not isinstance(module, Module):
            raise TypeError(
                f"{type(self).__name__} takes modules, got {type(module).__name__} at position "
                f"{position}; use a layer such as nn.ReLU() for a function, *layers for a list"
            )
        return module

    def __len__(self) -> int:
        return sum(1 for _ in self.children())


class ModuleSequence(Container):
    """Base of containers that are read and changed like a list; names that are numbers count."""

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __setitem__(self, index: int, module: Module) -> None:
        name, _ = list(self.named_children())[index]
        self._put(name, module)

    def __delitem__(self, index: int | slice) -> None:
        named = list(self.named_children())
        del named[index]
        self._refill(named)

    def insert(self, index: int, module: Module) -> None:
        """Put `module` in before position `index`."""
        named = list(self.named_children())
        named.insert(index, ("0", self._checked(module, index)))
        self._refill(named)

    def pop(self, index: int = -1) -> Module:
        """Take a module out and return it."""
        module = list(self)[index]
        del self[index]
        return module

    def append(self, module: Module) -> Self:
        """Put `module` in at the end."""
        self.insert(len(self), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put all `modules` in at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def _refill(self, named: list[tuple[str, Module]]) -> None:
        """Hold these modules only, in this order; those named by numbers by their positions."""
        for name, _ in list(self.named_children()):
            delattr(self, name)
        for k, (name, module) in enumerate(named):
            self._put(str(k) if name.isdecimal() else name, module)


class Sequential(ModuleSequence):
    """Modules run one after another; their names are "0", "1", ... or the keys of one dict.

    Read and changed like a list; a slice is a `Sequential` whose modules keep their names.

    Raises `TypeError` for what is not a module, `ValueError` for a name that cannot be used.

    >>> model = Sequential(Identity(), Flatten())
    >>> model.append(Identity())
    Sequential(
      (0): Identity()
      (1): Flatten(start_dim=1, end_dim=-1)
      (2): Identity()
    )
    >>> model[1]
    Flatten(start_dim=1, end_dim=-1)
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        named: Mapping[str, Any] = {str(k): module for k, module in enumerate(modules)}
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            named = modules[0]
        for name, module in named.items():
            self._put(name, module)

    def forward(self, input: Any) -> Any:
        for _, module in self._own("module"):
            input = module(input)
        return input

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Module | Sequential":
        if isinstance(index, slice):
            return Sequential(dict(list(self.named_children())[index]))
        return list(self.children())[index]


class ModuleList(ModuleSequence):
    """A list of modules, whose parameters are found; it has no `forward` of its own.

    Their names are their positions, also those in a slice, which is a new `ModuleList`.

    Raises `TypeError` for what is not a module, `IndexError` for a position that is not there.

    >>> layers = ModuleList([Identity()])
    >>> layers.append(Flatten())
    ModuleList(
      (0): Identity()
      (1): Flatten(start_dim=1, end_dim=-1)
    )
    >>> len(layers[1:])
    1
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "ModuleList": ...
    def __getitem__(self, index: int | slice) -> "Module | ModuleList":
        found = list(self.children())[index]
        return ModuleList(found) if isinstance(found, list) else found


class ModuleDict(Container):
    """A dict of modules, whose parameters are found; it has no `forward` of its own.

    Raises `TypeError` for what is not a module, `ValueError` for a name that has a dot or is that
    of a method, `KeyError` for one that is not there.

    >>> heads = ModuleDict({"plain": Identity()})
    >>> heads["flat"] = Flatten()
    >>> list(heads), "flat" in heads
    (['plain', 'flat'], True)
    >>> heads["flat"](np.ones((5, 3, 2))).shape
    (5, 6)
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.update(modules)

    def _held(self) -> dict[str, Module]:
        return dict(self.named_children())

    def __getitem__(self, name: str) -> Module:
        return self._held()[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self._put(name, module)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def __contains__(self, name: object) -> bool:
        return name in self._held()

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._held().keys()

    def values(self) -> ValuesView[Module]:
        """Return the modules."""
        return self._held().values()

    def items(self) -> ItemsView[str, Module]:
        """Names and modules."""
        return self._held().items()

    def pop(self, name: str) -> Module:
        """Take a module out and return it."""
        module = self[name]
        delattr(self, name)
        return module

    def clear(self) -> None:
        """Take all modules out."""
        for name in self.keys():
            delattr(self, name)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Put all modules of a dict, or of pairs of name and module, in."""
        for name, module in dict(modules).items():
            self._put(name, module)


class Identity(Module):
    """Gives its input back.

    >>> Identity()(3.0)
    3.0
    """

    def forward(self, input: Any) -> Any:
        return input


class Lambda(Module):
    """Any function as a module; it has no parameters.

    >>> Lambda(np.square)(np.array([2.0, 3.0]))
    array([4., 9.])
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        if not callable(fn) or isinstance(fn, Module):
            raise TypeError(f"Lambda needs a function, got {type(fn).__name__}")
        self.fn = fn

    def forward(self, *inputs: Any, **options: Any) -> Any:
        return self.fn(*inputs, **options)

    def extra_repr(self) -> str:
        return getattr(self.fn, "__name__", repr(self.fn))


class Flatten(Module):
    """Puts the axes from `start_dim` to `end_dim` into one, by default all but the first.

    >>> Flatten()(np.zeros((5, 3, 2))).shape
    (5, 6)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Any:
        shape = np.shape(input)
        start, end = self.start_dim % len(shape), self.end_dim % len(shape)
        together = int(np.prod(shape[start : end + 1]))
        return np.reshape(input, (*shape[:start], together, *shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
