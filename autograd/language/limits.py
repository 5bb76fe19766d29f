"""What bounds a program, so that a hostile one cannot hang, or take the machine's memory.

The language has no loops and no definitions, so the length of the text bounds the number of steps,
and the two limits on arrays bound the work and the memory of each.
"""

import math
from collections.abc import Iterable

import numpy as np

MAX_TEXT = 10_000
"""Characters of a program."""

MAX_WORD = 100
"""Characters of one number or name: no number of more digits is ever converted."""

MAX_NESTING = 64
"""Levels of an expression; a sum of n terms has n levels, as it is read from the left."""

MAX_STEPS = 2_000
"""Numbers, names, operations and function calls of a program."""

MAX_ENTRIES = 1_000_000
"""Entries of one array, looked at before it is computed."""

MAX_TOTAL = 5_000_000
"""Entries of the inputs and of the largest array of each step, together: a bound on memory and on
the time of a pass, forward or backward."""

MAX_PADDING = 10
"""Of a convolution, on each side, and its stride."""

Shape = tuple[int, ...]


def broadcast_size(shapes: Iterable[Shape]) -> int:
    """The entries of what operands of these shapes broadcast to, 0 if they do not fit.

    >>> broadcast_size([(1000, 1), (1, 1000)])
    1000000
    """
    try:
        return math.prod(np.broadcast_shapes(*shapes))
    except ValueError:
        # The operation itself says it better.
        return 0


def matmul_size(a: Shape, b: Shape) -> int:
    """The entries of the largest array that `a @ b` and its two derivatives can need.

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
    """The entries of what the windows of a convolution see, at the widest padding.

    >>> conv_size([(4,), (3,)])
    72
    """
    x, k = shapes
    return math.prod(n + 2 * MAX_PADDING for n in x) * math.prod(k)
