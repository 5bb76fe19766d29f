"""Cases for `autograd.ops.index`."""

import numpy as np

from tests.cases.case import CUBE, MASK, MATRIX, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "getitem": [
        Case((VECTOR,), {"index": 1}),
        Case((CUBE,), {"index": (slice(None), None, slice(None, None, -2), 0)}),
        Case((CUBE,), {"index": (..., 1)}),
        Case((VECTOR,), {"index": [0, 2, 0, 0]}),
        Case((MATRIX,), {"index": np.array([[0, 1], [1, 1]])}),
        Case((CUBE,), {"index": (0, slice(None), np.array([3, 3]))}),
        Case((MATRIX,), {"index": MASK}),
        Case((CUBE,), {"index": MASK}),
        Case((MATRIX,), {"index": (np.array([1, 1]), np.array([2, 2]))}),
    ],
    "scatter": [
        Case(((2,),), {"index": slice(1, 3), "shape": (4,)}),
        Case(((3,),), {"index": np.array([1, 1, 0]), "shape": (4,)}),
    ],
}
