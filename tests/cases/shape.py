"""Cases for `autograd.ops.shape`."""

import numpy as np

from tests.cases.case import CUBE, MATRIX, SCALAR, VECTOR, Case, each, unary

CASES: dict[str, list[Case]] = {
    "reshape": [
        Case((MATRIX,), {"shape": (3, 2)}),
        Case((CUBE,), {"shape": (-1, 4)}),
        Case((SCALAR,), {"shape": (1, 1)}),
        Case(((1, 1),), {"shape": ()}),
    ],
    "broadcast_to": [
        Case((VECTOR,), {"shape": (2, 3)}),
        Case((SCALAR,), {"shape": (2, 2)}),
        Case(((2, 1),), {"shape": (4, 2, 3)}),
    ],
    "swapaxes": [Case((CUBE,), {"axis1": 0, "axis2": -1})],
    "transpose": [
        Case((VECTOR,)),
        Case((MATRIX,)),
        Case((CUBE,), {"axes": (1, 2, 0)}),
        Case((CUBE,), {"axes": (-1, 0, 1)}),
    ],
    "astype": [Case((MATRIX,), {"dtype": np.dtype(np.float64)})],
    "astype_discrete": [Case((MATRIX,), {"dtype": np.dtype(t)}) for t in (np.int64, np.bool_)],
    "concatenate": [
        Case((VECTOR, VECTOR)),
        Case((MATRIX, (2, 1), MATRIX), {"axis": 1}),
        Case((MATRIX, CUBE), {"axis": None}),
        Case((CUBE, CUBE), {"axis": -2}),
    ],
    "stack": [
        Case((SCALAR, SCALAR)),
        Case((MATRIX, MATRIX, MATRIX), {"axis": 1}),
        Case((MATRIX, MATRIX), {"axis": -1}),
    ],
    **each("copy zeros_like ones_like", unary()),
}
