"""Cases for `autograd.ops.eigen`."""

import numpy as np

from tests.cases.case import Case, each
from tests.cases.inverses import MATRIX, STACK

# Of real eigenvalues, apart from one another.
REAL = np.array([[1.0, 2.0, 0.3], [0.5, 3.0, -0.2], [0.1, 0.4, -2.0]])

HERMITIAN = [
    Case((MATRIX, None)),
    Case((STACK, None)),
    Case((MATRIX, None), {"uplo": "U"}),
    Case((np.eye(1), None)),
    Case((np.zeros((0, 0)), None)),
]

CASES: dict[str, list[Case]] = {
    "eigh_factors": [Case((MATRIX,)), Case((STACK,), {"uplo": "U"})],
    **each("eigh_values eigh_vectors", HERMITIAN),
    "eig_factors": [Case((REAL,)), Case((MATRIX,))],
    **each(
        "eig_values eig_vectors",
        [Case((x, None)) for x in (REAL, np.stack([REAL, REAL.T + np.eye(3)]), np.eye(1))],
    ),
}
