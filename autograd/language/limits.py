"""Limits of a program, so that a hostile one can neither hang nor exhaust memory.

The language has no loops and no definitions, so the length of the text bounds the number of steps,
and the two limits on arrays bound the work and memory of each step.
"""

import math
from collections.abc import Iterable

import numpy as np

MAX_TEXT = 10_000
"""Maximum number of characters of a program."""

MAX_WORD = 100
"""Maximum number of characters of one number or name; longer numbers are never converted."""

MAX_NESTING = 64
"""Maximum number of levels of an expression; a sum of n terms has n levels."""

MAX_STEPS = 2_000
"""Maximum number of numbers, names, operations and function calls of a program."""

MAX_ENTRIES = 1_000_000
"""Maximum number of entries of one array, checked before it is computed."""

MAX_TOTAL = 5_000_000
"""Maximum number of entries of the inputs and of the largest array of each step, together.

It bounds memory, and the time of a forward or reverse pass.
"""

MAX_PADDING = 10
"""Maximum padding of a convolution on each side, and maximum stride."""

Shape = tuple[int, ...]


def broadcast_size(shapes: Iterable[Shape]) -> int:
    """Return the number of entries that operands of these shapes broadcast to, 0 if they do not.

    >>> broadcast_size([(1000, 1), (1, 1000)])
    1000000
    """
    try:
        return math.prod(np.broadcast_shapes(*shapes))
    except ValueError:
        # The operation raises a better error.
        return 0


def matmul_size(a: Shape, b: Shape) -> int:
    """Return the entries of the largest array that `a @ b` and its two derivatives need.

    >>> matmul_size((2, 3), (3, 4))
    12
    """
    if not a or not b:
        return broadcast_size([a, b])
    *batch_a, n, k = (1, *a) if len(a) == 1 else a
    *batch_b, _, m = (*b, 1) if len(b) == 1 else b
    batch = broadcast_size([tuple(batch_a), tuple(batch_b)])
    return batch * max(n * k, k * m, n * m)


def conv_size(shapes: Iterable[Shape]) -> int:
    """Return the number of entries of all windows of a convolution, at the widest padding.

    >>> conv_size([(4,), (3,)])
    72
    """
    x, k = shapes
    return math.prod(n + 2 * MAX_PADDING for n in x) * math.prod(k)
