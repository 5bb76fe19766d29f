"""Cases for `autograd.ops.shape`."""

import numpy as np

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case, unary

CASES: dict[str, list[Case]] = {
    "reshape": [
        Case((MATRIX,), {"shape": (3, 2)}, complex_too=True),
        Case((CUBE,), {"shape": (-1, 4)}),
        Case((CUBE,), {"shape": (4, 6), "order": "F"}, complex_too=True),
        Case((SCALAR,), {"shape": (1, 1)}),
        Case(((1, 1),), {"shape": ()}),
        Case(((0, 3),), {"shape": (3, 0, 2)}),
    ],
    "broadcast_to": [
        Case((VECTOR,), {"shape": (2, 3)}, complex_too=True),
        Case((SCALAR,), {"shape": (2, 2)}),
        Case(((2, 1),), {"shape": (4, 2, 3)}),
        Case(((1, 3),), {"shape": (0, 3)}),
    ],
    "swapaxes": [Case((CUBE,), {"axis1": 0, "axis2": -1}, complex_too=True)],
    "moveaxis": [
        Case((CUBE,), {"source": 0, "destination": -1}, complex_too=True),
        Case((CUBE,), {"source": (0, -1), "destination": (2, 0)}),
        Case((CUBE,), {"source": [2], "destination": [0]}),
    ],
    "transpose": [
        Case((SCALAR,)),
        Case((VECTOR,)),
        Case((MATRIX,), complex_too=True),
        Case((CUBE,), {"axes": (1, 2, 0)}),
        Case((CUBE,), {"axes": [-1, 0, 1]}),
    ],
    "flip": [
        Case((VECTOR,)),
        Case((CUBE,), complex_too=True),
        Case((CUBE,), {"axis": 1}),
        Case((CUBE,), {"axis": (0, -1)}),
        Case(((0, 3),)),
    ],
    "roll": [
        Case((VECTOR,), {"shift": 1}, complex_too=True),
        Case((MATRIX,), {"shift": -2}),
        Case((CUBE,), {"shift": 2, "axis": -1}),
        Case((CUBE,), {"shift": (1, -3), "axis": (0, 2)}),
        Case((CUBE,), {"shift": 1, "axis": (1, 1)}),
        Case((SCALAR,), {"shift": 1}),
    ],
    "astype": [Case((MATRIX,), {"dtype": np.dtype(np.float64)})],
    "astype_discrete": [Case((MATRIX,), {"dtype": np.dtype(t)}) for t in (np.int64, np.bool_)],
    "copy": unary(complex_too=True),
}
