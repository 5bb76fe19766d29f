"""A program as data: the steps of one traced run in order, its inputs and its results."""

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

    `value` is that of the traced run, of which only shape and dtype hold for other runs. `inputs`
    are nodes and constants. An input of the program has no `op`.
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
        """Whether it is a Python number, whose type promotes nothing."""
        return isinstance(self.value, int | float | complex) and not isinstance(
            self.value, np.generic
        )


def is_random(node: Node) -> bool:
    """Return whether a step draws at random."""
    return node.op is random


def is_alike(x: Node, y: Node) -> bool:
    """Return whether two values have the same shape and dtype, in every run."""
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
        """Return the inputs: arguments, then tensors that the function closes over."""
        return [*self.arguments, *self.captured.values()]

    def draws(self) -> list[Node]:
        """Return the steps that draw at random; their values are drawn before a run, as inputs."""
        return [node for node in self.steps if is_random(node)]

    def results(self) -> list[Any]:
        """Return the outputs and the values to assign."""
        return [*self.outputs, *(value for _, value in self.assigned)]

    def uses(self) -> Counter[Node]:
        """Count how often steps and results need each value."""
        needed = [*(x for node in self.steps for x in node.inputs), *self.results()]
        return Counter(x for x in needed if isinstance(x, Node))
