"""Training and evaluation modes that come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nn.module import Module


@contextmanager
def modes_restored(model: "Module") -> Iterator[None]:
    """Put every module back into the mode, training or evaluation, that it is in now."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def evaluating(model: "Module") -> Iterator[None]:
    """Evaluation mode for a while."""
    with modes_restored(model):
        model.eval()
        yield
