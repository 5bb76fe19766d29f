"""Cases for `autograd.ops.differences`."""

from tests.cases.case import CUBE, MATRIX, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "diff": [
        Case((VECTOR,), complex_too=True),
        Case((MATRIX,), {"axis": 0}),
        Case((CUBE,), {"n": 2, "axis": -1}, complex_too=True),
        Case((CUBE,), {"n": 3, "axis": 2}),
        Case((VECTOR,), {"n": 3}),
        Case((VECTOR,), {"n": 5}),
        Case(((0, 3),), {"axis": 1}),
    ],
}
