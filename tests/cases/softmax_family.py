"""Cases for `autograd.ops.softmax_family`."""

from tests.cases.case import MATRIX, Case, along_axis, each, reductions

CASES: dict[str, list[Case]] = {
    "logsumexp": [*reductions(), Case((MATRIX,), {"axis": 0}, complex_too=True)],
    **each("softmax log_softmax", [*along_axis(), Case((MATRIX,), complex_too=True)]),
}
