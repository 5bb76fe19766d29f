"""Cases for `autograd.ops.pad`."""

from tests.cases.case import MATRIX, SCALAR, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "pad_zeros": [
        Case((VECTOR,), {"widths": ((1, 2),)}, complex_too=True),
        Case((MATRIX,), {"widths": ((0, 1), (2, 0))}),
        Case((SCALAR,), {"widths": ()}),
        Case(((0, 3),), {"widths": ((1, 0), (0, 0))}),
    ],
}
