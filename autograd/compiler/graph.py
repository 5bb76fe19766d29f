"""A program as data: the steps of one traced run, in order, and what goes in and out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.engine.operation import Operation
from autograd.engine.tensor import Tensor
from autograd.transforms.sampling import random


@dataclass(eq=False, slots=True, repr=False)
class Node:
    """A value of the program: an argument, a tensor that the function closes over, or a step.

    `value` is what it was in the traced run; only its shape and dtype hold for other runs.
    `inputs` are nodes and constants. What has no `op` comes in from outside.
    """

    value: Any
    op: Operation | None = None
    inputs: tuple[Any, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    section: str = "forward"

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return getattr(self.value, "shape", ())

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return getattr(self.value, "dtype", None) or np.asarray(self.value).dtype

    @property
    def is_weak(self) -> bool:
        """Whether it is a Python number, whose type gives way to that of what it meets."""
        return isinstance(self.value, int | float | complex) and not isinstance(
            self.value, np.generic
        )


def is_random(node: Node) -> bool:
    """Whether a step gives something else at every run."""
    return node.op is random


def is_alike(x: Node, y: Node) -> bool:
    """Whether two values have the same shape and dtype, in every run."""
    return x.shape == y.shape and x.dtype == y.dtype and x.is_weak == y.is_weak


@dataclass
class Graph:
    """The whole program. Outputs and assigned values are nodes or constants."""

    arguments: list[Node]
    captured: dict[Tensor, Node]
    steps: list[Node]
    outputs: list[Any]
    assigned: list[tuple[Tensor, Any]]

    def inputs(self) -> list[Node]:
        """What comes in from outside: arguments, then tensors that the function closes over."""
        return [*self.arguments, *self.captured.values()]

    def draws(self) -> list[Node]:
        """The steps that draw at random, which is done before the others; they too come in."""
        return [node for node in self.steps if is_random(node)]

    def results(self) -> list[Any]:
        """What the program has to compute."""
        return [*self.outputs, *(value for _, value in self.assigned)]

    def uses(self) -> Counter[Node]:
        """How often each value is needed, by steps and as a result."""
        needed = [*(x for node in self.steps for x in node.inputs), *self.results()]
        return Counter(x for x in needed if isinstance(x, Node))
