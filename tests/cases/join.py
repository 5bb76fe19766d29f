"""Cases for `autograd.ops.join`."""

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "concatenate": [
        Case((VECTOR, VECTOR), complex_too=True),
        Case((MATRIX, (2, 1), MATRIX), {"axis": 1}),
        Case((MATRIX, CUBE), {"axis": None}),
        Case((CUBE, CUBE), {"axis": -2}),
        Case((MATRIX, (0, 3))),
        Case((VECTOR,)),
    ],
    "stack": [
        Case((SCALAR, SCALAR)),
        Case((MATRIX, MATRIX, MATRIX), {"axis": 1}, complex_too=True),
        Case((MATRIX, MATRIX), {"axis": -1}),
        Case(((0,), (0,))),
    ],
}
