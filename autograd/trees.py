"""Nested tuples, lists and dicts, as arguments of the transforms."""

from collections.abc import Callable
from typing import Any


def map_tree(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`function` applied to every leaf of `tree`, and to the leaves at its place in `others`.

    >>> map_tree(lambda x: x + 1, {"w": [1, 2], "b": (3,)})
    {'w': [2, 3], 'b': (4,)}
    """
    if isinstance(tree, dict):
        return type(tree)(
            (key, map_tree(function, value, *(o[key] for o in others)))
            for key, value in tree.items()
        )
    if isinstance(tree, tuple | list):
        parts = (map_tree(function, *group) for group in zip(tree, *others, strict=True))
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return function(tree, *others)


def leaves_of(tree: Any) -> list[Any]:
    """The leaves of `tree`, in order.

    >>> leaves_of({"w": [1, 2], "b": (3,)})
    [1, 2, 3]
    """
    found: list[Any] = []
    map_tree(found.append, tree)
    return found
