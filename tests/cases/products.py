"""Cases for `autograd.ops.products`."""

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case

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
    ((2, 0), (0, 3)),
    ((0, 2, 3), (3, 2)),
    ((4, 2, 0), (0, 3)),
]

TENSOR_PRODUCTS = [
    (VECTOR, MATRIX, 0),
    (MATRIX, (3, 4), 1),
    (CUBE, (3, 4, 5), 2),
    (CUBE, CUBE, 3),
    (CUBE, (4, 2, 5), ([0, 2], [1, 0])),
    (CUBE, (5, 3, 4), ((-1, 1), (2, 1))),
    (CUBE, (5, 3), (1, -1)),
    (SCALAR, MATRIX, 0),
    ((2, 0), (0, 3), 1),
]

VECTORS = [
    ((3,), (3,)),
    ((4, 3), (3,)),
    ((3,), (4, 3)),
    ((4, 3), (4, 3)),
    ((2, 1, 3), (4, 3)),
    ((0, 3), (3,)),
]

CASES: dict[str, list[Case]] = {
    "matmul": [Case(pair, complex_too=True) for pair in PRODUCTS],
    "outer": [
        Case(pair, complex_too=True)
        for pair in ((VECTOR, (2,)), (MATRIX, VECTOR), (SCALAR, MATRIX), ((0,), VECTOR))
    ],
    "tensordot": [Case((a, b), {"axes": axes}, complex_too=True) for a, b, axes in TENSOR_PRODUCTS],
    "cross": [Case(pair, complex_too=True) for pair in VECTORS],
    "vecdot": [Case(pair, complex_too=True) for pair in (*VECTORS, ((2, 0), (0,)))],
}
