"""Cases for `autograd.ops.reduce`."""

import numpy as np

from tests.cases.case import MASK, MATRIX, VECTOR, Case, along_axis, each, reductions

CASES: dict[str, list[Case]] = {
    **each("sum mean max min logsumexp", reductions()),
    "extremal_share": [
        Case((np.array([[1.0, 3.0, 3.0], [5.0, 2.0, 4.0]]), np.array([[3.0], [5.0]])), {"axis": 1})
    ],
    **each("argmax argmin", [Case((VECTOR,)), Case((MATRIX,), {"axis": 1})]),
    **each("all any", [Case((MASK,)), Case((MASK,), {"axis": 1})]),
    **each("softmax log_softmax", along_axis()),
}
