"""Modules that put others together or only pass their input on."""

from collections.abc import Iterator, Mapping
from typing import Any, overload

import numpy as np

from nn.module import Module


class Sequential(Module):
    """Modules run one after another; their names are "0", "1", ... or the keys of one dict.

    Raises `TypeError` for what is not a module, `ValueError` for a name that cannot be used.

    >>> Sequential(Identity(), Flatten())
    Sequential(
      (0): Identity()
      (1): Flatten(start_dim=1, end_dim=-1)
    )
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        named: Mapping[str, Any] = {str(k): module for k, module in enumerate(modules)}
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            named = modules[0]
        for name, module in named.items():
            if not isinstance(module, Module):
                raise TypeError(
                    f"Sequential takes modules, got {type(module).__name__} at position {name}; "
                    "use a layer such as nn.ReLU() for a function, *layers for a list"
                )
            if "." in name or hasattr(self, name):
                raise ValueError(f"{name!r} has a dot or is taken; give the module another name")
            setattr(self, name, module)

    def forward(self, input: Any) -> Any:
        for module in self.children():
            input = module(input)
        return input

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Module | Sequential":
        if isinstance(index, slice):
            return Sequential(dict(list(self.named_children())[index]))
        return list(self.children())[index]


class Identity(Module):
    """Gives its input back."""

    def forward(self, input: Any) -> Any:
        return input


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
