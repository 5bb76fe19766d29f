"""Cases for `autograd.ops.elementary`."""

from tests.cases.case import MATRIX, Case, binary, each, unary

CASES: dict[str, list[Case]] = {
    **each("exp square sin cos tanh sigmoid softplus erf isnan isfinite isinf", unary()),
    **each("log log2 log10 sqrt", unary(low=0.5)),
    **each("sign relu floor ceil rint", unary(low=0.6, high=0.9)),
    "tan": unary(low=-1.2, high=1.2),
    "leaky_relu": [*unary(), Case((MATRIX,), {"negative_slope": 0.2})],
    "elu": [*unary(), Case((MATRIX,), {"alpha": 0.5})],
    "gelu": [*unary(), Case((MATRIX,), {"approximate": "tanh"})],
    "heaviside": binary(),
}
