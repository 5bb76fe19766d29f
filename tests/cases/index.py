"""Cases for `autograd.ops.index`."""

import numpy as np

from autograd.ops.shared.axes_of_indices import Slot
from tests.cases.case import CUBE, MASK, MATRIX, SCALAR, VECTOR, Case

REPEATED = np.array([1, 1, 0])

CASES: dict[str, list[Case]] = {
    "getitem": [
        Case((SCALAR,), {"index": ()}),
        Case((VECTOR,), {"index": 1}),
        Case((CUBE,), {"index": (slice(None), None, slice(None, None, -2), 0)}, complex_too=True),
        Case((CUBE,), {"index": (..., 1)}),
        Case((VECTOR,), {"index": [0, 2, 0, 0]}, complex_too=True),
        Case((MATRIX,), {"index": np.array([[0, 1], [1, 1]])}),
        Case((CUBE,), {"index": (0, slice(None), np.array([3, 3]))}),
        Case((CUBE,), {"index": ([1, 0], slice(None), np.array([[3], [-1]]))}),
        Case((CUBE,), {"index": (slice(1, None), [0, 0], slice(None, None, 2))}),
        Case((CUBE,), {"index": (..., [0, 0, 3])}),
        Case((CUBE,), {"index": (None, [1, 1], None, 2)}),
        Case((MATRIX,), {"index": MASK}),
        Case((CUBE,), {"index": MASK}),
        Case((CUBE,), {"index": (MASK[:, 0], slice(None), [0, 0])}),
        Case((CUBE,), {"index": (MASK, [1, 1, 2])}),
        Case((MATRIX,), {"index": (np.array([1, 1]), np.array([2, 2]))}),
        Case((MATRIX,), {"index": np.array(1)}),
        Case((MATRIX,), {"index": []}),
        Case(((0, 3),), {"index": (slice(None), [0, 0])}),
        Case((MATRIX, REPEATED), {"index": (slice(None), Slot(0))}),
        Case((CUBE, MASK), {"index": Slot(0)}),
    ],
    "scatter": [
        Case(((2,),), {"index": slice(1, 3), "shape": (4,)}),
        Case(((3,),), {"index": REPEATED, "shape": (4,)}, complex_too=True),
        Case(((3, 2), REPEATED), {"index": Slot(0), "shape": (4, 2)}),
        Case(((4, 3), REPEATED), {"index": (slice(None), Slot(0)), "shape": (4, 2)}),
    ],
    "put": [
        Case((VECTOR, SCALAR), {"index": 1}),
        Case((MATRIX, VECTOR), {"index": 0}, complex_too=True),
        Case((MATRIX, (2, 1)), {"index": (slice(None), slice(1, None))}),
        Case((MATRIX, (1, 1, 3)), {"index": 0}),
        Case((MATRIX, VECTOR), {"index": MASK}),
        Case((MATRIX, SCALAR), {"index": ...}),
        Case((VECTOR, VECTOR), {"index": REPEATED}, complex_too=True),
        Case((MATRIX, SCALAR), {"index": ([0, 0], [2, 2])}),
        Case((VECTOR, VECTOR, REPEATED), {"index": Slot(0)}),
        Case((CUBE, (2, 1, 4), REPEATED), {"index": (slice(None), Slot(0))}),
    ],
    "written_last": [
        Case((REPEATED,), {"index": Slot(0), "shape": (4,)}),
        Case((REPEATED,), {"index": (slice(None), Slot(0)), "shape": (2, 4)}),
        Case((MASK,), {"index": Slot(0), "shape": (2, 3)}),
    ],
}
