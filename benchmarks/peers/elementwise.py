"""Value and gradients of x = x * a + b, again and again, entry by entry; a mode for each library.

Apart from the other peers, for it serves to show how cost grows, not to compare libraries.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from peers import programs
from workloads import Elementwise, Inputs

VERSION = np.__version__


def build(work: Elementwise, inputs: Inputs, mode: str) -> Callable[[], Any]:
    """Build a step in the library that the mode names."""
    return BUILDERS[mode](inputs["start"], work.rounds)


def sample(gradients: Any) -> Any:
    """Return the first entries: to compare all would take more memory than the work."""
    return np.stack([gradient[:10] for gradient in gradients])


def hand(start: Any, rounds: int) -> Callable[[], Any]:
    """Build a step in NumPy, into arrays that are made once."""
    x, a, b = start
    values = np.empty((rounds + 1, x.size), x.dtype)
    values[0] = x
    g, da, db, product = (np.empty_like(x) for _ in range(4))

    def step() -> Any:
        for before, after in pairwise(values):
            np.multiply(before, a, out=after)
            np.add(after, b, out=after)
        g[:], da[:], db[:] = 1, 0, 0
        for before in values[-2::-1]:
            np.add(da, np.multiply(g, before, out=product), out=da)
            np.add(db, g, out=db)
            np.multiply(g, a, out=g)
        return sample([g, da, db])

    return step


def chalkgrad(start: Any, rounds: int) -> Callable[[], Any]:
    """Build a step of chalkgrad, eager."""
    from autograd import Tensor

    def step() -> Any:
        leaves = [Tensor(value, requires_grad=True) for value in start]
        programs.chain(*leaves, rounds).sum().backward(retain_graph=False)
        return sample([leaf.grad for leaf in leaves])

    return step


def compiled(start: Any, rounds: int) -> Callable[[], Any]:
    """Build a step of chalkgrad, compiled."""
    from autograd import compile, grad

    slopes = compile(
        grad(lambda x, a, b: programs.chain(x, a, b, rounds).sum(), (0, 1, 2)), copy=False
    )
    return lambda: sample(slopes(*start))


def torch(start: Any, rounds: int) -> Callable[[], Any]:
    """Build a step of PyTorch."""
    from os import environ

    import torch

    torch.set_num_threads(int(environ["OMP_NUM_THREADS"]))

    def step() -> Any:
        leaves = [torch.tensor(value, requires_grad=True) for value in start]
        programs.chain(*leaves, rounds).sum().backward()
        return sample([leaf.grad.numpy() for leaf in leaves])

    return step


BUILDERS = {
    "hand": hand,
    "chalkgrad": chalkgrad,
    "chalkgrad-compiled": compiled,
    "torch-fused": torch,
}
