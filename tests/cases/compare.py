"""Cases for `autograd.ops.compare`."""

from tests.cases.case import CUBE, MASK, MATRIX, SCALAR, VECTOR, Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("greater greater_equal less less_equal equal not_equal", binary()),
    **each("logical_and logical_or", binary()),
    **each("logical_not", unary()),
    **each("bitwise_and bitwise_or bitwise_xor", [Case((MASK, MASK)), Case((MASK, MASK[0]))]),
    "invert": [Case((MASK,))],
    "where": [
        Case((MASK, MATRIX, MATRIX)),
        Case((MASK, SCALAR, VECTOR)),
        Case((MASK, (2, 1), SCALAR)),
        Case((MASK[0], (*CUBE[:1], 3), VECTOR)),
    ],
    **each("maximum minimum tie_share", binary()),
    "clip": [
        Case((MATRIX, -0.5, 0.7)),
        Case((MATRIX, None, 0.7)),
        Case((VECTOR, -0.5, None)),
        Case((CUBE, (4,), 3.0), low=-1),
        Case((MATRIX, -3.0, (2, 1))),
    ],
}
