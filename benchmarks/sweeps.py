"""How cost grows: the same work in ever larger sizes, with the cost of each size on paper.

Three quantities make up the cost of a step: the operations recorded, for each of which Python and
NumPy are called; the bytes that entrywise work reads and writes; the floating-point operations of
matrix products.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from workloads import WORKLOADS, Computation, Elementwise, Limit, Perceptron, Workload

SWEEPS = ("depth", "width", "batch", "parameters")
SMALL, SHORT = 16, 20
"""The width of the deep computations, and the depth of the wide ones."""
BATCH = 32
"""The batch of the networks with ever more parameters."""
SIZES = (784, 256, 128, 10)
"""The layers of the network with ever larger batches."""
LONGEST_PROGRAM = 10**4
"""The most operations that are compiled: more would take longer than most would wait for."""
LIBRARIES = {
    "hand": "by hand",
    "chalkgrad": "chalkgrad",
    "chalkgrad-compiled": "compiled",
    "torch-fused": "PyTorch",
}
"""The peers that grow, and their names here."""


@dataclass(frozen=True)
class Cost:
    """The cost of a step, counted on paper."""

    operations: int
    bytes: int
    """Read and written by the passes of NumPy over arrays, in caches or memory."""
    traffic: int
    """Read from and written to main memory, once the arrays do not fit into the caches."""
    flops: int
    held: int = 0
    """Bytes at the peak: parameters with their gradients and moments, and what backward needs."""
    trains: bool = False
    """Whether it is a whole step of training, with a model, a loss and an optimizer."""


@dataclass(frozen=True)
class Point:
    """One size in one sweep."""

    sweep: str
    size: int
    cost: Cost
    workload: Workload


def elementwise_cost(work: Elementwise) -> Cost:
    """Return the cost of value and gradients.

    Forward, a product and a sum read two arrays and write one each. Backward, g x is added to a's
    gradient, g to b's, and g a is the next g: twice reading two, writing one, and two sums. The
    results of all operations are kept until then.
    """
    arrays = (3 + 3) + (3 + 3 + 3 + 3)
    size = np.dtype(work.dtype).itemsize * work.width
    passes = work.rounds * arrays * size
    return Cost(work.operations, passes, passes, 0, work.operations * size)


def perceptron_cost(work: Perceptron) -> Cost:
    """Return the cost of a step of training with Adam.

    Every weight takes part in three products, forward, for its gradient, and for the gradient of
    its layer's input, which the first layer does not need: 2 flops each for every sample. They
    read it twice and write its gradient. Adam is 12 passes that read 17 arrays and write 12, but a
    block at a time: weight, gradient and moments are read from memory, and all but the gradient
    written. A unit's value is written and read by products (2), goes through bias (2) and ReLU (2),
    and its gradient through ReLU (3), the bias's sum (1), and products (4).
    """
    pairs, batch, size = list(pairwise(work.sizes)), work.batch, np.dtype(work.dtype).itemsize
    parameters = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairs)
    units = batch * sum(work.sizes[1:])
    flops = 2 * batch * (3 * sum(a * b for a, b in pairs) - work.sizes[0] * work.sizes[1])
    # A linear layer and what follows, and Adam's step of a weight and of a bias.
    operations = 4 * len(pairs)
    # The gradient of a linear layer's value lives beside it.
    passes, traffic = 3 + 29, 3 + 7
    return Cost(
        operations,
        size * (passes * parameters + 14 * units),
        size * (traffic * parameters + 14 * units),
        flops,
        size * (4 * parameters + 2 * units),
        trains=True,
    )


def limits() -> list[Point]:
    """Return one call of NumPy each: of no size, with ever more bytes, with the most flops."""
    shapes = {"call": (1,), "product": (2048, 2048)}
    shapes |= {f"add {kilobytes}": (kilobytes * 1024 // 12,) for kilobytes in (512, 8192, 2**19)}
    found = []
    for name, shape in shapes.items():
        work = Limit(shape)
        flops = 2 * shape[0] ** 3 if len(shape) == 2 else 0
        moved = 0 if flops else 3 * np.dtype(work.dtype).itemsize * shape[0]
        cost = Cost(1, moved, moved, flops)
        found.append(Point("limit", shape[0], cost, Workload(work, name, steps=2)))
    return found


def decades(first: int, last: int) -> list[int]:
    """Return the powers of ten from one exponent to another."""
    return [10**exponent for exponent in range(first, last + 1)]


def square(parameters: int, batch: int = BATCH) -> Perceptron:
    """Return a network with two square layers and about that number of parameters."""
    side = int((parameters / 2) ** 0.5)
    return Perceptron(batch, (side, side, side, SIZES[-1]))


COMPUTATIONS: dict[str, dict[int, Computation]] = {
    "depth": {size: Elementwise(size, SMALL) for size in decades(2, 6)},
    "width": {size: Elementwise(SHORT, size) for size in decades(2, 7)},
    "batch": {size: Perceptron(size, SIZES) for size in (4**k for k in range(7))},
    "parameters": {size: square(size) for size in decades(3, 8)},
}
"""Every size of every sweep."""


def point(sweep: str, size: int, work: Computation) -> Point:
    """Return one size of a sweep with its cost."""
    cost = elementwise_cost(work) if isinstance(work, Elementwise) else perceptron_cost(work)
    long = cost.operations > LONGEST_PROGRAM
    beside = tuple(name for name in LIBRARIES if not (long and name.endswith("compiled")))
    # Sums of millions of numbers in single precision keep few digits.
    measured = Workload(work, f"{sweep} {size}", steps=2, tolerance=1e-3, beside=beside)
    return Point(sweep, size, cost, measured)


def points() -> list[Point]:
    """Return every size of every sweep."""
    return [
        point(sweep, size, work)
        for sweep, sizes in COMPUTATIONS.items()
        for size, work in sizes.items()
    ]


POINTS = {point.workload.title: point for point in [*limits(), *points()]}


def find(name: str) -> Workload:
    """Return the workload of that name, which may be one size of a sweep."""
    return WORKLOADS[name] if name in WORKLOADS else POINTS[name].workload
