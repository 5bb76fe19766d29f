"""Cases for `autograd.ops.elementary`."""

from tests.cases.case import Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("exp exp2 expm1 square sin cos sinh cosh tanh arctan arcsinh", unary(complex_too=True)),
    **each("log log2 log10 log1p sqrt", unary(low=0.5, complex_too=True)),
    **each("arcsin arccos arctanh", unary(low=-0.8, high=0.8, complex_too=True)),
    "arccosh": unary(low=1.5, high=3, complex_too=True),
    "tan": unary(low=-1.2, high=1.2, complex_too=True),
    "cbrt": unary(low=0.5),
    **each("deg2rad rad2deg", unary()),
    **each("logaddexp logaddexp2", binary()),
    "arctan2": binary(low=0.5),
}
