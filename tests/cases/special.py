"""Cases for `autograd.ops.special`."""

import numpy as np

from tests.cases.case import MATRIX, VECTOR, Case, each, unary

CASES: dict[str, list[Case]] = {
    **each("erf erfc", unary()),
    **each("gammaln digamma", unary(low=0.5, high=4)),
    "polygamma": [
        Case((MATRIX,), {"order": 1}, low=0.5, high=4),
        Case((VECTOR,), {"order": 2}, low=0.5, high=4),
    ],
    "sinc": [*unary(complex_too=True), Case((np.array([0.0, 1e-9, 3.0, -40.0]),))],
    "sinc_derivative": [
        Case((MATRIX,), {"order": 1}, complex_too=True),
        Case((np.array([0.0, 1e-9, 3.0, -4.0]),), {"order": 2}),
        Case(((0, 3),), {"order": 3}),
    ],
    "i0": unary(),
    "i0_derivative": [
        Case((MATRIX,), {"order": 1}),
        Case((np.array([0.0, 1e-9, 9.0, -4.0]),), {"order": 2}),
        Case(((0, 3),), {"order": 3}),
    ],
}
