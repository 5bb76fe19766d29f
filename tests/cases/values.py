"""Cases for `autograd.ops.values`."""

import numpy as np

from tests.cases.case import Case

BYTES = np.array([[1, 2, 7], [0, 255, 4]], np.uint8)

CASES: dict[str, list[Case]] = {
    "packbits": [
        Case((BYTES,)),
        Case((BYTES > 1,), {"axis": 1}),
        Case((BYTES[0],), {"bitorder": "little"}),
    ],
    "unpackbits": [Case((BYTES,)), Case((BYTES,), {"axis": 0, "count": -3, "bitorder": "little"})],
}
