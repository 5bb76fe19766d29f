"""Cases for `autograd.ops.rounding`."""

from tests.cases.case import CUBE, MATRIX, VECTOR, Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("floor ceil trunc whole_part", unary(low=0.6, high=0.9)),
    "rint": unary(low=0.6, high=0.9, complex_too=True),
    "round": [
        *unary(low=0.6, high=0.9, complex_too=True),
        Case((MATRIX,), {"decimals": 1}, low=0.61, high=0.64),
        Case((CUBE,), {"decimals": -1}),
    ],
    "sign": unary(low=0.6, high=0.9),
    "signbit": unary(),
    "heaviside": [
        *binary(),
        Case((0.0, VECTOR)),
        Case((0.0, MATRIX)),
    ],
    **each("fraction mantissa", unary(low=0.6, high=0.9)),
    "exponent": unary(),
}
