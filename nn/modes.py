"""Restoring training and evaluation mode after a block."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class HasModes(Protocol):
    """The part of a `Module` that switching modes needs."""

    def modules(self) -> Iterator[Any]:
        """Return an iterator over the module and all modules inside it."""

    def eval(self) -> Any:
        """Switch to evaluation mode."""


@contextmanager
def restore_modes(model: HasModes) -> Iterator[None]:
    """Restore at the end of the block the mode, training or evaluation, of every module."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def evaluating(model: HasModes) -> Iterator[None]:
    """Switch to evaluation mode for the block."""
    with restore_modes(model):
        model.eval()
        yield
