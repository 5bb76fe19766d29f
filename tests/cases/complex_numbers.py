"""Cases for `autograd.ops.complex_numbers`."""

from tests.cases.case import Case, each, unary

CASES: dict[str, list[Case]] = {
    **each("real imag conjugate", unary()),
    "angle": unary(low=0.5),
}
