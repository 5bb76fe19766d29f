"""Cases for `autograd.ops.select`."""

import numpy as np

from tests.cases.case import Case

CASES: dict[str, list[Case]] = {
    "choice": [
        Case((np.array([[0, 2], [1, 1]]),), {"n": 3}),
        Case((np.array([0, 4, -1]),), {"n": 3, "mode": "wrap"}),
        Case((np.array([0, 4, -1]),), {"n": 3, "mode": "clip"}),
    ],
}
