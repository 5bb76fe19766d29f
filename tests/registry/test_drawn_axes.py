"""Every operation with an `axis`, along axes drawn at random of arrays of any shape."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.ops import REGISTRY
from tests.cases import CASES
from tests.registry.drawn import SEEDS, assert_right, shapes
from tests.registry.operations import of_floats

# One operand of any shape; those of several, or of arrays that are given, are operations under
# others, for which these choose what fits.
ALONG_AXES = sorted(
    name
    for name, op in REGISTRY.items()
    if op.differentiable
    and not op.variadic
    and op.arity == 1
    and op.supported & {"axis", "axes"}
    and name != "transpose"
)
# What NumPy takes for a vector when it is a scalar.
VECTORS = {"cumprod", "cumsum"}
SEVERAL = {"flip", "prod_of_others", "roll"}


def axes(ndim: int, several: bool, some: tuple[int, ...]) -> list[Any]:
    """Every single axis, counted from either end, and one too many; of several none and all too."""
    return [*range(-ndim, ndim + 1), *([None, (), some] if several else [])]


@pytest.mark.parametrize("name", ALONG_AXES)
@settings(max_examples=8)
@given(data=st.data())
def test_any_axes(name: str, data: Any) -> None:
    op = REGISTRY[name]
    shape = data.draw(shapes(min_dims=name in VECTORS, max_dims=3, max_side=3))
    case = data.draw(st.sampled_from([c for c in CASES[name] if isinstance(c.operands[0], tuple)]))
    keyword = "axis" if "axis" in op.supported else "axes"
    several = "keepdims" in op.supported or keyword == "axes" or name in SEVERAL
    some = tuple(data.draw(st.permutations(range(len(shape)))))[: data.draw(st.integers(1, 3))]
    for axis in axes(len(shape), several, some):
        params = {**case.params, keyword: axis}
        if "keepdims" in op.supported:
            params["keepdims"] = data.draw(st.booleans())
        arrays = replace(case, operands=(shape,)).arrays(seed=data.draw(SEEDS))
        assert_right(of_floats(op, arrays, params), *arrays)
