"""A network trained by compiled steps beside its eager twin, and what must be equal."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.testing import assert_allclose

import nn
from autograd import Tensor
from autograd.transforms.trees import leaves_of
from nn.training.objective import objective

RTOL, ATOL = 1e-12, 1e-13


def adam(parameters: Any) -> nn.Optimizer:
    """Of gradients that are 0 but for rounding, a small `eps` would make steps of any length."""
    return nn.Adam(parameters, lr=1e-2, eps=1e-3)


def number_of(output: Any, target: Any) -> Any:
    """Return a loss of any output, also of several arrays: each entry counts differently."""
    total: Any = 0.0
    for x in leaves_of(output):
        if x is not None:
            slope = np.cos(np.arange(x.size)).reshape(x.shape)
            total = total + np.mean((x - target) ** 2 + slope * x)
    return total


class Twins:
    """Two of the same network: `step` lets both learn a batch and compares all there is to see."""

    def __init__(
        self,
        make: Callable[[], nn.Module],
        loss: Any = number_of,
        optimizer: Callable[[Any], nn.Optimizer] = adam,
        penalty: Any = None,
        threads: int | None = None,
        rtol: float = RTOL,
        atol: float = ATOL,
    ) -> None:
        self.eager, self.compiled = make(), make()
        self.loss, self.penalty = loss, penalty
        self.optimizers = [optimizer(model.parameters()) for model in self]
        self.taken = nn.compile_step(
            self.compiled, loss, self.optimizers[1], penalty=penalty, threads=threads
        )
        self.rtol, self.atol = rtol, atol

    def __iter__(self) -> Iterator[Any]:
        return iter((self.eager, self.compiled))

    def step(self, *batch: Any) -> None:
        """Learn a batch, both; it must not have to be done step by step."""
        expected = self.step_eagerly(*batch)
        values = self.taken(*batch)
        assert self.taken.compiles, self.taken.reason
        assert list(values) == list(expected)
        for name, value in expected.items():
            self.require_equal(values[name], value, name)
        self.compare()

    def step_eagerly(self, *batch: Any) -> dict[str, Any]:
        """As one writes it by hand."""
        *inputs, target = batch
        self.optimizers[0].zero_grad()
        total, parts = objective(self.eager, self.loss, self.penalty, inputs, target)
        total.backward()
        self.optimizers[0].step()
        return parts

    def compare(self) -> None:
        """Gradients, parameters, buffers and what the optimizers remember."""
        learned = [optimizer.parameters for optimizer in self.optimizers]
        for x, y in zip(*learned, strict=True):
            self.require_equal(y.grad, x.grad, f"gradient of {x.name}")
        states = [model.state_dict() for model in self]
        for name, value in states[0].items():
            self.require_equal(states[1][name], value, name)
        kept = [optimizer.state_dict()["state"] for optimizer in self.optimizers]
        self.require_equal(kept[1], kept[0], "state of the optimizer")

    def require_equal(self, found: Any, expected: Any, name: str) -> None:
        """Numbers, dtypes and structure."""
        for x, y in zip(leaves_of(found), leaves_of(expected), strict=True):
            x, y = (z.data if type(z) is Tensor else z for z in (x, y))
            assert (x is None) == (y is None), name
            if y is not None:
                assert np.asarray(x).dtype == np.asarray(y).dtype, name
                assert_allclose(x, y, self.rtol, self.atol, err_msg=name)
