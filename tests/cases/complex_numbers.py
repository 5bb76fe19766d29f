"""Cases for `autograd.ops.complex_numbers`."""

from tests.cases.case import MATRIX, Case, each, unary

CASES: dict[str, list[Case]] = {
    **each("real imag conjugate", unary(complex_too=True)),
    "angle": [
        *unary(low=0.5, complex_too=True),
        Case((MATRIX,), {"deg": True}, low=0.5, complex_too=True),
    ],
    **each("isreal iscomplex", unary()),
}
