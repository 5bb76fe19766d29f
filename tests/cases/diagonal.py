"""Cases for `autograd.ops.diagonal`."""

from tests.cases.case import CUBE, MATRIX, VECTOR, Case, each

CASES: dict[str, list[Case]] = {
    "diagonal": [
        Case((MATRIX,), complex_too=True),
        Case((MATRIX,), {"offset": 1}),
        Case((MATRIX,), {"offset": -1}),
        Case((MATRIX,), {"offset": 7}),
        Case((CUBE,)),
        Case((CUBE,), {"offset": 1, "axis1": -1, "axis2": 0}),
        Case(((0, 3),)),
    ],
    "on_diagonal": [
        Case((VECTOR,), {"shape": (3, 3)}, complex_too=True),
        Case((VECTOR,), {"shape": (4, 4), "offset": -1}),
        Case((MATRIX,), {"shape": (4, 2, 3), "offset": 1, "axis1": 2, "axis2": 0}),
    ],
    **each(
        "tril triu",
        [
            Case((MATRIX,), complex_too=True),
            Case((VECTOR,)),
            Case((CUBE,), {"k": -1}),
            Case((CUBE,), {"k": 1}),
            Case(((0, 3),)),
        ],
    ),
}
