"""Cases for `autograd.ops.softmax`."""

from tests.cases.case import Case, along_axis, each, reductions

CASES: dict[str, list[Case]] = {
    "logsumexp": reductions(),
    **each("softmax log_softmax", along_axis()),
}
