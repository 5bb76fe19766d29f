"""A program as data: the steps of one traced run, in order, and what goes in and out."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.primitive import Primitive
from autograd.tensor import Tensor


@dataclass(eq=False, slots=True)
class Node:
    """A value of the program: an argument, a tensor that the function closes over, or a step.

    `value` is what it was in the traced run; only its shape and dtype hold for other runs.
    `inputs` are nodes and constants. What has no `op` comes in from outside.
    """

    value: Any
    op: Primitive | None = None
    inputs: tuple[Any, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    section: str = "forward"

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return np.shape(self.value)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return np.asarray(self.value).dtype

    @property
    def is_weak(self) -> bool:
        """Whether it is a Python number, whose type gives way to that of what it meets."""
        return isinstance(self.value, int | float | complex) and not isinstance(
            self.value, np.generic
        )


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

    def results(self) -> list[Any]:
        """What the program has to compute."""
        return [*self.outputs, *(value for _, value in self.assigned)]
