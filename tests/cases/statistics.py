"""Cases for `autograd.ops.statistics`."""

from tests.cases.case import CUBE, MATRIX, VECTOR, Case, each

CASES: dict[str, list[Case]] = {
    **each(
        "var std",
        [
            Case((VECTOR,), complex_too=True),
            Case((VECTOR,), {"ddof": 1}),
            Case((MATRIX,), {"axis": 0}),
            Case((MATRIX,), {"axis": -1, "keepdims": True, "ddof": 1}, complex_too=True),
            Case((CUBE,), {"axis": (0, -1), "ddof": 0.5}),
            Case((CUBE,), {"axis": (1,), "keepdims": True}),
            Case((CUBE,), {"keepdims": True}),
        ],
    ),
}
