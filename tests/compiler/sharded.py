"""A function run in shards, to be compared with itself."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.compiled import Program
from autograd.compiler.passes.expansion import expand
from autograd.compiler.passes.pipeline import simplify
from autograd.compiler.shard.cutting import Partition
from autograd.compiler.shard.running import Shards
from autograd.compiler.source import Form
from autograd.compiler.trace import trace
from autograd.transforms.trees import leaves_of


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
        self.partition = Partition(simplify(expand(graph)), batch)
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
