"""Cases for `autograd.ops.pooling`."""

import math

import numpy as np

from autograd.ops.shared.sliding import Windows, windows_over
from tests.cases.case import Case

_OVER = [
    windows_over((5,), 2, stride=2),
    windows_over((5,), 3, stride=2, padding=1),
    windows_over((4, 4), 2, stride=2),
    windows_over((3, 4), (2, 3), padding=(1, 0)),
    windows_over((5, 4), 2, dilation=2),
    windows_over((2, 3, 2), (1, 2, 2)),
]
_LAYERS = [((n, c), over) for over in _OVER for n, c in ((2, 1), (1, 2))] + [((0, 2), _OVER[2])]
_TIES = np.array([[[[1.0, 3.0, 3.0, 2.0], [3.0, 0.0, 2.0, 2.0]]]])


def _hits(n: int, c: int, over: Windows) -> np.ndarray:
    """Of every window the first entry and, if there is one, the last."""
    hit = np.zeros((n, c, *over.kernel, *over.positions), bool)
    columns = hit.reshape(n, c, math.prod(over.kernel), *over.positions)
    columns[:, :, 0] = columns[:, :, -1] = True
    return hit


CASES: dict[str, list[Case]] = {
    "windows": [Case(((*nc, *o.size),), {"over": o}, complex_too=True) for nc, o in _LAYERS],
    "overlap_add": [
        Case(((*nc, *o.kernel, *o.positions),), {"over": o}, complex_too=True) for nc, o in _LAYERS
    ],
    "sum_pool": [Case(((*nc, *o.size),), {"over": o}, complex_too=True) for nc, o in _LAYERS],
    "max_pool": [Case(((*nc, *o.size),), {"over": o}) for nc, o in _LAYERS],
    "is_max": [
        Case((_TIES, np.array([[[[3.0, 3.0]]]])), {"over": windows_over((2, 4), 2, stride=2)})
    ],
    "unpool": [
        Case(((*nc, *o.positions), _hits(*nc, o)), {"over": o}, complex_too=True)
        for nc, o in _LAYERS
    ],
    "at_max": [
        Case(((*nc, *o.size), _hits(*nc, o)), {"over": o}, complex_too=True) for nc, o in _LAYERS
    ],
}
