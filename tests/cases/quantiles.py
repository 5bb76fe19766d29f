"""Cases for `autograd.ops.quantiles`."""

import numpy as np

from tests.cases.case import MATRIX, VECTOR, Case, reductions

TIED = np.array([[1.0, 3.0, 3.0, 3.0], [5.0, 2.0, 4.0, 4.0]])

CASES: dict[str, list[Case]] = {
    "median": [*reductions(), *reductions(complex_too=True)[:4]],
    "median_share": [
        Case((VECTOR,)),
        Case((MATRIX,), {"axis": 1}),
        Case((TIED,), {"axis": 1}),
        Case((TIED,), {"axis": (0, 1)}),
        Case(((2, 0),), {"axis": 1}),
    ],
}
