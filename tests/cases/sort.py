"""Cases for `autograd.ops.sort`."""

import numpy as np

from tests.cases.case import CUBE, MATRIX, VECTOR, Case, along_axis, each

TIED = np.array([[1.0, 1.0, 2.0, 3.0, 3.0, 3.0], [4.0, 5.0, 6.0, 7.0, 7.0, 8.0]])
STARTS = np.array([[False, True, False, False], [False, False, True, True]])

CASES: dict[str, list[Case]] = {
    "sort": [
        *along_axis(),
        Case((VECTOR,), {"kind": "stable"}, complex_too=True),
        Case((MATRIX,), {"stable": True}),
        Case(((0, 3),), {"axis": 0}),
    ],
    "tie_mean": [
        Case(((3, 4), np.vstack([STARTS, STARTS[:1]])), complex_too=True),
        Case(((2, 4), STARTS)),
        Case(((4, 2), STARTS.T), {"axis": 0}),
        Case((VECTOR, np.zeros(3, bool))),
    ],
    "tied": [Case((TIED,)), Case((TIED.T,), {"axis": 0})],
    **each("ranks argsort", along_axis()),
    "argpartition": [Case((VECTOR,), {"kth": 1}), Case((CUBE,), {"kth": 1, "axis": 1})],
    "argwhere": [Case((TIED - 1,))],
    "searchsorted": [
        Case((TIED[0], MATRIX)),
        Case((TIED[0], 3.0), {"side": "right"}),
    ],
    "digitize": [Case((MATRIX, TIED[1])), Case((MATRIX, TIED[1]), {"right": True})],
    "isin": [Case((TIED, np.array([1.0, 7.0]))), Case((TIED, TIED[0]), {"invert": True})],
    "lexsort": [Case((TIED,)), Case((TIED,), {"axis": 0})],
    "unravelled": [Case((np.array([[1, 5]]),), {"shape": (2, 3), "order": "C", "axis": 1})],
    "unique_part": [
        *(Case((TIED,), {"part": k}) for k in (1, 2, 3)),
        Case((TIED,), {"part": 1, "axis": 0}),
    ],
}
