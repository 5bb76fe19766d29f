"""What is measured: every workload's inputs, drawn from a seed and so the same for every peer.

Inputs are a dict. Networks have `params` (named as in PyTorch's state dict, and with its layout of
weights), `x` and `y`; a step is forward, backward and Adam with the rate `RATE`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Inputs = dict[str, Any]

RATE = 1e-3
"""Adam's; the rest of its settings are its authors', which all libraries have as defaults."""
NETWORKS = ("mlp", "lenet", "transformer")
"""The kinds with products of matrices, which threads can share."""
HEADS = 4
REGULARIZATION, SCALAR_RATE = 1e-4, 0.1


@dataclass(frozen=True)
class Workload:
    """A workload: what it is, its inputs, and how results are shown to be the same."""

    kind: str
    """What peers build a step by."""
    title: str
    make: Callable[[], Inputs]
    steps: int = 5
    """After so many, at least 2, the results are compared, and the gradients by their effect."""
    tolerance: float = 1e-4
    operations: int = 1
    """The time is given for one of so many."""
    quick: bool = True
    collector: bool = True
    """Python's garbage collector runs, as it does in programs."""
    beside: tuple[str, ...] = ()
    """The peers it is for; none named, all."""


def linears(rng: np.random.Generator, sizes: Iterable[int], first: int = 0) -> dict[str, Any]:
    """Weights of linear layers; each is followed by an activation, which takes a number, too."""
    params = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        params |= affine(rng, f"{first + 2 * i}", (fan_out, fan_in))
    return params


def affine(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    """A weight and a bias, uniform within 1 / sqrt(fan in)."""
    bound = 1 / np.sqrt(np.prod(shape[1:]))
    weight, bias = rng.uniform(-bound, bound, shape), rng.uniform(-bound, bound, shape[0])
    return {f"{name}.weight": weight.astype("f4"), f"{name}.bias": bias.astype("f4")}


def mlp(batch: int, *sizes: int) -> Inputs:
    """A multilayer perceptron with ReLU under softmax cross-entropy."""
    rng = np.random.default_rng(1)
    return {
        "params": linears(rng, sizes),
        "x": rng.normal(size=(batch, sizes[0])).astype("f4"),
        "y": rng.integers(sizes[-1], size=batch),
    }


def lenet(batch: int) -> Inputs:
    """Conv 6@5x5 pad 2, ReLU, pool, conv 16@5x5, ReLU, pool, 400-120-84-10, cross-entropy."""
    rng = np.random.default_rng(2)
    convolutions = affine(rng, "0", (6, 1, 5, 5)) | affine(rng, "3", (16, 6, 5, 5))
    return {
        "params": convolutions | linears(rng, (400, 120, 84, 10), first=7),
        "x": rng.normal(size=(batch, 1, 28, 28)).astype("f4"),
        "y": rng.integers(10, size=batch),
    }


def transformer(batch: int, tokens: int, width: int) -> Inputs:
    """A layer: x + attention(norm(x)), causal, then x + W2 relu(W1 norm(x)); squared error."""
    rng = np.random.default_rng(3)
    projection = affine(rng, "in", (3 * width, width))
    params = {
        "self_attn.in_proj_weight": projection["in.weight"],
        "self_attn.in_proj_bias": projection["in.bias"],
        **affine(rng, "self_attn.out_proj", (width, width)),
        **affine(rng, "linear1", (4 * width, width)),
        **affine(rng, "linear2", (width, 4 * width)),
    }
    for norm in ("norm1", "norm2"):
        params |= {f"{norm}.weight": np.ones(width, "f4"), f"{norm}.bias": np.zeros(width, "f4")}
    shape = (batch, tokens, width)
    x, y = (rng.normal(size=shape).astype("f4") for _ in range(2))
    return {"params": params, "x": x, "y": y, "causal": ~np.tri(tokens, dtype=bool)}


def moons(samples: int) -> Inputs:
    """Two half circles, and a perceptron of lists of Python's floats: weights, then a bias."""
    rng = np.random.default_rng(4)
    angle = rng.uniform(0, np.pi, samples)
    upper = np.arange(samples) % 2 == 0
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) + rng.normal(0, 0.1, samples)
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) + rng.normal(0, 0.1, samples)
    layers = [
        [[*rng.uniform(-1, 1, fan_in).tolist(), 0.0] for _ in range(fan_out)]
        for fan_in, fan_out in ((2, 16), (16, 16), (16, 1))
    ]
    points = np.stack([x, y], axis=1).tolist()
    return {"layers": layers, "x": points, "y": np.where(upper, 1.0, -1.0).tolist()}


def chain(operations: int) -> Inputs:
    """Again and again x = x a + b: a multiplication and an addition, so two operations."""
    return {"start": (1.0, 0.999, 0.001), "rounds": operations // 2}


def rosenbrock(size: int) -> Inputs:
    """Where to differentiate Rosenbrock's function, and in which direction."""
    rng = np.random.default_rng(5)
    return {"x": rng.uniform(-1, 1, size), "v": rng.normal(size=size)}


ALONE = ("hand", "chalkgrad", "chalkgrad-compiled", "micrograd")
"""Who is measured without the collector, too: the ones that are about single numbers."""

WORKLOADS = {
    "mlp_tiny": Workload("mlp", "MLP 64-32-10, batch 32", lambda: mlp(32, 64, 32, 10)),
    "mlp_mnist": Workload(
        "mlp", "MLP 784-256-128-10, batch 128", lambda: mlp(128, 784, 256, 128, 10)
    ),
    "mlp_large": Workload(
        "mlp", "MLP 1024-1024-1024-10, batch 512", lambda: mlp(512, 1024, 1024, 1024, 10)
    ),
    "lenet": Workload("lenet", "LeNet on 28x28, batch 64", lambda: lenet(64)),
    "transformer": Workload(
        "transformer", "transformer layer, 8x64x128, 4 heads", lambda: transformer(8, 64, 128)
    ),
    "scalar_mlp": Workload(
        "scalar_mlp", "MLP 2-16-16-1 of scalars, 100 moons", lambda: moons(100), 2, 1e-9
    ),
    "scalar_mlp_free": Workload(
        "scalar_mlp",
        "the same, without the garbage collector",
        lambda: moons(100),
        2,
        1e-9,
        quick=False,
        collector=False,
        beside=ALONE,
    ),
    "chain_1e3": Workload(
        "chain", "scalar chain of 10^3, one operation", lambda: chain(10**3), 2, 1e-9, 10**3
    ),
    "chain_1e3_free": Workload(
        "chain",
        "the same, without the garbage collector",
        lambda: chain(10**3),
        2,
        1e-9,
        10**3,
        quick=False,
        collector=False,
        beside=ALONE,
    ),
    "chain_1e6": Workload(
        "chain", "scalar chain of 10^6, one operation", lambda: chain(10**6), 2, 1e-9, 10**6, False
    ),
    "hessian": Workload("hessian", "Hessian, Rosenbrock 100-d", lambda: rosenbrock(100), 2, 1e-9),
    "hvp": Workload("hvp", "Hessian times vector, 10,000-d", lambda: rosenbrock(10_000), 2, 1e-9),
}
