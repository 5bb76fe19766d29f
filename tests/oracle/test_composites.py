"""Functions that other operations make up, called as users call them, against PyTorch's."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd.engine.record import Primitive
from autograd.engine.tensor import FUNCTIONS
from tests.cases.case import Case
from tests.oracle.bridge import Function, compare_derivatives, compare_values
from tests.oracle.composites import COMPOSITES
from tests.oracle.operations import DIFFERENTIABLE

pytestmark = [
    pytest.mark.oracle,
    # The norm of order 0 and the power 0 are constants.
    pytest.mark.filterwarnings("ignore:the result depends on none of the arguments"),
]

NOT_COMPARED = {
    "indices do not move": "ix_",
    "PyTorch does not sort complex numbers": "sort_complex",
    "differentiates one operand, and is compared as an operation": "ldexp.outer",
}
"""Functions without a counterpart, by the reason."""
NOT_COMPLEX = {
    "NumPy or PyTorch has no such function of complex numbers": """
        bincount piecewise sort partition unique-0 unique_values unique_counts unique_inverse
        unique_all union1d intersect1d setdiff1d setxor1d max_pool1d max_pool2d avg_pool1d
        avg_pool2d adaptive_avg_pool2d max min amax amin ptp nanmax nanmin median nanmedian quantile
        percentile nanquantile nanpercentile histogram histogram_bin_edges frexp modf divmod fix
        clip nan_to_num interp fft.rfft2 fft.rfftn pad-3 pad-4 pad-9
        maximum.reduce minimum.reduce fmax.reduce fmin.reduce logaddexp.reduce logaddexp2.reduce
        maximum.accumulate minimum.accumulate arctan2.outer copysign.outer fmax.outer fmin.outer
        fmod.outer hypot.outer logaddexp.outer logaddexp2.outer maximum.outer minimum.outer
        remainder.outer
    """,
}
"""What is compared for real operands only, by the reason."""


def listed(reasons: dict[str, str]) -> set[str]:
    return set(" ".join(reasons.values()).split())


def label(function: Any) -> str:
    """Return a name with that of NumPy's submodule, or of the ufunc whose method it is."""
    if isinstance(function, tuple):
        return f"{function[0].__name__}.{function[1]}"
    module = function.__module__.rpartition(".")[2]
    known = module in ("linalg", "fft", "scimath")
    return f"{module}.{function.__name__}" if known else str(function.__name__)


def cases(*left_out: dict[str, str]) -> list[Any]:
    without = set().union(*map(listed, left_out))
    return [
        pytest.param(function, case, id=f"{label(function)}-{i}")
        for function, composite in COMPOSITES.items()
        for i, case in enumerate(composite.cases)
        if without.isdisjoint((label(function), f"{label(function)}-{i}"))
    ]


def both(function: Any, case: Case) -> tuple[Function, Function]:
    """Ours and theirs, of the operands alone."""
    composite = COMPOSITES[function]
    return (
        lambda *operands: (composite.ours or function)(*operands, **case.params),
        lambda *operands: composite.theirs(*operands, **case.params),
    )


def test_every_composite_has_its_counterpart() -> None:
    """A method of a universal function counts where the function itself has derivatives."""
    own = [getattr(autograd, name) for name in autograd.__all__]
    made = [f for f in own if getattr(f, "__module__", "").startswith("autograd.ops")]
    composites = {label(f) for f in made if not isinstance(f, Primitive | type)} | {
        label(function)
        for function, run in FUNCTIONS.items()
        if not isinstance(run, Primitive)
        and getattr(run, "differentiable", True)
        and (not isinstance(function, tuple) or function[0].__name__ in DIFFERENTIABLE)
    }
    assert composites - set(map(label, COMPOSITES)) == listed(NOT_COMPARED)


def test_what_is_left_out_is_there() -> None:
    numbered = {f"{label(f)}-{i}" for f, c in COMPOSITES.items() for i in range(len(c.cases))}
    assert listed(NOT_COMPLEX) <= numbered | set(map(label, COMPOSITES))


@pytest.mark.parametrize(("function", "case"), cases())
def test_values(function: Any, case: Case) -> None:
    compare_values(*both(function, case), case.arrays())


@pytest.mark.parametrize(("function", "case"), cases())
def test_derivatives(function: Any, case: Case) -> None:
    compare_derivatives(*both(function, case), case.arrays())


@pytest.mark.parametrize(("function", "case"), cases(NOT_COMPLEX))
def test_complex(function: Any, case: Case) -> None:
    operands = case.arrays(np.complex128)
    compare_values(*both(function, case), operands)
    compare_derivatives(*both(function, case), operands)
