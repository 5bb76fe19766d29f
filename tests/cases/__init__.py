"""Sample cases of every operation, one file for each of `autograd/ops/`."""

from collections.abc import Iterator

from tests.cases import (
    activations,
    along_axes,
    arithmetic,
    compare,
    complex_numbers,
    convolution,
    correlate,
    create,
    decompositions,
    determinants,
    diagonal,
    differences,
    eigen,
    einsum,
    elementary,
    fft,
    histogram,
    index,
    inverses,
    join,
    norms,
    pad,
    polynomial,
    pooling,
    products,
    quantiles,
    reduce,
    rounding,
    scan,
    select,
    shape,
    softmax,
    sort,
    special,
    statistics,
    values,
)
from tests.cases.case import Case

CASES: dict[str, list[Case]] = {
    name: cases
    for module in (
        activations,
        along_axes,
        arithmetic,
        compare,
        complex_numbers,
        convolution,
        correlate,
        create,
        decompositions,
        determinants,
        diagonal,
        differences,
        eigen,
        einsum,
        elementary,
        fft,
        histogram,
        index,
        inverses,
        join,
        norms,
        pad,
        polynomial,
        pooling,
        products,
        quantiles,
        reduce,
        rounding,
        scan,
        select,
        shape,
        softmax,
        sort,
        special,
        statistics,
        values,
    )
    for name, cases in module.CASES.items()
}


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every operation's name with each of its cases."""
    return ((name, case) for name, cases in CASES.items() for case in cases)
