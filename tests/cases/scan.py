"""Cases for `autograd.ops.scan`."""

import numpy as np

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case, each, reductions

SCANS = [
    Case((VECTOR,), {"axis": 0}, complex_too=True),
    Case((MATRIX,), {"axis": 1}, complex_too=True),
    Case((MATRIX,), {"axis": -2}),
    Case((CUBE,), {"axis": 1}),
    Case(((0, 3),), {"axis": 0}),
    Case(((1,),), {"axis": -1}),
]
ZEROS = np.array([[1.5, 0.0, -2.0, 3.0], [0.0, 0.7, 0.0, 0.4]])

CASES: dict[str, list[Case]] = {
    "cumsum": SCANS,
    "cumprod": [*SCANS, Case((ZEROS,), {"axis": 1}), Case((ZEROS,), {"axis": 0})],
    "prod": [
        *reductions(),
        *reductions(complex_too=True)[:4],
        Case((ZEROS,)),
        Case((ZEROS,), {"axis": 0}),
        Case((ZEROS,), {"axis": -1, "keepdims": True}),
        Case((np.array([0.0, 2.0, 3.0]),)),
        Case((np.array(0.0),)),
        Case(((2, 0),), {"axis": 1}),
        Case(((2, 0),), {"axis": 0}),
    ],
    "prod_of_others": [
        Case((SCALAR,)),
        Case((VECTOR,), complex_too=True),
        Case((MATRIX,), {"axis": 0}),
        Case((CUBE,), {"axis": (0, -1)}),
        Case((ZEROS,), {"axis": 1}),
        Case((ZEROS,)),
        Case(((2, 0),), {"axis": 1}),
    ],
    "recurrence": [
        Case((VECTOR, VECTOR), complex_too=True),
        Case((MATRIX, MATRIX), {"axis": 0}, complex_too=True),
        Case((CUBE, CUBE), {"axis": 1}),
        Case((ZEROS, ZEROS + 1), {"axis": -1}),
        Case(((2, 0), (2, 0))),
    ],
    "same": [Case((ZEROS, np.where(ZEROS == 0, 1, ZEROS)))],
    **each(
        "running_max running_min",
        [
            Case((VECTOR,)),
            Case(((6,),)),
            Case((MATRIX,), {"axis": 0}, complex_too=True),
            Case((CUBE,), {"axis": -1}),
            Case((CUBE,), {"axis": 1}),
            Case(((0, 3),)),
        ],
    ),
}
