"""Cases for `autograd.ops.linalg`."""

from tests.cases.case import CUBE, MATRIX, VECTOR, Case

PRODUCTS = [
    (VECTOR, VECTOR),
    (MATRIX, VECTOR),
    (VECTOR, (3, 2)),
    (MATRIX, (3, 4)),
    ((4, 2, 3), (4, 3, 2)),
    ((4, 2, 3), (3, 2)),
    (MATRIX, (4, 3, 2)),
    ((4, 2, 3), VECTOR),
    (VECTOR, (4, 3, 2)),
    ((2, 1, 2, 3), (4, 3, 2)),
]

CASES: dict[str, list[Case]] = {
    "matmul": [Case(pair) for pair in PRODUCTS],
    "outer": [Case((VECTOR, (2,))), Case((MATRIX, VECTOR))],
    "norm": [
        Case((VECTOR,)),
        Case((MATRIX,)),
        Case((MATRIX,), {"axis": 0}),
        Case((CUBE,), {"axis": -1, "keepdims": True}),
    ],
}
