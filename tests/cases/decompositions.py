"""Cases for `autograd.ops.decompositions`."""

import numpy as np

from tests.cases.case import Case, each
from tests.cases.inverses import MATRIX, STACK, TALL

POSITIVE = MATRIX.T @ MATRIX
SHAPES = [MATRIX, TALL, TALL.T, STACK, STACK[..., :2], np.eye(1)]
RANDOM = [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1), (2, 0), (0, 2)]

CASES: dict[str, list[Case]] = {
    "svd_factors": [Case((TALL,)), Case((STACK[..., :2],), {"full_matrices": True})],
    **each(
        "svd_u svd_s svd_vh",
        [
            *(Case((x, None)) for x in (*SHAPES, np.zeros((2, 0)))),
            Case((TALL, None), {"full_matrices": True}),
            Case((TALL.T, None), {"full_matrices": True}),
        ],
    ),
    # One column is missing: its sign apart, there is one complement.
    "complement": [Case((x, None)) for x in (TALL, STACK[..., :2])],
    "qr_factors": [Case((TALL,)), Case((STACK[..., :2],), {"mode": "complete"})],
    **each(
        "qr_q qr_r",
        [
            # Where the last pivot of a complex matrix is real, LAPACK changes sign.
            *(Case((x, None), complex_too=isinstance(x, tuple)) for x in (*SHAPES, *RANDOM)),
            Case((np.concatenate([MATRIX, MATRIX @ MATRIX[:, :2]], axis=1), None)),
            Case((TALL, None), {"mode": "complete"}),
        ],
    ),
    "cholesky": [
        Case((x,), complex_too=True)
        for x in (POSITIVE, np.stack([POSITIVE, np.eye(3)]), np.eye(1), np.zeros((0, 0)))
    ],
}
