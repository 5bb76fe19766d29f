"""A function run in shards, to be compared with itself."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.replay.compiled import Program
from autograd.replay.expansion import expanded
from autograd.replay.passes import simplified
from autograd.replay.sharding import Partition
from autograd.replay.shards import Shards
from autograd.replay.source import Form
from autograd.replay.trace import trace
from autograd.trees import leaves_of


class Sharded:
    """A function traced once, and run by so many threads; `batch` says which arguments are cut."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        batch: Sequence[bool],
        count: int,
    ) -> None:
        names = [f"x_{k}" for k in range(len(arguments))]
        graph = trace(lambda tensors: leaves_of(function(*tensors)), arguments, names)
        self.partition = Partition(simplified(expanded(graph)), batch)
        outputs = [None] * len(graph.outputs)
        form = Form(outputs, [False] * len(outputs))
        self._program = Program(graph, Shards(self.partition, form, count))

    def __call__(self, *arguments: Any) -> list[Any]:
        return self._program.run(arguments, self._program.draw())  # type: ignore[no-any-return]  # nested as in `form`


def assert_same(sharded: Sequence[Any], whole: Any, rtol: float = 1e-12) -> None:
    """Equal shapes and dtypes, and numbers but for the order in which sums were taken."""
    for found, expected in zip(sharded, leaves_of(whole), strict=True):
        value = getattr(expected, "data", expected) if hasattr(expected, "op") else expected
        assert np.shape(found) == np.shape(value)
        assert np.asarray(found).dtype == np.asarray(value).dtype
        np.testing.assert_allclose(found, value, rtol=rtol, atol=rtol)
