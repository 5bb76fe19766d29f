"""Cases for `autograd.ops.compare`."""

import numpy as np

from tests.cases.case import CUBE, MASK, MATRIX, SCALAR, VECTOR, Case, binary, each, unary

BITS = np.array([[1, 2, 7], [0, 5, 4]])

CASES: dict[str, list[Case]] = {
    **each("greater greater_equal less less_equal equal not_equal", binary()),
    "isclose": [*binary(), Case((MATRIX, VECTOR), {"rtol": 0.5, "atol": 0.1, "equal_nan": True})],
    **each("allclose array_equal array_equiv", [Case((MATRIX, MATRIX)), Case((MATRIX, VECTOR))]),
    **each("isnan isfinite isinf isposinf isneginf", unary()),
    **each("logical_and logical_or logical_xor", binary()),
    "logical_not": unary(),
    **each("bitwise_and bitwise_or bitwise_xor", [Case((MASK, MASK)), Case((MASK, MASK[0]))]),
    **each("left_shift right_shift", [Case((BITS, 1)), Case((BITS, BITS[0]))]),
    "invert": [Case((MASK,))],
    "bitwise_count": [Case((BITS,))],
    "where": [
        Case((MASK, MATRIX, MATRIX), complex_too=True),
        Case((MASK, SCALAR, VECTOR), complex_too=True),
        Case((MASK, (2, 1), SCALAR)),
        Case((MASK[0], (*CUBE[:1], 3), VECTOR)),
        Case((BITS, MATRIX, MATRIX)),
    ],
    **each("maximum minimum fmax fmin", [*binary(), Case((MATRIX, VECTOR), complex_too=True)]),
    "tie_share": binary(),
    "clip": [
        Case((MATRIX, -0.5, 0.7), complex_too=True),
        Case((MATRIX, None, 0.7)),
        Case((VECTOR, -0.5, None)),
        Case((CUBE, (4,), 3.0), low=-1),
        Case((MATRIX, -3.0, (2, 1))),
        Case((MATRIX, SCALAR, VECTOR), complex_too=True),
        Case((SCALAR, MATRIX, (2, 1))),
    ],
    "nan_to_num": [*unary(), Case((MATRIX,), {"nan": 2.0, "posinf": 3.0, "neginf": -3.0})],
}
