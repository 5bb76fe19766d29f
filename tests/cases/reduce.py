"""Cases for `autograd.ops.reduce`."""

import numpy as np

from tests.cases.case import CUBE, MASK, MATRIX, VECTOR, Case, each, reductions

ZEROS = np.array([[1.5, 0.0, -2.0], [0.0, 0.7, 0.0], [1.0, 2.0, -0.5]])
TIED = np.array([[1.0, 3.0, 3.0], [5.0, 2.0, 4.0]])

CASES: dict[str, list[Case]] = {
    **each("sum mean", [*reductions(), *reductions(complex_too=True)[:4]]),
    **each("max min", [*reductions(), *reductions(complex_too=True)[:4]]),
    "extremal_share": [Case((TIED, np.array([[3.0], [5.0]])), {"axis": 1})],
    **each(
        "argmax argmin nanargmax nanargmin",
        [Case((VECTOR,)), Case((MATRIX,), {"axis": 1}), Case((CUBE,), {"axis": -2})],
    ),
    "count_nonzero": [
        Case((ZEROS,)),
        Case((ZEROS,), {"axis": 0}),
        Case((ZEROS,), {"axis": (0, 1), "keepdims": True}),
    ],
    **each(
        "all any", [Case((MASK,)), Case((MASK,), {"axis": 1}), Case((MASK,), {"keepdims": True})]
    ),
}
CASES["sum"] = [*CASES["sum"], Case(((0, 3),)), Case(((0, 3),), {"axis": 0})]
