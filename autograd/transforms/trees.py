"""Nested tuples, lists, dicts and dataclasses, as arguments and results of the transforms."""

import copy
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd.engine.tensor import Tensor


def map_tree(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply `function` to every leaf of `tree`, and to the leaves at the same place in `others`.

    A dataclass is a branch with a subtree in each field that `__init__` takes, but those declared
    with `field(metadata={"static": True})`, which stay unchanged.

    Raises `TypeError` if the structures differ.

    >>> map_tree(lambda x: x + 1, {"w": [1, 2], "b": (3,)})
    {'w': [2, 3], 'b': (4,)}
    """
    keys = _keys(tree)
    if keys is None:
        return function(tree, *others)
    for other in others:
        if _keys(other) != keys:
            raise TypeError(f"expected {_outline(tree, keys)}, got {_outline(other, _keys(other))}")
    parts = [
        map_tree(function, _child(tree, key), *(_child(o, key) for o in others)) for key in keys
    ]
    return _rebuilt(tree, keys, parts)


def leaves_of(tree: Any) -> list[Any]:
    """Return the leaves of `tree`, in order.

    >>> leaves_of({"w": [1, 2], "b": (3,)})
    [1, 2, 3]
    """
    keys = _keys(tree)
    if keys is None:
        return [tree]
    return [leaf for key in keys for leaf in leaves_of(_child(tree, key))]


def with_leaves(tree: Any, leaves: Iterable[Any]) -> Any:
    """Return a tree of the structure of `tree` that has other leaves, in order.

    >>> with_leaves({"w": [1, 2], "b": (3,)}, "xyz")
    {'w': ['x', 'y'], 'b': ('z',)}
    """
    remaining = iter(leaves)
    return map_tree(lambda _: next(remaining), tree)


def paths_of(tree: Any, root: str = "") -> Iterator[str]:
    """Return how each leaf of `tree` is reached, as it would be written after the tree's name.

    >>> list(paths_of({"w": [1, 2], "b": 3}))
    ["['w'][0]", "['w'][1]", "['b']"]
    """
    keys = _keys(tree)
    if keys is None:
        yield root
        return
    for key in keys:
        step = f".{key}" if _has_fields(tree) else f"[{key!r}]"
        yield from paths_of(_child(tree, key), root + step)


_LEAVES = frozenset((Tensor, np.ndarray, np.float64, np.float32, float, int, complex))
"""The commonest types of leaves, which are then not asked whether they are branches."""


def _has_fields(tree: Any) -> bool:
    return dataclasses.is_dataclass(tree) and not isinstance(tree, type)


def _keys(tree: Any) -> Any:
    """Return the paths to the subtrees; equal for equal structures, and `None` for a leaf."""
    if type(tree) in _LEAVES:
        return None
    if isinstance(tree, dict):
        return tree.keys()
    if isinstance(tree, tuple | list):
        return range(len(tree))
    if _has_fields(tree):
        fields = dataclasses.fields(tree)
        return tuple(f.name for f in fields if f.init and not f.metadata.get("static"))
    return None


def _child(tree: Any, key: Any) -> Any:
    return tree[key] if isinstance(tree, dict | list | tuple) else getattr(tree, key)


def _rebuilt(tree: Any, keys: Any, parts: list[Any]) -> Any:
    """Return a branch of the same type with other subtrees."""
    if isinstance(tree, dict):
        # A copy keeps what a dict of another type knows, such as a default.
        rebuilt = copy.copy(tree)
        rebuilt.update(zip(keys, parts, strict=True))
        return rebuilt
    if _has_fields(tree):
        return dataclasses.replace(tree, **dict(zip(keys, parts, strict=True)))
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


def _outline(tree: Any, keys: Any) -> str:
    """Return a structure in words, for error messages."""
    if keys is None:
        return f"one value ({type(tree).__name__})"
    if isinstance(tree, dict):
        return f"a {type(tree).__name__} with the keys {list(keys)}"
    return f"a {type(tree).__name__} of {len(keys)}"
