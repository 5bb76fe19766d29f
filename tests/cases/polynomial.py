"""Cases for `autograd.ops.polynomial`."""

import numpy as np

from tests.cases.case import Case

CASES: dict[str, list[Case]] = {
    # Real roots that lie apart, for the order of complex ones is not that of a real program.
    "roots": [
        Case((np.array([2.0, -3.0]),)),
        Case((np.array([1.0, -1.5, -7.0, 6.0]),)),
        Case((np.array([1.0, -1.5, -7.0, 0.0]),)),
    ],
}
