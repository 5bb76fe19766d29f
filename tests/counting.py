"""An operation that counts, for tests of how often a rule is run."""

from collections.abc import Callable
from typing import Any

from autograd.engine.declare import elementwise


class Counting:
    """An operation of constant slope that counts how often its derivative is asked for."""

    def __init__(self, function: Callable[[Any], Any], slope: float) -> None:
        self.calls = 0
        self._slope = slope
        self._op = elementwise(function, lambda y, x: self._count(), name="counting")

    def _count(self) -> float:
        self.calls += 1
        return self._slope

    def __call__(self, x: Any) -> Any:
        return self._op(x)
