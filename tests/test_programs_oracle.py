"""The random programs again, against PyTorch: values, gradients and second derivatives."""

from typing import Any

import numpy as np
import pytest

from autograd import grad
from tests import programs

torch = pytest.importorskip("torch", reason="PyTorch is the oracle; make test-oracle installs it")

pytestmark = pytest.mark.oracle

QUICK, BATCH = 500, 25


class _Torch:
    """The functions that random programs use, by NumPy's names and arguments."""

    sin, cos, tanh = staticmethod(torch.sin), staticmethod(torch.cos), staticmethod(torch.tanh)
    exp, log, sqrt = staticmethod(torch.exp), staticmethod(torch.log), staticmethod(torch.sqrt)
    maximum, where = staticmethod(torch.maximum), staticmethod(torch.where)
    concatenate, stack = staticmethod(torch.cat), staticmethod(torch.stack)
    mean, logsumexp = staticmethod(torch.mean), staticmethod(torch.logsumexp)
    softmax, swapaxes = staticmethod(torch.softmax), staticmethod(torch.swapaxes)
    reshape, max = staticmethod(torch.reshape), staticmethod(torch.amax)

    @staticmethod
    def sum(x: Any, axis: int | None = None) -> Any:
        return torch.sum(x) if axis is None else torch.sum(x, axis)


def second(value: Any, leaves: list[Any], directions: list[Any]) -> tuple[list[Any], list[Any]]:
    """PyTorch's gradient, and the Hessian times `directions`."""
    first = torch.autograd.grad(value, leaves, create_graph=True, materialize_grads=True)
    slope = sum((g * d).sum() for g, d in zip(first, directions, strict=True))
    if not slope.requires_grad:
        return list(first), [torch.zeros_like(x) for x in leaves]
    return list(first), list(torch.autograd.grad(slope, leaves, materialize_grads=True))


def check(seed: int) -> None:
    program = programs.draw(seed)
    everywhere = tuple(range(len(program.leaves)))
    rng = np.random.default_rng(seed)
    directions = [rng.normal(size=np.shape(x))[()] for x in program.leaves]

    def f(*leaves: Any) -> Any:
        return program.run(programs.NUMPY, leaves)

    def slope(*leaves: Any) -> Any:
        gradients = grad(f, everywhere)(*leaves)
        return sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))

    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program.leaves]
    value = program.run(_Torch, theirs)
    gradients, curvatures = second(value, theirs, [torch.tensor(d) for d in directions])
    np.testing.assert_allclose(f(*program.leaves), value.item(), rtol=1e-10)
    for ours, expected in zip(grad(f, everywhere)(*program.leaves), gradients, strict=True):
        np.testing.assert_allclose(ours, expected.detach().numpy(), rtol=1e-10, atol=1e-11)
    for ours, expected in zip(grad(slope, everywhere)(*program.leaves), curvatures, strict=True):
        np.testing.assert_allclose(ours, expected.detach().numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("start", range(0, QUICK, BATCH))
def test_random_programs_agree_with_pytorch(start: int) -> None:
    for seed in range(start, start + BATCH):
        check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(QUICK, 20_000, 500))
def test_many_random_programs_agree_with_pytorch(start: int) -> None:
    for seed in range(start, start + 500):
        check(seed)
