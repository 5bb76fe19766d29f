"""Cases for `autograd.ops.determinants`."""

import numpy as np

from tests.cases.case import Case, each
from tests.cases.inverses import MATRIX, STACK

# Of rank 2 and 1.
SINGULAR = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0]])
FLAT = np.outer([1.0, 2.0, -1.0], [0.5, 1.0, 3.0])

SQUARES = [MATRIX, STACK, np.eye(3), np.diag([1.0, 2.0]), np.array([[3.0]])]

CASES: dict[str, list[Case]] = {
    "det": [
        Case((x,), complex_too=True)
        for x in (*SQUARES, SINGULAR, FLAT, np.zeros((3, 3)), np.zeros((2, 2)), (0, 0))
    ],
    # The third derivative of the determinant is there for nonsingular matrices only.
    "cofactors": [Case((x,), complex_too=True) for x in (*SQUARES, (0, 0))],
    "cofactor_change": [
        *(Case((x, np.shape(x)), complex_too=True) for x in (MATRIX, np.eye(3))),
        Case((STACK, (2, 3, 3)), complex_too=True),
    ],
    "slogdet_factors": [Case((STACK,))],
    **each(
        "slogdet_sign slogdet_log",
        [Case((x, None), complex_too=True) for x in (*SQUARES, -np.eye(3), (0, 0))],
    ),
}
