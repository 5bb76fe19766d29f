"""Cases for `autograd.ops.arithmetic`."""

import numpy as np

from tests.cases.case import MATRIX, SCALAR, VECTOR, Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("add subtract multiply", binary(complex_too=True)),
    "divide": binary(low=0.5, complex_too=True),
    "power": [
        *binary(low=0.5, complex_too=True),
        Case((VECTOR, 2), complex_too=True),
        Case((VECTOR, 3), complex_too=True),
        Case((VECTOR, 1), complex_too=True),
        Case((VECTOR, 0), complex_too=True),
        Case((VECTOR, -2), low=0.5, complex_too=True),
        Case((VECTOR, 0.5), low=0.5, complex_too=True),
        Case((2.5, VECTOR), complex_too=True),
    ],
    "floor_divide": binary(low=0.5),
    **each(
        "remainder fmod",
        [
            Case(pair, low=0.6, high=0.9)
            for pair in ((VECTOR, VECTOR), (MATRIX, VECTOR), (SCALAR, (2, 1)), ((0, 3), VECTOR))
        ],
    ),
    **each("gcd lcm", [Case((np.array([[4], [6]]), np.array([6, 9, 8])))]),
    **each("negative positive", unary(complex_too=True)),
    "absolute": unary(low=0.6, high=0.9, complex_too=True),
    "reciprocal": unary(low=0.5, complex_too=True),
    "fabs": unary(low=-0.9, high=-0.6),
    "copysign": binary(),
    "ldexp": [
        Case((MATRIX, 3)),
        Case((SCALAR, -2)),
        Case((SCALAR, np.array([1, -1, 0]))),
        Case((MATRIX, np.array([2, 0, -3]))),
        Case(((2, 1), np.array([2, 0, -3]))),
    ],
    "hypot": binary(low=0.5),
}
