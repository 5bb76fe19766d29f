"""How cost grows: the same work in ever larger sizes, with what each size should cost on paper.

Three quantities make up the cost of a step: the operations recorded, for each of which Python and
NumPy are called; the bytes read and written by whatever works entry by entry; the floating-point
operations of matrix products.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from workloads import WORKLOADS, Inputs, Workload, mlp

FLOAT = 4
"""Bytes of a number in single precision, which all are in."""
SWEEPS = ("depth", "width", "batch", "parameters")
SMALL, SHORT = 16, 20
"""How wide the deep ones are, and how deep the wide ones."""
LONGEST_PROGRAM = 10**4
"""Operations. Compiling takes longer than most would wait for, if there are more."""
LIBRARIES = {
    "hand": "by hand",
    "chalkgrad": "chalkgrad",
    "chalkgrad-compiled": "compiled",
    "torch-fused": "PyTorch",
}
"""The peers that grow, and what they are called here."""
BATCH = 32
"""Of the networks with ever more parameters."""


@dataclass(frozen=True)
class Cost:
    """What a step needs, counted on paper."""

    operations: int
    bytes: int
    """Read and written by the passes of NumPy over arrays, wherever they are."""
    traffic: int
    """Read from and written to main memory, once the arrays do not fit into the caches."""
    flops: int
    held: int = 0
    """Bytes at the peak: parameters with their gradients and moments, and what backward needs."""
    trains: bool = False
    """It is a whole step of training, with a model, a loss and an optimizer."""


@dataclass(frozen=True)
class Point:
    """One size in one sweep."""

    sweep: str
    size: int
    cost: Cost
    workload: Workload


def elementwise(operations: int, width: int) -> Inputs:
    """Again and again x = x * a + b, entry by entry, for arrays of `width` that all learn."""
    rng = np.random.default_rng(6)
    start = rng.uniform(0.5, 1, (3, width)).astype("f4")
    return {"start": tuple(start), "rounds": operations // 2}


def elementwise_cost(operations: int, width: int) -> Cost:
    """Of value and gradients.

    Forward, a product and a sum read two arrays and write one each. Backward, g x is added to a's
    gradient, g to b's, and g a is the next g: twice reading two, writing one, and two sums. What
    stays until then are the results of all operations.
    """
    arrays = (3 + 3) + (3 + 3 + 3 + 3)
    size = FLOAT * width
    passes = operations // 2 * arrays * size
    return Cost(operations, passes, passes, 0, operations * size)


def perceptron_cost(batch: int, *sizes: int) -> Cost:
    """Of a step of training with Adam.

    Every weight takes part in three products, forward, for its gradient, and for the gradient of
    its layer's input, which the first layer does not need: 2 flops each for every sample. They
    read it twice and write its gradient. Adam is 12 passes that read 17 arrays and write 12; but a
    block at a time, so that from memory come the weight, gradient and moments, and all but the
    gradient go back. A unit's value is written and read by products (2), goes through bias (2) and
    ReLU (2), and its gradient through ReLU (3), the bias's sum (1), and products (4).
    """
    pairs = list(pairwise(sizes))
    parameters = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairs)
    units = batch * sum(sizes[1:])
    flops = 2 * batch * (3 * sum(a * b for a, b in pairs) - sizes[0] * sizes[1])
    # A linear layer and what follows, and Adam's step of a weight and of a bias.
    operations = 4 * len(pairs)
    # The gradient of a linear layer's value lives beside it.
    passes, traffic = 3 + 29, 3 + 7
    return Cost(
        operations,
        FLOAT * (passes * parameters + 14 * units),
        FLOAT * (traffic * parameters + 14 * units),
        flops,
        FLOAT * (4 * parameters + 2 * units),
        trains=True,
    )


def limits() -> list[Point]:
    """One call of NumPy each: of no size, with ever more bytes, with as many flops as it can."""
    sizes = {"call": (1,), "product": (2048, 2048)}
    sizes |= {f"add {kilobytes}": (kilobytes * 1024 // 12,) for kilobytes in (512, 8192, 2**19)}
    found = []
    for name, size in sizes.items():
        flops = 2 * size[0] ** 3 if len(size) == 2 else 0
        moved = 0 if flops else 3 * FLOAT * size[0]
        cost = Cost(1, moved, moved, flops)
        work = Workload("limit", name, lambda size=size: {"size": size}, steps=2)
        found.append(Point("limit", size[0], cost, work))
    return found


def decades(first: int, last: int) -> list[int]:
    """The powers of ten from one exponent to another."""
    return [10**exponent for exponent in range(first, last + 1)]


def points() -> list[Point]:
    """Every size of every sweep."""
    found = []

    def add(sweep: str, size: int, cost: Cost, kind: str, make: Any) -> None:
        long = cost.operations > LONGEST_PROGRAM
        beside = tuple(name for name in LIBRARIES if not (long and name.endswith("compiled")))
        # Sums of so many numbers in single precision keep few digits.
        work = Workload(kind, f"{sweep} {size}", make, 2, 1e-3, beside=beside)
        found.append(Point(sweep, size, cost, work))

    for size in decades(2, 6):
        cost = elementwise_cost(size, SMALL)
        add("depth", size, cost, "elementwise", lambda size=size: elementwise(size, SMALL))
    for size in decades(2, 7):
        cost = elementwise_cost(SHORT, size)
        add("width", size, cost, "elementwise", lambda size=size: elementwise(SHORT, size))
    sizes = 784, 256, 128, 10
    for size in (4**k for k in range(7)):
        cost = perceptron_cost(size, *sizes)
        add("batch", size, cost, "mlp", lambda size=size: mlp(size, *sizes))
    for size in decades(3, 8):
        side = int((size / 2) ** 0.5)
        shape = side, side, side, 10
        cost = perceptron_cost(BATCH, *shape)
        add("parameters", size, cost, "mlp", lambda shape=shape: mlp(BATCH, *shape))
    return found


POINTS = {point.workload.title: point for point in [*limits(), *points()]}


def find(name: str) -> Workload:
    """The workload of that name, which may be one size of a sweep."""
    return WORKLOADS[name] if name in WORKLOADS else POINTS[name].workload
