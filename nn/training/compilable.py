"""Detection of networks that only compute, so that compiling them changes nothing else."""

from collections.abc import Iterable, Iterator
from inspect import ismethod
from typing import Any

import autograd
from autograd import Tensor
from nn.module import Module
from nn.training.objective import LossFunction, Penalty

_PACKAGES = ("autograd", "nn", "numpy")
_OPERATION = type(autograd.relu)


def find_reason_against(
    model: Module, loss: LossFunction, penalty: Penalty | None, parameters: Iterable[Tensor]
) -> str | None:
    """Why a program of a step might do something else than the step; `None` if it surely does not.

    A program computes again what was computed once, and does nothing else. Functions and classes of
    the user's may besides print, count or draw random numbers.
    """
    if penalty is not None and not _is_ours(penalty):
        return "the penalty is a function of yours"
    if not isinstance(loss, Module) and not _is_ours(loss):
        return "the loss is a function of yours"
    for parameter in parameters:
        if parameter.hooks:
            return "a parameter has a hook"
    for module in modules_in(model, loss, penalty):
        name = type(module).__name__
        if not _is_ours(type(module)):
            return f"{name} is a class of yours"
        if module._forward_hooks:
            return f"{name} has a forward hook"
        held = (x for x in vars(module).values() if callable(x) and not isinstance(x, Module))
        if not all(map(_is_ours, held)):
            return f"{name} holds a function of yours"
    return None


def modules_in(*parts: Any) -> Iterator[Module]:
    """Those of `parts` that are modules, and all inside them."""
    for part in parts:
        if isinstance(part, Module):
            yield from part.modules()


def _is_ours(x: Any) -> bool:
    """Return whether a class, function or tensor comes with these packages or NumPy."""
    if ismethod(x):
        # A method works on what its object holds, which may be anybody's.
        return False
    if isinstance(x, _OPERATION):
        return x.facts.pure or autograd.operations.get(x.name) is x
    owner = type(x) if isinstance(x, Tensor) or not hasattr(x, "__module__") else x
    return (getattr(owner, "__module__", None) or "").partition(".")[0] in _PACKAGES
