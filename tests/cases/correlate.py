"""Cases for `autograd.ops.correlate`."""

from tests.cases.case import Case

LENGTHS = [(5, 3), (5, 2), (2, 5), (3, 5), (4, 4), (1, 3), (3, 1)]

CASES: dict[str, list[Case]] = {
    "convolve": [
        Case(((n,), (m,)), {"mode": mode}, complex_too=True)
        for n, m in LENGTHS
        for mode in ("full", "same", "valid")
    ],
}
