"""Cases for `autograd.ops.activations`."""

from tests.cases.case import MATRIX, Case, each, unary

CASES: dict[str, list[Case]] = {
    **each("sigmoid silu", [*unary(), Case((MATRIX,), complex_too=True)]),
    **each("log_sigmoid softplus mish normal_cdf", unary()),
    **each("softsign relu relu6", unary(low=0.6, high=0.9)),
    "hardtanh": [
        *unary(low=-0.9, high=0.9),
        Case((MATRIX,), {"min_val": -0.1, "max_val": 0.5}),
    ],
    "leaky_relu": [*unary(), Case((MATRIX,), {"negative_slope": 0.2})],
    "elu": [*unary(), Case((MATRIX,), {"alpha": 0.5})],
    "selu": unary(),
    "gelu": [*unary(), Case((MATRIX,), {"approximate": "tanh"})],
}
