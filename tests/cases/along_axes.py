"""Cases for `autograd.ops.along_axes`."""

import numpy as np

from tests.cases.case import MATRIX, Case

CASES: dict[str, list[Case]] = {
    "unwrap": [
        Case(((9,),), low=-9, high=9),
        Case((MATRIX,), {"axis": 0}, low=-9, high=9),
        Case((MATRIX,), {"period": 2.0, "discont": 1.2}),
        Case(((0,),)),
    ],
    "flat_index": [
        Case((np.array([[1, 0], [2, 3]]),), {"dims": (2, 4)}),
        Case((np.array([[1, 5], [2, -3]]),), {"dims": (2, 4), "mode": "wrap", "order": "F"}),
        Case((np.array([1, 2]),), {"dims": (2, 4), "mode": "clip"}),
    ],
}
