"""What a user wants done when a backward pass reaches a tensor."""

from collections.abc import Callable
from typing import Any


class Watch:
    """What is to happen to a tensor's gradient when a backward pass reaches it.

    While anomalies are looked for, also the line of the user's program that made the tensor.
    """

    __slots__ = ("hooks", "origin", "retain")

    def __init__(self) -> None:
        self.retain = False
        self.hooks: dict[int, Callable[[Any], Any]] = {}
        self.origin: str | None = None


class HookHandle:
    """Takes back a hook that `Tensor.register_hook` set."""

    __slots__ = ("_hooks", "_key")

    def __init__(self, hooks: dict[int, Callable[[Any], Any]], key: int) -> None:
        self._hooks, self._key = hooks, key

    def remove(self) -> None:
        """Remove the hook; removing it twice is harmless."""
        self._hooks.pop(self._key, None)
