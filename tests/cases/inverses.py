"""Cases for `autograd.ops.inverses`."""

import numpy as np

from tests.cases.case import Case

MATRIX = np.array([[2.0, -1.0, 0.3], [0.5, 1.5, -0.7], [-0.2, 0.4, 1.1]])
STACK = np.stack([MATRIX, MATRIX.T @ MATRIX])
TALL = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.7]])

CASES: dict[str, list[Case]] = {
    "inv": [Case((x,), complex_too=True) for x in (MATRIX, STACK, np.eye(2), (0, 0), (0, 2, 2))],
    "solve": [
        Case(pair, complex_too=True)
        for pair in (
            (MATRIX, (3,)),
            (MATRIX, (3, 2)),
            (STACK, (3,)),
            (STACK, (3, 2)),
            (STACK, (2, 3, 2)),
            (MATRIX, (4, 3, 2)),
            (STACK[:1], (4, 3, 2)),
            (np.eye(3), (3, 0)),
            (np.eye(0), (0,)),
        )
    ],
    "pinv": [
        *(
            Case((x,), complex_too=True)
            for x in (TALL, TALL.T, MATRIX, STACK[..., :2], np.ones((3, 1)), np.zeros((2, 0)))
        ),
        Case((TALL,), {"rcond": 1e-3}, complex_too=True),
        Case((TALL,), {"rtol": 1e-3}, complex_too=True),
    ],
    "matrix_rank": [Case((TALL,)), Case((STACK,), {"tol": 0.1})],
}
