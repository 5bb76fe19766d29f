"""Cases for `autograd.ops.norms`."""

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "norm": [
        Case((SCALAR,), low=0.5, complex_too=True),
        Case((VECTOR,), complex_too=True),
        Case((MATRIX,), complex_too=True),
        Case((MATRIX,), {"axis": 0}, complex_too=True),
        Case((CUBE,), {"axis": -1, "keepdims": True}, complex_too=True),
        Case((CUBE,), {"axis": (0, -1)}, complex_too=True),
        Case((CUBE,), {"axis": (2, 0, 1), "keepdims": True}, complex_too=True),
    ],
    "p_norm": [
        Case((VECTOR,), {"ord": 3}, low=0.3, complex_too=True),
        Case((MATRIX,), {"ord": 1.5, "axis": 0}, low=0.3, complex_too=True),
        Case((MATRIX,), {"ord": -2, "axis": -1, "keepdims": True}, low=0.3, complex_too=True),
        Case((CUBE,), {"ord": 0.5, "axis": (0, 2)}, low=0.3, complex_too=True),
        Case((MATRIX,), {"ord": 4, "keepdims": True}, high=-0.3, complex_too=True),
    ],
}
