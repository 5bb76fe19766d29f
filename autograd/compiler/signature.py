"""The form of the arguments, by which a compiled function selects a program."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.engine.dtypes import as_value
from autograd.engine.tensor import Tensor
from autograd.transforms.trees import leaves_of, map_tree, paths_of

_NUMBERS = (float, int, complex)


class Arguments:
    """The arguments of one call: the `values` of a program and the `key` that selects it."""

    __slots__ = ("_key", "key", "of_tensors", "recorded", "values")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.values: list[Any] = []
        self._key: list[Any] = [len(args)]
        self.of_tensors = self.recorded = False
        for x in args:
            self._read(x)
        for name, x in kwargs.items():
            self._key.append(name)
            self._read(x)
        self.key = tuple(self._key)

    def _read(self, x: Any) -> None:
        """Note the numbers and arrays in `x`, and everything else in the key."""
        kind = type(x)
        if kind is float or kind is int or kind is complex:
            self.values.append(x)
            self._key.append(kind)
        elif kind is np.ndarray and x.shape and x.dtype.kind != "O":
            self.values.append(x)
            self._key.append((x.shape, x.dtype))
        elif kind is Tensor:
            self.of_tensors = True
            self.recorded = self.recorded or x._requires_grad or x.op is not None
            self.values.append(x._data)
            self._key.append((Tensor, x.shape, x.dtype))
        elif kind is bool or kind is str or x is None:
            self._key.append((kind, x))
        elif kind is tuple or kind is list:
            if set(map(type, x)) == {float}:
                # Small programs of numbers take hundreds of weights one by one.
                self._key.append((kind, len(x), float))
                self.values += x
                return
            self._key.append((kind, len(x)))
            for part in x:
                self._read(part)
        elif isinstance(x, dict):
            self._key.append((kind, tuple(x)))
            for part in x.values():
                self._read(part)
        elif isinstance(x, np.generic | np.ndarray):
            value = as_value(x)
            self.values.append(value)
            self._key.append((value.shape, value.dtype))
        else:
            self._read_other(x)

    def _read_other(self, x: Any) -> None:
        paths = tuple(paths_of(x))
        if paths == ("",):
            self._key.append((type(x), _require_hashable(x)))
            return
        fields = dataclasses.fields(x) if dataclasses.is_dataclass(x) else ()
        static = [getattr(x, f.name) for f in fields if f.metadata.get("static")]
        self._key.append((type(x), paths, *map(_require_hashable, static)))
        for part in leaves_of(x):
            self._read(part)


def _require_hashable(x: Any) -> Any:
    try:
        hash(x)
    except TypeError:
        raise TypeError(
            "a compiled function takes numbers, arrays and tensors, also in tuples, lists, dicts "
            f"and dataclasses, and as constants whatever can be hashed; got {type(x).__name__}"
        ) from None
    return x


def is_operand(x: Any) -> bool:
    """Return whether a leaf of the arguments is an operand of the program, not a constant."""
    return type(x) in _NUMBERS or isinstance(x, np.ndarray | np.generic) or type(x) is Tensor


def replace_operands(tree: Any, operands: list[Any]) -> Any:
    """Return arguments of the same form, their numbers, arrays and tensors replaced."""
    rest = iter(operands)
    return map_tree(lambda x: next(rest) if is_operand(x) else x, tree)


def name_operands(
    args: tuple[Any, ...], kwargs: dict[str, Any], names: list[str], rest: str
) -> list[str]:
    """Return a name for each operand: that of the parameter, and the path to the operand in it.

    `names` are those of positional parameters, `rest` is the name of `*args`.
    """
    names = names + [f"{rest}[{i}]" for i in range(len(args) - len(names))]
    found = []
    for name, x in (*zip(names, args, strict=False), *kwargs.items()):
        for path, leaf in zip(paths_of(x, name), leaves_of(x), strict=True):
            if is_operand(leaf):
                found.append(path)
    return found


def flag_operands(
    args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Sequence[int]
) -> list[bool]:
    """Return for each operand whether it is in one of the positional arguments `argnums`."""
    chosen = [(x, i in argnums) for i, x in enumerate(args)]
    rest = [(x, False) for x in kwargs.values()]
    return [flag for x, flag in (*chosen, *rest) for leaf in leaves_of(x) if is_operand(leaf)]
