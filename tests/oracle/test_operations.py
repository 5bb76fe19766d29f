"""Every operation against its counterpart: values, gradients and second derivatives."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from autograd.ops import REGISTRY
from tests.cases import CASES
from tests.cases.case import Case
from tests.oracle.bridge import Function, compare_derivatives, compare_values, moves, torch
from tests.oracle.operations import COUNTERPARTS, DIFFERENTIABLE

pytestmark = pytest.mark.oracle

BY_SCIPY = pytest.mark.skipif(
    find_spec("scipy") is None, reason="SciPy, which computes these functions, is not installed"
)
SPECIAL = ("digamma", "gammaln", "polygamma")

NOT_COMPARED = {
    "PyTorch has no such function": "packbits unpackbits argpartition number_of_bins",
    "all factors in one array, a helper of `svd`, `qr`, `eigh`, `eig` and `slogdet`, whose factors "
    "are compared": "svd_factors qr_factors eigh_factors eig_factors slogdet_factors",
    "a helper of `svd` and `qr`, compared through their orthogonal complements": "complement",
    "a helper of `put`, compared through it where indices repeat": "written_last",
}
"""Operations without a counterpart, by the reason."""

NOT_SAID = {
    "of nothing PyTorch has no median": "median_share-4",
    "PyTorch's library for transforms refuses empty batches": (
        "fft-7 ifft-7 rfft-7 ihfft-7 irfft-7 hfft-7"
    ),
}
"""Cases, by number, that PyTorch cannot say or means otherwise, by the reason."""
NOT_COMPLEX = {
    "NumPy or PyTorch has no such function of complex numbers": """
        remainder fmod copysign hypot logaddexp logaddexp2 arctan2 deg2rad rad2deg floor ceil trunc
        maximum minimum fmax fmin relu relu6 leaky_relu elu selu gelu mish softplus log_sigmoid
        hardtanh erf erfc normal_cdf gammaln digamma polygamma i0 i0_derivative fabs ldexp cbrt
        fraction whole_part mantissa clip nan_to_num max min median running_max running_min sort
        softmax log_softmax unwrap rfft ihfft max_pool
    """,
    "its cases make real numbers; compared as `np.astype`": "astype",
    "here they are functions of real numbers": "sigmoid silu softsign",
    "the sign of complex numbers is a composite, compared as `np.sign`": "sign",
    "LAPACK chooses phases; compared through `np.linalg.svd`, `eigh` and `eig`": (
        "svd_u svd_vh eigh_vectors eig_vectors"
    ),
}
"""Operations that are compared for real operands only, by the reason."""


def listed(reasons: dict[str, str]) -> set[str]:
    return set(" ".join(reasons.values()).split())


def cases(names: Iterable[str]) -> list[Any]:
    without = listed(NOT_SAID)
    return [
        pytest.param(name, case, id=f"{name}-{i}", marks=[BY_SCIPY] if name in SPECIAL else [])
        for name in names
        for i, case in enumerate(CASES[name])
        if f"{name}-{i}" not in without
    ]


def complex_cases() -> list[Any]:
    return cases([name for name in DIFFERENTIABLE if name not in listed(NOT_COMPLEX)])


def mixed_cases() -> list[Any]:
    """Of several operands; an array of real numbers does not hold the complex ones put into it."""
    several = [p for p in complex_cases() if sum(map(moves, p.values[1].arrays())) > 1]
    return [p for p in several if p.values[0] != "put"]


def ours(name: str, case: Case) -> Function:
    return lambda *operands: REGISTRY[name].apply(operands, case.params)


def theirs(name: str, case: Case) -> Function:
    return lambda *operands: COUNTERPARTS[name](*operands, **case.params)


def all_complex(function: Function) -> Function:
    """Return a function that sees real operands as complex ones."""

    def promoted(x: Any) -> Any:
        return x.to(torch.complex128) if torch.is_tensor(x) and x.is_floating_point() else x

    return lambda *xs: function(*map(promoted, xs))


def test_every_operation_has_its_counterpart(record_property: Callable[[str, Any], None]) -> None:
    """A new operation without one is no failure: the summary of the run reports it."""
    known = set(COUNTERPARTS) | listed(NOT_COMPARED)
    assert known <= set(REGISTRY)
    missing = sorted(set(REGISTRY) - known)
    if missing:
        record_property("report", f"no counterpart in PyTorch: {', '.join(missing)}")


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_every_counterpart_is_compared(name: str) -> None:
    assert cases([name])


def test_what_is_left_out_is_there() -> None:
    numbered = {f"{name}-{i}" for name in COUNTERPARTS for i in range(len(CASES[name]))}
    assert listed(NOT_SAID) <= numbered
    assert listed(NOT_COMPLEX) <= set(DIFFERENTIABLE)
    assert listed(NOT_COMPARED).isdisjoint(COUNTERPARTS)


@pytest.mark.parametrize(("name", "case"), cases(COUNTERPARTS))
def test_values(name: str, case: Case) -> None:
    compare_values(ours(name, case), theirs(name, case), case.arrays())


@pytest.mark.parametrize(("name", "case"), cases(DIFFERENTIABLE))
def test_derivatives(name: str, case: Case) -> None:
    compare_derivatives(ours(name, case), theirs(name, case), case.arrays())


@pytest.mark.parametrize(("name", "case"), complex_cases())
def test_complex(name: str, case: Case) -> None:
    operands = case.arrays(np.complex128)
    compare_values(ours(name, case), theirs(name, case), operands)
    compare_derivatives(ours(name, case), theirs(name, case), operands)


@pytest.mark.parametrize(("name", "case"), mixed_cases())
def test_real_among_complex(name: str, case: Case) -> None:
    """The gradient of a real operand is real; PyTorch takes few operands of different dtypes."""
    reals, operands = case.arrays(), case.arrays(np.complex128)
    for k, x in enumerate(reals):
        if moves(x):
            mixed = (*operands[:k], x, *operands[k + 1 :])
            compare_values(ours(name, case), all_complex(theirs(name, case)), mixed)
            compare_derivatives(ours(name, case), all_complex(theirs(name, case)), mixed)
