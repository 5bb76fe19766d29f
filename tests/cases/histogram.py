"""Cases for `autograd.ops.histogram`."""

from tests.cases.case import CUBE, VECTOR, Case

CASES: dict[str, list[Case]] = {
    "number_of_bins": [
        Case((CUBE,), {"bins": 7}),
        Case((CUBE,), {"bins": "auto"}),
        Case((VECTOR,), {"bins": "sturges", "range": (0, 1)}),
    ],
}
