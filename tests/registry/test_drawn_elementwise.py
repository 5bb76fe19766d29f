"""Every elementwise operation, on operands of shapes drawn at random that broadcast together."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.ops import REGISTRY
from tests.cases import CASES
from tests.registry.drawn import SEEDS, assert_differences, broadcastable, how_many, resized
from tests.registry.operations import (
    assert_same_form,
    assert_sound,
    is_float,
    normal_like,
    of_floats,
    plain,
    pulled,
)

ELEMENTWISE = sorted(name for name, op in REGISTRY.items() if op.kind == "elementwise")


@st.composite
def drawn(draw: Any, name: str, dtype: Any) -> Any:
    """Return operands of drawn shapes, the parameters, and the shape of the result."""
    case = draw(st.sampled_from([c for c in CASES[name] if how_many(c)]))
    found = draw(broadcastable(how_many(case)))
    arrays = resized(case, found.input_shapes).arrays(dtype, draw(SEEDS))
    return arrays, case.params, found.result_shape


def summed(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Return the sum over the places that one entry of an operand of this shape was used at."""
    result = np.zeros(shape, gradient.dtype)
    source = np.arange(result.size).reshape(shape)
    np.add.at(result.reshape(-1), np.broadcast_to(source, gradient.shape), gradient)
    return result


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(max_examples=10)
@given(data=st.data())
def test_any_shapes(name: str, dtype: Any, data: Any) -> None:
    """Values as NumPy; gradients of the operands' shapes and dtype, the transpose of tangents."""
    op = REGISTRY[name]
    arrays, params, shape = data.draw(drawn(name, dtype))
    fn, primals = of_floats(op, arrays, params), [x for x in arrays if is_float(x)]
    expected = plain(op, arrays, params)
    assert np.shape(expected) == shape
    tolerance = 1e-9 if dtype is np.float64 else 1e-2
    assert_sound(fn, primals, expected, tolerance, tolerance)
    if dtype is np.float64:
        assert_differences(fn, primals)


@pytest.mark.parametrize("name", [n for n in ELEMENTWISE if REGISTRY[n].arity > 1])
@settings(max_examples=10)
@given(data=st.data())
def test_gradients_are_summed_over_what_was_broadcast(name: str, data: Any) -> None:
    """The gradient of an operand is that of the same operand in full, summed over its copies."""
    op = REGISTRY[name]
    arrays, params, shape = data.draw(drawn(name, np.float64))
    full = [np.broadcast_to(x, shape).copy()[()] if is_float(x) else x for x in arrays]
    moving, moving_in_full = ([x for x in xs if is_float(x)] for xs in (arrays, full))
    g = normal_like(np.zeros(shape), np.random.default_rng(7))
    gradients = pulled(of_floats(op, arrays, params), moving, g)
    in_full = pulled(of_floats(op, full, params), moving_in_full, g)
    for x, gradient, whole in zip(moving, gradients, in_full, strict=True):
        assert_same_form(gradient, x)
        np.testing.assert_allclose(gradient, summed(whole, x.shape), rtol=1e-12, atol=1e-12)
