"""Cases for `autograd.ops.arithmetic`."""

from tests.cases.case import MATRIX, VECTOR, Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("add subtract multiply", binary()),
    "divide": binary(low=0.5),
    "power": [
        *binary(low=0.5),
        Case((VECTOR, 2)),
        Case((VECTOR, 3)),
        Case((VECTOR, 1)),
        Case((VECTOR, 0)),
        Case((VECTOR, -2), low=0.5),
        Case((VECTOR, 0.5), low=0.5),
        Case((2.5, VECTOR)),
    ],
    "floor_divide": binary(low=0.5),
    "remainder": [Case((x, y), low=0.6, high=0.9) for x, y in ((VECTOR, VECTOR), (MATRIX, VECTOR))],
    **each("negative positive", unary()),
    **each("absolute", unary(low=0.6, high=0.9)),
}
