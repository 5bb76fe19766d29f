"""Cases for `autograd.ops.create`."""

import numpy as np

from tests.cases.case import MATRIX, Case, each, unary

CASES: dict[str, list[Case]] = {
    **each("zeros_like ones_like", unary()),
    "full_like": [
        Case((MATRIX,), {"fill_value": 2.5}),
        Case((MATRIX,), {"fill_value": 2.5, "dtype": np.dtype(int), "shape": (3,)}),
    ],
}
